"""One piece on its way, note by note, and several of them side by side.

The network is told the opening, and then its own notes. What it may decide is
masked by what can be played; its length, in notes or in bars, ends in a cadence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.generation import cadence, steering
from generator.generation.composition import Report
from generator.generation.guard import Guard
from generator.grid import DURATION, ONSET, GridScore, Metre, step
from generator.models.in_numpy import Columns, probabilities
from generator.opening import Opening
from generator.recipes import layout
from generator.recipes.notes import DURATIONS, SHIFTS, VELOCITY_STEP, encode
from generator.recipes.past import Heard, Past
from generator.recipes.rows import tempo_class
from generator.sampling import draw

MOST_NOTES_A_BAR = 64  # a length in bars ends here at the latest
CALM = 1.0  # the highest temperature of the loudness


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
        self.forced = list(zip(encode(begun.notes).tolist(), begun.notes.tolist(), strict=True))
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

    def onset(self, chances: npt.NDArray[np.float64]) -> bool:
        """Decide when the next note comes; False where the piece is complete."""
        if not self.is_free:
            ids, note = self.forced[len(self.rows)]
            self._decided[0], self._steps = ids[0], note[ONSET] - self._last
            return True
        allowed = steering.onsets(
            self.past, self._last, self.metre, ends=self._ends, earliest=self.seam
        )
        self._decided[0] = self._draw(chances, allowed, self.config.rhythm_temperature)
        self._steps = int(SHIFTS[self._decided[0]])
        self.is_done = self._is_complete(self._last + self._steps)
        return not self.is_done

    def ahead(self) -> list[int]:
        """Return the columns of what is known before the pitch."""
        seen = self.past.ahead(self._decided[0], self._steps)
        return layout.ahead_columns((*seen.fields, self.composer), seen.planes)

    def pitch(self, chances: npt.NDArray[np.float64]) -> tuple[int, list[int]]:
        """Decide the pitch; return it and the columns of what is known then."""
        if not self.is_free:
            self._decided[1] = self.forced[len(self.rows)][0][1]
        else:
            allowed = steering.pitches(self.past)
            for key in self.guard.forbidden(self._decided[0]):
                if allowed.sum() > 1:
                    allowed[key] = False
            self._decided[1] = self._draw(chances, allowed, self.config.pitch_temperature)
        pitch = self._decided[1]
        return pitch, layout.within_columns((pitch, *self.past.within(pitch)))

    def duration(self, chances: npt.NDArray[np.float64]) -> int:
        """Decide the duration; return the column it sets."""
        if not self.is_free:
            self._decided[2] = self.forced[len(self.rows)][0][2]
        else:
            asked = self.config.rhythm_temperature
            self._decided[2] = self._draw(chances, self._durations(), asked)
        return layout.FOR_DURATION + self._decided[2]

    def velocity(self, chances: npt.NDArray[np.float64]) -> int:
        """Decide the velocity, and with it the note; return the column it sets."""
        if not self.is_free:
            ids, note = self.forced[len(self.rows)]
            self._decided[3], row = ids[3], note
        else:
            calm = min(self.config.temperature, CALM)
            self._decided[3] = self._draw(chances, np.ones(len(chances), np.bool_), calm)
            row = [
                self.past.now,
                self._decided[1],
                int(DURATIONS[self._decided[2]]),
                self._decided[3] * VELOCITY_STEP + VELOCITY_STEP // 2,
            ]
        self._push(row)
        return layout.FOR_VELOCITY + self._decided[3]

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

    def _durations(self) -> steering.Allowed:
        """Return which durations the note may have."""
        return steering.durations(self.metre)

    def _draw(
        self,
        chances: npt.NDArray[np.float64],
        allowed: npt.NDArray[np.bool_],
        asked: float | None,
    ) -> int:
        # A trace of everything keeps the draw possible where only the unlikely is allowed.
        shares = np.where(allowed, chances + 1e-12, 0.0)
        temperature = self.guard.temperature(self.config.temperature if asked is None else asked)
        return draw(
            shares / shares.sum(), temperature=temperature, top_p=self.config.top_p, rng=self.rng
        )

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


def write_all(checkpoint: Checkpoint, pieces: Sequence[Writing], report: Report) -> None:
    """Write all pieces to their ends, side by side."""
    network, decisions = checkpoint.notes_network, checkpoint.decisions
    n = max(len(pieces), 2)
    state, blank = network.begin(n), decisions.tell([])
    chances = np.full((n, len(SHIFTS)), 1 / len(SHIFTS))
    while going := [i for i, p in enumerate(pieces) if not p.is_done and p.onset(chances[i])]:
        ahead: list[Columns] = [[] for _ in range(n)]
        told = np.zeros((n, len(blank)), np.float32)
        keys = [0] * n
        for i in going:
            ahead[i] = pieces[i].ahead()
        thought, after = network.read(state, ahead)
        network.keep(state, after)
        heard = decisions.hear(thought)

        pitches = probabilities(decisions.pitch(thought, heard, ahead))
        for i in going:
            keys[i], within = pieces[i].pitch(pitches[i])
            told[i] = decisions.tell(within)
        durations = probabilities(decisions.duration(heard, told))
        for i in going:
            told[i] += decisions.tell([pieces[i].duration(durations[i])])
        velocities = probabilities(decisions.velocity(heard, told))
        for i in going:
            told[i] += decisions.tell([pieces[i].velocity(velocities[i])])
        chances = probabilities(decisions.onset(heard, told, keys))
        _tell(pieces, report)


def _tell(pieces: Sequence[Writing], report: Report) -> None:
    least = min((p for p in pieces if not p.is_done), key=_share, default=None)
    if least and least.is_free:
        report("composing", *least.progress)


def _share(piece: Writing) -> float:
    done, total = piece.progress
    return done / max(total, 1)
