"""Some bars of a piece as they are engraved: whole systems, cut out of its pages.

Where there is an edition for phones it is taken: its systems are short, and so are
large enough to read beside others. Each is cut out by itself, so that two stand side by
side where there is room.
"""

from __future__ import annotations

from itertools import groupby
from math import inf
from typing import NamedTuple

from webapp import counting, places
from webapp.models import Piece

ABOVE, BELOW = 40, 220  # around a system, as far as the next one leaves room
LEAST = 100  # under it, where the next one leaves none
OVER, CLEAR = 30, 12  # how far the mark of what is new stands out of the staves, and of the ink
SHOWN, TALLEST = 6, 4  # bars of what is new to the end, and systems that they may fill


class Strip(NamedTuple):
    """A system, in the units of the page that it stands on."""

    picture: str
    page_width: float
    page_height: float
    y: float
    height: float
    new: str  # the outline of the bars that are new
    edge: str  # the line over them


class Excerpt(NamedTuple):
    """Bars of a piece, and which of them are new."""

    first: int
    last: int
    strips: list[Strip]


def new_bars(piece: Piece) -> counting.Bars:
    """Return the first and the last bar that are not the opening's, or the parent's."""
    score = piece.score or {}
    first = piece.from_bar
    if first is None:
        first = counting.bar_of(score, score.get("seam") or 0.0)
    return counting.Bars(first, piece.to_bar or counting.bars(score).last)


def cut(piece: Piece, first: int, last: int | None = None) -> Excerpt | None:
    """Return the bars from ``first`` to ``last`` with one before and one after, those marked.

    Without ``last`` all is new to the end, and the beginning of it is shown. None while there
    is no score to cut from.
    """
    kind, pictures = _edition(piece)
    found = places.read(piece, kind) if pictures and piece.score else None
    if found is None or found.bars[-1]["page"] >= len(pictures):
        return None
    begin, end = counting.bars(piece.score or {}).first, len(found.bars)
    low = max(0, first - 1 - begin)
    high = min(end - 1, (first + SHOWN - 1 if last is None else last + 1) - begin)
    if low > high:
        return None
    new = range(first - begin, end if last is None else last + 1 - begin)
    systems = _systems(found.bars, low, high)[: TALLEST if last is None else None]
    shown = min(high, found.bars.index(systems[-1][-1]), new.stop - 1)
    strips = [
        _strip(piece.file_url(pictures[system[0]["page"]]), found, system, new)
        for system in systems
    ]
    return Excerpt(first, shown + begin, strips)


def _edition(piece: Piece) -> tuple[str, list[str]]:
    narrow = piece.files.get("narrow")
    if narrow and piece.files.get("positions_narrow"):
        return "positions_narrow", narrow
    return "positions", piece.files.get("svg") or piece.files.get("png") or []


def _systems(bars: list[places.Place], low: int, high: int) -> list[list[places.Place]]:
    """Return the systems that hold a bar from ``low`` to ``high``, counted from 0."""
    wanted = {_line(bar) for bar in bars[low : high + 1]}
    lines = [list(line) for _, line in groupby(bars, key=_line)]
    return [line for line in lines if _line(line[0]) in wanted]


def _line(bar: places.Place) -> tuple[int, int]:
    return bar["page"], round(bar["y"] / places.NEAR)


def _strip(picture: str, found: places.Positions, system: list[places.Place], new: range) -> Strip:
    low = system[0]
    above = max((_foot(bar) for bar in found.bars if _is_below(low, bar)), default=0.0)
    top = max(min(_top(bar) for bar in system) - ABOVE, min(above, low["y"] - OVER))
    next_top = min((_top(bar) for bar in found.bars if _is_below(bar, low)), default=inf)
    staves, foot = low["y"] + low["sy"], max(_foot(bar) for bar in system)
    bottom = min(max(min(staves + BELOW, next_top), staves + LEAST, foot + CLEAR), found.height)
    marked = [bar for bar in system if found.bars.index(bar) in new]
    return Strip(
        picture,
        found.width,
        found.height,
        round(top, 1),
        round(bottom - top, 1),
        new=_outline(marked) if marked else "",
        edge=_edge(marked) if marked else "",
    )


def _top(bar: places.Place) -> float:
    return min(float(bar.get("top") or bar["y"]), float(bar["y"]))


def _foot(bar: places.Place) -> float:
    return max(float(bar.get("foot") or 0), float(bar["y"] + bar["sy"]))


def _is_below(bar: places.Place, other: places.Place) -> bool:
    return bool(bar["page"] == other["page"] and bar["y"] > other["y"] + places.NEAR)


def _edge(bars: list[places.Place]) -> str:
    first, last = bars[0], bars[-1]
    y = min(first["y"] - OVER, min(_top(bar) for bar in bars) - CLEAR)
    return f"M{first['x']:.1f} {y:.1f}H{last['x'] + last['sx']:.1f}"


def _outline(bars: list[places.Place]) -> str:
    first = bars[0]
    return f"{_edge(bars)}V{first['y'] + first['sy'] + OVER:.1f}H{first['x']:.1f}Z"
