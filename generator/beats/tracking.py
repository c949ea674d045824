"""Where the beats fall: the path through all times and tempi that explains the onsets best.

A beat is likely to be struck, and by what is strong: the bass, full chords,
loud and long notes. What is struck between two beats should divide them evenly.
The tempo changes, but smoothly. Dynamic programming finds the best path.

Conventions
-----------
Times are seconds, or frames of ``FRAME`` seconds where arrays are indexed. What
is weighed are logarithms of probabilities, so they add up.

References
----------
.. [1] D. Ellis, "Beat tracking by dynamic programming", J. New Music Research 36, 2007.
.. [2] F. Krebs, S. Böck and G. Widmer, "An efficient state-space model for joint tempo
   and meter tracking", ISMIR 2015. Here a state is a whole beat, not a frame, so that
   what lies between two beats can be asked how evenly it divides them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FRAME = 0.0125
QUICKEST, SLOWEST = 0.28, 1.5  # of a beat
N_PERIODS = 64
NEIGHBOURS = 5  # periods, up or down, that the next beat may take
LIKELY, SPREAD = 0.62, 0.5  # of a beat, and of its logarithm
PRIOR = 0.35  # how much that counts, for each beat
SMOOTH = 120.0  # cost of a change of tempo, for its squared logarithm
SMEAR = 0.022  # by which an onset may miss its place

STRUCK, EMPTY = -0.1, -2.2  # of a beat
ACCENT = 1.2  # for each standard deviation by which a beat is stronger than other onsets
STRAY = -3.5  # of an onset that divides no beat

# How a beat may be divided: in how many parts, how likely that is, and each part struck or empty.
DIVISIONS = (
    (1, 0.0, 0.0, 0.0),
    (2, -0.3, -0.5, -0.9),
    (3, -0.8, -0.6, -0.9),
    (4, -0.6, -0.6, -0.7),
    (6, -1.6, -0.6, -0.8),
    (8, -2.0, -0.6, -0.8),
)


class Onset(NamedTuple):
    """What is struck at once."""

    time: float
    weight: float  # how strong it is; 1 is usual


def track(onsets: Sequence[Onset]) -> Floats:
    """Return the times of the beats, rising; the first and the last are near the outer onsets.

    Parameters
    ----------
    onsets : sequence of Onset
        In order of time, at least two.
    """
    start = onsets[0].time - SLOWEST
    frames = np.array([(onset.time - start) / FRAME for onset in onsets])
    n_frames = int(frames[-1]) + round(SLOWEST / FRAME) + 2
    periods = np.unique(np.geomspace(QUICKEST / FRAME, SLOWEST / FRAME, N_PERIODS).astype(int))
    presence = _smeared(frames, np.ones(len(frames)), n_frames)
    on_beat = _on_beat(presence, frames, np.array([onset.weight for onset in onsets]))
    between = np.stack([_between(p, presence, frames, n_frames) for p in periods], axis=1)
    path = _best_path(on_beat, between, periods, frames)
    return _settled(start + FRAME * path, np.array([onset.time for onset in onsets]))


def _smeared(frames: Floats, heights: Floats, n_frames: int) -> Floats:
    """Return a bump of the given height around each onset, shape (n_frames,)."""
    spread = SMEAR / FRAME
    bumps = np.zeros(n_frames)
    for shift in range(-6, 7):
        at = np.round(frames).astype(int) + shift
        bump = heights * np.exp(-0.5 * ((at - frames) / spread) ** 2)
        inside = (at >= 0) & (at < n_frames)
        np.maximum.at(bumps, at[inside], bump[inside])
    return bumps


def _on_beat(presence: Floats, frames: Floats, weights: Floats) -> Floats:
    """Return how likely a beat is at each frame, shape (n_frames,)."""
    accent = (weights - weights.mean()) / max(weights.std(), 1e-9)
    low = accent.min()
    accents = _smeared(frames, accent - low, len(presence)) + low * presence
    likely: Floats = STRUCK * presence + EMPTY * (1 - presence) + ACCENT * accents
    return likely


def _between(period: int, presence: Floats, frames: Floats, n_frames: int) -> Floats:
    """Return how well beats ``period`` apart divide what lies between, by the later one's frame."""
    counted = np.searchsorted(np.sort(frames), np.arange(n_frames) + 0.5)
    edge = min(round(2 * SMEAR / FRAME), period // 4)
    ends = np.arange(n_frames)
    inside = counted[np.maximum(ends - edge, 0)] - counted[np.maximum(ends - period + edge, 0)]
    best = np.full(n_frames, -np.inf)
    for parts, prior, struck, empty in DIVISIONS:
        found = np.zeros(n_frames)
        for j in range(1, parts):
            found += presence[np.maximum(ends - round(period * j / parts), 0)]
        stray = np.maximum(0.0, inside - found)
        score = prior + struck * found + empty * (parts - 1 - found) + STRAY * stray
        np.maximum(best, score, out=best)
    distance = np.log(period * FRAME / LIKELY) / SPREAD
    likely: Floats = best - PRIOR * 0.5 * distance**2
    return likely


def _best_path(on_beat: Floats, between: Floats, periods: Ints, frames: Floats) -> Ints:
    """Return the frames of the beats, rising."""
    n_frames, n = between.shape
    near = np.arange(n)[:, None] + np.arange(-NEIGHBOURS, NEIGHBOURS + 1)  # (n, 2 NEIGHBOURS + 1)
    allowed = (near >= 0) & (near < n)
    near = np.clip(near, 0, n - 1)
    change = np.log(periods[:, None] / periods[near])
    move = np.where(allowed, -SMOOTH * change**2, -np.inf)
    first = round(frames[0])
    score = np.full((n_frames, n), -np.inf, np.float32)
    came_from = np.full((n_frames, n), -1, np.int8)
    rows = np.arange(n)
    for t in range(max(0, first - periods[-1]), n_frames):
        before = t - periods
        ways = np.where(before[:, None] >= 0, score[np.maximum(before, 0)[:, None], near], -np.inf)
        ways = ways + move
        best = ways.argmax(axis=1)
        going_on = ways[rows, best] + between[t]
        begins = t <= first + 1
        come = np.where(begins, np.maximum(going_on, 0.0), going_on)
        came_from[t] = np.where(come == going_on, near[rows, best], -1)
        score[t] = come + on_beat[t]
    return _traced(score, came_from, periods, round(frames[-1]))


def _traced(
    score: npt.NDArray[np.float32], came_from: npt.NDArray[np.int8], periods: Ints, last: int
) -> Ints:
    """Follow the best path back from a beat that no onset comes long after."""
    candidates = score[max(0, last - periods[0]) :]
    t, p = np.unravel_index(int(candidates.argmax()), candidates.shape)
    at, period = int(t) + max(0, last - periods[0]), int(p)
    path = []
    while at >= 0 and np.isfinite(score[at, period]):
        path.append(at)
        before = int(came_from[at, period])
        if before < 0:
            break
        at, period = at - int(periods[period]), before
    return np.array(path[::-1], dtype=np.int64)


def _settled(beats: npt.NDArray[np.floating], onsets: Floats) -> Floats:
    """Move each beat onto the onset it was meant for, where there is one."""
    nearest = onsets[np.abs(onsets[:, None] - beats).argmin(axis=0)]
    settled = np.where(np.abs(nearest - beats) < 2 * SMEAR, nearest, beats)
    rising: Floats = np.maximum.accumulate(settled)
    return rising
