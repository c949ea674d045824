"""How trainings go: when they end, what is heard of them, and that nobody who listens changes them.

Both recipes, on networks and music that take a second.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

from generator import openings
from generator.config import NotesTrainingConfig, TrainingConfig
from generator.errors import TrainingError
from generator.grid import GridScore
from generator.recipes import chords as recipe
from generator.recipes.rows import rows_of
from generator.score import Chord, Score
from generator.training import auditions, origin
from generator.training import chords as chords_training
from generator.training import notes as notes_training
from generator.training.auditions import Auditions
from generator.training.course import NOBODY, Course, Epoch, is_over
from generator.training.state import State

pytestmark = pytest.mark.slow

NOTES = NotesTrainingConfig(
    epochs=4, width=32, depth=1, streams=2, steps=16, learning_rate=0.01, averaging=0.9
)
CHORDS = TrainingConfig(epochs=4, batch_size=32, min_count=1)


def study(n):
    """Return a piece of one voice."""
    rows = [(6 * i, 40 + i % 9, 6, 50 + 8 * (i % 4)) for i in range(n)]
    return rows_of(GridScore(notes=np.array(rows), composer="tiny"), ["tiny"])


def by_notes(config, folder, audience=NOBODY, epochs=None):
    """Train a network of the notes recipe; return its figures and what is kept of it."""
    fitting = notes_training.Fitting(
        config, State(folder, {"corpus": "x"}), [study(40), study(90)], [study(30)], [False, True]
    )
    card = notes_training._sketch("tiny", ["tiny"], fitting.shape.to_dict())
    fitting.auditions = Auditions(folder, card, config, lambda: openings.load("k545-1"))
    fitting.audience = audience
    history = fitting.run(lambda *_: None, (epochs if epochs is not None else []).append)
    return history, fitting.best_weights()


def by_chords(config, folder, audience=NOBODY, epochs=None):
    """Train a network of the 40-note recipe likewise."""
    rng = np.random.default_rng(3)
    heard = [Chord(i / 2, 0.5, (int(p),)) for i, p in enumerate(rng.choice([60, 62, 64, 65], 200))]
    known = recipe.vocabulary(heard, min_count=1)
    split = chords_training._split(recipe.encode(heard, known), len(known.tokens), config)
    fitting = chords_training._Fitting(
        split, len(known.tokens), config, State(folder, {"corpus": "x"})
    )
    fitting.auditions = Auditions(
        folder,
        chords_training._sketch("tiny", known),
        config,
        lambda: auditions.known(known, heard, config.seed),
    )
    told = (epochs if epochs is not None else []).append
    history = fitting.run(lambda *_: None, told, audience)
    return history, fitting.weights()


BOTH = pytest.mark.parametrize(
    ("train", "config"), [(by_notes, NOTES), (by_chords, CHORDS)], ids=["notes", "chords"]
)


def figures(history):
    """Return what must be the same again: all but the time it took."""
    return [(e.epoch, e.loss, e.accuracy, e.val_loss, e.val_accuracy) for e in history]


def same(ours, theirs):
    """Whether two networks have the very same weights."""
    return ours.keys() == theirs.keys() and all((ours[k] == theirs[k]).all() for k in ours)


class Killed(Exception):
    """What a test ends a training with, in the middle of an epoch."""


@BOTH
def test_a_training_is_the_same_twice_whoever_listens_and_wherever_it_was_killed(
    train, config, tmp_path
):
    """Bit for bit: undisturbed, with auditions, and killed in its third epoch and taken up."""
    plain = train(config, tmp_path / "plain")
    heard = train(replace(config, audition=1), tmp_path / "heard")

    n_batches = iter(range(10**6))

    def pulls_the_plug(*_):
        if len(told) == 2 and next(n_batches) == 1:
            raise Killed

    told = []
    audience = replace(NOBODY, on_pace=pulls_the_plug)
    with pytest.raises(Killed):
        train(config, tmp_path / "killed", audience, told)
    taken_up = train(config, tmp_path / "killed")

    assert figures(plain[0]) == figures(heard[0]) == figures(taken_up[0])
    assert same(plain[1], heard[1])
    assert same(plain[1], taken_up[1])


@BOTH
def test_who_has_heard_enough_gets_the_best_of_the_whole_epochs(train, config, tmp_path):
    """The epoch under way is given up; the first is always brought to its end."""
    told = []
    audience = replace(NOBODY, has_heard_enough=lambda: len(told) != 1)

    history, kept = train(replace(config, audition=3), tmp_path, audience, told)

    assert [1, 2] == [epoch.epoch for epoch in history]
    assert same(State(tmp_path, {}).best(), kept)
    assert ["1.json", "2.json"] == sorted(p.name for p in (tmp_path / "auditions").iterdir())


@BOTH
def test_an_audition_is_held_after_the_first_and_the_last_epoch_and_every_so_many(
    train, config, tmp_path
):
    """Each is of the same opening and seed, said once, and a score of some bars."""
    said = []

    train(replace(config, audition=2, epochs=5), tmp_path, replace(NOBODY, on_audition=said.append))

    assert [1, 2, 4, 5] == [one["epoch"] for one in said]
    pieces = [json.loads((tmp_path / "auditions" / one["file"]).read_text()) for one in said]
    assert 1 == len({(piece["opening"], piece["seed"]) for piece in pieces})
    scores = [Score.from_dict(piece["score"]) for piece in pieces]
    assert all(len(score.notes) > 16 and score.seam for score in scores)
    begun = [[n for n in score.notes if n.onset < score.seam - 4] for score in scores]
    assert all(one == begun[0] for one in begun)


@BOTH
def test_it_tells_its_origin_and_its_pace(train, config, tmp_path):
    """What makes it again, before the first batch; how fast it is and what is left, after each."""
    origins, paces = [], []
    audience = replace(
        NOBODY, on_origin=origins.append, on_pace=lambda *pace: paces.append((*pace, len(origins)))
    )

    history, _ = train(config, tmp_path, audience)

    (told,) = origins
    assert ("x", config.to_dict()) == (told["corpus"], told["config"])
    assert {"python", "keras", "numpy"} <= told["versions"].keys()
    assert told["machine"]["cores"] >= 1
    assert all(speed > 0 and left_s >= 0 for speed, left_s, _ in paces)
    assert 0 == paces[-1][1]
    assert all(epoch.speed > 0 for epoch in history)


def test_patience_ends_a_training_and_keeps_its_best_epoch(tmp_path):
    """At a learning rate of 1 nothing gets better: it ends after as many epochs as it may wait."""
    config = replace(NOTES, epochs=30, patience=2, learning_rate=1.0, averaging=0.0)

    history, kept = by_notes(config, tmp_path)

    best = min(history, key=lambda epoch: epoch.best_loss)
    assert best.epoch + 2 == len(history) < 30
    assert same(State(tmp_path, {}).best(), kept)


def test_without_patience_the_published_recipe_keeps_its_last_epoch(tmp_path):
    """As published: all epochs, and the weights that the last one left."""
    config = replace(CHORDS, epochs=3)
    history, kept = by_chords(config, tmp_path / "a")
    patient, best = by_chords(replace(config, patience=50), tmp_path / "b")

    last = kept["dense_2.bias"]
    with np.load(tmp_path / "a" / "state.npz") as state:
        variables = [state[name] for name in state.files if name != "told"]
    assert any(np.array_equal(last, variable) for variable in variables)
    assert figures(history) == figures(patient)
    assert same(State(tmp_path / "b", {}).best(), best)


def test_a_loss_that_is_no_number_ends_a_training_with_a_sentence(tmp_path):
    """And the last whole epoch is still the one that lies on disk."""
    state = State(tmp_path, {})
    config = replace(NOTES, epochs=2)
    course = Course(
        config,
        state,
        Auditions(tmp_path, {}, config, lambda: openings.load("k545-1")),
        sizes=[1, 1],
        per_batch=1,
        report=lambda *_: None,
        on_epoch=lambda _: None,
        audience=NOBODY,
    )
    lost = Epoch(
        epoch=1, loss=float("nan"), accuracy=0, val_loss=1, val_accuracy=0, seconds=1, speed=1
    )

    with pytest.raises(TrainingError, match="In epoch 1 the loss was no number any more"):
        course.run(None, [], lambda _: (lost, {}), dict)

    assert not (tmp_path / "state.npz").exists()


def test_a_training_of_which_all_is_done_is_over_when_it_is_taken_up():
    """Whatever ended it: the last epoch, or patience."""
    rest = {"accuracy": 0, "val_accuracy": 0, "seconds": 1, "loss": 1}
    history = [Epoch(epoch=i, val_loss=v, **rest) for i, v in ((1, 2.0), (2, 3.0), (3, 3.0))]

    assert is_over(history, TrainingConfig(epochs=3))
    assert is_over(history, TrainingConfig(epochs=9, patience=2))
    assert not is_over(history, TrainingConfig(epochs=9, patience=3))
    assert not is_over([], TrainingConfig(patience=1))


def test_an_opening_is_found_that_the_model_knows_enough_of():
    """The one that is drawn; else another; else the beginning of what was learned from."""
    heard = [Chord(i / 2, 0.5, (20 + i % 3,)) for i in range(60)]
    strange = recipe.vocabulary(heard, min_count=1)
    mozart = openings.load("k545-1")
    familiar = recipe.vocabulary(mozart.chords, min_count=1)

    assert "learned" == auditions.known(strange, heard, 0).name
    assert recipe.WINDOW == len(auditions.known(strange, heard, 0).chords)
    assert auditions.known(familiar, heard, 0).name in openings.names()


def test_the_versions_name_what_keras_runs_on():
    """TensorFlow too, by whatever name it was installed."""
    assert {name for name in origin.versions() if name.startswith("tensorflow")}
