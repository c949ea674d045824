"""From MusicXML to pages: PNG, SVG, PDF, the place of every note, a thumbnail.

MuseScore draws; what it drew is checked before anything is moved to where it
is wanted, so that a page is there whole or not at all.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generator.errors import RenderingError
from generator.notation import FIRST_QUARTER
from generator.rendering import drawing, incipit, musescore, pdf, pixels
from generator.rendering.parting import Points, parted
from generator.rendering.pixels import INK, SVG_DPI, Pixels

RIGHTS = re.compile(rb"<rights>.*?</rights>\s*", re.DOTALL)  # printed at the foot, too wide there
FORMATS = ("png", "svg", "pdf", "spos", "mpos")
PIXEL = 12  # units to the pixel in spos and mpos
DIVISIONS = 24  # to the quarter: positions come in milliseconds and go back to the grid
DEFAULT_QPM = 120.0
_SIDES = ("x", "y", "sx", "sy")

LEAST_INK = 2e-4  # share of a page; one short bar of rests has ten times as much


@dataclass(frozen=True, kw_only=True)
class Engraving:
    """Where the pages of a piece lie."""

    png: list[Path]
    svg: list[Path]
    pdf: Path
    musicxml: Path
    positions: Path
    thumbnail: Path


@dataclass(frozen=True, kw_only=True)
class NarrowEngraving:
    """Where the pages for a phone lie."""

    svg: list[Path]
    positions: Path


def engrave(
    musicxml: Path,
    folder: Path,
    *,
    seconds_at: Callable[[float], float] | None = None,
    begin: float | None = None,
    seam: float | None = None,
    limit_s: float = 60.0,
    dpi: int = 150,
) -> Engraving:
    """Engrave a score with MuseScore.

    Parameters
    ----------
    musicxml : Path
    folder : Path
        Gets ``score-1.png``, ``score-1.svg`` and so on, ``piece.pdf``,
        ``piece.musicxml``, ``positions.json`` and ``thumbnail.png``. Made if need be.
    seconds_at : callable, optional
        Says when a place, in quarter notes, is played.
    begin, seam : float, optional
        In quarter notes, for the thumbnail: where the piece begins to be its own, if not at
        the seam; and where the machine takes over.
    limit_s : float > 0
        After these seconds MuseScore is killed.
    dpi : int
        Of the PNG: an A4 page is 1240 pixels wide at 150.

    Raises
    ------
    RenderingError
        ``tool_missing``, ``tool_slow``, ``tool_failed``, ``page_missing`` or ``page_blank``.

    Notes
    -----
    ``positions.json`` holds the ``width`` and ``height`` of a page, ``segments``
    (whatever is struck at one onset) and ``bars``, each with ``id``, ``page``
    (from 0), ``x``, ``y``, ``sx``, ``sy`` in SVG units, ``position`` in quarter notes
    from the beginning of the piece
    (a first bar that is cut to its upbeat is counted whole) and, where
    ``seconds_at`` is given, ``seconds``. A bar has its ``top`` too: how high the
    highest ink above its staves is, a note or an octave line; and its ``foot``, how low
    the lowest of its system's under them is, a note or a mark of the pedal.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".engraving-", dir=folder) as name:
        scratch = Path(name)
        musescore.convert(musicxml, scratch, FORMATS, limit_s=limit_s, dpi=dpi)
        words = _words(musicxml)
        origin = words.get("source", "")
        if not (scratch / "score.pdf").is_file():
            raise RenderingError("page_missing", tool=musescore.TOOL)
        pages = _finish_pages(scratch, origin)
        pedals = _pedals(scratch, len(pages))
        positions = _measured(scratch, words, pages, pedals, dpi)
        if seconds_at:
            _time(positions, seconds_at)
        line = scratch / "thumbnail.png"
        incipit.draw(pages, positions, line, dpi=dpi, begin=begin, seam=seam, pedals=pedals)
        pdf.write_origin(
            scratch / "score.pdf",
            title=words.get("work-title", ""),
            origin=origin,
        )
        (scratch / "positions.json").write_text(json.dumps(positions), encoding="utf-8")
        (scratch / "piece.musicxml").write_bytes(musicxml.read_bytes())
        return _move(scratch, folder, len(pages))


