"""The bytes of a MIDI file, and the notes they stand for.

Reading is done by pretty_midi, writing by mido, which leaves every byte to us.

Conventions
-----------
Ticks never leave this module: onsets and durations are in quarter notes.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import mido

from generator.score import COMMON_TIME, Note, Score, TimeSignature

if TYPE_CHECKING:
    import pretty_midi

TICKS_A_QUARTER = 480
TEMPO_QPM = (10.0, 600.0)  # what a file says beyond is brought back to the bound
METRE_PARTS = range(1, 65)  # numerators and denominators that are believed
SEAM_MARKER = "Here the model goes on"

Timed = tuple[int, int, mido.Message]  # tick, rank at that tick, message


def score_of(content: bytes) -> Score:
    """Return the score that the bytes of a MIDI file stand for.

    Every track but the drums is read, and nothing is quantised. Notes that
    never end are left out. Of several tempi, the one that holds when the first
    note sounds is kept.

    Raises
    ------
    Exception
        Whatever mido and pretty_midi make of damaged bytes.
    """
    import pretty_midi  # noqa: PLC0415 - needed for reading alone

    with warnings.catch_warnings():
        # A tempo or metre outside the first track: pretty_midi passes it over.
        warnings.simplefilter("ignore", RuntimeWarning)
        midi = pretty_midi.PrettyMIDI(mido_object=_opened(content))
    notes = tuple(sorted(_notes(midi), key=in_order))
    return Score(
        notes=notes,
        tempo_qpm=_tempo(midi, notes[0].onset if notes else 0.0),
        time_signatures=_time_signatures(midi),
    )


def n_struck(content: bytes) -> int:
    """Count the notes that the bytes of a MIDI file strike, drums included."""
    tracks = _opened(content).tracks
    return sum(m.type == "note_on" and m.velocity > 0 for track in tracks for m in track)


def bytes_of(score: Score) -> bytes:
    """Return ``score`` as the bytes of a MIDI file; the same score gives the same bytes."""
    midi = mido.MidiFile(type=1, ticks_per_beat=TICKS_A_QUARTER, charset="utf-8")
    midi.tracks += [_track(_conductor(score)), _track(_piano(score))]
    written = io.BytesIO()
    midi.save(file=written)
    return written.getvalue()


def as_played(notes: Iterable[Note]) -> list[Note]:
    """Return ``notes`` as one pair of hands can play them on one keyboard.

    A key that is struck while it is held ends its earlier note there; a pitch
    struck twice at once sounds once, as long and as loud as the larger.

    Examples
    --------
    >>> [(n.onset, n.duration) for n in as_played([Note(0, 4, 60), Note(1, 1, 60)])]
    [(0, 1), (1, 1)]
    """
    played: list[Note] = []
    by_pitch = sorted(notes, key=lambda note: (note.pitch, note.onset))
    for _, struck in groupby(by_pitch, key=lambda note: (note.pitch, note.onset)):
        together = list(struck)
        note = together[0]._replace(
            duration=max(n.duration for n in together), velocity=max(n.velocity for n in together)
        )
        if played and played[-1].pitch == note.pitch:
            before = played[-1]
            played[-1] = before._replace(duration=min(before.duration, note.onset - before.onset))
        played.append(note)
    return sorted(played, key=in_order)


def in_order(note: Note) -> tuple[float, int]:
    """Sort notes by onset, and what begins together from the bass up."""
    return note.onset, note.pitch


# Reading


def _opened(content: bytes) -> mido.MidiFile:
    # clip: a velocity above 127 is brought back rather than refused.
    return mido.MidiFile(file=io.BytesIO(content), clip=True)


def _notes(midi: pretty_midi.PrettyMIDI) -> Iterator[Note]:
    for instrument in midi.instruments:
        if not instrument.is_drum:
            for note in instrument.notes:
                onset = _quarters(midi, note.start)
                yield Note(onset, _quarters(midi, note.end) - onset, note.pitch, note.velocity)


def _quarters(midi: pretty_midi.PrettyMIDI, seconds: float) -> float:
    return float(midi.time_to_tick(seconds) / midi.resolution)


def _tempo(midi: pretty_midi.PrettyMIDI, onset: float) -> float:
    times, tempi = midi.get_tempo_changes()
    so_far = [q for t, q in zip(times, tempi, strict=True) if _quarters(midi, t) <= onset]
    low, high = TEMPO_QPM
    return min(max(float(so_far[-1]), low), high)


def _time_signatures(midi: pretty_midi.PrettyMIDI) -> tuple[TimeSignature, ...]:
    read = {
        (onset := _quarters(midi, s.time)): TimeSignature(onset, s.numerator, s.denominator)
        for s in midi.time_signature_changes
        if s.numerator in METRE_PARTS and s.denominator in METRE_PARTS
    }
    signatures = {0.0: COMMON_TIME} | read
    return tuple(signatures[onset] for onset in sorted(signatures))


# Writing


def _conductor(score: Score) -> Iterator[Timed]:
    """Yield the origin, the tempo, the metres and the seam."""
    if score.origin:
        yield 0, 0, mido.MetaMessage("text", text=score.origin.sentence())
    yield 0, 1, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo_qpm))
    for onset, numerator, denominator in score.time_signatures:
        metre = {"numerator": numerator, "denominator": denominator}
        yield _ticks(onset), 2, mido.MetaMessage("time_signature", **metre)
    if score.seam is not None:
        yield _ticks(score.seam), 3, mido.MetaMessage("marker", text=SEAM_MARKER)


def _piano(score: Score) -> Iterator[Timed]:
    """Yield the notes; where one ends as another begins, the end comes first."""
    yield 0, 0, mido.Message("program_change", program=0)
    for onset, duration, pitch, velocity in as_played(score.notes):
        begin = _ticks(onset)
        end = max(_ticks(onset + duration), begin + 1)
        yield end, 1, mido.Message("note_off", note=pitch, velocity=0)
        yield begin, 2, mido.Message("note_on", note=pitch, velocity=velocity)


def _ticks(quarters: float) -> int:
    return round(quarters * TICKS_A_QUARTER)


def _track(events: Iterable[Timed]) -> mido.MidiTrack:
    """Return ``events`` in order of time, each timed from the one before."""
    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track"))
    return track
