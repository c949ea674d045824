"""How a visitor brings an opening of her own in the tests, and a worker reads it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from webapp import jobs, openings
from webapp.models import Primer, Upload

NOTES = [[float(i), 1.0, 60 + i, 70] for i in range(16)]
OPENING = {"notes": NOTES, "chords": [], "work": [], "title": "Mine", "composer": "", "key": -1}


def sent(content: bytes = b"MThd", name: str = "a tune.mid", **words: str) -> dict[str, Any]:
    """Return what a form sends."""
    return {"file": SimpleUploadedFile(name, content, "audio/midi"), **words}


def bring(client: Client, **words: str) -> Primer:
    """Upload a file, and return the opening that it will be."""
    answer = client.post("/openings/upload/", sent(**words))
    assert 302 == answer.status_code, answer.text
    return Primer.objects.get(name=answer["Location"].split("/")[2])


def judged(primer: Primer, *remarks: dict[str, Any]) -> Primer:
    """Let an upload be read as a worker would."""
    upload = jobs.claim(Upload, primer.upload.pk)
    openings.keep(upload, OPENING, list(remarks))
    jobs.succeed(upload)
    primer.refresh_from_db()
    return primer
