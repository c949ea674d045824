"""One piece on its way, note by note.

The opening is given, and then each part of a note is chosen among what can be
played; its length, in notes or in bars, ends in a cadence. Who chooses, for this
piece and others beside it, is :mod:`generator.generation.together`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.generation import cadence, steering
from generator.generation.guard import Guard
from generator.grid import DURATION, ONSET, PITCH, VELOCITY, GridScore, Metre, step
from generator.opening import Opening
from generator.recipes import layout, sets
from generator.recipes.notes import DURATIONS, N_VELOCITIES, SHIFTS, VELOCITY_STEP, encode
from generator.recipes.past import Heard, Past
from generator.recipes.rows import tempo_class

MOST_NOTES_A_BAR = 64  # a length in bars ends here at the latest
CALM = 1.0  # the highest temperature of the loudness

Chances = npt.NDArray[np.float64]


class Choice(NamedTuple):
    """What may be drawn of one part of a note, and how warm."""

    allowed: int  # set of ids, see generator.recipes.sets
    temperature: float


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long a piece becomes, counted in notes or in bars."""

    notes: int  # after the opening, the cadence left out; at most, for a length in bars
    ends: int | None  # step where the cadence begins, for a length in bars

    @property
    def is_short(self) -> bool:
        """Whether the cadence is of exactly so many notes."""
        return self.ends is None


