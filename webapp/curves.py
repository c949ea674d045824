"""A training as a drawing: loss or accuracy, epoch by epoch, in the numbers of an SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

WIDTH, HEIGHT = 360, 216  # units; a phone shows about one a pixel
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 12, 28  # where the axes leave room
TICKS = 5  # about as many on an axis
LEAST_SPAN = 1e-9
MOST_DOTS = 24  # points that are drawn as dots too


class Tick(NamedTuple):
    """A number beside an axis."""

    at: float
    value: float


class Line(NamedTuple):
    """One curve."""

    name: str  # learned or held
    points: str
    dots: list[tuple[float, float]]


class Mark(NamedTuple):
    """A place on the curve."""

    epoch: int
    x: float
    y: float
    value: float


class Chart(NamedTuple):
    """All that the template draws."""

    lines: list[Line]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    best: Mark | None
    last: dict[str, float]
    heard: list[Mark]  # where an audition was held
    floor: float  # y of the lower axis
    right: float  # x of its end


def chart(
    figures: Sequence[dict[str, Any]],
    name: str,
    *,
    epochs: int = 0,
    best: int,
    auditions: Sequence[int] = (),
) -> Chart | None:
    """Lay out ``name`` (loss or accuracy) of every epoch; None where it was never measured.

    Parameters
    ----------
    figures : sequence of dict
        One for each epoch; one that lacks a number is passed over.
    name : str
    epochs : int
        How many there will be, if more than there are: the axis is as long from the beginning.
    best : int
        The epoch that is marked.
    auditions : sequence of int
        The epochs that can be heard.
    """
    kinds = {"learned": name, "held": f"val_{name}"}
    figures = [row for row in figures if _is_whole(row, kinds.values())]
    if not figures:
        return None
    last = max(epochs, figures[-1]["epoch"], 2)
    values = [float(row[key]) for row in figures for key in kinds.values()]
    ticks = _ticks(values)
    x_at = _scale(1, last, LEFT, WIDTH - RIGHT)
    y_at = _scale(ticks[0], ticks[-1], HEIGHT - BOTTOM, TOP)

    def mark(row: dict[str, Any]) -> Mark:
        value = float(row[kinds["held"]])
        return Mark(row["epoch"], x_at(row["epoch"]), y_at(value), value)

    by_epoch = {row["epoch"]: row for row in figures}
    return Chart(
        lines=[_line(kind, figures, key, x_at, y_at) for kind, key in kinds.items()],
        x_ticks=[Tick(x_at(n), n) for n in _whole_ticks(last)],
        y_ticks=[Tick(y_at(value), value) for value in ticks],
        best=mark(by_epoch[best]) if best in by_epoch else None,
        last={kind: float(figures[-1][key]) for kind, key in kinds.items()},
        heard=[mark(by_epoch[epoch]) for epoch in auditions if epoch in by_epoch],
        floor=HEIGHT - BOTTOM,
        right=WIDTH - RIGHT,
    )


def best(figures: Sequence[Any]) -> int:
    """Return the epoch whose loss on what was held out is lowest; 0 where there is none."""
    rows = [row for row in figures if _is_whole(row, ("loss", "val_loss"))]
    return int(min(rows, key=lambda row: row["val_loss"])["epoch"]) if rows else 0


def _is_whole(row: Any, keys: Iterable[str]) -> bool:
    """Whether ``row`` says an epoch and a number for each of ``keys``: it may be anyone's."""
    if not isinstance(row, dict) or type(row.get("epoch")) is not int or row["epoch"] < 1:
        return False
    return all(type(row.get(key)) in (int, float) and math.isfinite(row[key]) for key in keys)


def _line(
    kind: str,
    figures: Sequence[dict[str, Any]],
    key: str,
    x_at: Callable[[float], float],
    y_at: Callable[[float], float],
) -> Line:
    places = [(x_at(row["epoch"]), y_at(float(row[key]))) for row in figures]
    dots = places if len(places) <= MOST_DOTS else []
    return Line(kind, " ".join(f"{x:g},{y:g}" for x, y in places), dots)


def _scale(low: float, high: float, begin: float, end: float) -> Callable[[float], float]:
    return lambda value: round(begin + (value - low) / (high - low) * (end - begin), 1)


def _ticks(values: Sequence[float]) -> list[float]:
    """Return the round numbers from below the least of ``values`` to above the greatest.

    >>> _ticks([0.12, 0.6]), _ticks([2.0, 2.0])
    ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [1.0, 1.5, 2.0, 2.5, 3.0])
    """
    low, high = min(values), max(values)
    if high - low < LEAST_SPAN:
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(high) or 1)
    step = _step(high - low)
    first, last = math.floor(low / step + LEAST_SPAN), math.ceil(high / step - LEAST_SPAN)
    return [round(i * step, 10) for i in range(first, last + 1)]


def _whole_ticks(last: int) -> list[int]:
    """Return the epochs that are numbered: the first, the last, and some between.

    >>> _whole_ticks(20), _whole_ticks(3)
    ([1, 5, 10, 15, 20], [1, 2, 3])
    """
    step = max(1, math.ceil(_step(last)))
    between = [n for n in range(step, last, step) if n > 1 and last - n >= step / 2]
    return [1, *between, last]


def _step(span: float) -> float:
    """Return a round step that divides ``span`` into about so many parts.

    >>> _step(20), _step(0.7), _step(3.2)
    (5.0, 0.2, 1.0)
    """
    rough = span / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * n for n in (1.0, 2.0, 5.0, 10.0) if power * n >= rough * 0.999)
