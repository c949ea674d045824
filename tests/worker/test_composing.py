"""A piece, from the message to the files, by real workers that are killed and cheated."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from generator import openings
from generator.config import GenerationConfig
from generator.errors import CheckpointError
from tests.worker.factories import make_notes_checkpoint, make_piece
from tests.worker.sites import until
from webapp import jobs, queue
from webapp.models import Piece, Primer, Status
from worker import composing

pytestmark = pytest.mark.slow

KINDS = {"midi", "musicxml", "pdf", "png", "svg", "thumbnail", "card", "positions"}
KINDS |= {"wav", "ogg", "mp3", "flac", "narrow", "positions_narrow"}
MANY = 400  # notes: enough time to kill whoever composes them


def is_composing(piece):
    return piece.status == Status.RUNNING and piece.stage == "composing" and piece.done > 0


def is_final(piece):
    return piece.is_final


def assert_whole(site, piece, *, attempt):
    """The piece succeeded, in this attempt, and its folder holds that attempt's files alone."""
    assert (Status.SUCCEEDED, attempt) == (piece.status, piece.attempt), site.logs()
    assert set(piece.files) == KINDS
    paths = [Path(path) for path in piece.file_paths()]
    until(lambda: [str(attempt)] == site.folders(piece), "the losers' files are gone")
    assert all((site.media / path).stat().st_size > 0 for path in paths)
    assert {str(attempt)} == {path.parent.name for path in paths}


def test_a_piece_is_composed_engraved_and_sounded(site):
    """The whole way: notes in the row, and every file that the page offers."""
    piece = make_piece(site.home)
    queue.enqueue(piece)
    site.start_worker()

    site.wait_for(piece, is_final, "ends")

    assert_whole(site, piece, attempt=1)
    n_new = sum(note[0] >= piece.score["seam"] for note in piece.score["notes"])
    assert 24 == n_new
    assert 0 == piece.n_skipped
    assert piece.sent_at <= piece.started_at <= piece.heartbeat_at <= piece.finished_at


def test_a_piece_of_the_notes_recipe_comes_with_pedal_and_bars(site):
    """What was chosen reaches the model: a composer, a length in bars, the pedal, no rubato."""
    model = make_notes_checkpoint(site.home / "checkpoints" / "in-time")
    chosen = {"bars": 8, "composer": "somebody", "rubato": False, "seed": 7}
    config = GenerationConfig.for_model(chosen, **model.abilities).to_dict()
    opening = openings.load("k545-1").to_dict()
    facts = {name: opening[name] for name in ("name", "title", "composer", "attribution")}
    piece = Piece.objects.create(
        title="In time",
        checkpoint=model,
        primer=Primer.objects.create(**facts, licence="CC0", opening=opening),
        config=config,
    )
    queue.enqueue(piece)
    site.start_worker()

    site.wait_for(piece, is_final, "ends")

    assert_whole(site, piece, attempt=1)
    n_bars = (max(onset for onset, *_ in piece.score["notes"]) - piece.score["seam"]) // 4 + 1
    assert 8 <= n_bars <= 10  # an ending may add two
    assert piece.score["pedals"]
    assert not piece.score["tempi"]
    assert piece.originality is None  # no works came with the model


def test_a_model_whose_folder_holds_another_by_now_is_not_taken_for_it(db, tmp_path):
    """A new version was installed while the piece waited."""
    stored = make_notes_checkpoint(tmp_path)

    assert stored.hash == composing.load_checkpoint(stored.path, stored.hash).hash
    with pytest.raises(CheckpointError, match="is not here any more"):
        composing.load_checkpoint(stored.path, "0" * 64)


def test_a_message_delivered_twice_makes_one_run(site):
    """The second worker finds that the piece is taken, and leaves it alone."""
    piece = make_piece(site.home, notes=200)
    for _ in range(2):
        queue.send(queue.COMPOSE, str(piece.pk))
    workers = [site.start_worker(), site.start_worker()]

    site.wait_for(piece, is_final, "ends")

    until(lambda: "nothing to do" in site.logs(), "the second message is read")
    assert_whole(site, piece, attempt=1)
    assert 1 == sum("nothing to do" in worker.log.read_text() for worker in workers)


