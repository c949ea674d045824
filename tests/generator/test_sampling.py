"""Drawing tokens: what may come out, and how often."""

import numpy as np
import pytest

from generator.sampling import draw, heat, nucleus


def drawn(probabilities, n=4000, *, temperature=1.0, top_p=1.0):
    """Return how often each token came out of ``n`` draws, as shares."""
    rng = np.random.default_rng(20)
    tokens = [
        draw(np.array(probabilities), temperature=temperature, top_p=top_p, rng=rng)
        for _ in range(n)
    ]
    return np.bincount(tokens, minlength=len(probabilities)) / n


def test_temperature_one_leaves_the_distribution_alone():
    """The models' own probabilities come out as they went in."""
    assert [0.7, 0.2, 0.1] == pytest.approx(heat(np.array([0.7, 0.2, 0.1]), 1.0).tolist())


def test_temperature_divides_the_log_probabilities():
    """At temperature 0.5 probabilities are squared, then scaled to sum to 1."""
    assert [16 / 17, 1 / 17] == pytest.approx(heat(np.array([0.8, 0.2]), 0.5).tolist())


def test_the_nucleus_keeps_the_token_that_crosses_the_line():
    """With top_p between two cumulative sums the crossing token stays, in its own place."""
    assert [0.375, 0.0, 0.625] == pytest.approx(nucleus(np.array([0.3, 0.2, 0.5]), 0.6).tolist())


def test_tokens_come_out_as_often_as_they_should():
    """4,000 draws follow the distribution to three percent."""
    assert [0.5, 0.3, 0.2] == pytest.approx(drawn([0.5, 0.3, 0.2]).tolist(), abs=0.03)


def test_a_forbidden_token_never_comes_out():
    """Probability zero is a promise, at any temperature, also at the end of the row."""
    assert [0.0, 0.0] == drawn([0.0, 0.5, 0.5, 0.0], temperature=2.0)[[0, 3]].tolist()


def test_a_small_nucleus_is_the_likeliest_token():
    """A top_p below the highest probability leaves one choice."""
    assert [0.0, 1.0, 0.0] == drawn([0.3, 0.4, 0.3], n=50, top_p=0.1).tolist()


def test_a_draw_takes_one_number_whatever_was_chosen():
    """Two generators stay in step through different choices."""
    one, other = np.random.default_rng(1), np.random.default_rng(1)

    draw(np.array([0.5, 0.5]), temperature=0.5, top_p=0.1, rng=one)
    draw(np.array([0.1, 0.9]), temperature=2.0, top_p=1.0, rng=other)

    assert one.random() == other.random()
