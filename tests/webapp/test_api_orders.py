"""Ordering a piece by the JSON API, as somebody with curl does."""

import pytest

from tests.webapp.factories import make_checkpoint, make_primer
from tests.webapp.orders import faults, order
from webapp import services
from webapp.models import Piece, Status

pytestmark = pytest.mark.django_db

KEYS = {
    *("id", "status", "stage", "progress", "eta_s", "error", "parameters", "files"),
    *("created_at", "wait_s", "run_s", "title", "composer", "seam", "url", "is_example"),
    "originality",
}
RHYTHM = ("composer", "pitch_temperature", "rhythm_temperature", "pedal", "rubato")
FILES = {
    *("midi", "musicxml", "pdf", "png", "svg", "wav", "ogg", "mp3", "flac", "positions", "zip"),
    "instruments",
}


def test_an_empty_order_is_filled_in(client, shelf):
    """The active model, the opening drawn by a fresh seed, and the library's defaults."""
    r = order(client)

    piece = Piece.objects.get()
    assert 202 == r.status_code
    assert KEYS == set(r.json())
    assert FILES == set(r.json()["files"])
    assert {
        "checkpoint": shelf.checkpoint.hash,
        "primer": shelf.primer.name,
        "notes": 100,
        "bars": None,
        "temperature": 1.0,
        "top_p": 1.0,
        "seed": piece.config["seed"],
    } | dict.fromkeys(RHYTHM) == r.json()["parameters"]
    assert f"/api/pieces/{piece.pk}" == r["Location"]


def test_nulls_are_as_good_as_nothing(client, shelf):
    """A form that sends all its fields leaves some of them null."""
    names = ("checkpoint", "primer", "notes", "bars", "temperature", "top_p", "seed", *RHYTHM)

    assert 202 == order(client, dict.fromkeys(names)).status_code


def test_what_is_chosen_is_kept(client, shelf):
    """Every parameter is written back as it was asked for."""
    other, opening = make_checkpoint(), make_primer()
    asked = {
        "checkpoint": other.hash,
        "primer": opening.name,
        "notes": 16,
        "temperature": 0.1,
        "top_p": 0.5,
        "seed": 4294967295,
    }

    assert asked | dict.fromkeys(("bars", *RHYTHM)) == order(client, asked).json()["parameters"]


def test_bars_win_over_notes(client, shelf):
    """A bar of the 40-note recipe holds eight notes."""
    parameters = order(client, {"bars": 32, "notes": 100}).json()["parameters"]

    assert (32, 256) == (parameters["bars"], parameters["notes"])


def test_the_same_seed_draws_the_same_opening(client, shelf):
    """Also where the opening was left out."""
    for _ in range(5):
        make_primer()

    drawn = {order(client, {"seed": 5}).json()["parameters"]["primer"] for _ in range(3)}

    assert 1 == len(drawn)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("notes", 15, "notes is 15, and must be from 16 to 4,000."),
        ("notes", 4001, "notes is 4001, and must be from 16 to 4,000."),
        ("notes", 100.5, "notes is 100.5, and must be a whole number."),
        ("notes", "100", "notes is 100, and must be a number."),
        ("notes", True, "notes is True, and must be a number."),
        ("notes", [100], "notes is [100], and must be a number."),
        ("bars", 7, "bars is 7, and must be from 8 to 128."),
        ("bars", 129, "bars is 129, and must be from 8 to 128."),
        ("temperature", 0.05, "temperature is 0.05, and must be from 0.1 to 2."),
        ("temperature", 2.1, "temperature is 2.1, and must be from 0.1 to 2."),
        ("temperature", {"a": 1}, "temperature is {'a': 1}, and must be a number."),
        ("top_p", 0, "top_p is 0, and must be from"),
        ("top_p", 1.01, "top_p is 1.01, and must be from"),
        ("seed", -1, "seed is -1, and must be from 0 to 4,294,967,295."),
        ("seed", 2**32, "seed is 4294967296, and must be from 0 to 4,294,967,295."),
        ("checkpoint", "none", "There is no checkpoint called none."),
        ("checkpoint", 3, "checkpoint is 3, and must be text."),
        ("primer", "none", "There is no primer called none."),
        ("primer", ["k545"], "primer is ['k545'], and must be text."),
        ("tempo", 120, "tempo is not known. Known are: checkpoint, primer, notes, bars"),
    ],
)
def test_a_bad_field_is_named_with_its_bound(client, shelf, field, value, says):
    """422, the field, the value as it was sent, and a sentence."""
    r = order(client, {field: value})

    (fault,) = r.json()["errors"]
    assert 422 == r.status_code
    assert field == fault["field"]
    assert fault["message"].startswith(says)
    assert not Piece.objects.exists()


def test_every_bad_field_is_told_at_once(client, shelf):
    """Nobody likes to be corrected one by one."""
    r = order(client, {"notes": 1, "temperature": 9, "loud": True})

    assert ["loud", "notes", "temperature"] == faults(r)


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"[]",
        b"null",
        b'"notes"',
        b"{'notes': 100}",
        b'{"temperature": NaN}',
        b'{"temperature": -Infinity}',
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b'{"a":' * 12_000,
        b'{"seed": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object_is_a_bad_request(client, shelf, body):
    """400, and a sentence; never a fault of ours."""
    r = order(client, body)

    assert 400 == r.status_code
    assert [None] == faults(r)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"seed": ' + b"9" * 4000 + b"}", "seed"),
        (b'{"notes": -' + b"9" * 400 + b"}", "notes"),
        (b'{"temperature": 1e999}', "temperature"),
        (b'{"temperature": ' + b"[" * 500 + b"]" * 500 + b"}", "temperature"),
        (b'{"primer": "\\ud800"}', "primer"),
        (b'{"primer": "\\u0000"}', "primer"),
        ('{"primer": "Моцарт\' OR 1=1 --"}'.encode(), "primer"),
        (b'{"checkpoint": "' + b"x" * 60_000 + b'"}', "checkpoint"),
        (b'{"\\ud800\\u0000": 1}', "\ud800\0"),
        (b'{"__class__": "x"}', "__class__"),
    ],
)
def test_hostile_values_are_refused_by_name(client, shelf, body, field):
    """422 as for any other value, and a short answer."""
    r = order(client, body)

    assert 422 == r.status_code
    assert [field] == faults(r)
    assert len(r.content) < 1_000 + 4_500


def test_a_body_over_64_kb_is_not_read(client, shelf):
    """413; an order is never that long."""
    assert 413 == order(client, b" " * 64_001).status_code
    assert 400 == order(client, b" " * 64_000).status_code


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
def test_a_form_of_another_site_cannot_send_an_order(client, shelf, kind):
    """Browsers send these three without asking; none is taken."""
    assert 415 == client.post("/api/pieces", b"{}", content_type=kind).status_code


def test_without_a_model_the_answer_says_what_to_run(client, db):
    """A site that was never stocked."""
    r = order(client)

    assert 422 == r.status_code
    assert "manage.py stock" in r.json()["errors"][0]["message"]


def test_ten_pieces_of_ones_own_may_wait(client, bob, shelf):
    """The eleventh is refused until one is done; another visitor's is not."""
    made = [order(client) for _ in range(services.MOST_WAITING)]

    refused = order(client)

    assert {202} == {r.status_code for r in made}
    assert 429 == refused.status_code
    assert 202 == order(bob).status_code
    Piece.objects.filter(pk=made[0].json()["id"]).update(
        status=Status.CANCELLED, finished_at="2026-01-01T00:00Z"
    )
    assert 202 == order(client).status_code
