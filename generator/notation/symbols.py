"""Notes and rests as MusicXML writes them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction

from generator.notation.elements import put
from generator.notation.grids import Place
from generator.notation.metre import DIVISIONS, PLAIN, VALUES
from generator.notation.pieces import Piece
from generator.notation.spelling import Spelling

TYPES: dict[Place, str] = {Fraction(3, 2): "64th"} | PLAIN


def write_piece(
    measure: ET.Element, piece: Piece, *, voice: int, staff: int, scale: int, is_numbered: bool
) -> None:
    """Write one value of one voice, with its grace notes.

    Parameters
    ----------
    measure : Element
        Gets the notes.
    piece : Piece
    voice, staff : int
        As the file counts them.
    scale : int
        The file's divisions to one of ours.
    is_numbered : bool
        Whether a tuplet that begins here shows its number.
    """
    for pitches in piece.graces:
        _write_grace(measure, pitches, voice, staff, is_alone=len(piece.graces) == 1)
    for i, pitch in enumerate(piece.pitches or (None,)):
        note = ET.SubElement(measure, "note")
        if piece.is_hidden:
            note.set("print-object", "no")
        if i:
            ET.SubElement(note, "chord")
        _write_pitch(note, pitch, fills_bar=piece.fills_bar)
        put(note, "duration", int(piece.length * scale))
        for kind in _ties(piece):
            ET.SubElement(note, "tie", type=kind)
        put(note, "voice", voice)
        _write_value(note, piece)
        put(note, "staff", staff)
        _write_notations(note, piece, is_first=i == 0, is_numbered=is_numbered)


def divisions(pieces: list[Piece]) -> int:
    """Return how many divisions of a quarter note the file needs: ours, as a rule."""
    needed = 1
    for piece in pieces:
        denominator = Fraction(piece.length).denominator
        needed = needed * denominator // _common(needed, denominator)
    return needed * DIVISIONS


def _common(a: int, b: int) -> int:
    return a if b == 0 else _common(b, a % b)


def _ties(piece: Piece) -> list[str]:
    ties = ((piece.is_tied_back, "stop"), (piece.is_tied_on, "start"))
    return [kind for is_tied, kind in ties if is_tied]


def _write_grace(
    measure: ET.Element, pitches: tuple[Spelling, ...], voice: int, staff: int, *, is_alone: bool
) -> None:
    for i, pitch in enumerate(pitches):
        note = ET.SubElement(measure, "note")
        ET.SubElement(note, "grace", {"slash": "yes"} if is_alone else {})
        if i:
            ET.SubElement(note, "chord")
        _write_pitch(note, pitch, fills_bar=False)
        put(note, "voice", voice)
        put(note, "type", "eighth" if is_alone else "16th")
        put(note, "staff", staff)


def _write_pitch(note: ET.Element, pitch: Spelling | None, *, fills_bar: bool) -> None:
    if pitch is None:
        ET.SubElement(note, "rest", {"measure": "yes"} if fills_bar else {})
        return
    element = ET.SubElement(note, "pitch")
    put(element, "step", pitch.step)
    if pitch.alter:
        put(element, "alter", pitch.alter)
    put(element, "octave", pitch.octave)


def _write_value(note: ET.Element, piece: Piece) -> None:
    """Write the note's shape; a bar's rest has none, it is as long as its bar."""
    if piece.fills_bar:
        return
    name, dots = _value(piece.written)
    put(note, "type", name)
    for _ in range(dots):
        ET.SubElement(note, "dot")
    if piece.tuplet:
        modification = ET.SubElement(note, "time-modification")
        put(modification, "actual-notes", piece.tuplet.parts)
        put(modification, "normal-notes", piece.tuplet.normal)
        put(modification, "normal-type", TYPES[piece.tuplet.unit])


def _value(written: Place) -> tuple[str, int]:
    """Return the name of a value and its dots."""
    if written in TYPES:
        return TYPES[written], 0
    return VALUES[int(written)]


def _write_notations(note: ET.Element, piece: Piece, *, is_first: bool, is_numbered: bool) -> None:
    notations = ET.Element("notations")
    for kind in _ties(piece):
        ET.SubElement(notations, "tied", type=kind)
    if is_first and piece.opens_tuplet:
        look = {} if is_numbered else {"bracket": "no", "show-number": "none"}
        ET.SubElement(notations, "tuplet", {"type": "start", "number": "1"} | look)
    if is_first and piece.closes_tuplet:
        ET.SubElement(notations, "tuplet", type="stop", number="1")
    if is_first and piece.is_detached:
        ET.SubElement(ET.SubElement(notations, "articulations"), "staccato")
    if piece.is_rolled:
        ET.SubElement(notations, "arpeggiate")
    if len(notations):
        note.append(notations)
