"""From the bytes of a MIDI file to a score. Nothing is quantised."""

from __future__ import annotations

import io
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from itertools import pairwise

import mido

from generator.midi.writing import SEAM_MARKER, SUSTAIN, in_order
from generator.score import COMMON_TIME, Note, Pedal, Score, Tempo, TimeSignature

TEMPO_QPM = (10.0, 600.0)  # what a file says beyond is brought back to the bound
METRE_PARTS = range(1, 65)  # numerators and denominators that are believed
DRUM_CHANNEL = 9
PEDAL_DOWN = 64  # values of the controller from here on
DEFAULT_TEMPO = 500_000  # microseconds a quarter note, where a file names none

Timed = tuple[float, mido.Message]  # quarter notes from the beginning


def score_of(content: bytes) -> Score:
    """Return the score that the bytes of a MIDI file stand for.

    Every track but the drums is read, for its notes, its pedal, its metres and
    its tempi. Notes that never end are left out; of one key the oldest note
    ends first. Of several tempi, the one that holds when the first note sounds
    is the score's, and all of them are its ``tempi``.

    Raises
    ------
    Exception
        Whatever mido makes of damaged bytes.
    """
    midi = _opened(content)
    if not midi.tracks:
        raise ValueError("there is no track")
    notes = tuple(sorted((n for track in _tracks(midi) for n in _notes(track)), key=in_order))
    timed = sorted((e for track in _tracks(midi) for e in track), key=lambda event: event[0])
    end = max((note.onset + note.duration for note in notes), default=0.0)
    tempo_qpm, tempi = _tempi(timed, notes[0].onset if notes else 0.0, end)
    return Score(
        notes=notes,
        tempo_qpm=tempo_qpm,
        time_signatures=_time_signatures(timed),
        pedals=tuple(_pedals(timed, end)),
        tempi=tempi,
        seam=_seam(timed),
    )


def n_struck(content: bytes) -> int:
    """Count the notes that the bytes of a MIDI file strike, drums included."""
    tracks = _opened(content).tracks
    return sum(m.type == "note_on" and m.velocity > 0 for track in tracks for m in track)


def _opened(content: bytes) -> mido.MidiFile:
    # clip: a velocity above 127 is brought back rather than refused.
    return mido.MidiFile(file=io.BytesIO(content), clip=True)


def _tracks(midi: mido.MidiFile) -> Iterator[list[Timed]]:
    """Yield the messages of each track, but for the drums'."""
    for track in midi.tracks:
        now, timed = 0, []
        for message in track:
            now += message.time
            if message.is_meta or getattr(message, "channel", 0) != DRUM_CHANNEL:
                timed.append((now / midi.ticks_per_beat, message))
        yield timed


def _notes(track: Iterable[Timed]) -> Iterator[Note]:
    struck: dict[tuple[int, int], deque[tuple[float, int]]] = defaultdict(deque)
    for now, message in track:
        if message.type not in ("note_on", "note_off"):
            continue
        sounding = struck[message.channel, message.note]
        if message.type == "note_on" and message.velocity > 0:
            sounding.append((now, message.velocity))
        elif sounding:
            onset, velocity = sounding.popleft()
            if now > onset:
                yield Note(onset, now - onset, message.note, velocity)


def _pedals(timed: Iterable[Timed], end: float) -> Iterator[Pedal]:
    """Yield when the pedal is down, on whatever channel; one never lifted lasts to the ``end``."""
    pressed: set[int] = set()
    down = 0.0
    for now, message in timed:
        if message.type != "control_change" or message.control != SUSTAIN:
            continue
        was_down = bool(pressed)
        (pressed.add if message.value >= PEDAL_DOWN else pressed.discard)(message.channel)
        if pressed and not was_down:
            down = now
        elif was_down and not pressed and now > down:
            yield Pedal(down, now - down)
    if pressed and end > down:
        yield Pedal(down, end - down)


def _tempi(timed: Iterable[Timed], onset: float, end: float) -> tuple[float, tuple[Tempo, ...]]:
    """Return the tempo that holds at ``onset``, and every change of it where there is one."""
    low, high = TEMPO_QPM
    told = [Tempo(0.0, mido.tempo2bpm(DEFAULT_TEMPO))]
    for now, message in timed:
        if message.type == "set_tempo" and (now < end or now == 0):
            qpm = min(max(60e6 / max(1, message.tempo), low), high)
            if now > told[-1].onset or len(told) == 1:
                told += [Tempo(now, qpm)]
            else:
                told[-1] = Tempo(now, qpm)
    told = told[1:] if len(told) > 1 and told[1].onset == 0 else told
    tempo_qpm = [tempo.qpm for tempo in told if tempo.onset <= onset][-1]
    changes = [b for a, b in pairwise([Tempo(0.0, tempo_qpm), *told]) if a.qpm != b.qpm]
    return tempo_qpm, tuple(changes)


def _time_signatures(timed: Iterable[Timed]) -> tuple[TimeSignature, ...]:
    """Return every change of metre; common time where the file names none at its beginning."""
    read = {
        now: TimeSignature(now, message.numerator, message.denominator)
        for now, message in timed
        if message.type == "time_signature"
        and message.numerator in METRE_PARTS
        and message.denominator in METRE_PARTS
    }
    signatures = {0.0: COMMON_TIME} | read
    told = [signatures[onset] for onset in sorted(signatures)]
    return (told[0], *(b for a, b in pairwise(told) if a[1:] != b[1:]))


def _seam(timed: Iterable[Timed]) -> float | None:
    """Return where the machine began, in a file that was written here."""
    marked = (t for t, m in timed if m.type == "marker" and m.text == SEAM_MARKER)
    return next(marked, None)
