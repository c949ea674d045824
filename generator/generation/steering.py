"""What cannot be: masks that keep composing within what two hands play and ears accept.

A mask only forbids; among what is left the network decides. Nothing here is on
when a network is measured. What is allowed is a set of ids as a whole number
(:mod:`generator.recipes.sets`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from generator.grid import Metre
from generator.recipes import sets
from generator.recipes.notes import DURATIONS, LONGEST, N_PITCHES, N_SHIFTS, SHIFTS
from generator.recipes.past import Past

HAND = 5  # keys that a hand strikes at once
REACH = 16  # semitones from a hand's lowest key to its highest
MOST_KEYS = 10  # held and struck together
LONGEST_BARS = 2  # that a note is held
SILENCE_BARS = 0.5  # after the last note has ended
#: Places in a quarter note where notes may begin: the grids of 32nds, triplets and their halves.
PLACES = [step % 3 == 0 or step % 2 == 0 for step in range(24)]

_SHIFTS, _DURATIONS = SHIFTS.tolist(), DURATIONS.tolist()  # a list is quicker to search
#: Which onsets lead from each place in a quarter note to one where notes may begin.
_LEADING = [
    sets.of(i for i, steps in enumerate(_SHIFTS) if PLACES[(place + steps) % 24])
    for place in range(24)
]
_KEYS = sets.below(N_PITCHES)


def onsets(past: Past, last: int, metre: Metre, *, ends: int, earliest: int) -> int:
    """Return the set of onsets that may come next.

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
    silence = max(ends, last) + int(SILENCE_BARS * metre.bar)
    allowed = _LEADING[(last - metre.step) % 24] & _from(earliest - last)
    allowed = allowed & _within(_SHIFTS, max(silence, earliest) - last) or allowed
    if allowed & 1 and not pitches(past):
        allowed ^= 1  # no hand is free to join the chord
    return allowed or _from(min(earliest - last, LONGEST))


def pitches(past: Past) -> int:
    """Return the set of keys that may be struck now: higher ones that two hands can reach."""
    struck, held = past.struck_now, past.sounding
    if not struck:
        return _KEYS & ~held
    if struck.bit_count() + held.bit_count() >= MOST_KEYS:
        return 0
    reachable = sets.below(_highest(sets.members(struck)) + 1)
    return _KEYS & reachable & ~held & ~sets.below(struck.bit_length())


def durations(metre: Metre) -> int:
    """Return the set of durations that a note may have."""
    return lasting(LONGEST_BARS * metre.bar)


def lasting(steps: int) -> int:
    """Return the set of durations of at most so many steps."""
    return _within(_DURATIONS, steps)


def _from(steps: int) -> int:
    """Return the set of onsets that are ``steps`` or more away."""
    return sets.below(N_SHIFTS) & ~sets.below(bisect_left(_SHIFTS, steps))


def _within(values: list[int], most: int) -> int:
    """Return the set of ids whose values are at most ``most``."""
    return sets.below(bisect_right(values, most))


def _highest(struck: list[int]) -> int:
    """Return the highest key that two hands can add to ``struck``; -1 for none."""
    highest = -1
    for left in range(len(struck) + 1):
        low, high = struck[:left], struck[left:]
        if len(low) > HAND or len(high) >= HAND:
            continue
        if low and low[-1] - low[0] > REACH:
            break
        # An empty right hand may go anywhere.
        highest = max(highest, high[0] + REACH if high else N_PITCHES)
    return highest
