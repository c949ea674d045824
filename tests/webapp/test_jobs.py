"""The life of a job: every move that is allowed, and that no other is."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.utils.timezone import now

from tests.webapp.factories import MAKERS, again, make_piece, make_training
from webapp import jobs
from webapp.models import FINAL, Piece, Status, Training

pytestmark = pytest.mark.django_db

MOVES = {
    "claim": lambda row: jobs.claim(type(row), row.pk),
    "beat": jobs.beat,
    "publish": lambda row: jobs.publish(row, done=1),
    "succeed": jobs.succeed,
    "fail": lambda row: jobs.fail(row, "internal"),
    "stop": jobs.stop,
    "lose": lambda row: jobs.lose(type(row), row.pk),
}
LEADS_TO = {
    ("claim", Status.QUEUED): Status.RUNNING,
    ("beat", Status.RUNNING): Status.RUNNING,
    ("publish", Status.RUNNING): Status.RUNNING,
    ("succeed", Status.RUNNING): Status.SUCCEEDED,
    ("fail", Status.RUNNING): Status.FAILED,
    ("stop", Status.RUNNING): Status.CANCELLED,
    ("lose", Status.RUNNING): Status.QUEUED,
}
WORKERS_MOVES = ("beat", "publish", "succeed", "fail", "stop")
LONG_AGO = timedelta(seconds=61)


@pytest.mark.parametrize("model", [Piece, Training])
@pytest.mark.parametrize("source", Status)
@pytest.mark.parametrize("move", MOVES)
def test_a_move_leaves_only_the_state_it_may_leave(move, source, model):
    """The whole table: an allowed move says yes; any other says no and does nothing."""
    row = MAKERS[model](source)

    moved = bool(MOVES[move](row))

    assert ((move, source) in LEADS_TO) == moved
    assert LEADS_TO.get((move, source), source) == again(row).status


@pytest.mark.parametrize("move", WORKERS_MOVES)
def test_an_old_attempt_changes_no_row(move):
    """A worker that was taken for dead and wakes again finds the row is another's."""
    made = make_piece()
    old = jobs.claim(Piece, made.pk)
    jobs.lose(Piece, made.pk)
    new = jobs.claim(Piece, made.pk)
    before = Piece.objects.values().get(pk=made.pk)

    assert not MOVES[move](old)

    assert before == Piece.objects.values().get(pk=made.pk)
    assert (1, 2) == (old.attempt, new.attempt)
    assert jobs.succeed(new)


def test_a_second_claim_gets_nothing():
    """A message that is delivered twice starts the work once."""
    piece = make_piece()

    claimed = jobs.claim(Piece, piece.pk)

    assert again(piece) == claimed
    assert jobs.claim(Piece, piece.pk) is None
    assert 1 == again(piece).attempt


def test_a_claim_returns_what_it_wrote():
    """The worker may show the row without reading it a second time."""
    claimed = jobs.claim(Piece, make_piece().pk)
    stored = again(claimed)

    for name in ("status", "attempt", "started_at", "heartbeat_at"):
        assert getattr(stored, name) == getattr(claimed, name)


def test_success_stores_what_was_made():
    """The fields come with the move, so no row succeeds without its files."""
    row = jobs.claim(Piece, make_piece().pk)

    jobs.succeed(row, files={"midi": "x/1/piece.mid"}, n_skipped=3)

    piece = again(row)
    assert ({"midi": "x/1/piece.mid"}, 3) == (piece.files, piece.n_skipped)
    assert piece.finished_at is not None


def test_failure_stores_the_code_and_its_values():
    """The sentence is made when somebody reads it, in the reader's language."""
    row = jobs.claim(Piece, make_piece().pk)

    jobs.fail(row, "file_missing", {"file": "a.sf2"})

    piece = again(row)
    assert ("file_missing", {"file": "a.sf2"}) == (piece.error_code, piece.error_values)


def test_any_values_can_be_stored_with_a_failure():
    """What is no plain value is told as text, so that no failure fails."""
    row = jobs.claim(Piece, make_piece().pk)

    jobs.fail(row, "internal", {"file": Path("/a"), "n": 3, "x": float("nan"), "said": "a\0b"})

    expected = {"file": "/a", "n": 3, "x": "nan", "said": "ab"}
    assert expected == again(row).error_values


