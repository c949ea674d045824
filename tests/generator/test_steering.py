"""Masks as whole numbers: they allow what the rule allows, said slowly and value by value."""

from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.generation import steering
from generator.grid import Metre
from generator.recipes import sets
from generator.recipes.notes import DURATIONS, LONGEST, N_PITCHES, SHIFTS

METRES = st.builds(Metre, st.integers(0, 96), st.integers(1, 12), st.sampled_from([2, 4, 8, 16]))
KEYS = st.sets(st.integers(0, N_PITCHES - 1), max_size=10)


@st.composite
def hands(draws):
    """Make keys that are struck by two hands, and others that are held."""
    left, right = draws(st.integers(0, 60)), draws(st.integers(20, 87))
    near = st.sets(st.integers(0, steering.REACH), max_size=steering.HAND)
    struck = {left + up for up in draws(near)} | {right + up for up in draws(near)}
    struck = {key for key in struck if key < N_PITCHES}
    return SimpleNamespace(struck_now=sets.of(struck), sounding=sets.of(draws(KEYS) - struck))


def can_strike(keys):
    """Return whether two hands of five fingers reach all of ``keys``."""
    cuts = [(keys[:i], keys[i:]) for i in range(len(keys) + 1)]
    return any(
        all(len(hand) <= steering.HAND and np.ptp(hand or [0]) <= steering.REACH for hand in both)
        for both in cuts
    )


@settings(max_examples=150, deadline=None)
@given(hands())
def test_a_key_may_be_struck_if_it_is_free_higher_and_within_reach(past):
    """Key by key: two hands can strike it with what they strike already."""
    struck, held = sets.members(past.struck_now), sets.members(past.sounding)

    allowed = [
        key
        for key in range(N_PITCHES)
        if key not in held
        and key > max(struck, default=-1)
        and (not struck or len(struck) + len(held) < steering.MOST_KEYS)
        and (not struck or can_strike([*struck, key]))
    ]

    assert allowed == sets.members(steering.pitches(past))


@settings(max_examples=300, deadline=None)
@given(METRES, st.integers(0, 999), st.integers(-200, 500), st.integers(-200, 999), hands())
def test_an_onset_is_on_the_grid_not_too_early_and_not_after_a_silence(
    metre, last, rings, waits, past
):
    """Step by step; where nothing is left, as early as it may be."""
    ends, earliest = max(0, last + rings), max(0, last + waits)
    latest = max(max(ends, last) + metre.bar // 2, earliest)
    fits = [
        i
        for i, steps in enumerate(SHIFTS.tolist())
        if last + steps >= earliest
        and any((last + steps - metre.step) % 24 % spacing == 0 for spacing in (2, 3))
    ]
    fits = [i for i in fits if last + SHIFTS[i] <= latest] or fits
    if not steering.pitches(past):
        fits = [i for i in fits if i != 0]
    fits = fits or [i for i, s in enumerate(SHIFTS) if s >= min(earliest - last, LONGEST)]

    allowed = steering.onsets(past, last, metre, ends=ends, earliest=earliest)

    assert fits == sets.members(allowed)


def test_a_note_is_held_for_two_bars_at_most():
    """In every metre there is; and the shortest lasts one step."""
    for metre in (Metre(0, 4, 4), Metre(0, 3, 8), Metre(0, 1, 16)):
        lasting = [int(DURATIONS[i]) for i in sets.members(steering.durations(metre))]

        assert [d for d in DURATIONS.tolist() if d <= 2 * metre.bar] == lasting
    assert 0 == steering.lasting(0)


@settings(max_examples=60, deadline=None)
@given(st.lists(KEYS, min_size=1, max_size=8), st.integers(88, 97))
def test_sets_are_spread_as_zeros_and_ones(many, width):
    """A row for each, ones where members are, and nothing is lost on the way."""
    spread = sets.spread([sets.of(one) for one in many], width)

    assert (len(many), width) == spread.shape
    assert [sorted(one) for one in many] == [np.flatnonzero(row).tolist() for row in spread]
