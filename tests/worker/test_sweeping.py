"""worker.sweeping: nothing waits for ever, and nothing is sent without need."""

import pytest
from django.utils.timezone import now

from tests.worker.factories import make_piece
from webapp import jobs, queue
from webapp.models import Piece, Status
from worker import sweeping

LONG_AGO = jobs.SILENCE + jobs.RESEND


def age(row, **fields):
    """Store ``fields`` of ``row`` as so long ago that a sweep minds."""
    Piece.objects.filter(pk=row.pk).update(**dict.fromkeys(fields, now() - LONG_AGO))


@pytest.fixture
def piece(site):
    """A waiting piece."""
    return make_piece(site.home)


def test_a_silent_piece_waits_again_and_is_sent(piece):
    """Its worker is dead, or as good as dead."""
    jobs.claim(Piece, piece.pk)
    age(piece, heartbeat_at=True)

    sweeping.sweep()

    piece.refresh_from_db()
    assert (Status.QUEUED, 1) == (piece.status, piece.n_lost)
    assert 1 == queue.length(queue.GENERATION)


def test_a_piece_that_beats_is_left_alone(piece):
    """Slow is not silent."""
    jobs.claim(Piece, piece.pk)

    sweeping.sweep()

    piece.refresh_from_db()
    assert (Status.RUNNING, 0) == (piece.status, queue.length(queue.GENERATION))


def test_what_was_sent_long_ago_is_sent_again_when_its_queue_is_empty(piece):
    """The message is lost: the row waits, and nothing in Redis does."""
    age(piece, sent_at=True)

    sweeping.sweep()
    sweeping.sweep()

    assert 1 == queue.length(queue.GENERATION)


def test_what_was_never_sent_is_sent(piece):
    """The broker was down when the button was pressed."""
    assert piece.sent_at is None

    sweeping.sweep()

    assert 1 == queue.length(queue.GENERATION)


def test_what_waits_behind_others_is_not_sent_again(piece):
    """A long queue is no reason to make it longer."""
    queue.enqueue(piece)
    age(piece, sent_at=True)

    sweeping.sweep()

    assert 1 == queue.length(queue.GENERATION)


def example(piece, **fields):
    """Make ``piece`` a shipped example."""
    moment = now()
    Piece.objects.filter(pk=piece.pk).update(
        is_example=True, status=Status.SUCCEEDED, finished_at=moment, **fields
    )


def test_an_example_that_lacks_files_is_completed_when_nobody_waits(piece):
    """It ships as notes, one page and one sound; the rest is made here."""
    example(piece, files={"svg": ["a.svg"], "mp3": "a.mp3"})

    sweeping.complete_an_example()

    assert (0, 1) == (queue.length(queue.GENERATION), queue.length(queue.PREPARATION))


def test_a_whole_example_is_left_alone(piece):
    """Nothing is made twice."""
    example(piece, files=dict.fromkeys(sweeping.WHOLE, "there"))

    sweeping.complete_an_example()

    assert 0 == queue.length(queue.PREPARATION)


def test_a_visitor_goes_before_an_example(piece):
    """The worker is idle, or it has better to do."""
    example(piece)
    Piece.objects.create(checkpoint=piece.checkpoint, primer=piece.primer, title="A visitor's")

    sweeping.complete_an_example()

    assert 0 == queue.length(queue.PREPARATION)
