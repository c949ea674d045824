"""Whole pieces as the rows that a network learns from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generator.grid import DURATION, ONSET, GridScore
from generator.recipes.layout import AHEAD, N_TEMPI, WIDTH, WITHIN
from generator.recipes.notes import N_PITCHES, encode
from generator.recipes.past import N_PLANES, Heard, Past

Bits = npt.NDArray[np.uint8]
Fields = npt.NDArray[np.int16]

# How a piece is changed each time that it is learned from:
LEAST, MOST = -6, 5  # semitones that it is moved
LOUDER = 2  # levels that it is made louder or softer at most
HIDDEN_DYNAMICS = 0.15  # share of pieces that are read as if nothing were known of loudness
UNNAMED = 0.05  # share of pieces that are read without their composer

_BYTES = N_PITCHES // 8


@dataclass(frozen=True, eq=False)
class Rows:
    """One piece of N notes.

    Attributes
    ----------
    ahead : np.ndarray of int16, shape (N, 17)
        For each section of ``layout.AHEAD`` the column that is set, or -1.
    planes : np.ndarray of uint8, shape (N, 11, 11)
        The sets of keys, packed, the lowest key first.
    within : np.ndarray of int16, shape (N, 18)
        For each section of ``layout.WITHIN`` the column that is set, or -1.
    ids : np.ndarray of int16, shape (N, 4)
        Onset, pitch, duration, velocity.
    is_flat : bool
        Whether all notes are equally loud.
    """

    ahead: Fields
    planes: Bits
    within: Fields
    ids: Fields
    is_flat: bool

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def compass(self) -> tuple[int, int]:
        """The lowest and the highest key."""
        return int(self.ids[:, 1].min()), int(self.ids[:, 1].max())


def tempo_class(qpm: float) -> int:
    """Return the class of a tempo: four to the octave from 30 quarter notes a minute."""
    return min(max(round(4 * math.log2(max(qpm, 1) / 30)), 0), N_TEMPI - 1)


def rows_of(piece: GridScore, composers: Sequence[str]) -> Rows:
    """Return what a network reads of ``piece``; ``composers`` are those that it knows."""
    ids = encode(piece.notes)
    past = Past(piece.metres, tempo_class(piece.tempo_qpm))
    composer = composers.index(piece.composer) if piece.composer in composers else -1
    shifts = np.diff(piece.notes[:, ONSET], prepend=0)
    ahead, planes, within = [], [], []
    columns = (ids.tolist(), shifts.tolist(), piece.notes[:, DURATION].tolist())
    for (onset, pitch, duration, velocity), steps, lasts in zip(*columns, strict=True):
        seen = past.ahead(onset, steps)
        ahead.append((*seen.fields, composer))
        planes.append(b"".join(keys.to_bytes(_BYTES, "little") for keys in seen.planes))
        within.append((pitch, *past.within(pitch), duration, velocity))
        past.push(Heard(onset, pitch, duration, velocity), lasts)
    return Rows(
        np.array(ahead, np.int16).reshape(-1, len(AHEAD.sizes)),
        np.frombuffer(b"".join(planes), np.uint8).reshape(-1, N_PLANES, _BYTES),
        np.array(within, np.int16).reshape(-1, len(WITHIN.sizes)),
        ids,
        piece.is_flat,
    )


def spread_ahead(rows: Rows, part: slice, *, up: int = 0) -> Bits:
    """Return ``rows.ahead`` and ``rows.planes`` as zeros and ones, (n, WIDTH), ``up`` semitones."""
    fields = rows.ahead[part].astype(np.int64)
    fields[:, 0] = np.where(fields[:, 0] < 0, -1, fields[:, 0] + up)
    spread = np.zeros((len(fields), WIDTH), np.uint8)
    _set(spread, fields, AHEAD.offsets)
    keys = np.unpackbits(rows.planes[part], axis=-1, bitorder="little")
    spread[:, AHEAD.width :] = _moved(keys, up).reshape(len(fields), -1)
    return spread


def spread_within(rows: Rows, part: slice, *, up: int = 0) -> Bits:
    """Return ``rows.within`` as zeros and ones, shape (n, WITHIN.width), ``up`` semitones."""
    fields = rows.within[part].astype(np.int64)
    fields[:, 0] += up
    spread = np.zeros((len(fields), WITHIN.width), np.uint8)
    _set(spread, fields, WITHIN.offsets)
    return spread


def _set(spread: Bits, fields: npt.NDArray[np.int64], offsets: Sequence[int]) -> None:
    at, section = np.nonzero(fields >= 0)
    spread[at, np.asarray(offsets)[section] + fields[at, section]] = 1


def _moved(keys: Bits, up: int) -> Bits:
    """Return sets of keys (..., 88) ``up`` semitones; what leaves the piano is lost."""
    if not up:
        return keys
    moved = np.zeros_like(keys)
    if up > 0:
        moved[..., up:] = keys[..., :-up]
    else:
        moved[..., :up] = keys[..., -up:]
    return moved


def shifts_allowed(compass: tuple[int, int]) -> tuple[int, int]:
    """Return by how many semitones a piece of that compass is moved at least and at most."""
    low, high = compass
    return max(LEAST, -low), min(MOST, N_PITCHES - 1 - high)
