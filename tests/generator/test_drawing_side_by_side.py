"""Many draws in one call: each row, to the last bit, what it is alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.sampling import draw, draw_each, heat, nucleus


@st.composite
def decisions(draws):
    """Make rows of probabilities with zeros and ties, a temperature, a mass and a seed for each."""
    n, width = draws(st.integers(1, 8)), draws(st.integers(1, 88))
    rng = np.random.default_rng(draws(st.integers(0, 2**32)))
    odds = np.exp(draws(st.sampled_from([0.1, 1, 8])) * rng.standard_normal((n, width)))
    odds = np.where(rng.random((n, width)) < 0.3, 1.0, odds)
    odds[rng.random((n, width)) < draws(st.sampled_from([0, 0.5, 0.95]))] = 0
    odds[np.arange(n), rng.integers(width, size=n)] = 1
    each = [
        draws(st.lists(st.floats(low, high), min_size=n, max_size=n))
        for low, high in ((0.1, 2), (0.01, 1))
    ]
    if draws(st.booleans()):
        each[1][0] = 1.0
    return odds / odds.sum(axis=-1, keepdims=True), *each, rng.integers(2**32, size=n).tolist()


def slowly(probabilities, temperature, top_p, rng):
    """Draw one token as it is said in books."""
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities) / temperature
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    if top_p < 1:
        mass, kept = 0.0, np.zeros_like(shares)
        for token in sorted(range(len(shares)), key=lambda i: (-shares[i], i)):
            mass += shares[token]
            if mass - shares[token] < top_p:
                kept[token] = shares[token]
        shares = kept / kept.sum()
    reached = np.cumsum(shares)
    token = np.searchsorted(reached, rng.random() * reached[-1], side="right")
    return min(int(token), int(np.flatnonzero(shares)[-1]))


@settings(max_examples=150, deadline=None)
@given(decisions())
def test_rows_drawn_together_are_as_drawn_alone(given_rows):
    """The token of each row, and what its generator says next."""
    rows, temperatures, masses, seeds = given_rows
    together, alone, books = ([np.random.default_rng(seed) for seed in seeds] for _ in range(3))

    drawn = draw_each(rows, temperatures=temperatures, top_ps=masses, rngs=together)

    each = list(zip(rows, temperatures, masses, strict=True))
    assert drawn == [
        draw(row, temperature=t, top_p=p, rng=rng)
        for (row, t, p), rng in zip(each, alone, strict=True)
    ]
    assert drawn == [slowly(*one, rng) for one, rng in zip(each, books, strict=True)]
    assert [rng.random() for rng in together] == [rng.random() for rng in alone]


@settings(max_examples=60, deadline=None)
@given(decisions())
def test_heat_and_nucleus_keep_rows_apart(given_rows):
    """Bit for bit, so that a piece does not know what is composed beside it."""
    rows, temperatures, masses, _ = given_rows

    warm, cut = heat(rows, np.array(temperatures)), nucleus(rows, np.array(masses))

    for i, row in enumerate(rows):
        np.testing.assert_array_equal(heat(row, temperatures[i]), warm[i])
        np.testing.assert_array_equal(nucleus(row, masses[i]), cut[i])
