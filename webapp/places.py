"""Where on the pages the seam is, which bars were rewritten, and what is shared with a work.

Read from ``positions.json``, which the engraving left: places are in the units
of the page's drawing, as MuseScore has them.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from webapp import counting
from webapp.models import Piece

A4 = (2976.4, 4209.4)  # of positions that were written before they told the size
HEAD = 30  # how wide a note head is
SAME = 1e-6  # quarter notes
NEAR = 5  # two places on one line differ by less
ABOVE, BELOW = 75, 75  # how far a mark stands out of its system
AWAY = 26  # from the highest ink to what is written over it
ROOM = 66  # above a staff, at least, for what is written over it
WORDS, TALL = 300, 46  # how far what is written at the seam reaches, and how far up
TICK = 24  # at both ends of a bracket
LETTERS = 34  # how far what is written beside a bracket hangs under its line
REWRITTEN, WORK = 250, 700  # how far it reaches: a word, or whose music it is
MARGIN = 62  # from the system's left edge to the stroke in the margin

Place = dict[str, Any]


class Box(NamedTuple):
    """One system, or a part of it: from corner to corner."""

    page: int
    x: float
    y: float
    x2: float
    y2: float


class Words(NamedTuple):
    """Where words stand, and which end of them that is."""

    x: float
    y: float
    anchor: str


class Marks(NamedTuple):
    """What is marked on one page, as outlines to draw and places for words."""

    width: float
    height: float
    seam: Box | None  # the line where the machine takes over
    machine: str  # strokes in the margin of what is all the machine's
    shared: str  # the bracket over a run
    words_at: Words | None  # of the run
    rewritten: str  # the bracket over bars that were written anew
    rewritten_at: Words | None  # and where it says so


class Boxes(NamedTuple):
    """What is marked on all pages."""

    seam: Box | None
    machine: list[Box]
    shared: list[Box]
    rewritten: list[Box]


class Positions(NamedTuple):
    """What the engraving tells of the places of a piece."""

    width: float
    height: float
    segments: list[Place]
    bars: list[Place]


def read(piece: Piece, kind: str = "positions") -> Positions | None:
    """Return the places of a piece; None while there are none, or none that can be read."""
    path = piece.files.get(kind)
    if not path:
        return None
    try:
        told = json.loads(Path(settings.MEDIA_ROOT, path).read_text(encoding="utf-8"))
        size = told.get("width", A4[0]), told.get("height", A4[1])
        return Positions(*size, told["segments"], told["bars"]) if told["bars"] else None
    except (OSError, ValueError, KeyError, AttributeError):
        return None


def marks(piece: Piece, kind: str = "positions") -> dict[int, Marks]:
    """Return what is marked on each page, by its number from 0; empty without positions."""
    found = read(piece, kind)
    if found is None:
        return {}
    seam = _seam(piece, found)
    machine = [box for box in _systems(found.bars) if seam and _is_after(box, seam)]
    shared = [_clear_of(seam, box) for box in _shared(piece, found)]
    boxes = Boxes(seam, machine, shared, _rewritten(piece, found))
    pages = {place["page"] for place in found.bars}
    return {page: _on_page(page, found, boxes) for page in sorted(pages)}


def _on_page(page: int, found: Positions, boxes: Boxes) -> Marks:
    seam = boxes.seam
    strokes, runs, anew = (
        [box for box in kind if box.page == page]
        for kind in (boxes.machine, boxes.shared, boxes.rewritten)
    )
    return Marks(
        width=found.width,
        height=found.height,
        seam=seam if seam and seam.page == page else None,
        machine="".join(f"M{box.x - MARGIN:.1f} {box.y:.1f}V{box.y2:.1f}" for box in strokes),
        shared="".join(_bracket(box) for box in runs),
        words_at=(
            _words_at(runs[0], found, seam, WORK) if runs and runs[0] is boxes.shared[0] else None
        ),
        rewritten="".join(_bracket(box) for box in anew),
        rewritten_at=(
            _words_at(anew[0], found, seam, REWRITTEN)
            if anew and anew[0] is boxes.rewritten[0]
            else None
        ),
    )


def _clear_of(seam: Box | None, box: Box) -> Box:
    """Return a bracket over what is written at the seam, where both would stand on one line."""
    if seam is None or seam.page != box.page or not seam.y < box.y2 < seam.y2:
        return box
    is_near = box.x < seam.x + WORDS and box.x2 > seam.x
    return box._replace(y=box.y - ROOM) if is_near else box


def _bracket(box: Box) -> str:
    tick = box.y + TICK
    return f"M{box.x:.1f} {tick:.1f}V{box.y:.1f}H{box.x2:.1f}V{tick:.1f}"


def _words_at(run: Box, found: Positions, seam: Box | None, reach: float) -> Words:
    """Return where words that ``reach`` so far stand: under a bracket's line, or else beside it.

    Over it the pedal of the system above has its marks, and under it may stand what is
    written at the seam. Beside it they keep over the ink of the bars there.
    """
    x, free = run.x + TICK, run.x
    if seam and seam.page == run.page and seam.y - TALL < run.y + LETTERS < seam.y2:
        taken = seam.x + WORDS
        x = max(x, taken) if seam.x < x + reach else x
        free -= taken if seam.x < run.x else 0
    if x + reach <= run.x2:
        return Words(x, run.y + LETTERS, "start")
    if found.width - run.x2 >= free:
        x, anchor = run.x2 + TICK, "start"
    else:
        x, anchor = run.x - TICK, "end"
    low, high = (x, x + reach) if anchor == "start" else (x - reach, x)
    tops = [_over(bar) for bar in found.bars if _is_under(bar, run, low, high)]
    return Words(x, min([run.y + LETTERS, *tops]), anchor)


def _is_under(bar: Place, run: Box, low: float, high: float) -> bool:
    """Whether a bar of the system of ``run`` has a part between ``low`` and ``high``."""
    is_beside = bar["page"] == run.page and run.y < bar["y"] <= run.y2 + NEAR
    return bool(is_beside and bar["x"] < high and bar["x"] + bar["sx"] > low)


def _systems(bars: list[Place]) -> list[Box]:
    lines = groupby(bars, key=lambda bar: (bar["page"], round(bar["y"] / NEAR)))
    return [_around(list(line)) for _, line in lines]


def _around(bars: list[Place]) -> Box:
    first, last = bars[0], bars[-1]
    return Box(
        first["page"], first["x"], first["y"], last["x"] + last["sx"], first["y"] + first["sy"]
    )


def _is_after(box: Box, seam: Box) -> bool:
    return (box.page, box.y) > (seam.page, seam.y2)


def _seam(piece: Piece, found: Positions) -> Box | None:
    """Return the line from over the system to under it: at a bar line, or before a note."""
    seam = (piece.score or {}).get("seam")
    place = None if seam is None else _first_from(found.segments, seam)
    if place is None:
        return None
    bar = _bar_of(found.bars, place["position"])
    at_bar = abs(bar["position"] - place["position"]) < SAME
    x = bar["x"] if at_bar else place["x"] - HEAD / 2
    if at_bar and _begins_line(bar, found.bars):
        x -= MARGIN  # the bar's number is written there
    y = bar["y"]
    return Box(bar["page"], x, min(y - ABOVE, _over(bar)), x, y + bar["sy"] + BELOW)


def _begins_line(bar: Place, bars: list[Place]) -> bool:
    line = (other for other in bars if other["page"] == bar["page"])
    return not any(abs(one["y"] - bar["y"]) < NEAR and one["x"] < bar["x"] for one in line)


def _shared(piece: Piece, found: Positions) -> list[Box]:
    """Return where the longest shared run stands, a box for each system."""
    run, notes = piece.originality or {}, (piece.score or {}).get("notes") or []
    begin, length = int(run.get("begin_note", 0)), int(run.get("length", 0))
    heard = notes[begin : begin + length]
    if not heard:
        return []
    first, last = heard[0][0] - 1e-3, heard[-1][0] + 1e-3
    places = [place for place in found.segments if first <= place["position"] <= last]
    lines = groupby(places, key=lambda place: (place["page"], round(place["y"] / NEAR)))
    return [_bracketed(list(line), found.bars) for _, line in lines]


def _rewritten(piece: Piece, found: Positions) -> list[Box]:
    """Return where bars stand that were written anew, a box for each system."""
    if piece.from_bar is None or piece.to_bar is None:
        return []
    first = counting.bars(piece.score or {}).first
    bars = found.bars[max(0, piece.from_bar - first) : piece.to_bar - first + 1]
    lines = groupby(bars, key=lambda bar: (bar["page"], round(bar["y"] / NEAR)))
    return [_overlined(list(line)) for _, line in lines]


def _overlined(bars: list[Place]) -> Box:
    """Return where a bracket over ``bars``, all of one system, is to lie: over one of a run."""
    box = _around(bars)
    return box._replace(y=min(_over(bar) for bar in bars) - ROOM)


def _bracketed(places: list[Place], bars: list[Place]) -> Box:
    """Return where a bracket over ``places``, all of one system, is to lie."""
    first, last = places[0], places[-1]
    under = {bar["id"]: bar for bar in (_bar_of(bars, place["position"]) for place in places)}
    top = min(_over(bar) for bar in under.values()) - TICK
    return Box(first["page"], first["x"], top, last["x"] + HEAD, first["y"])


def _over(bar: Place) -> float:
    """Return the line on which something can be written over a bar."""
    top: float = bar.get("top") or bar["y"]
    return min(top - AWAY, float(bar["y"]) - ROOM)


def _first_from(places: list[Place], position: float) -> Place | None:
    return next((place for place in places if place["position"] >= position - SAME), None)


def _bar_of(bars: list[Place], position: float) -> Place:
    before = [bar for bar in bars if bar["position"] <= position + SAME]
    return before[-1] if before else bars[0]


def heard_from(piece: Piece) -> float | None:
    """Return at which second the shared run begins; None where there is none."""
    run, score = piece.originality or {}, piece.score or {}
    begin, notes = int(run.get("begin_note", 0)), score.get("notes") or []
    if not run.get("length") or begin >= len(notes):
        return None
    return float(counting.Clock(score).seconds_at(notes[begin][0]))
