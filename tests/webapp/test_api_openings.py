"""Openings by the API: sent as a file, cut, described."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.webapp.factories import make_checkpoint, make_primer
from tests.webapp.own_openings import OPENING, judged
from webapp.models import Primer

pytestmark = pytest.mark.django_db


def test_a_file_is_sent_and_its_opening_asked_for(alice, bob):
    """The body is the file; whoever owns it sees what was said of it."""
    answer = alice.post("/api/primers?name=tune.mid", b"MThd", "application/octet-stream")
    assert (202, "queued") == (answer.status_code, answer.json()["status"])
    primer = Primer.objects.get()
    assert "tune.mid" == Path(primer.upload.dropped).name

    judged(primer, {"code": "drums_left_out", "values": {"n": 3}})

    told = alice.get(answer["Location"]).json()
    assert ("succeeded", [1, 4], [1, 4], ["3 drum notes left out"]) == (
        *(told["status"], told["bars"], told["begins_with"], told["remarks"]),
    )
    assert 404 == bob.get(answer["Location"]).status_code
    assert [] == alice.get("/api/primers").json()["primers"]


def test_bars_are_cut_and_begun_with(alice, own):
    """By the name that comes back."""
    make_checkpoint(is_active=True)
    place = f"/api/primers/{own.pk}/cuts"

    made = alice.post(place, {"from_bar": 2, "to_bar": 3}, "application/json").json()

    assert (f"{own.pk}--2-3", [1, 2]) == (made["id"], made["bars"])
    asked = {"primer": made["id"]}
    assert 202 == alice.post("/api/pieces", asked, "application/json").status_code


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from_bar": 2}, "to_bar"),
        ({"from_bar": 2, "to_bar": True}, "to_bar"),
        ({"from_bar": 9, "to_bar": 9}, "from_bar"),
        ({"from_bar": 1, "to_bar": 2, "bars": 3}, "bars"),
    ],
)
def test_bars_that_are_none_are_told(client, body, field):
    """Each with its field."""
    make_primer(name="k1", opening=OPENING)

    answer = client.post("/api/primers/k1/cuts", body, "application/json")

    assert (422, field) == (answer.status_code, answer.json()["errors"][0]["field"])


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/octet-stream", 422),
        (b"MThd", "text/plain", 415),
        (b"x" * 8_000_001, "audio/midi", 413),
    ],
)
def test_what_is_no_file_is_refused(client, content, kind, status):
    """With a sentence; nothing is stored."""
    answer = client.post("/api/primers", content, kind)

    assert (status, 1) == (answer.status_code, len(answer.json()["errors"]))
    assert not Primer.objects.exists()


def test_it_has_the_keys_that_are_described(client):
    """As the list of openings has its own."""
    make_primer(name="k1", opening=OPENING)

    described = client.get("/api/openapi.json").json()["components"]["schemas"]["Opening"]

    assert set(described["properties"]) == set(client.get("/api/primers/k1").json())