class Writing:
    """One piece on its way."""

    def __init__(
        self, checkpoint: Checkpoint, opening: Opening, config: GenerationConfig, attempt: int
    ) -> None:
        begun = opening.grid()
        self.config, self.begun = config, begun
        self.metre = begun.metres[-1]
        composers = list(checkpoint.card["composers"])
        name = config.composer or str(checkpoint.card["composer"])
        self.composer = composers.index(name) if name in composers else -1
        seed = [config.seed, attempt] if attempt else config.seed
        self.rng = np.random.Generator(np.random.PCG64(seed))
        self.past = Past(begun.metres, tempo_class(begun.tempo_qpm))
        self.guard = Guard()
        self.rows: list[tuple[int, int, int, int]] = []  # onset step, pitch, duration, velocity
        ids: list[list[int]] = encode(begun.notes).tolist()
        self.forced = list(zip(ids, begun.notes.tolist(), strict=True))
        self.n_opening = len(self.forced)
        self.seam = self._begin(opening)
        self.length = self._length()
        self.is_done = False
        self._ends = 0
        self._decided = [0, 0, 0, 0]

    @property
    def is_free(self) -> bool:
        """Whether the opening has been read."""
        return len(self.rows) >= self.n_opening

    @property
    def progress(self) -> tuple[int, int]:
        """Notes or bars so far after the opening, and in all."""
        if self.length.ends is None:
            return max(0, len(self.rows) - self.n_opening), self.config.notes
        bar = self.metre.bar
        total = (self.length.ends - self.seam) // bar
        return max(0, min(total, (self._last - self.seam) // bar)), total

    @property
    def _last(self) -> int:
        return self.rows[-1][ONSET] if self.rows else 0

    def choice(self, part: int) -> Choice:
        """Return what may be drawn of a part of the note: ONSET, PITCH, DURATION or VELOCITY."""
        config = self.config
        if part == ONSET:
            asked, allowed = config.rhythm_temperature, self._onsets()
        elif part == PITCH:
            asked, allowed = config.pitch_temperature, self._pitches()
        elif part == DURATION:
            asked, allowed = config.rhythm_temperature, self._durations()
        else:
            asked, allowed = min(config.temperature, CALM), sets.below(N_VELOCITIES)
        asked = config.temperature if asked is None else asked
        return Choice(allowed, self.guard.temperature(asked))

    def given(self, part: int, chances: Chances) -> int:
        """Return the part of a note that stands already, as in the opening."""
        return self.forced[len(self.rows)][0][part]

    def onset(self, shift: int, chances: Chances) -> bool:
        """Take the next note's onset; False where the piece is complete."""
        self._decided[ONSET] = shift
        if not self.is_free:
            self._steps = self.forced[len(self.rows)][1][ONSET] - self._last
            return True
        self._steps = int(SHIFTS[shift])
        self.is_done = self._is_complete(self._last + self._steps)
        return not self.is_done

    def ahead(self) -> list[int]:
        """Return the columns of what is known before the pitch."""
        seen = self.past.ahead(self._decided[ONSET], self._steps)
        return layout.ahead_columns((*seen.fields, self.composer), seen.planes)

    def pitch(self, key: int) -> list[int]:
        """Take the pitch; return the columns of what is known then."""
        self._decided[PITCH] = key
        return layout.within_columns((key, *self.past.within(key)))

    def duration(self, lasts: int) -> int:
        """Take the duration; return the column it sets."""
        self._decided[DURATION] = lasts
        return layout.FOR_DURATION + lasts

    def velocity(self, level: int) -> int:
        """Take the velocity, and with it the note; return the column it sets."""
        self._decided[VELOCITY] = level
        self._push(self._composed() if self.is_free else self.forced[len(self.rows)][1])
        return layout.FOR_VELOCITY + level

    def grid(self) -> GridScore:
        """Return the whole piece, its cadence included."""
        notes = np.array(self.rows, np.int64).reshape(-1, 4)
        begin = self._close()
        close = cadence.ending(notes, self.metre, begin, is_short=self.length.is_short)
        # What still sounds gives way to the cadence.
        notes[:, DURATION] = np.minimum(notes[:, DURATION], np.maximum(1, begin - notes[:, ONSET]))
        return replace(self.begun, notes=np.vstack([notes, close]))

    def _push(self, row: Sequence[int]) -> None:
        onset, pitch, duration, velocity = row
        self.rows.append((onset, pitch, duration, velocity))
        self._ends = max(self._ends, onset + duration)
        self.past.push(Heard(*self._decided), duration)
        self.guard.push(self._decided[0], self._decided[1])
        self.is_done = self.length.is_short and self._is_full

    def _composed(self) -> list[int]:
        """Return the note that was decided on."""
        _, key, lasts, level = self._decided
        loud = level * VELOCITY_STEP + VELOCITY_STEP // 2
        return [self.past.now, key, int(DURATIONS[lasts]), loud]

    def _onsets(self) -> int:
        """Return the set of onsets that may come next."""
        return steering.onsets(
            self.past, self._last, self.metre, ends=self._ends, earliest=self.seam
        )

    def _pitches(self) -> int:
        """Return the set of keys that may be struck; the guard leaves one at least."""
        allowed = steering.pitches(self.past)
        for key in self.guard.forbidden(self._decided[ONSET]):
            allowed = allowed & ~(1 << key) or allowed
        return allowed

    def _durations(self) -> int:
        """Return the set of durations that the note may have."""
        return steering.durations(self.metre)

    def _is_complete(self, place: int) -> bool:
        ends = self.length.ends
        return ends is not None and (place >= ends or self._is_full)

    @property
    def _is_full(self) -> bool:
        return len(self.rows) - self.n_opening >= self.length.notes

    def _close(self) -> int:
        """Return the step where the cadence begins."""
        if self.length.ends is None:
            return self._beat_after(max(self._last + 1, self.seam))
        # With more notes than its bars may hold a piece closes at once, not after a silence.
        return self._bar_after(self._last) if self._is_full else self.length.ends

    def _length(self) -> Length:
        if self.config.bars is None:
            return Length(notes=self.config.notes - cadence.N_NOTES, ends=None)
        bars = self.config.bars
        return Length(notes=bars * MOST_NOTES_A_BAR, ends=self.seam + bars * self.metre.bar)

    def _begin(self, opening: Opening) -> int:
        """Return the step where the opening has ended."""
        notes = self.begun.notes
        if opening.length is None:
            return self._bar_after(int(notes[-1, ONSET]))
        return int(notes[0, ONSET]) + step(opening.length)

    def _bar_after(self, place: int) -> int:
        metre: Metre = self.metre
        return metre.step + ((place - metre.step) // metre.bar + 1) * metre.bar

    def _beat_after(self, place: int) -> int:
        beat = self.metre.beat
        return self.metre.step + -(-(place - self.metre.step) // beat) * beat
