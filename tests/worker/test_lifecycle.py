"""worker.lifecycle: what each way of ending does to a job and to its files."""

from time import monotonic

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generator.errors import RenderingError, Stopped
from tests.worker.factories import make_piece
from tests.worker.sites import until
from webapp import jobs, queue
from webapp.models import Piece, Status
from worker import lifecycle, storage
from worker.errors import LostError
from worker.lifecycle import carry_out


@pytest.fixture
def piece(site) -> Piece:
    """A waiting piece."""
    return make_piece(site.home)


def write_a_file(row, attempt):
    """Work that leaves one file, named in the row."""
    file = storage.folder(row) / "piece.mid"
    file.write_bytes(b"MThd")
    attempt.publish(files=storage.relative({"midi": file}))
    return {}


def run(piece, work):
    """Carry ``work`` out as a task would, and read the row anew."""
    carry_out(Piece, str(piece.pk), work)
    piece.refresh_from_db()


def test_work_that_ends_well_succeeds_with_what_it_returned(piece):
    """The last fields are stored by the same move that finishes the job."""
    run(piece, lambda *_: {"n_skipped": 3})

    assert (Status.SUCCEEDED, 3, 1) == (piece.status, piece.n_skipped, piece.attempt)


def test_an_expected_error_is_stored_as_code_and_values_and_keeps_the_files(piece, site):
    """The person reads which package to install, and still has the MIDI."""

    def work(row, attempt):
        write_a_file(row, attempt)
        raise RenderingError("tool_missing", tool="MuseScore", package="musescore3")

    run(piece, work)

    assert (Status.FAILED, "tool_missing") == (piece.status, piece.error_code)
    assert {"tool": "MuseScore", "package": "musescore3"} == piece.error_values
    assert (site.media / piece.files["midi"]).exists()


@pytest.mark.parametrize("fault", [KeyError("h_0"), MemoryError()])
def test_a_fault_of_ours_fails_the_job_in_general_and_is_logged_in_full(piece, caplog, fault):
    """The person sees no internals; the log has the traceback. Celery never sees the error."""

    def work(*_):
        raise fault

    run(piece, work)

    assert (Status.FAILED, "internal", {}) == (piece.status, piece.error_code, piece.error_values)
    assert [fault] == [record.exc_info[1] for record in caplog.records if record.exc_info]


def test_a_cancelled_job_stops_at_its_next_report(piece):
    """Cancel crosses the running work, which hears of it and ends."""

    def work(row, attempt):
        attempt.report("composing", 1, 9)
        jobs.cancel(Piece, row.pk)
        attempt.report("engraving", 0, 2)
        pytest.fail("went on after a cancel")

    run(piece, work)

    assert (Status.CANCELLED, "composing", 1) == (piece.status, piece.stage, piece.done)


def test_the_heart_learns_of_a_cancel_while_the_work_is_silent(piece, settings):
    """An engraver says nothing for seconds; the thread beside it asks."""
    settings.BEAT_S = 0.05

    def work(row, attempt):
        jobs.cancel(Piece, row.pk)
        until(attempt._is_taken.is_set, "the heart has heard")
        attempt.check()

    run(piece, work)

    assert Status.CANCELLED == piece.status


def test_the_heart_beats_whatever_the_work_does(piece, settings):
    """Only silence makes a worker lost, not slowness."""
    settings.BEAT_S = 0.05
    beaten = []

    def work(row, attempt):
        started = row.heartbeat_at

        def has_beaten():
            beaten.append(Piece.objects.get(pk=row.pk).heartbeat_at)
            return beaten[-1] > started

        until(has_beaten, "the heart has beaten")
        return {}

    run(piece, work)

    assert Status.SUCCEEDED == piece.status


def test_work_that_was_given_to_another_changes_nothing_and_takes_its_files_away(piece, site):
    """A worker taken for dead wakes again: the row is the other's, and so are the files."""

    def work(row, attempt):
        write_a_file(row, attempt)
        jobs.lose(Piece, row.pk)
        jobs.claim(Piece, row.pk)
        return {"n_skipped": 99}

    run(piece, work)

    assert (Status.RUNNING, 2, 0, {}) == (
        piece.status,
        piece.attempt,
        piece.n_skipped,
        piece.files,
    )
    assert [] == site.folders(piece)


def test_work_whose_row_is_gone_stops_and_takes_its_files_away(piece, site):
    """A piece may be deleted while it is composed."""

    def work(row, attempt):
        write_a_file(row, attempt)
        Piece.objects.filter(pk=row.pk).delete()
        attempt.publish(score={})
        pytest.fail("went on without a row")

    carry_out(Piece, str(piece.pk), work)

    assert [] == site.folders(piece)


def test_the_winner_removes_what_lost_attempts_left(piece, site):
    """A killed worker cannot tidy up after itself."""
    lost = site.media / str(piece.pk) / "7"
    lost.mkdir(parents=True)

    run(piece, write_a_file)

    assert ["1"] == site.folders(piece)


def test_work_whose_process_was_killed_waits_again_and_is_sent(piece):
    """As the training process, when memory runs out."""

    def work(*_):
        raise LostError("killed")

    run(piece, work)

    assert (Status.QUEUED, 1) == (piece.status, piece.n_lost)
    assert 1 == queue.length(queue.GENERATION)


def test_a_job_that_is_not_waiting_is_not_worked_on(piece):
    """A message that Redis delivers twice starts the work once."""
    jobs.claim(Piece, piece.pk)

    run(piece, lambda *_: pytest.fail("worked on twice"))

    assert (Status.RUNNING, 1) == (piece.status, piece.attempt)


def test_steps_are_written_at_most_four_times_a_second_and_stages_at_once(piece):
    """Ten thousand tokens must not be ten thousand writes."""
    writes = []

    def work(row, attempt):
        started = monotonic()
        with CaptureQueriesContext(connection) as captured:
            for done in range(1000):
                attempt.report("composing", done, 1000)
            writes.append(len(captured))
            attempt.report("engraving", 0, 2)
            writes.append(len(captured))
        writes.append(1 + (monotonic() - started) // lifecycle.PAUSE_S)
        return {}

    run(piece, work)

    steps, with_stage, most = writes
    assert 1 <= steps <= most
    assert steps + 1 == with_stage


def test_stopped_without_a_cancel_ends_nothing_of_another(piece):
    """Stopped means that this attempt ends; whose the row is, the row says."""

    def work(row, _):
        jobs.lose(Piece, row.pk)
        raise Stopped

    run(piece, work)

    assert Status.QUEUED == piece.status
