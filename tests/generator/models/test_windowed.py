"""The network in numpy says what the network in Keras says."""

import numpy as np
import pytest

from generator import generation
from generator.config import GenerationConfig
from generator.models import windowed
from generator.recipes import chords as recipe
from generator.sampling import draw

STEPS = 200


@pytest.fixture(scope="module")
def keras_network(published):
    """Build the network in Keras with the weights that ship."""
    network = windowed.build_network(published.network.n_kinds)
    windowed.give_weights(network, published.weights)
    return network


@pytest.mark.slow
def test_numpy_equals_keras_over_200_tokens(published, keras_network):
    """Probabilities lie within 1e-5 of Keras's at every step, and the same tokens are drawn."""
    start = np.arange(recipe.WINDOW, dtype=np.int32)
    choices = GenerationConfig(notes=STEPS, temperature=1.0, seed=11)
    ours = generation.draw_tokens(published, start, choices)

    ids, rng = list(start), np.random.Generator(np.random.PCG64(11))
    for step in range(STEPS):
        read = np.array([ids[-recipe.WINDOW :]], np.int32)
        theirs = keras_network.predict_on_batch(recipe.normalise(read, 120))[0]
        np.testing.assert_allclose(published.network.probabilities(read)[0], theirs, atol=1e-5)
        shares = theirs.astype(np.float64) / theirs.astype(np.float64).sum()
        ids.append(draw(shares, temperature=1.0, top_p=1.0, rng=rng))

        assert ours[step] == ids[-1]


def test_a_window_in_a_batch_has_the_probabilities_it_has_alone(published):
    """Neighbours in a batch do not leak into one another."""
    rng = np.random.default_rng(3)
    read = rng.integers(0, 120, (5, recipe.WINDOW)).astype(np.int32)

    together = published.network.probabilities(read)
    alone = np.concatenate([published.network.probabilities(row[None]) for row in read])

    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_probabilities_sum_to_one_however_large_the_logits():
    """Gates that saturate and logits of a thousand overflow nowhere."""
    rng = np.random.default_rng(5)
    shapes = {
        "lstm_1.kernel": (1, 1024), "lstm_1.recurrent": (256, 1024), "lstm_1.bias": (1024,),
        "lstm_2.kernel": (256, 512), "lstm_2.recurrent": (128, 512), "lstm_2.bias": (512,),
        "dense_1.kernel": (128, 256), "dense_1.bias": (256,),
        "dense_2.kernel": (256, 7), "dense_2.bias": (7,),
    }  # fmt: skip
    weights = {n: (100 * rng.normal(size=s)).astype(np.float32) for n, s in shapes.items()}

    shares = windowed.WindowedNetwork(weights).probabilities(np.zeros((2, 40), np.int32))

    assert [1.0, 1.0] == pytest.approx(shares.sum(axis=-1).tolist())
