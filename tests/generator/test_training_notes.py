"""Teaching the notes recipe: both networks learn, and a killed training goes on."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from generator import checkpoint, generation, openings
from generator.config import GenerationConfig
from generator.grid import GridScore
from generator.recipes.rows import rows_of
from generator.training.batches import Reading, batches, drawn, n_batches

EPOCHS = 2


def command(corpora, to, network="lstm"):
    """Return the command that trains on the little corpus."""
    return [
        sys.executable, "-m", "generator", "train", "--corpus", str(corpora), "--composer", "tiny",
        "--recipe", "notes", "--model", network, "--epochs", str(EPOCHS), "--json",
        "--to", str(to), "--resume", str(to / "resume"),
    ]  # fmt: skip


def run(corpora, to, network="lstm"):
    """Train to the end and return what was told."""
    done = subprocess.run(
        command(corpora, to, network), capture_output=True, check=True, stdin=subprocess.DEVNULL
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def trained(corpora, tmp_path_factory):
    """Train an LSTM to the end, undisturbed; return the folder and what was told."""
    to = tmp_path_factory.mktemp("trained")
    return to, run(corpora, to)


@pytest.mark.slow
def test_it_tells_of_every_file_and_epoch_and_then_of_the_checkpoint(trained):
    """The checkpoint composes, and brings what it learned from, to compare with."""
    to, told = trained
    made = checkpoint.load(to)

    piece = generation.compose(made, openings.load("k545-1"), GenerationConfig(notes=16))

    assert {"stage": "reading", "done": 2, "total": 2} in told
    assert [1, 2] == [line["epoch"]["epoch"] for line in told if "epoch" in line]
    assert {"checkpoint": str(to), "hash": made.hash} == told[-1]
    assert ["tiny"] == made.card["composers"]
    assert piece.originality is not None
    assert all((to / name).exists() for name in ("accuracy.png", "loss.png", "originality.npz"))
    history = json.loads((to / "history.json").read_text())
    assert history[1]["loss"] < history[0]["loss"]


@pytest.mark.slow
def test_a_killed_training_goes_on_as_if_it_had_not_been(trained, corpora, tmp_path):
    """Kill -9 after the first epoch: the second, and the weights, are those of the undisturbed."""
    with subprocess.Popen(
        command(corpora, tmp_path), stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if json.loads(line).get("epoch", {}).get("epoch") == 1:
                process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "card.json").exists()

    run(corpora, tmp_path)

    figures = [
        [(row["epoch"], row["loss"], row["val_loss"]) for row in rows]
        for rows in (
            json.loads((folder / "history.json").read_text()) for folder in (trained[0], tmp_path)
        )
    ]
    assert figures[0] == figures[1]
    ours, theirs = (checkpoint.load(folder).weights for folder in (trained[0], tmp_path))
    for name, array in ours.items():
        np.testing.assert_array_equal(array, theirs[name])


@pytest.mark.slow
def test_a_transformer_is_taught_the_same_way(corpora, tmp_path):
    """From the command to a checkpoint that composes."""
    run(corpora, tmp_path, "transformer")
    made = checkpoint.load(tmp_path)

    piece = generation.compose(made, openings.load("k545-1"), GenerationConfig(notes=16))

    assert "transformer" == made.card["network"]
    assert len(piece.score.notes) > 16


def study(n, *, flat=False):
    """Return a piece of one voice, louder and softer by turns unless it is flat."""
    rows = [(6 * i, 40 + i % 9, 6, 64 if flat else 50 + 8 * (i % 4)) for i in range(n)]
    return rows_of(GridScore(notes=np.array(rows), composer="tiny"), ["tiny"])


def test_every_note_is_asked_once_and_the_rest_does_not_count():
    """Pieces of 5, 40 and 17 notes in two streams of 16: pitches and onsets are counted."""
    pieces = [study(n) for n in (5, 40, 17)]

    laid = list(batches([Reading(rows) for rows in pieces], streams=2, steps=16))

    counts = sum(batch.counts.sum(axis=(0, 1)) for batch in laid)
    assert [59, 62, 62, 62] == counts.tolist()  # the first onset of a piece is given
    begins = [batch.begins[i] for batch in laid for i in range(2) if batch.counts[i].any()]
    assert 3 == sum(begins)
    assert len(laid) <= n_batches(pieces, streams=2, steps=16) + 1


def test_flat_dynamics_are_not_learned():
    """A file with one velocity has none in the loss, and all else is."""
    (batch,) = batches([Reading(study(10, flat=True))], streams=1, steps=16)

    assert [9, 10, 10, 0] == batch.counts.sum(axis=(0, 1)).tolist()


def test_a_key_moves_questions_and_answers_alike():
    """Three semitones up, the pitch that is asked for and the one that is told are three higher."""
    rows = study(10)
    (low,), (high,) = (list(batches([Reading(rows, up)], streams=1, steps=16)) for up in (0, 3))

    np.testing.assert_array_equal(low.ids[0, :10, 1] + 3, high.ids[0, :10, 1])
    told = [np.flatnonzero(batch.within[0, 4, :88]).tolist() for batch in (low, high)]
    assert [[44], [47]] == told


def test_an_epoch_is_drawn_from_its_seed():
    """The same seed gives the same order, keys and changes; the next epoch others."""
    pieces = [study(20 + n) for n in range(6)]

    one, same, other = (
        drawn(pieces, np.random.default_rng(seed), twice=[True] + 5 * [False]) for seed in (1, 1, 2)
    )

    assert 7 == len(one)
    assert [r.up for r in one] == [r.up for r in same]
    assert all((a.rows.ahead == b.rows.ahead).all() for a, b in zip(one, same, strict=True))
    assert [len(r.rows) for r in one] != [len(r.rows) for r in other]


def test_no_piece_leaves_the_piano():
    """What reaches the lowest or the highest key is moved the other way only."""
    notes = np.array([(0, 0, 6, 60), (6, 87, 6, 61), (12, 40, 6, 62)])
    rows = rows_of(GridScore(notes=notes, composer="tiny"), ["tiny"])

    for seed in range(5):
        (reading,) = drawn([rows], np.random.default_rng(seed))
        assert 0 == reading.up
