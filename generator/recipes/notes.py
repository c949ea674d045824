"""The notes recipe: music as notes on a grid, each told in four parts.

A note is its onset (steps since the note before), its pitch, its duration and
its velocity, decided in that order, each knowing the ones before. Every part has
a closed table of values, so no note of any file is unknown:

======== ======================================================== ======
onset    0 to 48 steps, then coarser up to 16 quarters            66
pitch    the keys of a piano                                      88
duration 1 to 48 steps, then coarser up to 16 quarters            65
velocity 32 levels                                                32
======== ======================================================== ======

A value never leaves the class that the yardstick (``generator.canonical``) puts
it in, so nothing is lost against the canonical notes, and the probability of a
class is the sum over its values.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generator import canonical
from generator.grid import DURATION, ONSET, PITCH, VELOCITY, Steps

Ids = npt.NDArray[np.int16]

COARSE = (54, 60, 63, 66, 72, 78, 84, 90, 96, 108, 120, 132, 144, 168, 192, 240, 384)
SHIFTS = np.array([*range(49), *COARSE])  # steps since the note before
DURATIONS = SHIFTS[1:]  # steps that a note lasts
N_SHIFTS, N_PITCHES, N_DURATIONS, N_VELOCITIES = len(SHIFTS), 88, len(DURATIONS), 32
VELOCITY_STEP = 4  # MIDI velocities to a level


def classes(values: Steps, of: Steps) -> Steps:
    """Return the index of the yardstick's class that each of ``values`` belongs to.

    Of two classes that are equally near it is the smaller.
    """
    nearest: Steps = np.abs(of[None, :] - np.asarray(values)[:, None]).argmin(axis=1)
    return nearest


SHIFT_CLASS = classes(SHIFTS, canonical.SHIFTS)  # of each id, (66,)
DURATION_CLASS = classes(DURATIONS, canonical.DURATIONS)  # (65,)
VELOCITY_CLASS = np.arange(N_VELOCITIES) * VELOCITY_STEP // 16  # (32,)


def _table(values: Steps, of: Steps, longest: int) -> Ids:
    """Return the id of every number of steps up to ``longest``: the nearest of its class."""
    steps = np.arange(longest + 1)
    apart = np.abs(values[None, :] - steps[:, None])
    apart[classes(steps, of)[:, None] != classes(values, of)[None, :]] = 10**6
    ids: Ids = apart.argmin(axis=1).astype(np.int16)
    return ids


LONGEST = int(SHIFTS[-1])  # steps; what is longer counts as this
SHIFT_ID = _table(SHIFTS, canonical.SHIFTS, LONGEST)  # by steps
DURATION_ID = _table(DURATIONS, canonical.DURATIONS, LONGEST)


def encode(notes: Steps) -> Ids:
    """Return the ids of ``notes``, shape (N, 4): onset, pitch, duration, velocity.

    Examples
    --------
    >>> encode(np.array([[0, 39, 6, 64], [24, 43, 12, 70]])).tolist()
    [[0, 39, 5, 16], [24, 43, 11, 17]]
    """
    shifts = np.diff(notes[:, ONSET], prepend=notes[:1, ONSET])
    return np.column_stack(
        [
            SHIFT_ID[np.minimum(shifts, LONGEST)],
            notes[:, PITCH],
            DURATION_ID[np.minimum(notes[:, DURATION], LONGEST)],
            notes[:, VELOCITY] // VELOCITY_STEP,
        ]
    ).astype(np.int16)


def decode(ids: Ids, *, begin: int = 0) -> Steps:
    """Return the notes that ``ids`` stand for, the first at step ``begin``.

    Examples
    --------
    >>> decode(np.array([[0, 39, 5, 16], [24, 43, 11, 17]])).tolist()
    [[0, 39, 6, 66], [24, 43, 12, 70]]
    """
    ids = np.asarray(ids, np.int64)
    onsets = begin + np.cumsum(SHIFTS[ids[:, 0]]) - SHIFTS[ids[:1, 0]].sum()
    velocities = np.maximum(1, ids[:, 3] * VELOCITY_STEP + VELOCITY_STEP // 2)
    return np.column_stack([onsets, ids[:, 1], DURATIONS[ids[:, 2]], velocities])
