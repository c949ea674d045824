"""What stands beside the notes: tempo, dynamics, pedal, words, and where the clef changes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from generator.notation.clefs import LINES
from generator.notation.elements import put
from generator.notation.grids import Place
from generator.notation.metre import DIVISIONS, Bar
from generator.score import Pedal

Signs = dict[int, list[tuple[Place, ET.Element]]]  # by the bar's beginning: where, and what

BRIEFEST = 18  # divisions that a pedal lasts at least to be marked
ROOM = 72  # divisions that a pedal lasts at least for the sign to stand in its line
LATEST = 12  # divisions; a pedal pressed or lifted this near a chord is written at the chord


def tempo(qpm: float, bar: Bar) -> ET.Element:
    """Return a metronome mark, in the beat of ``bar``."""
    is_dotted = bar.is_compound and bar.beat == DIVISIONS * 3 // 2
    direction, kind = _direction("above", 1)
    metronome = ET.SubElement(kind, "metronome")
    put(metronome, "beat-unit", "quarter")
    if is_dotted:
        ET.SubElement(metronome, "beat-unit-dot")
    put(metronome, "per-minute", round(qpm / 1.5 if is_dotted else qpm))
    ET.SubElement(direction, "sound", tempo=f"{qpm:g}")
    return direction


def words(text: str) -> ET.Element:
    """Return a word in italics above the music."""
    direction, kind = _direction("above", 1)
    put(kind, "words", text, **{"font-style": "italic", "font-size": "9"})
    return direction


def dynamic(mark: str) -> ET.Element:
    """Return a mark such as ``mf``, between the staves."""
    direction, kind = _direction("below", 1)
    ET.SubElement(ET.SubElement(kind, "dynamics"), mark)
    return direction


def octave_signs(passages: Sequence[tuple[Place, Place]], bars: Sequence[Bar]) -> Signs:
    """Return an 8va for each of the right hand's ``passages``."""
    signs: Signs = {}
    for begin, end in passages:
        for place, kind in ((begin, "down"), (end, "stop")):
            direction, inner = _direction("above", 1)
            ET.SubElement(inner, "octave-shift", type=kind, size="8")
            _add(signs, bars, place, direction)
    return signs


def clef(sign: str, number: int) -> ET.Element:
    """Return the clef of a staff."""
    element = ET.Element("clef", number=str(number))
    put(element, "sign", sign)
    put(element, "line", LINES[sign])
    return element


def pedal_signs(pedals: Sequence[Pedal], bars: Sequence[Bar], struck: Sequence[Place]) -> Signs:
    """Return the marks of the pedal, each at what is struck with it.

    The sign stands where the foot comes down anew. One that is lifted and pressed again at
    once, or for a moment only, is told by the line alone: signs would stand over each other.

    Parameters
    ----------
    pedals : sequence of Pedal
    bars : sequence of Bar
    struck : sequence of int or Fraction
        Every place on the page where something is struck, rising.
    """
    signs: Signs = {}
    before: Place | None = None
    for down, up in _placed(pedals, bars, struck):
        _add(signs, bars, down, _pedal("start", has_sign=down != before and up - down >= ROOM))
        _add(signs, bars, up, _pedal("stop"))
        before = up
    return signs


def _placed(
    pedals: Sequence[Pedal], bars: Sequence[Bar], struck: Sequence[Place]
) -> list[tuple[Place, Place]]:
    """Return where each press begins and ends on the page, but for those too short to be read."""
    free: Place = bars[0].start  # before this the pedal is down already
    end = bars[-1].end
    placed = []
    for pedal in pedals:
        down = max(free, _struck_before(pedal.onset * DIVISIONS, struck))
        up = min(_nearest((pedal.onset + pedal.duration) * DIVISIONS, [*struck, end]), end)
        if up - down >= BRIEFEST:
            placed.append((down, up))
            free = up
    return placed


def _struck_before(place: float, struck: Sequence[Place]) -> Place:
    """Return what was struck with a pedal, or rather just before it, as pianists do."""
    i = bisect_right(struck, place + 1) - 1
    if i >= 0 and place - struck[i] <= LATEST:
        return struck[i]
    return _nearest(place, struck)


def _nearest(place: float, places: Sequence[Place]) -> Place:
    """Return the nearest of ``places`` where one is near, or else ``place`` on the grid."""
    i = bisect_left(places, place)
    near = min(places[max(0, i - 1) : i + 1], key=lambda p: abs(p - place), default=None)
    if near is not None and abs(near - place) <= LATEST:
        return near
    return round(place / LATEST) * LATEST


def _add(signs: Signs, bars: Sequence[Bar], place: Place, element: ET.Element) -> None:
    # What is lifted with the last note is lifted in the last bar.
    bar = bars[max(0, bisect_right(bars, place - (place == bars[-1].end), key=_start) - 1)]
    signs.setdefault(bar.start, []).append((place, element))


def _start(bar: Bar) -> Place:
    return bar.start


def _pedal(kind: str, *, has_sign: bool = True) -> ET.Element:
    direction, inner = _direction("below", 2)
    ET.SubElement(inner, "pedal", type=kind, line="yes", sign="yes" if has_sign else "no")
    return direction


def _direction(placement: str, staff: int) -> tuple[ET.Element, ET.Element]:
    direction = ET.Element("direction", placement=placement)
    kind = ET.SubElement(direction, "direction-type")
    put(direction, "staff", staff)
    return direction, kind
