"""How the tests order a piece or a training, and read a refusal."""

import json

from django.http import HttpResponse
from django.test import Client

from webapp.models import Corpus


def order(client: Client, body: object = None, **headers: str) -> HttpResponse:
    """Post ``body`` as JSON, unless it is bytes already."""
    data = body if isinstance(body, bytes) else json.dumps(body or {})
    return client.post("/api/pieces", data, content_type="application/json", headers=headers)


def training_order(corpus: Corpus, **more: str | int) -> dict[str, str | int]:
    """Return what the form of a training is sent with."""
    chosen = {"corpora": str(corpus.pk), "composer": "chopin", "recipe": "notes"}
    return chosen | {"network": "lstm"} | more


def faults(response: HttpResponse) -> list[str | None]:
    """Return the fields that an answer complains of."""
    return [fault["field"] for fault in response.json()["errors"]]
