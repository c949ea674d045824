"""From a score to the bytes of a MIDI file; the same score gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import groupby

import mido

from generator.score import Note, Score

TICKS_A_QUARTER = 480
SUSTAIN = 64  # the controller
DOWN, UP = 127, 0
SEAM_MARKER = "Here the model goes on"

Timed = tuple[int, int, mido.Message]  # tick, rank at that tick, message


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


def _conductor(score: Score) -> Iterator[Timed]:
    """Yield the origin, the tempo and its changes, the metres and the seam."""
    if score.origin:
        yield 0, 0, mido.MetaMessage("text", text=score.origin.sentence())
    yield 0, 1, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo_qpm))
    for onset, qpm in score.tempi:
        yield _ticks(onset), 1, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(qpm))
    for onset, numerator, denominator in score.time_signatures:
        metre = {"numerator": numerator, "denominator": denominator}
        yield _ticks(onset), 2, mido.MetaMessage("time_signature", **metre)
    if score.seam is not None:
        yield _ticks(score.seam), 3, mido.MetaMessage("marker", text=SEAM_MARKER)


def _piano(score: Score) -> Iterator[Timed]:
    """Yield the notes and the pedal.

    Where one note ends as another begins, the end comes first. The pedal is
    lifted before what is struck with it and pressed after, so that it holds
    the new and not the old.
    """
    yield 0, 0, mido.Message("program_change", program=0)
    for onset, duration, pitch, velocity in as_played(score.notes):
        begin = _ticks(onset)
        end = max(_ticks(onset + duration), begin + 1)
        yield end, 1, mido.Message("note_off", note=pitch, velocity=0)
        yield begin, 3, mido.Message("note_on", note=pitch, velocity=velocity)
    for onset, duration in score.pedals:
        begin = _ticks(onset)
        end = max(_ticks(onset + duration), begin + 1)
        yield end, 2, mido.Message("control_change", control=SUSTAIN, value=UP)
        yield begin, 4, mido.Message("control_change", control=SUSTAIN, value=DOWN)


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
