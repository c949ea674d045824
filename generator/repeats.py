"""Whether a piece got stuck: silence, one note for ever, a short loop.

Conventions
-----------
Notes are rows in order of onset and pitch, as in ``generator.grid``. A link ties a
note to the one before it: the class of the onset step between the two, the interval
in semitones, and the class of the note's own duration. It says nothing of key,
loudness or tempo. The first note of a piece has no link. Classes are those of
``generator.canonical``: the nearest, and the smaller of two equally near.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from generator.grid import DURATION, ONSET, PITCH, GridScore, Metre, Steps, quarters
from generator.recipes.notes import DURATION_CLASS, DURATION_ID, SHIFT_CLASS, SHIFT_ID

LONGEST_PERIOD = 8  # notes; a longer pattern is an accompaniment, not a loop
BAR_PERIODS = (1, 2, 4)
STRETCH = 200  # notes in which different 4-grams are counted
GRAM = 4


# By number of steps.
_SHIFT_CLASS = SHIFT_CLASS[SHIFT_ID]
_DURATION_CLASS = DURATION_CLASS[DURATION_ID]


def shift_classes(notes: Steps) -> Steps:
    """Return the class of the step from the note before, 0 to 20; 0 for the first note."""
    shifts = np.diff(notes[:, ONSET], prepend=notes[:1, ONSET])
    return _SHIFT_CLASS[np.minimum(shifts, len(_SHIFT_CLASS) - 1)]


def duration_classes(notes: Steps) -> Steps:
    """Return the class of each note's duration, 0 to 19."""
    return _DURATION_CLASS[np.minimum(notes[:, DURATION], len(_DURATION_CLASS) - 1)]


def intervals(notes: Steps) -> Steps:
    """Return the semitones from the note before, -87 to 87; 0 for the first note."""
    return np.diff(notes[:, PITCH], prepend=notes[:1, PITCH])


