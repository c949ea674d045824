"""Bars, and how a length is written inside one.

Conventions
-----------
Positions and lengths here are whole numbers of divisions, 24 to the quarter
note: a 32nd is 3, a triplet sixteenth 4. Inside a bar, positions are counted
from its beginning.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generator.score import COMMON_TIME, Note, TimeSignature

DIVISIONS = 24  # to the quarter note
QUARTER = DIVISIONS
EIGHTH = QUARTER // 2
WHOLE = 4 * DIVISIONS
SHORTEST = 3  # a 32nd
QUARTERS = 4  # as the lower number of a metre

PLAIN = {192: "breve", 96: "whole", 48: "half", 24: "quarter", 12: "eighth", 6: "16th", 3: "32nd"}
# A dot adds half. There is no dotted 32nd on this grid.
VALUES = {length: (name, 0) for length, name in PLAIN.items()} | {
    length * 3 // 2: (name, 1) for length, name in PLAIN.items() if length > SHORTEST
}


@dataclass(frozen=True)
class Bar:
    """One measure of the piece."""

    start: int
    length: int
    numerator: int
    denominator: int
    is_short: bool = False  # a pick-up, or cut off by a change of metre

    @property
    def end(self) -> int:
        """Where the next bar begins."""
        return self.start + self.length

    @property
    def is_compound(self) -> bool:
        """Whether the beat has three parts: 6/8, 9/8, 12/8 and their like."""
        is_on_grid = self.denominator * SHORTEST <= WHOLE  # nobody counts in 64ths
        return is_on_grid and self.numerator > 3 and self.numerator % 3 == 0  # noqa: PLR2004

    @property
    def beat(self) -> int:
        """Length of a beat: a quarter, or in compound time three units."""
        return 3 * WHOLE // self.denominator if self.is_compound else QUARTER

    @property
    def levels(self) -> tuple[int, ...]:
        """Spacing of the metre's joints, from the strongest to the weakest."""
        unit = WHOLE // self.denominator
        if self.is_short or unit < SHORTEST:
            return _halved(QUARTER)
        if self.numerator & (self.numerator - 1) == 0:
            return _halved(self.length // 2)
        groups = {5: (3 * unit,), 7: (4 * unit,), 12: (6 * unit, 3 * unit)}
        own = (3 * unit,) if self.is_compound else ()
        return groups.get(self.numerator, own) + _halved(unit)


def lay_bars(signatures: Sequence[TimeSignature], end: float) -> list[Bar]:
    """Return the bars from 0 until ``end`` (quarter notes), at least one.

    A first signature that lasts for one shorter bar only is read as a pick-up
    and printed in the metre that follows.
    """
    last = max(1, round(end * DIVISIONS))
    changes = [change for change in _changes(signatures) if change[0] < last]
    stops = [start for start, _ in changes[1:]]
    bars: list[Bar] = []
    for (start, metre), stop in zip(changes, [*stops, None], strict=True):
        bars += _equal_bars(start, last if stop is None else stop, metre, is_last=stop is None)
    return [_as_pick_up(bars), *bars[1:]]


def cut_upbeat(bars: list[Bar], notes: Sequence[Note]) -> list[Bar]:
    """Return ``bars`` without the silence before an upbeat, whole beats of the first bar."""
    first = bars[0]
    onset = _to_grid(min((note.onset for note in notes), default=0.0))
    beat = EIGHTH if first.denominator > QUARTERS else QUARTER
    silent = onset // beat * beat
    if len(bars) == 1 or first.start or not 0 < silent < first.end:
        return bars
    return [replace(first, start=silent, length=first.end - silent, is_short=True), *bars[1:]]


def bar_at(bars: Sequence[Bar], position: float) -> Bar:
    """Return the bar that ``position`` (divisions) lies in; the last one for anything later."""
    return bars[max(0, bisect_right(bars, position, key=lambda bar: bar.start) - 1)]


def split(start: int, end: int, levels: tuple[int, ...], *, is_rest: bool = False) -> list[int]:
    """Cut a length within a bar into values that can be printed and read.

    A value may hide a joint of the metre only when both its ends lie on joints
    of half that spacing (a syncopation), and for a rest on joints of the same.

    Examples
    --------
    A quarter note over the middle of a 4/4 bar becomes two tied eighths; the
    same syncopation inside a half bar stays a quarter.

    >>> split(36, 60, (48, 24, 12, 6, 3))
    [12, 12]
    >>> split(12, 36, (48, 24, 12, 6, 3))
    [24]
    """
    crossed = next((i for i, unit in enumerate(levels) if start // unit != (end - 1) // unit), None)
    if crossed is None:
        return [end - start]
    unit = levels[crossed]
    if end - start in VALUES and _is_readable(start, end, levels[crossed:], is_rest):
        return [end - start]
    cut = (start // unit + 1) * unit
    return split(start, cut, levels, is_rest=is_rest) + split(cut, end, levels, is_rest=is_rest)


def split_triplet(start: int, end: int) -> list[int]:
    """Cut a length within a beat of triplets; positions are counted from the beat."""
    parts: list[int] = []
    while start < end:
        fits = (v for v in (16, 8, 4) if v <= end - start and start % min(v, 8) == 0)
        parts.append(next(fits, end - start))
        start += parts[-1]
    return parts


def _is_readable(start: int, end: int, levels: tuple[int, ...], is_rest: bool) -> bool:
    unit, finer = (*levels, levels[-1])[:2]
    may_syncopate = not is_rest and unit == 2 * finer and 2 * (end - start) <= 3 * unit
    joint = finer if may_syncopate else unit
    return start % joint == 0 and end % joint == 0


def _halved(unit: int) -> tuple[int, ...]:
    units = [unit]
    while units[-1] % 2 == 0 and units[-1] // 2 >= SHORTEST:
        units.append(units[-1] // 2)
    return tuple(units)


def _changes(signatures: Sequence[TimeSignature]) -> list[tuple[int, TimeSignature]]:
    """Return where each metre begins; the first at 0, none twice in the same place."""
    found = {_to_grid(signature.onset): signature for signature in sorted(signatures)}
    first = found.get(0, COMMON_TIME)
    return sorted((found | {0: first}).items())


def _equal_bars(start: int, stop: int, metre: TimeSignature, *, is_last: bool) -> list[Bar]:
    length = max(SHORTEST, _to_grid(metre.bar))
    bars = [
        Bar(at, length, metre.numerator, metre.denominator) for at in range(start, stop, length)
    ]
    if not is_last and bars[-1].end > stop:
        cut = stop - bars[-1].start
        bars[-1] = Bar(bars[-1].start, cut, metre.numerator, metre.denominator, is_short=True)
    return bars


def _as_pick_up(bars: list[Bar]) -> Bar:
    first, *rest = bars
    if not rest or rest[0].length <= first.length:
        return first
    if (rest[0].numerator, rest[0].denominator) == (first.numerator, first.denominator):
        return Bar(0, first.length, first.numerator, first.denominator, is_short=True)
    return Bar(0, first.length, rest[0].numerator, rest[0].denominator, is_short=True)


def _to_grid(quarters: float) -> int:
    # Multiples of a 32nd, so that every bar line can be reached by printed values.
    return SHORTEST * round(quarters * DIVISIONS / SHORTEST)
