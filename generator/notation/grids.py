"""The grid that each beat is counted on: halves of halves, or a tuplet where it is truly one.

A bar is a tree: the bar, its parts, its beats, their halves. Every branch is
counted in two (or, in compound time, three), is left whole, or carries a
tuplet; the cheapest reading of the onsets wins.

Conventions
-----------
Places are divisions, 24 to the quarter note; inside a tuplet they may be
fractions of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from generator.notation.metre import QUARTER, SHORTEST, Bar

Place = int | Fraction

# What it costs to count a beat in eighths, sixteenths, 32nds, in squared divisions of error.
BINARY = {24: 0.0, 12: 0.0, 6: 1.0, 3: 5.0}
TRIPLET, SEXTUPLET, OTHER = 3.5, 4.5, 7.0  # the same for a bracket with this number
WIDE, WIDE_TRIPLET = 5.0, 2.0  # for each beat more that a bracket spans
HALF_TRIPLET = 1.5  # for a bracket within a beat
PER_PART = 0.4  # for each part beyond five
LOST_ONSET = 16.0  # for two onsets that fall into one cell
LEAST_FILLED = 0.75  # share of its cells that an unusual tuplet must strike
MOST_PARTS = 24
UNITS = (48, 24, 12, 6, 3, Fraction(3, 2))  # written values that a tuplet may be made of
NEAR = 0.02  # divisions


@dataclass(frozen=True)
class Tuplet:
    """Equal parts of a stretch, as many as its written values do not fill."""

    start: int
    length: int
    parts: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + self.length

    @property
    def unit(self) -> Place:
        """Written length of one part."""
        units = [unit for unit in UNITS if (self.length / Fraction(unit)).denominator == 1]
        fitting = [unit for unit in units if self.length / unit <= self.parts]
        return fitting[-1] if fitting else units[0]

    @property
    def normal(self) -> int:
        """How many such values fill the stretch without the tuplet."""
        return int(self.length / self.unit)

    def place(self, part: int) -> Place:
        """Return where a part begins."""
        place = self.start + Fraction(self.length * part, self.parts)
        return int(place) if place.denominator == 1 else place


@dataclass(frozen=True)
class Grid:
    """How one stretch is counted: by a spacing, or in the parts of a tuplet."""

    start: int
    end: int
    spacing: int = SHORTEST
    tuplet: Tuplet | None = None

    @property
    def last(self) -> Place:
        """The last place on the grid, an eighth before the end where it is coarser than that."""
        if self.tuplet:
            return self.tuplet.place(self.tuplet.parts - 1)
        return self.end - min(self.spacing, QUARTER // 2)

    def nearest(self, place: float) -> Place:
        """Return the place on the grid that is nearest."""
        if self.tuplet:
            part = round((place - self.start) * self.tuplet.parts / self.tuplet.length)
            return self.tuplet.place(min(part, self.tuplet.parts))
        return min(self.start + self.spacing * round((place - self.start) / self.spacing), self.end)


def grids(bar: Bar, onsets: Sequence[float]) -> list[Grid]:
    """Return how the stretches of ``bar`` are counted, given the ``onsets`` in it, rising."""
    return _read(bar.start, bar.end, bar, onsets)[1]


def _read(start: int, end: int, bar: Bar, onsets: Sequence[float]) -> tuple[float, list[Grid]]:
    """Return the cheapest reading of a stretch."""
    inside = [onset for onset in onsets if start <= onset < end]
    if all(onset - start < NEAR for onset in inside):
        return 0.0, [Grid(start, end, end - start)]
    readings = [*_plain(start, end, bar, inside), *_tuplets(start, end, bar, inside)]
    joints = _joints(start, end, bar)
    if len(joints) > 2:  # noqa: PLR2004 - there is one inside
        parts = [_read(a, b, bar, inside) for a, b in pairwise(joints)]
        cost = sum(part[0] for part in parts)
        readings.append((cost, [grid for part in parts for grid in part[1]]))
    return min(readings, key=lambda reading: reading[0])


def _joints(start: int, end: int, bar: Bar) -> list[int]:
    """Return where a stretch is divided: at the strongest joint of the metre inside it."""
    for level in (*bar.levels, SHORTEST):
        first = bar.start + ((start - bar.start) // level + 1) * level
        if first < end:
            return [start, *range(first, end, level), end]
    return [start, end]


def _plain(
    start: int, end: int, bar: Bar, inside: Sequence[float]
) -> Iterator[tuple[float, list[Grid]]]:
    """Yield the readings of a beat, or less, without a tuplet."""
    length = end - start
    if length > min(bar.beat, QUARTER * 3 // 2):
        return
    spacings = [s for s in BINARY if s <= length and length % s == 0]
    for spacing in spacings or [length]:
        grid = Grid(start, end, spacing)
        yield BINARY.get(spacing, 0.0) + _misfit(grid, inside), [grid]


def _tuplets(
    start: int, end: int, bar: Bar, inside: Sequence[float]
) -> Iterator[tuple[float, list[Grid]]]:
    length = end - start
    if length < 2 * SHORTEST or not _has_units(length):
        return
    for parts in _likely_parts(length, len(inside)):
        grid = Grid(start, end, tuplet=Tuplet(start, length, parts))
        price = _price(length, parts, bar.beat)
        is_usual = parts in (3, 6) and length <= 2 * QUARTER
        if is_usual or len(inside) >= LEAST_FILLED * parts:
            yield price + _misfit(grid, inside), [grid]


def _has_units(length: int) -> bool:
    return any(length % unit == 0 for unit in UNITS[:-1])


def _likely_parts(length: int, n_onsets: int) -> Iterator[int]:
    """Yield the numbers of parts that a stretch with so many onsets may have."""
    natural = {length // unit for unit in UNITS[:-1] if length % unit == 0}
    # Three times a natural number is a triplet in each of its parts, but for three itself.
    low, high = 2, min(MOST_PARTS, 2 + int(n_onsets / LEAST_FILLED))
    usual = (3, 6) if length in (6, 12, 24, 48, 96) else ()
    for parts in sorted({*usual, *range(max(low, n_onsets), high + 1)}):
        if parts not in natural and parts <= max(natural) * 2:
            yield parts


def _price(length: int, parts: int, beat: int) -> float:
    price = {3: TRIPLET, 6: SEXTUPLET}.get(parts, OTHER + PER_PART * max(0, parts - 5))
    if length < beat:
        price += HALF_TRIPLET
    wide = WIDE if parts != 3 else WIDE_TRIPLET  # noqa: PLR2004 - a triplet has three
    return price + wide * max(0.0, length / beat - 1)


def _misfit(grid: Grid, inside: Sequence[float]) -> float:
    step = grid.tuplet.length / grid.tuplet.parts if grid.tuplet else float(grid.spacing)
    cells = [round((onset - grid.start) / step) for onset in inside]
    error = sum(
        (onset - grid.start - step * cell) ** 2 for onset, cell in zip(inside, cells, strict=True)
    )
    return error + LOST_ONSET * (len(inside) - len(set(cells)))