def engrave_narrow(
    musicxml: bytes,
    folder: Path,
    *,
    seconds_at: Callable[[float], float] | None = None,
    limit_s: float = 60.0,
    dpi: int = 150,
) -> NarrowEngraving:
    """Engrave a score again for a page as narrow as a phone, in staves as large as in print.

    Parameters are those of :func:`engrave`, but for the score itself: its bytes.
    Writes ``narrow-1.svg`` and so on, and ``positions-narrow.json``. Raises RenderingError.
    """
    with tempfile.TemporaryDirectory(prefix=".engraving-", dir=folder) as name:
        scratch = Path(name)
        source = scratch / "source.musicxml"
        source.write_bytes(RIGHTS.sub(b"", musicxml))
        formats = [kind for kind in FORMATS if kind != "pdf"]
        musescore.convert(source, scratch, formats, limit_s=limit_s, dpi=dpi, style="narrow.mss")
        words = _words(source)
        pages = _finish_pages(scratch, words.get("source", ""))
        pedals = _pedals(scratch, len(pages))
        positions = _measured(scratch, words, pages, pedals, dpi)
        if seconds_at:
            _time(positions, seconds_at)
        placed = scratch / "positions.json"
        placed.write_text(json.dumps(positions), encoding="utf-8")
        svg = []
        for number in range(1, len(pages) + 1):
            svg.append(folder / f"narrow-{number}.svg")
            (scratch / f"final-{number}.svg").replace(svg[-1])
        placed.replace(folder / "positions-narrow.json")
    return NarrowEngraving(svg=svg, positions=folder / "positions-narrow.json")


def _words(musicxml: Path) -> dict[str, str]:
    """Return the texts of a score by their tags, the first of each, its ``tempo`` and fields."""
    words: dict[str, str] = {}
    for _, element in ET.iterparse(musicxml):  # noqa: S314 - our own file
        words.setdefault(element.tag, element.text or "")
        if "tempo" in element.attrib:
            words.setdefault("tempo", element.attrib["tempo"])
        if element.tag == "miscellaneous-field":
            words.setdefault(element.attrib["name"], element.text or "")
    return words


def _numbered(folder: Path, kind: str) -> list[Path]:
    """Return the pages in order; MuseScore writes 01 where there are ten and more."""
    pages = folder.glob(f"score-*.{kind}")
    return sorted(pages, key=lambda path: int(re.sub(r"\D", "", path.stem)))


def _finish_pages(scratch: Path, origin: str) -> list[Pixels]:
    """Check every page, put it on white paper, make its files small and write its origin in.

    Returns
    -------
    list of np.ndarray, shape (height, width), uint8
    """
    images, drawings = _numbered(scratch, "png"), _numbered(scratch, "svg")
    if not images or len(images) != len(drawings):
        raise RenderingError("page_missing", tool=musescore.TOOL)
    pages = []
    for number, (image, svg) in enumerate(zip(images, drawings, strict=True), 1):
        page = pixels.read(image)
        if pixels.ink(page) < LEAST_INK:
            raise RenderingError("page_blank", page=number)
        pixels.save(page, scratch / f"final-{number}.png", origin)
        (scratch / f"final-{number}.svg").write_bytes(_lightened(svg, number, origin))
        pages.append(page)
    return pages


def _lightened(svg: Path, number: int, origin: str) -> bytes:
    try:
        return drawing.lighten(svg.read_bytes(), origin)
    except ET.ParseError:
        raise RenderingError("page_blank", page=number) from None


def _pedals(scratch: Path, n_pages: int) -> list[Points]:
    drawn = [scratch / f"final-{number}.svg" for number in range(1, n_pages + 1)]
    return [drawing.pedals(svg.read_bytes()) for svg in drawn]


def _measured(
    scratch: Path, words: dict[str, str], pages: list[Pixels], pedals: list[Points], dpi: int
) -> dict[str, Any]:
    """Return the places, the size of a page, and how high and how low each bar reaches."""
    positions = _positions(scratch, words, dpi) | _size(pages[0], dpi)
    _measure(positions["bars"], pages, dpi)
    _measure_feet(positions["bars"], pages, pedals, dpi)
    return positions


