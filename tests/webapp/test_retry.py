"""Waiting one's turn, and trying once more."""

from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.timezone import now

from tests.webapp.factories import again, make_file, make_piece
from webapp import jobs, messages
from webapp.models import Piece, Status

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_what_did_not_end_well_is_tried_again_at_its_own_address(alice, status):
    """The same row, parameters and seed; it waits as if it were asked for now."""
    piece = make_piece(status, owner="alice", n_lost=2, created_at=now() - timedelta(days=1))
    make_file(piece, "piece.mid", b"MThd", "midi")
    config = piece.config

    page = alice.post(f"{piece.get_absolute_url()}retry/", follow=True)

    row = again(piece)
    assert "It is the next." in page.text
    assert (Status.QUEUED, 0, "", {}, config) == (
        row.status,
        row.n_lost,
        row.error_code,
        row.files,
        row.config,
    )
    assert now() - row.created_at < timedelta(minutes=1)
    assert piece.attempt + 1 == jobs.claim(Piece, piece.pk).attempt


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.SUCCEEDED])
def test_nothing_else_is_tried_again(alice, status):
    """A finished piece is not lost by a press of an old button."""
    piece = make_piece(status, owner="alice")

    answer = alice.post(f"/api/pieces/{piece.pk}/retry")

    assert (200, status) == (answer.status_code, answer.json()["status"])
    assert piece.created_at == again(piece).created_at


def test_nobody_else_tries_again(bob):
    """403, by page and API; the button is the owner's."""
    piece = make_piece(Status.FAILED, owner="alice")

    for address in (f"{piece.get_absolute_url()}retry/", f"/api/pieces/{piece.pk}/retry"):
        assert 403 == bob.post(address).status_code
    assert "retry/" not in bob.get(piece.get_absolute_url()).text


def test_a_full_queue_takes_no_retry_either(alice):
    """The eleventh waits for one of the ten."""
    piece = make_piece(Status.FAILED, owner="alice")
    for _ in range(10):
        make_piece(owner="alice")

    answer = alice.post(f"/api/pieces/{piece.pk}/retry")

    assert 429 == answer.status_code
    page = alice.post(f"{piece.get_absolute_url()}retry/", follow=True)
    assert "You have 10 pieces waiting already." in page.text
    assert Status.FAILED == again(piece).status


def test_a_piece_that_waits_says_how_many_are_before_it(client):
    """Those that were asked for earlier, and the one that is composed now."""
    moment = now()
    make_piece(Status.RUNNING, created_at=moment - timedelta(seconds=9))
    make_piece(created_at=moment - timedelta(seconds=5))
    piece = make_piece(created_at=moment)
    make_piece(created_at=moment + timedelta(seconds=5))

    assert 2 == client.get(f"/api/pieces/{piece.pk}").json()["position"]
    assert "2 pieces are before it." in client.get(piece.get_absolute_url()).text


def test_a_piece_that_does_not_wait_has_no_place_in_the_queue(client):
    """Neither one that runs nor one that is done."""
    for status in (Status.RUNNING, Status.SUCCEEDED):
        assert client.get(f"/api/pieces/{make_piece(status).pk}").json()["position"] is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("checkpoint_replaced", "Choose another model"),
        ("primer_short", "Choose another opening"),
        ("sound_too_long", "Ask for fewer bars"),
        ("tool_slow", "Try again later"),
        ("internal", "another seed or model"),
        ("a code of an older version", "another seed or model"),
    ],
)
def test_a_failed_piece_says_what_to_do(client, code, words):
    """After the sentence that says why; by the API too."""
    piece = make_piece(Status.FAILED, error_code=code[:40])

    assert words in client.get(piece.get_absolute_url()).text
    assert words in client.get(f"/api/pieces/{piece.pk}").json()["advice"]


def test_advice_is_given_in_russian():
    """Each piece of it."""
    with translation.override("ru"):
        said = [messages.advice(begins) for begins, _words in messages.ADVICE]

    assert [] == [words for words in said if words.isascii()]
