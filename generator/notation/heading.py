"""What stands before the first bar: title, origin, the size of the page, the instrument."""

from __future__ import annotations

import textwrap
import xml.etree.ElementTree as ET

from generator.notation.elements import printable, put
from generator.score import Score

FIRST_QUARTER = "first-quarter"  # the field that says where the page begins
FOOT_WIDTH = 110  # characters that fit beside each other
LINE_WIDTHS = {"title": 46, "subtitle": 90}


def write_head(
    root: ET.Element, score: Score, title: str, subtitle: str, first_quarter: float = 0.0
) -> None:
    """Write everything above the part itself.

    Parameters
    ----------
    root : Element
    score : Score
    title, subtitle : str
        Printable.
    first_quarter : float
        Where the page begins, in quarter notes from the beginning of the score.
    """
    put(ET.SubElement(root, "work"), "work-title", title)
    identification = ET.SubElement(root, "identification")
    origin = printable(score.origin.sentence()) if score.origin else ""
    if score.origin:
        # Printed at the foot of the page, which MuseScore does not wrap.
        rights = textwrap.fill(printable(score.origin.attribution), FOOT_WIDTH)
        put(identification, "rights", rights)
    put(ET.SubElement(identification, "encoding"), "software", "Impromptu")
    if origin:
        put(identification, "source", origin)
    if first_quarter:
        fields = ET.SubElement(identification, "miscellaneous")
        put(fields, "miscellaneous-field", f"{first_quarter:g}", name=FIRST_QUARTER)

    _write_defaults(root)
    _write_credits(root, title, subtitle)

    part = ET.SubElement(ET.SubElement(root, "part-list"), "score-part", id="P1")
    put(part, "part-name", "Piano", **{"print-object": "no"})
    put(ET.SubElement(part, "score-instrument", id="P1-I1"), "instrument-name", "Piano")
    put(ET.SubElement(part, "midi-instrument", id="P1-I1"), "midi-program", 1)


def _write_defaults(root: ET.Element) -> None:
    """Write the page: A4, 40 tenths to a staff 6.8 mm high; margins as in the style file."""
    defaults = ET.SubElement(root, "defaults")
    scaling = ET.SubElement(defaults, "scaling")
    put(scaling, "millimeters", 6.8)
    put(scaling, "tenths", 40)
    page = ET.SubElement(defaults, "page-layout")
    put(page, "page-height", 1747)
    put(page, "page-width", 1235)
    margins = ET.SubElement(page, "page-margins", type="both")
    for side, tenths in (("left", 88), ("right", 88), ("top", 88), ("bottom", 94)):
        put(margins, f"{side}-margin", tenths)


def _write_credits(root: ET.Element, title: str, subtitle: str) -> None:
    """Write the words above the music; how they look is the style's affair."""
    place = {"default-x": "600", "justify": "center", "valign": "top"}
    for kind, words, y in (("title", title, "1600"), ("subtitle", subtitle, "1540")):
        if words:
            credit = ET.SubElement(root, "credit", page="1")
            put(credit, "credit-type", kind)
            put(credit, "credit-words", _one_line(words, kind), **{"default-y": y}, **place)


def _one_line(words: str, kind: str) -> str:
    width = LINE_WIDTHS[kind]
    if len(words) <= width:
        return words
    cut = words[:width].rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:-") + "…"
