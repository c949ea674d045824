"""Corpora by the API: music fetched, and the verdicts; for staff alone."""

from __future__ import annotations

import pytest

from tests.webapp.conftest import HERE
from tests.webapp.factories import make_corpus_file, make_empty_corpus
from tests.webapp.orders import SAID
from webapp import messages
from webapp.models import Corpus

pytestmark = pytest.mark.django_db

JSON = "application/json"
FROM_HERE = {"Origin": HERE}  # as a browser says


def test_the_api_is_for_staff(client):
    """Others are told so."""
    corpus = make_empty_corpus()

    for response in (
        client.get("/api/corpora"),
        client.get(f"/api/corpora/{corpus.pk}"),
        client.post("/api/corpora", SAID, JSON),
    ):
        assert 403 == response.status_code
        assert messages.sentence("staff_only") == response.json()["errors"][0]["message"]


def test_the_api_fetches_the_published_set_by_an_empty_object(staff):
    """All of it has defaults."""
    response = staff.post("/api/corpora", {}, JSON, headers=FROM_HERE)

    told = response.json()
    assert (202, "queued") == (response.status_code, told["intake"]["status"])
    assert "CC BY-SA 3.0 DE" == told["licence"]
    assert [told["id"]] == [one["id"] for one in staff.get("/api/corpora").json()["corpora"]]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"source": "uploaded"}, "source"),
        ({"source": "folder", "folder": "/nowhere"}, "title"),
        ({"url": "https://example.org/a.zip", "title": "a", "licence": "b"}, "attribution"),
        ({"title": 5}, "title"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_the_api_names_the_field_that_is_wrong(staff, asked, field):
    """Music by others is not said to be Bernd Krueger's."""
    response = staff.post("/api/corpora", asked, JSON, headers=FROM_HERE)

    assert 422 == response.status_code
    assert field in [fault["field"] for fault in response.json()["errors"]]
    assert not Corpus.objects.exists()


def test_the_api_shows_every_verdict(staff):
    """In words, with the figures."""
    corpus = make_empty_corpus()
    make_corpus_file(corpus, "bach/a.mid")

    told = staff.get(f"/api/corpora/{corpus.pk}").json()

    assert [("bach/a.mid", "taken", 100)] == [
        (file["path"], file["verdict"], file["notes"]) for file in told["files"]
    ]
