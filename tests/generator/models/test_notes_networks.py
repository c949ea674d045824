"""The networks of the notes recipe: numpy says what Keras says, a batch what one alone says."""

import numpy as np
import pytest

from generator import checkpoint
from generator.models.in_numpy import NETWORKS, Decisions, probabilities
from generator.recipes import layout
from tests.generator.shaping import SHAPES, arrays

STEPS = 512
SHIPPED = sorted(card.parent for card in checkpoint.PRETRAINED.glob("*/card.json"))
OF_NOTES = [folder for folder in SHIPPED if checkpoint.read_card(folder)["recipe"] == "notes"]


def facts(rng, n, steps=1):
    """Draw rows of facts as music has them: a few ones among many zeros."""
    ahead = (rng.random((steps, n, layout.WIDTH)) < 0.02).astype(np.float32)
    within = (rng.random((steps, n, layout.WITHIN.width)) < 0.01).astype(np.float32)
    return ahead, within


def columns(rows):
    """Return where the ones are."""
    return [np.flatnonzero(row).tolist() for row in rows]


def said(network, decisions, ahead, within):
    """Return what a network says of every step: the chances of the four parts, side by side."""
    state = network.begin(ahead.shape[1])
    rows = []
    for now, then in zip(map(columns, ahead), map(columns, within), strict=True):
        thought, after = network.read(state, now)
        network.keep(state, after)
        heard, told = decisions.hear(thought), np.stack([decisions.tell(row) for row in then])
        highest = [87 if 87 in row else 0 for row in then]
        parts = (
            decisions.pitch(thought, heard, now),
            decisions.duration(heard, told),
            decisions.velocity(heard, told),
            decisions.onset(heard, told, highest),
        )
        rows.append(np.concatenate([probabilities(part) for part in parts], axis=1))
    return np.stack(rows)  # (steps, n, all values)


def in_keras(shape, weights, ahead, within):
    """Return what Keras says of the same, float32, as if it were trained on it."""
    from generator.models.in_keras import NotesNetwork  # noqa: PLC0415 - it loads TensorFlow

    network = NotesNetwork(shape, batch=ahead.shape[1], half="float32")
    for name, array in network.named_arrays().items():
        array.assign(weights[name])
    rows = [np.swapaxes(part, 0, 1) for part in (ahead, within)]
    told = network((*rows, np.ones(ahead.shape[1], np.uint8)))
    logits = [np.asarray(told[part]) for part in ("pitch", "duration", "velocity", "onset")]
    return np.swapaxes(np.concatenate([probabilities(part) for part in logits], axis=-1), 0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_numpy_equals_keras_beyond_the_window(name):
    """Drawn weights: within 1e-5 at each of 64 steps, though a Transformer sees back only 24."""
    shape, rng = SHAPES[name], np.random.default_rng(1)
    weights = arrays(shape)
    ahead, within = facts(rng, 2, 64)

    ours = said(NETWORKS[name](shape, weights), Decisions(weights), ahead, within)

    np.testing.assert_allclose(ours, in_keras(shape, weights, ahead, within), atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("folder", OF_NOTES, ids=lambda folder: folder.name)
def test_shipped_weights_say_in_numpy_what_they_say_in_keras(folder):
    """512 steps, float32, from the file as it ships."""
    made, rng = checkpoint.load(folder), np.random.default_rng(2)
    ahead, within = facts(rng, 2, STEPS)

    ours = said(made.notes_network, made.decisions, ahead, within)

    theirs = in_keras(made.notes_network.shape, made.weights, ahead, within)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("name", SHAPES)
def test_a_piece_in_a_batch_is_as_alone(name):
    """To the last bit: eight pieces side by side, and each beside an empty row."""
    shape, weights = SHAPES[name], arrays(SHAPES[name])
    network, decisions = NETWORKS[name](shape, weights), Decisions(weights)
    ahead, within = facts(np.random.default_rng(3), 8, 30)

    together = said(network, decisions, ahead, within)

    for i in range(8):
        alone = [np.stack([part[:, i], 0 * part[:, i]], axis=1) for part in (ahead, within)]
        np.testing.assert_array_equal(together[:, i], said(network, decisions, *alone)[:, 0])


@pytest.mark.parametrize("name", SHAPES)
def test_reading_alone_moves_nothing(name):
    """A network may be asked what it would think, as often as one likes."""
    shape, weights = SHAPES[name], arrays(SHAPES[name])
    network = NETWORKS[name](shape, weights)
    ahead, _ = facts(np.random.default_rng(4), 2, 6)
    state = network.begin(2)
    for now in ahead[:5]:
        network.keep(state, network.read(state, columns(now))[1])

    first = network.read(state, columns(ahead[5]))[0]
    network.read(state, columns(ahead[0]))

    np.testing.assert_array_equal(first, network.read(state, columns(ahead[5]))[0])


def test_a_chord_is_told_from_below():
    """What lies at or below a struck key has no chance, and all above has."""
    shape, decisions = SHAPES["lstm"], Decisions(arrays(SHAPES["lstm"]))
    struck = layout.AHEAD.width + 88  # the second set of keys
    thought = np.ones((2, shape.width), np.float32)

    ahead = [[struck + 20, struck + 40], []]
    chances = probabilities(decisions.pitch(thought, decisions.hear(thought), ahead))

    assert 0 == chances[0, :41].sum()
    assert (chances[0, 41:] > 0).all()
    assert (chances[1] > 0).all()
