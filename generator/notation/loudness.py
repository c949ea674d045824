"""Dynamics: a mark where the music becomes clearly louder or softer, and not more often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generator.notation.metre import DIVISIONS, Bar, bar_at
from generator.score import Note

Floats = npt.NDArray[np.float64]

# How loud a mark is: the velocity that it stands for, six steps of nine to thirteen.
MARKS = ("pp", "p", "mp", "mf", "f", "ff")
LEVELS = np.array([34.0, 44.0, 54.0, 65.0, 78.0, 92.0])
CHANGE = 260.0  # what a new mark costs, in squared velocities of error, summed over bars
LEAST_APART = 2.0  # of velocity; music that differs by less was not shaped at all
FEW = 3  # notes; a bar with fewer counts less


def dynamics(notes: Sequence[Note], bars: Sequence[Bar]) -> dict[int, str]:
    """Return the marks and the bars, counted from 0, at whose first note they stand.

    Each bar is heard as loud as the louder half of its notes: the tune counts,
    not what accompanies it. The fewest marks that explain this are found by
    dynamic programming. A score that is equally loud throughout gets none.
    """
    loudness, weight = _heard(notes, bars)
    if not weight.any() or (loudness[weight > 0].std() < LEAST_APART / 2 and _is_flat(notes)):
        return {}
    levels = _cheapest(loudness, weight)
    first = int(np.flatnonzero(weight)[0])
    marks = {first: MARKS[levels[first]]}
    for i in range(first + 1, len(bars)):
        if levels[i] != levels[i - 1]:
            marks[i] = MARKS[levels[i]]
    return marks


def _is_flat(notes: Sequence[Note]) -> bool:
    return len({note.velocity for note in notes}) <= 1


def _heard(notes: Sequence[Note], bars: Sequence[Bar]) -> tuple[Floats, Floats]:
    """Return how loud each bar is, and how far that can be trusted (0 to 1)."""
    index = {bar.start: i for i, bar in enumerate(bars)}
    velocities: list[list[int]] = [[] for _ in bars]
    for note in notes:
        velocities[index[bar_at(bars, note.onset * DIVISIONS).start]].append(note.velocity)
    louder = [sorted(v)[len(v) // 2 :] for v in velocities]
    loudness = np.array([np.mean(v) if v else 0.0 for v in louder])
    weight = np.array([min(1.0, len(v) / FEW) for v in velocities])
    return loudness, weight


def _cheapest(loudness: Floats, weight: Floats) -> list[int]:
    """Return the index of a level for each bar."""
    n = len(LEVELS)
    moves = CHANGE * (1 - np.eye(n))
    cost = np.zeros(n)
    came_from = []
    for loud, share in zip(loudness, weight, strict=True):
        ways = cost[:, None] + moves  # (from, to)
        came_from.append(ways.argmin(axis=0))
        cost = ways.min(axis=0) + share * (LEVELS - loud) ** 2
    level = int(cost.argmin())
    levels = [level]
    for step in reversed(came_from[1:]):
        level = int(step[level])
        levels.append(level)
    return levels[::-1]
