"""What the web app's tests share: a shelf with one model and one opening, and three visitors."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from generator.config import GenerationConfig
from tests.webapp.factories import (
    make_checkpoint,
    make_corpus,
    make_notes_checkpoint,
    make_piece,
    make_primer,
)
from tests.webapp.own_openings import bring, judged
from tests.webapp.takes import SCORE
from webapp import ownership
from webapp.models import Checkpoint, Corpus, Primer, Status

HERE = "http://testserver"


@pytest.fixture(autouse=True)
def _known_host(settings):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


@pytest.fixture(autouse=True)
def _in_english():
    """A visitor's language stays with the thread that answered; the next test begins anew."""
    with translation.override("en"):
        yield


class Shelf(NamedTuple):
    """What a piece needs."""

    checkpoint: Checkpoint
    primer: Primer


@pytest.fixture
def shelf(db) -> Shelf:
    """Store the active model and an opening."""
    return Shelf(make_checkpoint(is_active=True), make_primer())


@pytest.fixture
def corpus(db) -> Corpus:
    """Store music by two composers."""
    return make_corpus(chopin=20_000, mozart=10_000)


@pytest.fixture
def stranger() -> Client:
    """Someone without a cookie, whose requests are checked as a browser's are."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def alice() -> Client:
    """Somebody who owns what was made for ``alice``."""
    return owner_client("alice")


@pytest.fixture
def own(alice) -> Primer:
    """An opening of Alice's that was read."""
    return judged(bring(alice))


@pytest.fixture
def bob() -> Client:
    """Somebody else."""
    return owner_client("bob")


@pytest.fixture
def staff(db) -> Client:
    """One of the staff."""
    client = Client()
    user = get_user_model().objects.create_superuser("staff", password="a long password")  # noqa: S106
    client.force_login(user)
    return client


@pytest.fixture
def compose(db):
    """Return a way to store a piece of twelve bars, the notes of some quarters ``shifted``."""
    make_primer()
    model = make_notes_checkpoint(is_active=True)

    def made(*, shifted=range(0), title="Sonata", **fields):
        chosen = {"bars": 8, "seed": 7, "composer": "chopin"} | fields.pop("chosen", {})
        config = GenerationConfig.for_model(chosen, **model.abilities).to_dict()
        notes = [[*note[:2], note[2] + (note[0] in shifted), note[3]] for note in SCORE["notes"]]
        score = SCORE | {"notes": notes}
        fields = {"config": config, "score": score, "owner": "alice", "title": title} | fields
        return make_piece(Status.SUCCEEDED, checkpoint=model, **fields)

    return made


def owner_client(owner: str, **options: bool) -> Client:
    """Return a browser that holds the cookie of ``owner``."""
    client = Client(**options)
    response = HttpResponse()
    ownership.remember(response, owner)
    client.cookies.update(response.cookies)
    return client
