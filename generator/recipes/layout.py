"""How the facts about a note are laid side by side as one row of zeros and ones.

A network reads, before the pitch, a row of ``AHEAD``; its parts that decide
duration, velocity and the next onset read a row of ``WITHIN``, each only as far
as what is decided by then. A fact is one column of its section, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from generator.recipes import sets
from generator.recipes.notes import N_DURATIONS, N_PITCHES, N_SHIFTS, N_VELOCITIES
from generator.recipes.past import N_PLANES, ORDERS

MAX_COMPOSERS = 32
N_TEMPI = 16

_ADVICE = {
    "duration": N_DURATIONS,
    "velocity": N_VELOCITIES,
    "onset": N_SHIFTS,
    "order": len(ORDERS),
}


class Layout(NamedTuple):
    """Sections of a row."""

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    offsets: tuple[int, ...]  # the first column of each section

    @property
    def width(self) -> int:
        """Columns of all sections."""
        return sum(self.sizes)

    def begin(self, name: str) -> int:
        """Return the first column of a section."""
        return self.offsets[self.names.index(name)]


def _layout(sections: dict[str, int]) -> Layout:
    sizes = tuple(sections.values())
    return Layout(tuple(sections), sizes, tuple(accumulate(sizes, initial=0))[:-1])


AHEAD = _layout(
    {
        "pitch before": N_PITCHES,
        "duration before": N_DURATIONS,
        "velocity before": N_VELOCITIES,
        "onset before": N_SHIFTS,
        "onset": N_SHIFTS,
        "place in the bar": 192,
        "place in the beat": 96,
        "numerator": 16,
        "denominator": 6,
        "bar of eight": 8,
        "keys struck": 12,
        "tempo": N_TEMPI,
        "run": len(ORDERS),
        "transposed run": len(ORDERS),
        "trust": 8,
        "first release": N_SHIFTS,
        "composer": MAX_COMPOSERS,
    }
)
PLANES = N_PLANES * N_PITCHES  # columns of the sets of keys, which follow AHEAD
WIDTH = AHEAD.width + PLANES

WITHIN = _layout(
    {
        "pitch": N_PITCHES,
        **{f"run's {part}": size for part, size in _ADVICE.items()},
        **{f"transposed run's {part}": size for part, size in _ADVICE.items()},
        "higher keys": 8,
        **{f"onset {i}": N_SHIFTS for i in range(3)},
        **{f"length {i}": N_DURATIONS for i in range(3)},
        "duration": N_DURATIONS,
        "velocity": N_VELOCITIES,
    }
)
FOR_DURATION = WITHIN.begin("duration")  # columns known when the duration is decided
FOR_VELOCITY = WITHIN.begin("velocity")
FOR_ONSET = WITHIN.width


def ahead_columns(fields: Sequence[int], planes: Sequence[int]) -> list[int]:
    """Return the columns that ``fields`` (-1 for none) and sets of keys put a one in."""
    columns = [o + f for o, f in zip(AHEAD.offsets, fields, strict=True) if f >= 0]
    begin = AHEAD.width
    for keys in planes:
        columns += [begin + key for key in sets.members(keys)]
        begin += N_PITCHES
    return columns


def within_columns(fields: Sequence[int]) -> list[int]:
    """Return the columns that the first ``fields`` of WITHIN, -1 for none, put a one in."""
    return [o + f for o, f in zip(WITHIN.offsets, fields, strict=False) if f >= 0]
