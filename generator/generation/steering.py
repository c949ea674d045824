"""What cannot be: masks that keep composing within what two hands play and ears accept.

A mask only forbids; among what is left the network decides. Nothing here is on
when a network is measured.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generator.grid import Metre
from generator.recipes.notes import DURATIONS, N_PITCHES, SHIFTS
from generator.recipes.past import Past

Allowed = npt.NDArray[np.bool_]

HAND = 5  # keys that a hand strikes at once
REACH = 16  # semitones from a hand's lowest key to its highest
MOST_KEYS = 10  # held and struck together
LONGEST_BARS = 2  # that a note is held
SILENCE_BARS = 0.5  # after the last note has ended
#: Places in a quarter note where notes may begin: the grids of 32nds, triplets and their halves.
PLACES = np.array([step % 3 == 0 or step % 2 == 0 for step in range(24)])


def onsets(past: Past, last: int, metre: Metre, *, ends: int, earliest: int) -> Allowed:
    """Return which onsets may come next, shape (N_SHIFTS,).

    Parameters
    ----------
    past : Past
        Of the piece so far; its latest note began at step ``last``.
    metre : Metre
    ends : int
        The step where all notes so far have ended.
    earliest : int
        Before this step nothing may begin.
    """
    begins = last + SHIFTS
    silence = max(ends, last) + int(SILENCE_BARS * metre.bar)
    allowed = PLACES[(begins - metre.step) % 24] & (begins >= earliest)
    within = allowed & (begins <= max(silence, earliest))
    allowed = within if within.any() else allowed
    if allowed[0] and not pitches(past).any():
        allowed[0] = False  # no hand is free to join the chord
    return allowed if allowed.any() else begins >= min(earliest, int(begins[-1]))


def pitches(past: Past) -> Allowed:
    """Return which keys may be struck now, shape (88,): higher ones that two hands can reach."""
    struck = _keys(past.struck_now)
    held = past.sounding
    allowed = np.array([not held >> key & 1 for key in range(N_PITCHES)])
    if struck:
        if len(struck) + held.bit_count() >= MOST_KEYS:
            return np.zeros(N_PITCHES, np.bool_)
        allowed[: struck[-1] + 1] = False
        allowed &= _reachable(struck)
    return allowed


def durations(metre: Metre) -> Allowed:
    """Return which durations a note may have, shape (N_DURATIONS,)."""
    return LONGEST_BARS * metre.bar >= DURATIONS


def _reachable(struck: list[int]) -> Allowed:
    """Return which keys above ``struck`` two hands can add to it."""
    highest = -1
    for left in range(len(struck) + 1):
        low, high = struck[:left], struck[left:]
        if len(low) > HAND or len(high) >= HAND:
            continue
        if low and low[-1] - low[0] > REACH:
            break
        # An empty right hand may go anywhere.
        highest = max(highest, high[0] + REACH if high else N_PITCHES)
    return np.arange(N_PITCHES) <= highest


def _keys(mask: int) -> list[int]:
    return [key for key in range(N_PITCHES) if mask >> key & 1]
