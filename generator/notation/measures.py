"""Writes the bars: attributes, two staves with their voices, and the signs beside them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.notation import signs
from generator.notation.clefs import BASS, TREBLE, clefs
from generator.notation.elements import put
from generator.notation.grids import Place, Tuplet
from generator.notation.keys import Key
from generator.notation.loudness import dynamics
from generator.notation.metre import DIVISIONS, Bar
from generator.notation.octaves import raised
from generator.notation.pieces import Piece
from generator.notation.staves import Staff
from generator.notation.symbols import divisions, write_piece
from generator.score import Score

HOMES = (TREBLE, BASS)
VOICES = (1, 5)  # MuseScore counts four voices a staff
TOLD = 2  # bars after which tuplets that go on alike need no number


@dataclass(frozen=True, kw_only=True)
class Page:
    """Everything that is printed of a score, bar by bar."""

    score: Score
    bars: Sequence[Bar]
    keys: Sequence[Key]  # the signature of each bar
    staves: Sequence[Staff]  # the right hand's, the left hand's
    seam: int  # the first bar that is all the machine's; 0 where there is none


@dataclass(frozen=True)
class _Attributes:
    """What a reader has to know before a bar."""

    key: Key
    metre: tuple[int, int]
    clefs: tuple[str, ...]


def write_measures(part: ET.Element, page: Page) -> list[ET.Element]:
    """Write every bar of ``page`` into ``part``, and return them."""
    scale = divisions(list(_pieces(page))) // DIVISIONS
    numbered = [piece for staff in page.staves for piece in _numbered(staff)]
    shown = {id(piece) for piece in numbered}
    read_in = [
        clefs(staff, home, page.seam) for staff, home in zip(page.staves, HOMES, strict=True)
    ]
    beside = _signs(page)

    first = 0 if page.bars[0].is_short else 1  # a pick-up is bar 0
    told: _Attributes | None = None
    measures = []
    for i, bar in enumerate(page.bars):
        measure = ET.SubElement(part, "measure", number=str(i + first))
        if bar.is_short:
            measure.set("implicit", "yes")
        metre = (bar.numerator, bar.denominator)
        now = _Attributes(page.keys[i], metre, tuple(staff[i] for staff in read_in))
        _write_attributes(measure, now, told, scale)
        told = now
        if i == 0:
            measure.append(signs.tempo(page.score.tempo_qpm, bar))
        _write_voices(measure, [staff[i] for staff in page.staves], bar, scale, shown)
        _write_signs(measure, bar, beside.get(bar.start, []), scale)
        measures.append(measure)
    return measures


def _pieces(page: Page) -> Iterator[Piece]:
    for staff in page.staves:
        for bar in staff:
            for voice in bar:
                yield from voice


def _numbered(staff: Staff) -> Iterator[Piece]:
    """Yield the first piece of each tuplet whose number a reader needs to see."""
    for v in (0, 1):
        last: tuple[int, int] | None = None
        begun = seen = 0
        for i, bar in enumerate(staff):
            pieces = bar[v] if v < len(bar) else []
            for first, tuplet, is_even in _tuplets(pieces):
                kind = (tuplet.parts, tuplet.length)
                if kind != last or i - seen > 1:
                    begun, last = i, kind
                seen = i
                if i - begun < TOLD or not is_even:
                    yield first


def _tuplets(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, Tuplet, bool]]:
    """Yield each tuplet's first piece, and whether all its parts are struck alike."""
    for i, piece in enumerate(pieces):
        if piece.tuplet and piece.opens_tuplet:
            members = pieces[i : i + piece.tuplet.parts]
            is_even = len(members) == piece.tuplet.parts and all(
                member.tuplet is piece.tuplet and member.pitches for member in members
            )
            yield piece, piece.tuplet, is_even and piece.tuplet.unit < DIVISIONS


def _signs(page: Page) -> signs.Signs:
    """Return pedal marks, dynamics and 8va by the bar that they stand in."""
    struck = sorted({p.start for p in _pieces(page) if p.pitches and not p.is_tied_back})
    beside = signs.pedal_signs(page.score.pedals, page.bars, struck)
    for i, mark in dynamics(page.score.notes, page.bars).items():
        bar = page.bars[i]
        place: Place = next((p for p in struck if bar.start <= p < bar.end), bar.start)
        beside.setdefault(bar.start, []).append((place, signs.dynamic(mark)))
    for start, placed in signs.octave_signs(raised(page.staves[0]), page.bars).items():
        beside.setdefault(start, []).extend(placed)
    return beside


def _write_attributes(
    measure: ET.Element, now: _Attributes, told: _Attributes | None, scale: int
) -> None:
    """Write what changes with this bar; all of it where nothing was ``told`` before."""
    if told == now:
        return
    attributes = ET.SubElement(measure, "attributes")
    if not told:
        put(attributes, "divisions", DIVISIONS * scale)
    if not told or told.key != now.key:
        signature = ET.SubElement(attributes, "key")
        put(signature, "fifths", now.key.fifths)
        put(signature, "mode", "minor" if now.key.is_minor else "major")
    if not told or told.metre != now.metre:
        time = ET.SubElement(attributes, "time")
        put(time, "beats", now.metre[0])
        put(time, "beat-type", now.metre[1])
    if not told:
        put(attributes, "staves", len(HOMES))
    for i, sign in enumerate(now.clefs):
        if not told or told.clefs[i] != sign:
            attributes.append(signs.clef(sign, i + 1))


def _write_voices(
    measure: ET.Element,
    staves: Sequence[list[list[Piece]]],
    bar: Bar,
    scale: int,
    shown: set[int],
) -> None:
    for n, voices in enumerate(staves):
        for v, pieces in enumerate(voices):
            if n or v:
                put(ET.SubElement(measure, "backup"), "duration", bar.length * scale)
            for piece in pieces:
                write_piece(
                    measure,
                    piece,
                    voice=VOICES[n] + v,
                    staff=n + 1,
                    scale=scale,
                    is_numbered=id(piece) in shown,
                )


def _write_signs(
    measure: ET.Element, bar: Bar, placed: list[tuple[Place, ET.Element]], scale: int
) -> None:
    """Write each sign where it stands, going there and to the end of the bar again."""
    at: Place = bar.end
    for place, sign in sorted(placed, key=lambda each: each[0]):
        _go(measure, int((place - at) * scale))
        measure.append(sign)
        at = place
    _go(measure, int((bar.end - at) * scale))


def _go(measure: ET.Element, by: int) -> None:
    if by:
        kind = "forward" if by > 0 else "backup"
        put(ET.SubElement(measure, kind), "duration", abs(by))
