"""A model rehearses, comes in as a file, and is given to visitors, with real workers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.worker.factories import make_checkpoint, make_notes_checkpoint, make_primer
from tests.worker.sites import until
from webapp import checkpoints, duels, imports, jobs, queue, rehearsals, services
from webapp.models import Bout, Checkpoint, Import, Rehearsal, Status

pytestmark = pytest.mark.slow

FEW = {"REHEARSAL_PIECES": "2"}


def is_final(row):
    return row.is_final


@pytest.fixture
def two(site):
    """Two models that have learned nothing: the active one of 40 notes, and one in time.

    The former knows the white keys in one octave, enough for four of the openings.
    """
    folder = site.home / "checkpoints"
    active, other = make_checkpoint(folder / "chance"), make_notes_checkpoint(folder / "in-time")
    return active, other


def test_a_rehearsal_lays_two_models_beside_each_other(site, two):
    """Figures and a verdict of both, a page and a sound of every piece, in the winner's folder."""
    active, other = two
    row = rehearsals.start(other)
    site.start_worker(queue.PREPARATION, **FEW)

    site.wait_for(row, is_final, "ends")

    assert Status.SUCCEEDED == row.status, site.logs()
    assert active == row.against
    assert [2, 2] == [row.figures[side]["n_pieces"] for side in ("one", "other")]
    assert {"one": 2, "other": 2} == row.figures["engraved"]
    names = [line["name"] for line in row.figures["lines"]]
    assert ["bits", "likeness", "told_apart", "copying"] == names[:4]
    assert row.figures["verdict"] in ("pass", "warn")
    assert 2 == len(row.pieces)
    for pair in row.pieces:
        for side in ("one", "other"):
            assert {"pdf", "mp3"} == set(pair[side]["files"])
            assert 0 < pair[side]["begins"] < pair[side]["seconds"]
            for path in pair[side]["files"].values():
                assert (site.media / path).stat().st_size > 1000
    assert ["1"] == site.folders(row)


def test_a_rehearsal_can_be_cancelled(site, two):
    """It ends at its next step, and its files go."""
    row = rehearsals.start(two[1])
    site.start_worker(queue.PREPARATION)
    site.wait_for(row, lambda stored: stored.stage, "has begun")

    jobs.cancel(Rehearsal, row.pk)
    site.wait_for(row, is_final, "ends")

    assert Status.CANCELLED == row.status


def test_a_piece_keeps_its_model_and_the_next_one_gets_the_new(site, two):
    """What waits when the new model is given keeps its own; no worker is started anew."""
    active, other = two
    primer = make_primer()
    worker = site.start_worker()
    warm = services.compose(notes=24, seed=1, primer=primer)
    site.wait_for(warm, is_final, "ends")

    before = services.compose(notes=400, seed=2, primer=primer)
    site.wait_for(before, lambda piece: piece.status == Status.RUNNING, "is begun")
    queued = services.compose(notes=24, seed=3, primer=primer)
    checkpoints.give(other)
    after = services.compose(notes=24, seed=3, primer=primer)
    for piece in (before, queued, after):
        site.wait_for(piece, is_final, "ends")

    assert [Status.SUCCEEDED] * 3 == [p.status for p in (before, queued, after)], site.logs()
    assert [active.pk, active.pk, other.pk] == [
        piece.checkpoint_id for piece in (before, queued, after)
    ]
    wrote = [piece.score["origin"]["model"] for piece in (before, queued, after)]
    assert ["Chance", "Chance", "Chance, in time"] == wrote
    assert worker.process.poll() is None

    back = checkpoints.roll_back()
    last = services.compose(notes=24, seed=4, primer=primer)
    site.wait_for(last, is_final, "ends")
    assert (active, "Chance") == (back, last.score["origin"]["model"])


def test_a_model_goes_out_and_comes_in_again(site, two):
    """Deleted in between: the same hash, imported, offered to nobody, and it composes."""
    _, other = two
    with imports.export(other) as packed:
        packed.seek(0)
        content = packed.read()
    name, gone = other.hash, other.path
    other.delete()
    shutil.rmtree(gone)
    row = dropped(site, content)
    site.start_worker(f"{queue.PREPARATION},{queue.GENERATION}")

    site.wait_for(row, is_final, "ends")

    assert Status.SUCCEEDED == row.status, site.logs()
    assert name == row.checkpoint_id
    made = Checkpoint.objects.get(pk=name)
    assert ("imported", False, False) == (made.origin, made.is_offered, made.is_active)
    assert not Path(row.dropped).exists()
    piece = services.compose(checkpoint=made, notes=24, seed=1, primer=make_primer())
    site.wait_for(piece, is_final, "ends")
    assert Status.SUCCEEDED == piece.status, site.logs()


def test_a_file_that_is_no_model_leaves_nothing_behind(site, two):
    """Its sentence stands in the row, no model is stored, and the file is gone."""
    row = dropped(site, b"\x80\x04a pickle")
    site.start_worker(queue.PREPARATION)

    site.wait_for(row, is_final, "ends")

    assert (Status.FAILED, "import_pickle") == (row.status, row.error_code)
    assert 2 == Checkpoint.objects.count()
    assert not Path(row.dropped).exists()
    assert {"chance", "in-time"} == {path.name for path in (site.home / "checkpoints").iterdir()}
    assert "Traceback" not in site.logs()


def test_a_duel_is_composed_by_the_worker_that_no_visitor_waits_for(site, two):
    """Pair after pair, by both models; a visitor's piece is not before or behind them."""
    make_primer()
    duels.start(*two)
    site.start_worker(queue.PREPARATION)

    until(lambda: Bout.objects.filter(**duels.READY).count() >= 2, "two pairs are ready")

    bout = Bout.objects.filter(**duels.READY).first()
    assert two == (bout.piece_one.checkpoint, bout.piece_other.checkpoint)
    assert bout.piece_one.config["seed"] == bout.piece_other.config["seed"]
    assert {"mp3"} <= set(bout.piece_one.files)


def dropped(site, content: bytes) -> Import:
    """Lay a file aside as an upload does, and have it looked at."""
    file = site.home / "checkpoints" / ".import-test"
    file.write_bytes(content)
    row = Import.objects.create(dropped=str(file), name="model.impromptu")
    queue.enqueue(row)
    return row
