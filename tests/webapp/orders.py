"""How the tests order a piece or a training, bring music, and read what is answered."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from webapp.models import Corpus

# What staff say of music that they bring.
SAID = {"title": "Ours", "attribution": "Us, example.org", "licence": "CC0"}


def order(client: Client, body: object = None, **headers: str) -> HttpResponse:
    """Post ``body`` as JSON, unless it is bytes already."""
    data = body if isinstance(body, bytes) else json.dumps(body or {})
    return client.post("/api/pieces", data, content_type="application/json", headers=headers)


def training_order(corpus: Corpus, **more: str | int) -> dict[str, str | int]:
    """Return what the form of a training is sent with."""
    chosen = {"corpora": str(corpus.pk), "composer": "chopin", "recipe": "notes"}
    return chosen | {"network": "lstm"} | more


def upload(name: str = "music.zip", content: bytes = b"PK") -> SimpleUploadedFile:
    """Return a file as a form sends it."""
    return SimpleUploadedFile(name, content)


def faults(response: HttpResponse) -> list[str | None]:
    """Return the fields that an answer complains of."""
    return [fault["field"] for fault in response.json()["errors"]]


def body(response: HttpResponseBase) -> bytes:
    """Read an answer to its end, and close it as a server does."""
    read = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return read
