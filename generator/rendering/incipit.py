"""The line by which a piece is known in a list: the system in which it begins to be its own.

What belongs to the systems above and below is taken out, also where it reaches
into this one; what is this one's own is whole, from the highest note to the pedal.
Who writes is marked as on the page: by a line at the seam, and by a stroke in the
margin of a system that is all the machine's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from generator.rendering.parting import WHITE, Points, parted
from generator.rendering.pixels import INK, SVG_DPI, Pixels

WIDTH = 900  # pixels
SEAM = (171, 43, 21)  # --sheet-seam of the style sheets
GREYS = 5  # what a small line needs no more than; with the colour, a half of a byte
STROKE = 3  # pixels, as wide as what marks the seam
LEAST_SHARE = 1 / 3  # of a system has to be new, or the next one is shown
SAME = 1e-6  # quarter notes
NEAR = 5  # two bars of one system differ by less, in y
HEAD = 30  # how wide a note head is
MARGIN = 62  # from a system's left edge to the stroke in the margin

Place = dict[str, Any]


def draw(
    pages: Sequence[Pixels],
    positions: dict[str, Any],
    path: Path,
    *,
    dpi: int,
    begin: float | None = None,
    seam: float | None = None,
    pedals: Sequence[Points] = (),
) -> Path:
    """Cut the system out of the pages that tells a piece from others; write a PNG.

    Parameters
    ----------
    pages : sequence of np.ndarray, shape (height, width), uint8
    positions : dict
        As :func:`generator.rendering.engraving.engrave` writes them; each bar with its ``top``.
    path : Path
    dpi : int
        Of the pages.
    begin : float, optional
        In quarter notes: where the piece begins to be its own; else where the seam is.
    seam : float, optional
        In quarter notes: where the machine takes over; None for what is no machine's.
    pedals : sequence of Points
        Of each page, points that lie on a mark of the pedal, in SVG units.
    """
    scale = dpi / SVG_DPI
    systems = systems_of(positions["bars"])
    own = _chosen(systems, seam if begin is None else begin)
    bars = systems[own]
    number = bars[0]["page"]
    marked = pedals[number] if pedals else ()
    page = _alone(pages[number], systems, own, [(x * scale, y * scale) for x, y in marked], dpi)
    top, left, bottom, right = _box(page, bars, dpi)
    cut = page[top:bottom, left:right]
    size = (WIDTH, max(1, round(WIDTH * cut.shape[0] / cut.shape[1])))
    image = Image.fromarray(cut).resize(size, Image.Resampling.LANCZOS)
    shrunk = scale * WIDTH / (right - left)
    x = _mark_at(positions, systems, own, seam)
    mark = None if x is None else (x - left / scale) * shrunk
    reach = tuple((bars[0]["y"] + side - top / scale) * shrunk for side in (0, bars[0]["sy"]))
    return _save(image, path, mark, reach)


def systems_of(bars: Sequence[Place]) -> list[list[Place]]:
    """Return the bars that stand in one line with each other, system by system."""
    return [list(line) for _, line in groupby(bars, key=_line)]


def _line(bar: Place) -> tuple[int, int]:
    return bar["page"], round(bar["y"] / NEAR)


def _chosen(systems: list[list[Place]], begin: float | None) -> int:
    """Return the system that holds ``begin``; the one after, where too little of it is new."""
    if begin is None:
        return 0
    own = max(
        (i for i, bars in enumerate(systems) if bars[0]["position"] <= begin + SAME), default=0
    )
    bars = systems[own]
    first = max((bar for bar in bars if bar["position"] <= begin + SAME), key=_x, default=bars[0])
    end = bars[-1]["x"] + bars[-1]["sx"]
    is_little = end - first["x"] < LEAST_SHARE * (end - bars[0]["x"])
    return own + 1 if is_little and own + 1 < len(systems) else own


def _x(bar: Place) -> float:
    return float(bar["x"])


def _alone(page: Pixels, systems: list[list[Place]], own: int, pedals: Points, dpi: int) -> Pixels:
    """Return the page with nothing on it but one system, and all that belongs to it."""
    head, foot = _rows(systems[own], dpi)
    above, below = (
        _rows(systems[i], dpi) if 0 <= i < len(systems) and _is_beside(systems, own, i) else None
        for i in (own - 1, own + 1)
    )
    alone = np.full_like(page, WHITE)
    alone[head:foot] = page[head:foot]
    if above:
        alone[above[1] : head] = parted(page, above[1], head, pedals)[1]
    else:
        top = round(min(bar["top"] for bar in systems[own]) * dpi / SVG_DPI)
        alone[top:head] = page[top:head]
    end = below[0] if below else len(page)
    alone[foot:end] = parted(page, foot, end, pedals)[0]
    return alone


def _rows(bars: list[Place], dpi: int) -> tuple[int, int]:
    """Return the first row of the staves, and the first under them."""
    scale = dpi / SVG_DPI
    return round(bars[0]["y"] * scale), round((bars[0]["y"] + bars[0]["sy"]) * scale) + 1


def _is_beside(systems: list[list[Place]], own: int, other: int) -> bool:
    return bool(systems[own][0]["page"] == systems[other][0]["page"])


def _box(page: Pixels, bars: list[Place], dpi: int) -> tuple[int, int, int, int]:
    """Return from where to where the system reaches: top, left, bottom, right, with some air."""
    air = dpi // 10
    inked = np.flatnonzero(np.any(page < INK, axis=1))
    side = max(0, round(bars[0]["x"] * dpi / SVG_DPI) - 5 * air // 2)
    return max(0, int(inked[0]) - air), side, int(inked[-1]) + air, page.shape[1] - side


def _mark_at(
    positions: dict[str, Any], systems: list[list[Place]], own: int, seam: float | None
) -> float | None:
    """Return where on the page who writes is marked: the seam, or the margin; None for neither."""
    bars = systems[own]
    after = systems[own + 1][0]["position"] if own + 1 < len(systems) else float("inf")
    if seam is None or seam >= after - SAME:
        return None
    if seam < bars[0]["position"] - SAME:
        return float(bars[0]["x"] - MARGIN)
    at_bar = next((bar for bar in bars if abs(bar["position"] - seam) < SAME), None)
    if at_bar:
        return float(at_bar["x"])
    note = next((p for p in positions["segments"] if p["position"] >= seam - SAME), None)
    return float(note["x"] - HEAD / 2) if note else None


def _save(line: Image.Image, path: Path, mark: float | None, reach: tuple[float, ...]) -> Path:
    """Write a few greys, and the one colour over them."""
    levels = [level * 255 // (GREYS - 1) for level in range(GREYS)]
    greys = np.asarray(line).astype(np.uint16) * (GREYS - 1) + 127
    image = Image.fromarray((greys // 255).astype(np.uint8)).convert("P")
    image.putpalette([level for grey in levels for level in (grey, grey, grey)] + list(SEAM))
    if mark is not None:
        x = min(max(round(mark), STROKE), image.width - STROKE)
        ImageDraw.Draw(image).line([(x, reach[0]), (x, reach[1])], fill=GREYS, width=STROKE)
    image.save(path, bits=4, optimize=True)
    return path
