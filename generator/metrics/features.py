"""What is counted in a piece, so that it can be held against others.

Every feature is a row of shares that sum to 1, but for the range, which is one number.
Classes of onset steps, durations and velocities are those of ``generator.canonical``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from generator.canonical import DURATIONS, SHIFTS
from generator.grid import DURATION, ONSET, PITCH, VELOCITY, GridScore, Steps
from generator.repeats import duration_classes, intervals, shift_classes

Floats = npt.NDArray[np.float64]

LOWEST_CLASS = 9  # pitch 0 of the grid is an A
WIDEST = 24  # semitones; wider intervals count as this
MOST_KEYS = 10  # held at once; more count as this
VELOCITY_CLASSES = 8


def pitch_classes(notes: Steps) -> Floats:
    """Return the share of each of the 12 pitch classes, from C, by number of notes."""
    return _shares((notes[:, PITCH] + LOWEST_CLASS) % 12, 12)


def transitions(notes: Steps) -> Floats:
    """Return the share of each of the 144 steps from pitch class to pitch class."""
    classes = (notes[:, PITCH] + LOWEST_CLASS) % 12
    return _shares(classes[:-1] * 12 + classes[1:], 144)


def compass(notes: Steps) -> Floats:
    """Return the semitones from the lowest note to the highest, shape (1,)."""
    pitches = notes[:, PITCH]
    return np.array([pitches.max(initial=0) - pitches.min(initial=pitches.max(initial=0))], float)


def interval_shares(notes: Steps) -> Floats:
    """Return the share of each interval from the note before, -24 to 24 semitones."""
    return _shares(np.clip(intervals(notes)[1:], -WIDEST, WIDEST) + WIDEST, 2 * WIDEST + 1)


def onset_steps(notes: Steps) -> Floats:
    """Return the share of each class of steps from the note before; 0 is a chord."""
    return _shares(shift_classes(notes)[1:], len(SHIFTS))


def note_lengths(notes: Steps) -> Floats:
    """Return the share of each class of durations."""
    return _shares(duration_classes(notes), len(DURATIONS))


def polyphony(notes: Steps) -> Floats:
    """Return the share of the time in which 0, 1, 2 ... 10 and more keys are held."""
    begin = notes[:1, ONSET].sum()
    onsets, ends = notes[:, ONSET] - begin, notes[:, ONSET] + notes[:, DURATION] - begin
    length = int(ends.max(initial=0))
    change = np.bincount(onsets, minlength=length + 1) - np.bincount(ends, minlength=length + 1)
    return _shares(np.minimum(np.cumsum(change)[:-1], MOST_KEYS), MOST_KEYS + 1)


def velocities(notes: Steps) -> Floats:
    """Return the share of each class of 16 velocities."""
    return _shares(notes[:, VELOCITY] // 16, VELOCITY_CLASSES)


#: Those that are compared, in the order in which they are told.
FEATURES: dict[str, Callable[[Steps], Floats]] = {
    "pitch_classes": pitch_classes,
    "transitions": transitions,
    "range": compass,
    "intervals": interval_shares,
    "onset_steps": onset_steps,
    "note_lengths": note_lengths,
    "polyphony": polyphony,
    "velocity": velocities,
}


def excerpt(piece: GridScore, n_notes: int) -> GridScore:
    """Return the ``n_notes`` in the middle of ``piece``, or all if there are no more."""
    begin = max(0, len(piece.notes) - n_notes) // 2
    return replace(piece, notes=piece.notes[begin : begin + n_notes])


def _shares(classes: Steps, n_classes: int) -> Floats:
    """Return how large a part of ``classes`` each class is; all 0 for none."""
    counts = np.bincount(classes, minlength=n_classes)
    return counts / max(1, len(classes))
