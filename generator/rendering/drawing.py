"""Makes MuseScore's SVG a tenth of its size: every glyph is drawn once and used many times.

MuseScore writes the outline of each note head, rest and accidental again
wherever it stands. Here equal outlines become one ``<path>`` in ``<defs>`` and
a ``<use>`` at each place; classes stay as they were. The names of outlines come from
their shape, so pages of several pieces may stand in one document.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from typing import NamedTuple

SVG = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
ET.register_namespace("", SVG)
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")

PATH = f"{{{SVG}}}path"
LINE = {"fill": "none", "stroke": "#000000"}

COUNTS = {"M": 1, "L": 1, "C": 3, "Z": 0}  # points after each command
PART = re.compile(r"[A-Za-z]|-?[\d.]+(?:e[-+]?\d+)?")
MATRIX = re.compile(r"matrix\(([^,]+),0,0,([^,]+),([^,]+),([^,]+)\)")
PEDAL = "PedalSegment"  # the class of its marks
NUMBER = re.compile(r"-?\d+\.\d+")


class _Outline(NamedTuple):
    commands: str  # such as MCCL
    points: tuple[tuple[int, int], ...]  # tenths of an SVG unit, from the first point

    def is_like(self, other: _Outline) -> bool:
        """Whether no point differs by more than a rounding (a tenth is 7 micrometres)."""
        return all(
            abs(a - c) <= 1 and abs(b - d) <= 1
            for (a, b), (c, d) in zip(self.points, other.points, strict=True)
        )


def lighten(svg: bytes, origin: str = "") -> bytes:
    """Return the same drawing in fewer bytes, with its origin as its description.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        If ``svg`` is no XML.
    """
    root = ET.fromstring(svg)  # noqa: S314 - MuseScore's own output
    glyphs: dict[str, list[_Outline]] = {}
    placed: list[tuple[ET.Element, _Outline, str, str]] = []
    for element in root.iter(PATH):
        commands, numbers = _read(element.get("d", ""))
        if set(commands) <= set(COUNTS) and commands.startswith("M"):
            outline, x, y = _from_first_point(commands, _on_page(element, numbers))
            placed.append((element, _known(outline, glyphs), x, y))
    lines = _gather_lines(root)
    root[:0] = [*_described(origin), _use(placed), lines]
    smaller: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return smaller


def pedals(svg: bytes) -> list[tuple[float, float]]:
    """Return points that lie on the marks of the pedal, of a drawing as :func:`lighten` left it."""
    points: list[tuple[float, float]] = []
    for element in ET.fromstring(svg).iter():  # noqa: S314 - MuseScore's own output
        if element.get("class") == PEDAL:
            told = element.get("points") or f"{element.get('x', 0)},{element.get('y', 0)}"
            numbers = [float(number) for number in PART.findall(told)]
            points.extend(zip(numbers[::2], numbers[1::2], strict=True))
    return points


def _described(origin: str) -> list[ET.Element]:
    if not origin:
        return []
    description = ET.Element(f"{{{SVG}}}desc")
    description.text = origin
    return [description]


def _gather_lines(root: ET.Element) -> ET.Element:
    """Take the lines out of ``root`` into a group that says once how all are drawn."""
    group = ET.Element(f"{{{SVG}}}g", LINE)
    for element in [child for child in root if LINE.items() <= child.attrib.items()]:
        if "points" in element.attrib:
            root.remove(element)
            group.append(element)
            element.set("points", NUMBER.sub(_rounded, element.attrib["points"]))
            for name in (*LINE, "stroke-linejoin"):
                element.attrib.pop(name, None)
    return group


def _use(placed: list[tuple[ET.Element, _Outline, str, str]]) -> ET.Element:
    """Point from where each outline stands to its only drawing; return the drawings."""
    defs = ET.Element(f"{{{SVG}}}defs")
    names: dict[_Outline, str] = {}
    for element, outline, x, y in placed:
        if outline not in names:
            drawn = _write(outline)
            names[outline] = "g" + hashlib.sha256(drawn.encode()).hexdigest()[:10]
            ET.SubElement(defs, PATH, id=names[outline], d=drawn)
        element.tag = f"{{{SVG}}}use"
        del element.attrib["d"]
        element.attrib |= {HREF: f"#{names[outline]}", "x": x, "y": y}
    return defs


def _known(outline: _Outline, glyphs: dict[str, list[_Outline]]) -> _Outline:
    """Return the outline that was met before and is like this one, or this one."""
    alike = glyphs.setdefault(outline.commands, [])
    found = next((other for other in alike if outline.is_like(other)), None)
    if found is None:
        alike.append(outline)
    return found or outline


def _read(d: str) -> tuple[str, list[float]]:
    parts = PART.findall(d)
    commands = "".join(part for part in parts if part.isalpha())
    return commands, [float(part) for part in parts if not part.isalpha()]


def _on_page(element: ET.Element, numbers: list[float]) -> list[float]:
    """Take a plain scaling and shift out of an element and into its points."""
    matrix = MATRIX.fullmatch(element.get("transform", ""))
    if matrix is None:
        return numbers
    del element.attrib["transform"]
    scale_x, scale_y, *shift = map(float, matrix.groups())
    return [
        value * (scale_y if i % 2 else scale_x) + shift[i % 2] for i, value in enumerate(numbers)
    ]


def _from_first_point(commands: str, numbers: list[float]) -> tuple[_Outline, str, str]:
    x, y = numbers[:2]
    across, down = (
        [round(10 * (value - first)) for value in numbers[i::2]] for i, first in ((0, x), (1, y))
    )
    points = tuple(zip(across, down, strict=True))
    return _Outline(commands, points), f"{x:.1f}", f"{y:.1f}"


def _write(outline: _Outline) -> str:
    """Write an outline with every point told from the end of the command before."""
    points = iter(outline.points)
    at = (0, 0)
    drawn = []
    for command in outline.commands:
        ends = [next(points) for _ in range(COUNTS[command])]
        steps = (tenths - base for end in ends for tenths, base in zip(end, at, strict=True))
        drawn.append(command.lower() + " ".join(f"{tenths / 10:g}" for tenths in steps))
        at = ends[-1] if ends else at
    return "".join(drawn).replace(" -", "-").replace("m0 0", "M0 0", 1)


def _rounded(match: re.Match[str]) -> str:
    return f"{float(match.group()):.1f}"
