"""Writes the page as MusicXML: one piano, two staves, one or two voices on each."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from generator.notation.elements import printable, put
from generator.notation.heading import write_head
from generator.notation.keys import local_keys, signatures
from generator.notation.measures import Page, write_measures
from generator.notation.metre import DIVISIONS, Bar, bar_at, cut_upbeat, lay_bars
from generator.notation.signs import words
from generator.notation.staves import print_staves
from generator.score import Score

HEADING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
SPILL = 0.25  # quarter notes by which a last sound may pass the bar line and add no bar


def to_musicxml(score: Score, *, title: str, subtitle: str = "", seam_label: str = "") -> bytes:
    """Write a score as a page that a pianist can read.

    Parameters
    ----------
    score : Score
        Any timing; it is put on a grid of 32nds or of a tuplet, beat by beat.
        Its pedal is printed, its tempi are not.
    title, subtitle : str
        Printed above the music. Any text; control characters are left out.
    seam_label : str
        A word in italics where the machine begins; none by default.

    Returns
    -------
    musicxml : bytes
        MusicXML 3.1, UTF-8. The same score and words give the same bytes.

    Notes
    -----
    A score without notes becomes one bar of rests. Of a first bar that begins
    in silence the upbeat alone is printed, as bar 0. Where ``score.seam`` is
    set, a light double bar line stands before the first bar that is all the
    machine's.
    """
    bars = cut_upbeat(lay_bars(score.time_signatures, score.end - SPILL), score.notes)
    seam = _seam_bar(score, bars)
    homes = signatures(score.notes, bars, seam, fifths=score.key)
    keys = local_keys(score.notes, bars, homes, seam)
    staves = print_staves(score.notes, bars, keys, homes, seam)

    root = ET.Element("score-partwise", version="3.1")
    write_head(root, score, printable(title), printable(subtitle), bars[0].start / DIVISIONS)
    page = Page(score=score, bars=bars, keys=homes, staves=staves, seam=seam)
    measures = write_measures(ET.SubElement(root, "part", id="P1"), page)
    if seam:
        _write_bar_line(measures[seam - 1], "light-light")
        _write_words(measures[seam], printable(seam_label))
    _write_bar_line(measures[-1], "light-heavy")

    ET.indent(root, " ")
    return (HEADING + ET.tostring(root, encoding="unicode") + "\n").encode()


def _write_words(measure: ET.Element, text: str) -> None:
    if text:
        measure.insert(1 if measure.find("attributes") is not None else 0, words(text))


def _write_bar_line(measure: ET.Element, style: str) -> None:
    put(ET.SubElement(measure, "barline", location="right"), "bar-style", style)


def _seam_bar(score: Score, bars: Sequence[Bar]) -> int:
    """Return the first bar that is all the machine's; 0 where there is none."""
    if score.seam is None or score.seam >= score.end:
        return 0
    position = score.seam * DIVISIONS
    at = bar_at(bars, position)
    index = bars.index(at) + (position > at.start)
    return index if index < len(bars) else 0