@pytest.mark.parametrize("model", [Piece, Training])
def test_cancel_ends_a_waiting_job_at_once(model):
    """Nobody works on it yet, so there is nobody to wait for."""
    row = MAKERS[model]()

    assert jobs.cancel(model, row.pk)

    assert Status.CANCELLED == again(row).status


def test_cancel_asks_a_running_job_which_hears_of_it_at_its_next_beat():
    """The job runs on after the request, until it beats."""
    row = jobs.claim(Piece, make_piece().pk)

    assert jobs.cancel(Piece, row.pk)

    assert Status.RUNNING == again(row).status
    assert not jobs.beat(row, done=3)
    assert jobs.stop(row)


@pytest.mark.parametrize("status", FINAL)
def test_cancel_leaves_a_finished_job_alone(status):
    """What has ended cannot be undone."""
    assert not jobs.cancel(Piece, make_piece(status).pk)


def test_only_the_silent_are_taken_back():
    """A running job is lost when its last beat is too old, and not before."""
    lost = make_piece(Status.RUNNING, heartbeat_at=now() - LONG_AGO, stage="sounding", done=1)
    alive = make_piece(Status.RUNNING, heartbeat_at=now() - LONG_AGO / 2)

    assert [lost.pk] == jobs.requeue_silent(Piece)

    waiting = again(lost)
    assert (Status.QUEUED, 1, "", 0) == (
        waiting.status,
        waiting.n_lost,
        waiting.stage,
        waiting.done,
    )
    assert Status.RUNNING == again(alive).status


def test_a_job_taken_back_names_no_file_of_the_lost_attempt():
    """Should that attempt wake, it takes its files away."""
    row = make_piece(Status.RUNNING, files={"midi": "x/1/piece.mid"})

    jobs.lose(Piece, row.pk)

    assert {} == again(row).files


@pytest.mark.parametrize("model", [Piece, Training])
def test_the_third_loss_is_a_failure(model):
    """Work that kills every worker is not tried for ever."""
    row = MAKERS[model]()
    for expected in (Status.QUEUED, Status.QUEUED, Status.FAILED):
        jobs.claim(model, row.pk)
        model.objects.filter(pk=row.pk).update(heartbeat_at=now() - LONG_AGO)
        jobs.requeue_silent(model)

        assert expected == again(row).status

    assert (3, 3, jobs.LOST) == (again(row).attempt, again(row).n_lost, again(row).error_code)


def test_a_lost_job_that_was_to_be_cancelled_is_cancelled():
    """Nobody wants it any more, so nobody starts it anew."""
    row = make_piece(Status.RUNNING, heartbeat_at=now() - LONG_AGO, cancel_requested=True)

    assert [] == jobs.requeue_silent(Piece)
    assert Status.CANCELLED == again(row).status


def test_losing_an_attempt_spares_the_next_one():
    """News of a dead worker may come after another took over."""
    row = make_training(Status.RUNNING, attempt=2)

    assert not jobs.lose(Training, row.pk, attempt=1)
    assert jobs.lose(Training, row.pk, attempt=2)


def test_what_was_never_sent_or_sent_long_ago_is_sent_again():
    """A message can be lost; a row cannot."""
    never = make_piece(sent_at=None)
    long_ago = make_piece(sent_at=now() - LONG_AGO)
    make_piece(sent_at=now())
    make_piece(Status.RUNNING, sent_at=now() - LONG_AGO)

    assert [never, long_ago] == list(jobs.unsent(Piece))


@pytest.mark.parametrize(
    ("status", "fields", "rule"),
    [
        (Status.FAILED, {"error_code": ""}, "error_iff_failed"),
        (Status.RUNNING, {"error_code": "internal"}, "error_iff_failed"),
        (Status.SUCCEEDED, {"finished_at": None}, "finished_iff_status_is_final"),
        (Status.RUNNING, {"finished_at": now()}, "finished_iff_status_is_final"),
    ],
)
@pytest.mark.parametrize("model", [Piece, Training])
def test_the_database_refuses_what_makes_no_sense(model, status, fields, rule):
    """The rules hold even for code that goes round webapp.jobs."""
    with pytest.raises(IntegrityError, match=rule):
        MAKERS[model](status, **fields)
