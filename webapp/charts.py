"""Curves of a training as points of a drawing: what a page needs to draw them as SVG.

Nothing here knows of a page or a row: history in, a chart out. Units are those of the
drawing, whose box is ``WIDTH`` by ``HEIGHT``; y grows downwards, as in SVG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, isfinite, log10
from typing import Any, NamedTuple

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 30  # room for the numbers at the axes
N_TICKS = 4


class Tick(NamedTuple):
    """A number at an axis, and where it stands."""

    at: float
    label: str


class Curve(NamedTuple):
    """One line of a chart."""

    name: str  # a key of the history, as loss and val_loss
    points: str  # of an SVG polyline
    last: str  # the value at the end


class Chart(NamedTuple):
    """One drawing."""

    curves: tuple[Curve, ...]
    across: tuple[Tick, ...]  # epochs
    up: tuple[Tick, ...]
    best: float | None  # where across the best epoch is
    best_epoch: int | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM
    right: int = WIDTH - RIGHT
    top: int = TOP


def chart(
    history: Sequence[Mapping[str, Any]], names: Sequence[str], *, best_of: str = "val_loss"
) -> Chart | None:
    """Return the chart of ``names`` over the epochs; None where there are no two epochs.

    >>> drawn = chart([{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 1.0}], ["loss"])
    >>> drawn.curves[0].points
    '52.0,12.0 628.0,230.0'
    """
    rows = [row for row in history if _number(row.get("epoch")) is not None]
    values = [
        value for row in rows for name in names if (value := _number(row.get(name))) is not None
    ]
    if len(rows) < 2 or not values:  # noqa: PLR2004 - one point is no curve
        return None
    ticks = _round_numbers(min(values), max(values))
    across = _Scale(rows[0]["epoch"], rows[-1]["epoch"], LEFT, WIDTH - RIGHT)
    up = _Scale(ticks[0], ticks[-1], HEIGHT - BOTTOM, TOP)
    best = best_epoch(rows, best_of)
    return Chart(
        curves=tuple(_curve(rows, name, across, up) for name in names),
        across=tuple(Tick(across.at(n), str(n)) for n in _epochs(rows)),
        up=tuple(Tick(up.at(value), f"{value:g}") for value in ticks),
        best=across.at(best) if best is not None else None,
        best_epoch=best,
    )


def best_epoch(rows: Sequence[Mapping[str, Any]], name: str = "val_loss") -> int | None:
    """Return the epoch in which ``name`` is lowest; None where it was never measured."""
    known = [(value, row["epoch"]) for row in rows if (value := _number(row.get(name))) is not None]
    return int(min(known)[1]) if known else None


class _Scale(NamedTuple):
    """From values to places."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return round(self.begin + share * (self.end - self.begin), 1)


def _curve(rows: Sequence[Mapping[str, Any]], name: str, across: _Scale, up: _Scale) -> Curve:
    known = [(row["epoch"], value) for row in rows if (value := _number(row.get(name))) is not None]
    points = " ".join(f"{across.at(epoch)},{up.at(value)}" for epoch, value in known)
    return Curve(name, points, f"{known[-1][1]:.3g}" if known else "")


def _round_numbers(low: float, high: float) -> list[float]:
    """Return round numbers that take in ``low`` and ``high``, evenly apart."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** floor(log10(span / N_TICKS))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if span / (m * power) <= N_TICKS)
    first, last = floor(low / step), ceil(high / step)
    return [round(i * step, 12) for i in range(first, max(last, first + 1) + 1)]


def _epochs(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    first, last = int(rows[0]["epoch"]), int(rows[-1]["epoch"])
    step = max(1, ceil((last - first) / 6))
    return [*range(first, last - step // 2, step), last]


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and isfinite(value) else None
