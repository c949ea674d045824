"""Notes as music21 has them: MusicXML, the reading of the 40-note recipe, and the way back.

Importing this module loads music21, which takes seconds; ``files`` does so when
it must, and holds the limits.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Any

from music21 import chord, converter, harmony, meter, note, stream, tempo
from music21.midi.translate import TranslateWarning

from generator.midi import in_order
from generator.score import COMMON_TIME, Chord, Note, Score, TimeSignature

if TYPE_CHECKING:
    from music21.base import Music21Object

VELOCITY = 76  # where a file says none: about mezzo-forte
PICK_UP_PARTS = (1, 2, 4, 8, 16)  # of a quarter note: what a metre can be made of
GRACE_DURATION = 0.125  # quarter notes; MusicXML gives a grace note none


def chords_of_midi(content: bytes) -> list[Chord]:
    """Return the notes and chords of a MIDI file's flattened score, in music21's order."""
    with warnings.catch_warnings():
        # A track's name that is no instrument, or a note without an end.
        warnings.simplefilter("ignore", TranslateWarning)
        flat = converter.parseData(content, format="midi").flatten()
    return [
        Chord(float(e.offset), float(e.quarterLength), _pitches(e), _velocity(e))
        for e in flat.notes
        if isinstance(e, note.Note | chord.Chord)
    ]


def score_of_musicxml(content: bytes) -> Score:
    """Return the score of a MusicXML file: ties joined, repeats not played."""
    parsed = converter.parseData(_text(content), format="musicxml")
    flat = parsed.stripTies().flatten()
    marks = flat.getElementsByClass(tempo.MetronomeMark)
    tempi = [bpm for mark in marks if (bpm := mark.getQuarterBPM())]
    return Score(
        notes=tuple(sorted(_sounding(flat), key=in_order)),
        tempo_qpm=float(tempi[0]) if tempi else 120.0,
        time_signatures=_time_signatures(flat, _missing(parsed)),
    )


def to_music21(chords: Iterable[Chord]) -> list[note.Note | chord.Chord]:
    """Return ``chords`` as music21 objects; one pitch alone becomes a note."""
    return [_to_music21(each) for each in chords]


def _to_music21(each: Chord) -> note.Note | chord.Chord:
    alone = len(each.pitches) == 1
    made = note.Note(each.pitches[0]) if alone else chord.Chord(each.pitches)
    made.quarterLength = each.duration
    made.offset = each.onset
    made.volume.velocity = each.velocity
    return made


def _pitches(element: note.Note | chord.Chord) -> tuple[int, ...]:
    return tuple(sorted(pitch.midi for pitch in element.pitches))


def _velocity(element: note.Note | chord.Chord) -> int:
    """Return how loud a note is, or the mean of a chord's notes."""
    members = element.notes if isinstance(element, chord.Chord) else [element]
    told = [v for member in members if (v := member.volume.velocity) is not None]
    return round(sum(told) / len(told)) if told else VELOCITY


def _text(content: bytes) -> str:
    """Return the text of an XML file without its declaration of an encoding."""
    marks = (b"\xff\xfe", b"\xfe\xff")
    text = content.decode("utf-16" if content.startswith(marks) else "utf-8-sig")
    if "<!ENTITY" in text:
        raise ValueError("MusicXML defines no entities, and a file that does may mean harm")
    return text


def _sounding(flat: stream.Stream[Any]) -> Iterable[Note]:
    """Yield every note; grace notes go before the beat, one after the other."""
    kept = [e for e in flat.notes if _is_sounding(e)]
    for offset, together in groupby(kept, key=lambda e: float(e.offset)):
        elements = list(together)
        graces = [e for e in elements if not e.quarterLength]
        for i, grace in enumerate(graces):
            onset = max(0.0, offset - (len(graces) - i) * GRACE_DURATION)
            yield from _notes(grace, onset, GRACE_DURATION)
        for element in elements:
            if element.quarterLength:
                yield from _notes(element, offset, float(element.quarterLength))


def _is_sounding(element: Music21Object) -> bool:
    """Tell notes from chord symbols, which music21 counts as chords, and from drums."""
    return isinstance(element, note.Note | chord.Chord) and not isinstance(
        element, harmony.ChordSymbol
    )


def _notes(element: Any, onset: float, duration: float) -> Iterable[Note]:
    velocity = _velocity(element)
    return [Note(onset, duration, pitch, velocity) for pitch in _pitches(element)]


def _time_signatures(flat: stream.Stream[Any], missing: float) -> tuple[TimeSignature, ...]:
    """Return the metres; a pick-up has one of its own, as MIDI would write it."""
    read = {0.0: COMMON_TIME} | {
        (onset := float(s.offset)): TimeSignature(onset, s.numerator, s.denominator)
        for s in flat.getElementsByClass(meter.TimeSignature)
    }
    first = read[0.0]
    pick_up = first.bar - missing
    if 0 < missing < first.bar and Fraction(pick_up).denominator in PICK_UP_PARTS:
        read = {pick_up: first._replace(onset=pick_up)} | read | {0.0: _metre_of(pick_up)}
    return tuple(read[onset] for onset in sorted(read))


def _missing(parsed: stream.Stream[Any]) -> float:
    """Return how many quarter notes the first bar lacks at its beginning."""
    first = parsed.recurse().getElementsByClass(stream.Measure).first()
    return float(first.paddingLeft) if first else 0.0


def _metre_of(bar: float) -> TimeSignature:
    """Return the simplest metre with bars of that length, in quarter notes."""
    length = Fraction(bar)
    return TimeSignature(0.0, length.numerator, 4 * length.denominator)