def _positions(scratch: Path, words: dict[str, str], dpi: int) -> dict[str, Any]:
    """Return where everything stands on the pages, and when it sounds on paper."""
    qpm = float(words.get("tempo") or DEFAULT_QPM)
    begin = float(words.get(FIRST_QUARTER) or 0)
    scale = SVG_DPI / dpi / PIXEL
    return {
        "unit": SVG_DPI,
        "segments": _places(scratch / "score.spos", scale, qpm, begin),
        "bars": _places(scratch / "score.mpos", scale, qpm, begin),
    }


def _size(page: Pixels, dpi: int) -> dict[str, float]:
    """Return how wide and high a page is, in SVG units."""
    height, width = (round(side * SVG_DPI / dpi, 1) for side in page.shape)
    return {"width": width, "height": height}


def _measure(bars: list[dict[str, Any]], pages: list[Pixels], dpi: int) -> None:
    """Say of each bar how high its ink reaches, for who writes something over it."""
    scale = dpi / SVG_DPI
    for bar in bars:
        box = (round(bar[side] * scale) for side in ("x", "y", "sx"))
        bar["top"] = round(pixels.highest(pages[bar["page"]], *box, dpi=dpi) / scale, 1)


def _measure_feet(
    bars: list[dict[str, Any]], pages: list[Pixels], pedals: list[Points], dpi: int
) -> None:
    """Say of each bar how low the ink of its system reaches, for who cuts it out."""
    scale = dpi / SVG_DPI
    systems = incipit.systems_of(bars)
    for system, below in zip(systems, [*systems[1:], None], strict=True):
        number = system[0]["page"]
        foot = round((system[0]["y"] + system[0]["sy"]) * scale) + 1
        end = foot + dpi
        if below and below[0]["page"] == number:
            end = max(foot + 1, round(below[0]["y"] * scale))
        marked = [(x * scale, y * scale) for x, y in pedals[number]]
        own = parted(pages[number], foot, min(end, len(pages[number])), marked)[0]
        inked = np.flatnonzero(np.any(own < INK, axis=1))
        lowest = foot + int(inked[-1]) + 1 if inked.size else foot
        for bar in system:
            bar["foot"] = round(lowest / scale, 1)


def _time(positions: dict[str, Any], seconds_at: Callable[[float], float]) -> None:
    for place in (*positions["segments"], *positions["bars"]):
        place["seconds"] = round(seconds_at(place["position"]), 3)


def _places(path: Path, scale: float, qpm: float, begin: float) -> list[dict[str, Any]]:
    root = ET.parse(path).getroot()  # noqa: S314 - MuseScore's own output
    begins = {event.get("elid"): float(event.get("position", 0)) for event in root.iter("event")}
    return [
        {
            "id": int(element.get("id", 0)),
            "page": int(element.get("page", 0)),
            **{side: round(float(element.get(side, 0)) * scale, 1) for side in _SIDES},
            "position": round(begin + round(ms * qpm / 60_000 * DIVISIONS) / DIVISIONS, 4),
        }
        for element in root.iter("element")
        if (ms := begins.get(element.get("id"))) is not None
    ]


def _move(scratch: Path, folder: Path, n_pages: int) -> Engraving:
    """Put the finished files in place, each by one rename."""
    kinds = {
        kind: [(f"final-{n}.{kind}", f"score-{n}.{kind}") for n in range(1, n_pages + 1)]
        for kind in ("png", "svg")
    }
    single = [("score.pdf", "piece.pdf")] + [
        (name, name) for name in ("piece.musicxml", "positions.json", "thumbnail.png")
    ]
    for made, wanted in (*kinds["png"], *kinds["svg"], *single):
        with (scratch / made).open("rb") as file:
            os.fsync(file.fileno())
        (scratch / made).replace(folder / wanted)
    for kind in kinds:  # an earlier, longer engraving may have left more pages
        for page in _numbered(folder, kind)[n_pages:]:
            page.unlink()
    return Engraving(
        png=[folder / wanted for _, wanted in kinds["png"]],
        svg=[folder / wanted for _, wanted in kinds["svg"]],
        pdf=folder / "piece.pdf",
        musicxml=folder / "piece.musicxml",
        positions=folder / "positions.json",
        thumbnail=folder / "thumbnail.png",
    )
