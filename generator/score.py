"""Music in memory: the one form that every module of the library reads and writes.

Conventions
-----------
Onsets and durations are in quarter notes from the beginning of the piece.
Pitches are MIDI note numbers, 60 is middle C. Velocities are 1 to 127.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple


class Note(NamedTuple):
    """One key struck and held."""

    onset: float  # quarter notes
    duration: float  # quarter notes, above 0
    pitch: int  # 0..127
    velocity: int = 76  # 1..127


class Chord(NamedTuple):
    """Pitches that are struck together; a single note is a chord of one."""

    onset: float  # quarter notes
    duration: float  # quarter notes, above 0
    pitches: tuple[int, ...]  # rising
    velocity: int = 76  # 1..127


class Pedal(NamedTuple):
    """The sustain pedal, pressed and held."""

    onset: float  # quarter notes
    duration: float  # quarter notes, above 0


class Tempo(NamedTuple):
    """How fast the music is played from an onset on."""

    onset: float  # quarter notes
    qpm: float  # quarter notes a minute


class TimeSignature(NamedTuple):
    """A metre and where it begins."""

    onset: float  # quarter notes
    numerator: int
    denominator: int

    @property
    def bar(self) -> float:
        """Length of a bar in quarter notes."""
        return self.numerator * 4 / self.denominator


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a piece comes from, as written inside every file exported from it."""

    model: str  # name of the checkpoint
    opening: str  # title of the work the piece begins with
    attribution: str  # whom to name for the music learned from and begun with
    temperature: float
    top_p: float
    seed: int

    def sentence(self) -> str:
        """Return the origin as one line of text."""
        return (
            f"Composed by Impromptu. Model: {self.model}. Opening: {self.opening}. "
            f"Temperature {self.temperature:g}, top-p {self.top_p:g}, seed {self.seed}. "
            f"{self.attribution}"
        )


COMMON_TIME = TimeSignature(0.0, 4, 4)


@dataclass(frozen=True, kw_only=True)
class Score:
    """A piece: its notes in order of onset and pitch, and how they are counted and played."""

    notes: tuple[Note, ...]
    tempo_qpm: float = 120.0  # quarter notes a minute, as printed
    time_signatures: tuple[TimeSignature, ...] = (COMMON_TIME,)
    pedals: tuple[Pedal, ...] = ()  # in order, none before the one before is up
    tempi: tuple[Tempo, ...] = ()  # the rubato, in order; empty is tempo_qpm throughout
    key: int | None = None  # sharps of the opening's signature, flats below 0; None is estimated
    seam: float | None = None  # onset where the opening ends and the machine begins
    origin: Origin | None = field(default=None)

    @property
    def end(self) -> float:
        """Where the last note ends, in quarter notes; 0 for no notes."""
        return max((note.onset + note.duration for note in self.notes), default=0.0)

    @property
    def seconds(self) -> float:
        """How long the piece lasts as it is played."""
        return Clock(self).seconds_at(self.end)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON. ``from_dict`` is the way back."""
        return asdict(self) | {
            "notes": [list(note) for note in self.notes],
            "time_signatures": [list(signature) for signature in self.time_signatures],
            "pedals": [list(pedal) for pedal in self.pedals],
            "tempi": [list(tempo) for tempo in self.tempi],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Score:
        """Build a score from what ``to_dict`` returned."""
        origin = values.get("origin")
        return cls(
            notes=tuple(Note(*note) for note in values["notes"]),
            tempo_qpm=values["tempo_qpm"],
            time_signatures=tuple(TimeSignature(*s) for s in values["time_signatures"]),
            pedals=tuple(Pedal(*pedal) for pedal in values.get("pedals", ())),
            tempi=tuple(Tempo(*tempo) for tempo in values.get("tempi", ())),
            key=values.get("key"),
            seam=values.get("seam"),
            origin=Origin(**origin) if origin else None,
        )


class Clock:
    """When what is played: from quarter notes to seconds and back, through a score's tempi.

    Examples
    --------
    >>> clock = Clock(Score(notes=(), tempo_qpm=120.0, tempi=(Tempo(4.0, 60.0),)))
    >>> clock.seconds_at(4.0), clock.seconds_at(5.0), clock.quarters_at(3.0)
    (2.0, 3.0, 5.0)
    """

    def __init__(self, score: Score) -> None:
        self._onsets, self._seconds, self._qpm = [0.0], [0.0], [score.tempo_qpm]
        for onset, qpm in score.tempi:
            self._seconds.append(self._after(-1, onset))
            self._onsets.append(onset)
            self._qpm.append(qpm)

    def seconds_at(self, onset: float) -> float:
        """Return when ``onset``, in quarter notes, is played, in seconds from the beginning."""
        return self._after(max(0, bisect_left(self._onsets, onset) - 1), onset)

    def quarters_at(self, seconds: float) -> float:
        """Return the place in the score, in quarter notes, that is played after ``seconds``."""
        i = max(0, bisect_left(self._seconds, seconds) - 1)
        return self._onsets[i] + (seconds - self._seconds[i]) * self._qpm[i] / 60

    def _after(self, i: int, onset: float) -> float:
        return self._seconds[i] + (onset - self._onsets[i]) * 60 / self._qpm[i]


def chords_to_notes(chords: list[Chord]) -> tuple[Note, ...]:
    """Return every pitch of ``chords`` as a note, in order of onset and pitch."""
    return tuple(
        sorted(
            Note(chord.onset, chord.duration, pitch, chord.velocity)
            for chord in chords
            for pitch in chord.pitches
        )
    )