def bars(metres: tuple[Metre, ...], onsets: Steps) -> tuple[Steps, Steps]:
    """Return the bar of each onset, counted from 1, and the steps since its bar line.

    Bars are counted as the file has them: an upbeat that the file fills up with
    rests is bar 1. A change of metre always begins a bar.

    Examples
    --------
    Two bars of 3/4 of 72 steps, then 4/4:

    >>> number, since = bars((Metre(0, 3, 4), Metre(144, 4, 4)), np.array([0, 80, 144, 250]))
    >>> number.tolist(), since.tolist()
    ([1, 2, 3, 4], [0, 8, 0, 10])
    """
    begin = np.array([metre.step for metre in metres])
    length = np.array([metre.bar for metre in metres])
    passed = np.cumsum([0, *-(-np.diff(begin) // length[:-1])])
    metre = np.searchsorted(begin, onsets, side="right") - 1
    since = onsets - begin[metre]
    return 1 + passed[metre] + since // length[metre], since % length[metre]


class Loop(NamedTuple):
    """A pattern that sounds again and again without a change."""

    period: int  # how long the pattern is
    length: int  # how long it goes on in all, in the same unit; 0 for no loop

    @property
    def repeats(self) -> float:
        """How often the pattern sounds."""
        return self.length / self.period


@dataclass(frozen=True, kw_only=True)
class Collapse:
    """How far a piece is from being stuck.

    Attributes
    ----------
    silence : float
        The longest time between two notes in which no key is held, in quarter
        notes; infinite for a piece without notes.
    same_pitch : int
        The most notes in a row that are all of one pitch.
    loop : Loop
        The longest stretch in which the same pitches, durations and onset steps
        come back every 1 to 8 notes; counted in notes.
    bar_loop : Loop
        The same in bars: the bar before, the two or the four before, note for note.
    distinct : float
        Of every four notes in a row, how many differ from all others, as a
        share; in the 200 notes where it is lowest. 1 for fewer than four notes.
    """

    silence: float
    same_pitch: int
    loop: Loop
    bar_loop: Loop
    distinct: float

    def is_worse(self, than: Limits) -> tuple[str, ...]:
        """Return the names of the figures that lie beyond what music does; none is well."""
        beyond = {
            "silence": self.silence > than.silence,
            "same_pitch": self.same_pitch > than.same_pitch,
            "loop": self.loop.length > than.loop,
            "bar_loop": self.bar_loop.length > than.bar_loop,
            "distinct": self.distinct < than.distinct,
        }
        return tuple(name for name, is_beyond in beyond.items() if is_beyond)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What music itself does at most; ``distinct`` at least."""

    silence: float  # quarter notes
    same_pitch: int  # notes
    loop: int  # notes
    bar_loop: int  # bars
    distinct: float  # share


#: The furthest that any of the 157 works by Chopin of both data sets goes.
CHOPIN = Limits(silence=7.0, same_pitch=15, loop=63, bar_loop=8, distinct=0.25)


def collapse(piece: GridScore) -> Collapse:
    """Measure whether ``piece`` fell silent or into a loop."""
    notes = piece.notes
    return Collapse(
        silence=_silence(notes),
        same_pitch=_again(notes[:, PITCH], 1).length or min(1, len(notes)),
        loop=_longest(_again(_fingerprints(notes), p) for p in range(1, LONGEST_PERIOD + 1)),
        bar_loop=_bar_loop(piece),
        distinct=_distinct(_fingerprints(notes)),
    )


def limits(works: Iterable[GridScore]) -> Limits:
    """Return the furthest that any of ``works`` goes; there must be one at least."""
    measured = [collapse(work) for work in works]
    return Limits(
        silence=max(one.silence for one in measured),
        same_pitch=max(one.same_pitch for one in measured),
        loop=max(one.loop.length for one in measured),
        bar_loop=max(one.bar_loop.length for one in measured),
        distinct=min(one.distinct for one in measured),
    )


def _silence(notes: Steps) -> float:
    if not len(notes):
        return math.inf
    heard_until = np.maximum.accumulate(notes[:, ONSET] + notes[:, DURATION])
    gaps = notes[1:, ONSET] - heard_until[:-1]
    return quarters(max(0, gaps.max(initial=0)))


def _fingerprints(notes: Steps) -> Steps:
    """Return pitch, onset step and duration of each note as one number."""
    fingerprints: Steps = (notes[:, PITCH] * 32 + shift_classes(notes)) * 32
    return fingerprints + duration_classes(notes)


def _again(values: Steps, period: int) -> Loop:
    """Return the longest stretch of ``values`` in which each is the one ``period`` before."""
    is_again = values[period:] == values[:-period]
    ends = np.flatnonzero(np.concatenate([[True], ~is_again, [True]]))
    longest = int(np.diff(ends).max(initial=1)) - 1
    return Loop(period, longest + period if longest else 0)


def _longest(loops: Iterable[Loop]) -> Loop:
    return max(loops, key=lambda loop: (loop.length, -loop.period))


def _bar_loop(piece: GridScore) -> Loop:
    number, since = bars(piece.metres, piece.notes[:, ONSET])
    alike: dict[bytes, int] = {}
    values = np.arange(-1, -1 - int(number.max(initial=0)), -1)  # an empty bar is like no other
    shape = np.column_stack([since, piece.notes[:, PITCH], duration_classes(piece.notes)])
    for bar in np.unique(number):
        values[bar - 1] = alike.setdefault(shape[number == bar].tobytes(), len(alike))
    return _longest(_again(values, period) for period in BAR_PERIODS)


def _distinct(values: Steps) -> float:
    if len(values) < GRAM:
        return 1.0
    windows = np.lib.stride_tricks.sliding_window_view(values, GRAM)
    _, grams = np.unique(windows, axis=0, return_inverse=True)
    size = min(STRETCH - GRAM + 1, len(grams))
    starts = [*range(0, len(grams) - size, STRETCH // 4), len(grams) - size]
    return min(len(np.unique(grams[start : start + size])) / size for start in starts)
