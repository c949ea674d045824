"""All music in the GPU's memory, made into batches there.

The rows of :mod:`generator.recipes.rows` stay packed. The processor only says which
notes come next and how each piece is changed, some numbers for each stream; zeros and
ones are spread where they are read. The changes are those that
:mod:`generator.training.batches` makes.

Shapes: S streams, T notes of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from generator.recipes.layout import AHEAD, N_TEMPI, WITHIN
from generator.recipes.notes import N_PITCHES, N_VELOCITIES
from generator.recipes.past import N_PLANES
from generator.recipes.rows import HIDDEN_DYNAMICS, LOUDER, UNNAMED, shifts_allowed

NONE = 255  # a section of a row in which no column is set
_VELOCITY_AHEAD = (AHEAD.names.index("velocity before"),)
_VELOCITY_WITHIN = tuple(i for i, name in enumerate(WITHIN.names) if "velocity" in name)
_TEMPO, _COMPOSER = AHEAD.names.index("tempo"), AHEAD.names.index("composer")


class Batch(NamedTuple):
    """What a network reads and is asked in one step."""

    ahead: Tensor  # (S, T, layout.WIDTH)
    within: Tensor  # (S, T, WITHIN.width)
    begins: Tensor  # (S,)
    ids: Tensor  # (S, T, 4): the next onset, pitch, duration, velocity
    counts: Tensor  # (S, T, 4): 1 where the answer counts


@dataclass(frozen=True)
class Reading:
    """A piece, and how it is changed this time."""

    piece: int
    up: int = 0  # semitones
    louder: int = 0  # levels
    faster: int = 0  # classes of tempo
    is_hidden: bool = False  # nothing is known of loudness
    is_unnamed: bool = False  # nor of the composer


class Part(NamedTuple):
    """What a stream reads in one step."""

    reading: Reading
    offset: int  # of the piece, among all notes
    begin: int  # the first note; below 0 the piece begins with fewer
    length: int  # of the piece; -1 where there is none
    is_flat: bool
    forgets: bool  # the state starts anew

    def numbers(self) -> list[int]:
        """Return what the device has to know."""
        _, *changes = astuple(self.reading)
        return [int(value) for value in (*self[1:4], *changes, *self[4:])]


NOTHING = Part(Reading(-1), 0, 0, -1, is_flat=False, forgets=True)
NUMBERS = len(NOTHING.numbers())


class Music:
    """The rows of all pieces; those that are learned from come first.

    Parameters
    ----------
    path : Path
        What `bin/rows-for-gpu` wrote.
    device : torch.device
    """

    def __init__(self, path: Path, device: torch.device) -> None:
        with np.load(path) as told:
            self._ahead, self._planes, self._within, self._ids = (
                torch.as_tensor(told[name], device=device)
                for name in ("ahead", "planes", "within", "ids")
            )
            self.lengths, self._flat, self.is_chopin = told["lengths"], told["flat"], told["chopin"]
            self._compass, self.n_learned = told["compass"], int(told["n_train"])
        self.device = device
        self._offsets = np.cumsum(self.lengths) - self.lengths
        self._bits = torch.arange(8, device=device, dtype=torch.uint8)
        self._keys = torch.arange(N_PITCHES, device=device)
        self._offsets_ahead = torch.as_tensor(AHEAD.offsets, device=device)
        self._offsets_within = torch.as_tensor(WITHIN.offsets, device=device)

    def drawn(self, rng: np.random.Generator, *, focused: bool) -> list[Reading]:
        """Return what is learned from in a drawn order, each piece in a drawn key.

        ``focused`` reads Chopin's in two.
        """
        places = list(range(self.n_learned))
        if focused:
            places += [i for i in places if self.is_chopin[i]]
        return [self._changed(int(i), rng) for i in rng.permutation(places)]

    def _changed(self, piece: int, rng: np.random.Generator) -> Reading:
        low, high = shifts_allowed(tuple(self._compass[piece].tolist()))
        return Reading(
            piece,
            up=int(rng.integers(low, high + 1)),
            louder=int(rng.integers(-LOUDER, LOUDER + 1)),
            faster=int(rng.integers(-1, 2)),
            is_hidden=bool(rng.random() < HIDDEN_DYNAMICS),
            is_unnamed=bool(rng.random() < UNNAMED),
        )

    def unseen(self) -> list[Reading]:
        """Return the pieces held out, as they are."""
        return [Reading(i) for i in range(self.n_learned, len(self.lengths))]

    def laid(
        self,
        readings: Sequence[Reading],
        streams: int,
        steps: int,
        *,
        longest: int | None = None,
        rng: np.random.Generator | None = None,
    ) -> Iterator[Tensor]:
        """Yield what :meth:`batch` makes batches of, ``readings`` side by side.

        Parameters
        ----------
        readings : sequence of Reading
        streams, steps : int
        longest : int, optional
            Parts of a piece that stay in one stream; what follows them begins anew in
            another. Then the end of an epoch, where three streams of four have nothing
            left, is passed over.
        rng : np.random.Generator, optional
            Cuts the first part of each piece at a drawn place.
        """
        streamed: list[list[Part]] = [[] for _ in range(streams)]
        for reading in readings:
            parts = self._parts(reading, steps, longest, rng)
            size = longest or len(parts)
            for i in range(0, len(parts), size):
                min(streamed, key=len).extend(parts[i : i + size])
        for i in range(max(map(len, streamed))):
            row = [stream[i] if i < len(stream) else NOTHING for stream in streamed]
            if longest and sum(part is not NOTHING for part in row) < streams / 4:
                return
            told = torch.tensor([part.numbers() for part in row], dtype=torch.int64)
            yield told.pin_memory() if self.device.type == "cuda" else told

    def _parts(
        self, reading: Reading, steps: int, longest: int | None, rng: np.random.Generator | None
    ) -> list[Part]:
        piece, length = reading.piece, int(self.lengths[reading.piece])
        first = int(rng.integers(-steps // 2, 1)) if rng else 0
        return [
            Part(
                reading,
                int(self._offsets[piece]),
                begin,
                length,
                is_flat=bool(self._flat[piece]),
                forgets=i % (longest or length) == 0,
            )
            for i, begin in enumerate(range(first, length, steps))
        ]

    def batch(self, told: Tensor, steps: int) -> Batch:
        """Return the notes that ``told``, (S, NUMBERS), names; all of it on the device."""
        columns = told.T[:, :, None]
        offset, begin, length, up, louder, faster, hidden, unnamed, flat, _ = columns
        ends = torch.minimum(length, begin + steps)
        at = begin.clamp(min=0) + torch.arange(steps, device=self.device)
        is_note = at < ends
        where = (offset + torch.minimum(at, length - 1)).clamp(min=0)
        has_next = is_note & (at + 1 < length)

        ids = self._ids[where].long()
        onward = self._ids[(where + has_next)][..., 0].long()
        ids[..., 0] = torch.where(has_next, onward, 0)
        ids[..., 1] += up
        ids[..., 3] = (ids[..., 3] + louder).clamp(0, N_VELOCITIES - 1)
        ids = torch.where(is_note[..., None], ids, 0)
        counts = torch.stack([has_next, is_note, is_note, is_note & (flat == 0)], -1).float()

        ahead, within = self._ahead[where].long(), self._within[where].long()
        for rows, columns in ((ahead, _VELOCITY_AHEAD), (within, _VELOCITY_WITHIN)):
            _move(rows, 0, up, NONE - 1)  # the pitch before, and the pitch
            for column in columns:
                _move(rows, column, louder, N_VELOCITIES - 1)
        _move(ahead, _TEMPO, faster, N_TEMPI - 1)
        for rows, columns in ((ahead, _VELOCITY_AHEAD), (within, _VELOCITY_WITHIN[:-1])):
            for column in columns:
                _hide(rows, column, hidden)
        _hide(ahead, _COMPOSER, unnamed)
        facts = _spread(ahead, self._offsets_ahead, AHEAD.width)
        planes = self._moved(where, up, is_note)
        return Batch(
            torch.cat([facts, planes], -1),
            _spread(within, self._offsets_within, WITHIN.width),
            told[:, -1],
            ids,
            counts,
        )

    def _moved(self, where: Tensor, up: Tensor, is_note: Tensor) -> Tensor:
        """Return the sets of keys, ``up`` semitones, (S, T, planes and keys)."""
        bits = (self._planes[where][..., None] >> self._bits) & 1
        keys = bits.flatten(-2).unflatten(-1, (N_PLANES, N_PITCHES))
        source = (self._keys - up)[:, None, None, :]  # (S, 1, 1, keys)
        is_key = (source >= 0) & (source < N_PITCHES) & is_note[..., None, None]
        moved = keys.gather(-1, source.clamp(0, N_PITCHES - 1).expand(*keys.shape)) * is_key
        return moved.flatten(-2).bfloat16()


def _move(rows: Tensor, column: int, by: Tensor, high: int) -> None:
    value = rows[..., column]
    rows[..., column] = torch.where(value == NONE, NONE, (value + by).clamp(0, high))


def _hide(rows: Tensor, column: int, where: Any) -> None:
    rows[..., column] = torch.where(where > 0, NONE, rows[..., column])


def _spread(rows: Tensor, offsets: Tensor, width: int) -> Tensor:
    """Return ``rows`` as zeros and ones, (S, T, width)."""
    columns = torch.where(rows == NONE, width, rows + offsets)
    spread = torch.zeros(*rows.shape[:2], width + 1, device=rows.device, dtype=torch.bfloat16)
    return spread.scatter_(-1, columns, 1)[..., :width]
