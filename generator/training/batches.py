"""Pieces laid out in streams, as a network with a carried state reads them.

Each row of a batch is a stream: one piece after the other, ``steps`` notes a
batch. Where a piece begins the state is cleared. Every epoch draws the order, the
key, and small changes of loudness and tempo anew from its seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generator.recipes.layout import AHEAD, N_TEMPI, WIDTH, WITHIN
from generator.recipes.notes import N_VELOCITIES
from generator.recipes.rows import (
    HIDDEN_DYNAMICS,
    LOUDER,
    UNNAMED,
    Rows,
    shifts_allowed,
    spread_ahead,
    spread_within,
)

_VELOCITIES_AHEAD = (AHEAD.names.index("velocity before"),)
_VELOCITIES_WITHIN = tuple(i for i, name in enumerate(WITHIN.names) if "velocity" in name)
_TEMPO, _COMPOSER = AHEAD.names.index("tempo"), AHEAD.names.index("composer")


class Batch(NamedTuple):
    """What a network reads and is asked in one step of training; S streams, T notes."""

    ahead: npt.NDArray[np.uint8]  # (S, T, WIDTH)
    within: npt.NDArray[np.uint8]  # (S, T, WITHIN.width)
    begins: npt.NDArray[np.uint8]  # (S,)
    ids: npt.NDArray[np.int32]  # (S, T, 4): the next onset, pitch, duration, velocity
    counts: npt.NDArray[np.float32]  # (S, T, 4): 1 where the answer counts


@dataclass(frozen=True)
class Reading:
    """One piece as it is read in one epoch."""

    rows: Rows
    up: int = 0  # semitones

    def batch(self, begin: int, steps: int) -> Batch:
        """Return the notes from ``begin`` as one stream, padded with what does not count."""
        part = slice(begin, min(begin + steps, len(self.rows)))
        n = part.stop - part.start
        ahead, within = (
            np.zeros((steps, WIDTH), np.uint8),
            np.zeros((steps, WITHIN.width), np.uint8),
        )
        ahead[:n] = spread_ahead(self.rows, part, up=self.up)
        within[:n] = spread_within(self.rows, part, up=self.up)
        ids, counts = np.zeros((steps, 4), np.int32), np.zeros((steps, 4), np.float32)
        ids[:n] = self.rows.ids[part]
        ids[:n, 1] += self.up
        counts[:n, 1:3] = 1
        counts[:n, 3] = not self.rows.is_flat
        onward = self.rows.ids[part.start + 1 : part.stop + 1, 0]
        ids[: len(onward), 0], counts[: len(onward), 0] = onward, 1
        ids[len(onward) :, 0] = 0
        return Batch(ahead, within, np.array(begin == 0, np.uint8), ids, counts)


def batches(readings: Sequence[Reading], *, streams: int, steps: int) -> Iterator[Batch]:
    """Yield all of ``readings`` in order, laid out in ``streams`` of about equal length."""
    laid: list[list[tuple[Reading, int]]] = [[] for _ in range(streams)]
    for reading in readings:
        shortest = min(laid, key=len)
        shortest += [(reading, begin) for begin in range(0, len(reading.rows), steps)]
    for i in range(max(len(stream) for stream in laid)):
        parts = [
            stream[i][0].batch(stream[i][1], steps) if i < len(stream) else _empty(steps)
            for stream in laid
        ]
        yield Batch(*(np.stack(column) for column in zip(*parts, strict=True)))


def n_batches(pieces: Sequence[Rows], *, streams: int, steps: int) -> int:
    """Return about how many batches ``pieces`` fill."""
    return max(1, -(-sum(-(-len(rows) // steps) for rows in pieces) // streams))


def n_laid(pieces: Sequence[Rows], *, streams: int, steps: int) -> int:
    """Return how many batches :func:`batches` lays ``pieces`` in, in this order.

    Few pieces leave streams empty, and then they are more than :func:`n_batches` says.
    """
    laid = [0] * streams
    for rows in pieces:
        laid[laid.index(min(laid))] += -(-len(rows) // steps)
    return max(1, *laid)


def drawn(
    pieces: Sequence[Rows], rng: np.random.Generator, *, twice: Sequence[bool] = ()
) -> list[Reading]:
    """Return ``pieces`` in a drawn order, each in a drawn key, a little changed.

    Those with ``twice`` are read in two keys.
    """
    places = [*range(len(pieces)), *(i for i, again in enumerate(twice) if again)]
    return [_changed(pieces[i], rng) for i in rng.permutation(places)]


def _changed(rows: Rows, rng: np.random.Generator) -> Reading:
    ahead, within, ids = rows.ahead.copy(), rows.within.copy(), rows.ids.copy()
    if rng.random() < HIDDEN_DYNAMICS:
        ahead[:, _VELOCITIES_AHEAD] = -1
        within[:, _VELOCITIES_WITHIN[:-1]] = -1
    louder = int(rng.integers(-LOUDER, LOUDER + 1))
    for fields, columns in ((ahead, _VELOCITIES_AHEAD), (within, _VELOCITIES_WITHIN), (ids, (3,))):
        for column in columns:
            level = fields[:, column]
            fields[:, column] = np.where(
                level < 0, level, np.clip(level + louder, 0, N_VELOCITIES - 1)
            )
    ahead[:, _TEMPO] = np.clip(ahead[:, _TEMPO] + rng.integers(-1, 2), 0, N_TEMPI - 1)
    if rng.random() < UNNAMED:
        ahead[:, _COMPOSER] = -1
    low, high = shifts_allowed(rows.compass)
    up = int(rng.integers(low, high + 1))
    return Reading(Rows(ahead, rows.planes, within, ids, rows.is_flat), up)


def _empty(steps: int) -> Batch:
    return Batch(
        np.zeros((steps, WIDTH), np.uint8),
        np.zeros((steps, WITHIN.width), np.uint8),
        np.array(1, np.uint8),
        np.zeros((steps, 4), np.int32),
        np.zeros((steps, 4), np.float32),
    )
