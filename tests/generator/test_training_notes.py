"""Teaching the notes recipe: both networks learn, and a killed training goes on."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from generator import checkpoint, generation, openings, training
from generator.config import GenerationConfig, NotesTrainingConfig, TrainingConfig
from generator.errors import CheckpointError, ChoiceError, CorpusError
from generator.grid import GridScore
from generator.recipes.rows import rows_of
from generator.training import start
from generator.training.batches import Reading, batches, drawn, n_batches
from generator.training.fitting import Fitting
from generator.training.notes import train
from generator.training.state import State

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


@pytest.mark.slow
def test_a_training_goes_on_from_the_weights_of_another(trained, corpora, tmp_path):
    """Its first epoch is better than the first of the other; the card says what it began from."""
    config = NotesTrainingConfig(epochs=1, learning_rate=1e-6, averaging=0)

    made = train(
        [corpora], composer="tiny", config=config, to=tmp_path, resume=tmp_path, start=trained[0]
    )

    (only,) = json.loads((tmp_path / "history.json").read_text())
    first, _ = json.loads((trained[0] / "history.json").read_text())
    begun = checkpoint.load(trained[0])
    assert only["loss"] < first["loss"]
    assert only["averaged_val_loss"] is None
    assert {"name": "tiny-lstm", "hash": begun.hash} == made.card["start"]
    for name, array in begun.weights.items():
        np.testing.assert_allclose(array, made.weights[name], atol=1e-3)

    with pytest.raises(CheckpointError, match="holds the state of another training"):
        train([corpora], composer="tiny", config=config, to=tmp_path, resume=tmp_path)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"network": "transformer"}, "its network is lstm, and another was asked for"),
        ({"width": 256}, "its width is 480, and another"),
        ({"depth": 3}, "its depth is 2, and another"),
    ],
)
def test_a_start_of_another_shape_is_refused(chosen, says):
    """Before any music is read."""
    with pytest.raises(CheckpointError, match=says):
        start.load(checkpoint.PRETRAINED / "lstm", NotesTrainingConfig(**chosen))


def test_the_forty_note_recipe_is_no_start(published):
    """Its network has other weights, and its training begins from nothing."""
    with pytest.raises(CheckpointError, match="its recipe is chords"):
        start.load(published.folder, NotesTrainingConfig())
    with pytest.raises(ChoiceError, match="the 40-note recipe knows no start"):
        training.train([], config=TrainingConfig(), start=published.folder)


def test_composers_who_were_known_come_first():
    """The column of a composer stays his; at most 32 are told apart."""
    begun = checkpoint.load(checkpoint.PRETRAINED / "lstm")
    known = begun.card["composers"]

    assert [*known, "alkan", "zelenka"] == start.composers(["zelenka", "chopin", "alkan"], begun)
    assert ["bach", "chopin"] == start.composers(["chopin", "bach", "chopin"], None)
    with pytest.raises(CorpusError, match="would know 33 composers, and it tells at most 32"):
        start.composers([f"pupil {i}" for i in range(14)], begun)


def test_whom_the_start_owes_is_named_beside_whom_the_music_owes():
    """Once each; the start's licence holds where none is given."""
    begun = checkpoint.load(checkpoint.PRETRAINED / "lstm")
    before = begun.card["attribution"]

    said = start.said({"attribution": "By Tiny.", "licence": ""}, begun)

    assert f"{before} By Tiny." == said["attribution"]
    assert begun.card["licence"] == said["licence"]
    assert before == start.said({"attribution": before, "licence": "x"}, begun)["attribution"]
    assert {} == start.said({}, None)


def study(n, *, flat=False):
    """Return a piece of one voice, louder and softer by turns unless it is flat."""
    rows = [(6 * i, 40 + i % 9, 6, 64 if flat else 50 + 8 * (i % 4)) for i in range(n)]
    return rows_of(GridScore(notes=np.array(rows), composer="tiny"), ["tiny"])


@pytest.mark.slow
@pytest.mark.parametrize("network", ["lstm", "transformer"])
def test_of_the_weights_and_their_average_the_better_is_kept(tmp_path, network):
    """What was told of the best epoch is what the kept weights say once more."""
    small = {"width": 32, "depth": 1, "streams": 1, "steps": 16, "learning_rate": 0.3}
    config = NotesTrainingConfig(network=network, epochs=2, averaging=0.9, **small)
    learned, unseen = [study(40), study(90)], [study(30)]
    fitting = Fitting(config, State(tmp_path, {}), learned, unseen, [False, False])

    history = fitting.run(lambda *_: None, lambda _: None)

    best = min(history, key=lambda epoch: epoch.best_loss)
    assert {best.val_loss, best.averaged_val_loss} > {best.best_loss}
    fitting.network.give(fitting.best_weights())
    assert best.best_loss == fitting.measure().nats


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
