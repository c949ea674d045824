"""Writes the page as MusicXML: one piano, two staves, one voice on each."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import NamedTuple

from generator.notation.elements import printable, put
from generator.notation.heading import write_head
from generator.notation.metre import DIVISIONS, Bar, bar_at, lay_bars
from generator.notation.pieces import Piece
from generator.notation.spelling import Key, local_keys, signatures
from generator.notation.staves import print_staves
from generator.notation.symbols import divisions, write_piece
from generator.score import Score

HEADING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
CLEFS = (("G", 2), ("F", 4))
VOICES = (1, 5)  # MuseScore counts four voices a staff
SPILL = 0.25  # quarter notes by which a last sound may pass the bar line and add no bar


class _Metre(NamedTuple):
    beats: int
    beat_type: int


def to_musicxml(score: Score, *, title: str, subtitle: str = "", seam_label: str = "") -> bytes:
    """Write a score as a page that a pianist can read.

    Parameters
    ----------
    score : Score
        Any timing; it is put on a grid of 32nds or triplets, beat by beat.
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
    A score without notes becomes one bar of rests. Where ``score.seam`` is
    set, a light double bar line stands before the first bar that is all the
    machine's.
    """
    bars = lay_bars(score.time_signatures, score.end - SPILL)
    root = ET.Element("score-partwise", version="3.1")
    write_head(root, score, printable(title), printable(subtitle))
    measures = _write_measures(ET.SubElement(root, "part", id="P1"), score, bars)

    seam = _seam_bar(score, bars)
    if seam:
        _write_bar_line(measures[seam - 1], "light-light")
        _write_words(measures[seam], printable(seam_label))
    _write_bar_line(measures[-1], "light-heavy")

    ET.indent(root, " ")
    return (HEADING + ET.tostring(root, encoding="unicode") + "\n").encode()


def _write_measures(part: ET.Element, score: Score, bars: Sequence[Bar]) -> list[ET.Element]:
    homes = signatures(score.notes, bars, _seam_bar(score, bars))
    keys = local_keys(score.notes, bars, homes)
    staves = print_staves(score.notes, bars, keys, homes)
    scale = divisions([p for staff in staves for bar in staff for v in bar for p in v]) // DIVISIONS

    first = 0 if bars[0].is_short else 1  # a pick-up is bar 0
    measures = []
    told: tuple[Key, _Metre] | None = None
    for i, bar in enumerate(bars):
        measure = ET.SubElement(part, "measure", number=str(i + first))
        if bar.is_short:
            measure.set("implicit", "yes")
        now = (homes[i], _Metre(bar.numerator, bar.denominator))
        _write_attributes(measure, *now, before=told, scale=scale)
        told = now
        if i == 0:
            _write_tempo(measure, score.tempo_qpm)
        _write_voices(measure, [staff[i] for staff in staves], bar, scale)
        measures.append(measure)
    return measures


def _write_voices(
    measure: ET.Element, staves: Sequence[list[list[Piece]]], bar: Bar, scale: int
) -> None:
    for n, voices in enumerate(staves):
        for v, pieces in enumerate(voices):
            if n or v:
                put(ET.SubElement(measure, "backup"), "duration", bar.length * scale)
            for piece in pieces:
                write_piece(
                    measure, piece, voice=VOICES[n] + v, staff=n + 1, scale=scale, is_numbered=True
                )


def _write_attributes(
    measure: ET.Element, key: Key, metre: _Metre, *, before: tuple[Key, _Metre] | None, scale: int
) -> None:
    """Write what changes with this bar; all of it where nothing was told ``before``."""
    if before == (key, metre):
        return
    attributes = ET.SubElement(measure, "attributes")
    if not before:
        put(attributes, "divisions", DIVISIONS * scale)
    if not before or before[0] != key:
        signature = ET.SubElement(attributes, "key")
        put(signature, "fifths", key.fifths)
        put(signature, "mode", "minor" if key.is_minor else "major")
    if not before or before[1] != metre:
        time = ET.SubElement(attributes, "time")
        put(time, "beats", metre.beats)
        put(time, "beat-type", metre.beat_type)
    if not before:
        put(attributes, "staves", len(CLEFS))
        for number, (sign, line) in enumerate(CLEFS, 1):
            clef = ET.SubElement(attributes, "clef", number=str(number))
            put(clef, "sign", sign)
            put(clef, "line", line)


def _write_tempo(measure: ET.Element, tempo_qpm: float) -> None:
    direction = ET.SubElement(measure, "direction", placement="above")
    metronome = ET.SubElement(ET.SubElement(direction, "direction-type"), "metronome")
    put(metronome, "beat-unit", "quarter")
    put(metronome, "per-minute", round(tempo_qpm))
    put(direction, "staff", 1)
    ET.SubElement(direction, "sound", tempo=f"{tempo_qpm:g}")


def _write_words(measure: ET.Element, words: str) -> None:
    if not words:
        return
    direction = ET.Element("direction", placement="above")
    kind = ET.SubElement(direction, "direction-type")
    put(kind, "words", words, **{"font-style": "italic", "font-size": "9"})
    put(direction, "staff", 1)
    measure.insert(1 if measure.find("attributes") is not None else 0, direction)


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