def test_a_worker_killed_while_it_composes_loses_nothing_but_time(site):
    """Power fails: the sweep gives the piece to a new worker, which ends it, once."""
    piece = make_piece(site.home, notes=MANY)
    queue.enqueue(piece)
    doomed = site.start_worker()
    site.wait_for(piece, is_composing, "is composed")

    doomed.kill()
    site.start_worker()
    site.sweep_until(piece, is_final, "ends")

    assert_whole(site, piece, attempt=2)
    assert 1 == piece.n_lost


def test_a_killed_child_gives_its_piece_back_at_once(site):
    """Memory runs out: the parent process hears of it, without any silence or sweep."""
    piece = make_piece(site.home, notes=MANY)
    queue.enqueue(piece)
    worker = site.start_worker(IMPROMPTU_SILENCE_S="600")
    site.wait_for(piece, is_composing, "is composed")

    worker.kill_child()

    site.wait_for(piece, is_final, "ends")
    assert_whole(site, piece, attempt=2)
    assert 1 == piece.n_lost


def test_a_piece_whose_message_is_gone_is_sent_again(site):
    """Redis starts again and knows nothing; the row is still there."""
    piece = make_piece(site.home)
    queue.enqueue(piece)
    queue.redis().flushall()
    long_ago = now() - jobs.RESEND - timedelta(seconds=1)
    Piece.objects.filter(pk=piece.pk).update(sent_at=long_ago)
    site.start_worker()  # it sweeps when it starts

    site.wait_for(piece, is_final, "ends")

    assert_whole(site, piece, attempt=1)


def test_a_worker_outlives_a_redis_that_forgets_all(site):
    """The queue's own keys are gone too, and what is sent afterwards still arrives."""
    site.start_worker()
    until(lambda: " ready." in site.logs(), "the worker is ready")
    queue.redis().flushall()

    piece = make_piece(site.home)
    queue.enqueue(piece)

    site.wait_for(piece, is_final, "ends")
    assert_whole(site, piece, attempt=1)


def test_a_running_piece_can_be_cancelled(site):
    """The worker hears of it at its next report, and is free for the next piece."""
    piece = make_piece(site.home, notes=4000)
    queue.enqueue(piece)
    site.start_worker()
    site.wait_for(piece, is_composing, "is composed")

    jobs.cancel(Piece, piece.pk)
    site.wait_for(piece, is_final, "ends")

    assert (Status.CANCELLED, "composing") == (piece.status, piece.stage)
    assert piece.done < 4000


def test_without_musescore_the_piece_fails_and_keeps_notes_and_sound(site, tmp_path):
    """The sentence names the package to install."""
    programs = tmp_path / "bin"
    programs.mkdir()
    piece = make_piece(site.home)
    queue.enqueue(piece)
    site.start_worker(PATH=str(programs), MUSESCORE="")

    site.wait_for(piece, is_final, "ends")

    assert (Status.FAILED, "tool_missing") == (piece.status, piece.error_code), site.logs()
    assert "musescore3" == piece.error_values["package"]
    assert {"midi", "musicxml", "wav", "ogg", "mp3", "flac"} == set(piece.files)
    assert all((site.media / path).exists() for path in piece.file_paths())
    assert json.dumps(piece.score)


def test_an_opening_too_short_for_the_model_fails_with_its_sentence(site):
    """An expected error: what the person reads, and nothing in the log but a line."""
    piece = make_piece(site.home)
    piece.primer.opening["chords"] = piece.primer.opening["chords"][:8]
    piece.primer.save()
    queue.enqueue(piece)
    site.start_worker()

    site.wait_for(piece, is_final, "ends")

    assert (Status.FAILED, "primer_short") == (piece.status, piece.error_code)
    assert "Traceback" not in site.logs()
