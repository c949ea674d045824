"""Music on the grid: what the notes recipe reads and writes.

Conventions
-----------
A step is a 24th of a quarter note, so sixteenths (6), triplets (8), thirty-seconds
(3) and their triplets (2) all lie on it. Notes are rows of onset step, pitch above
the lowest key (0..87), duration in steps (1 or more) and velocity (1..127), ordered
by onset and pitch, none twice: the very list of ``generator.canonical.exact``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generator.canonical import LOWEST, STEPS_PER_QUARTER
from generator.score import Note, Pedal, Score, TimeSignature

Steps = npt.NDArray[np.int64]

ONSET, PITCH, DURATION, VELOCITY = range(4)  # the columns of a list of notes
N_KEYS = 88


class Metre(NamedTuple):
    """A time signature and the step where it begins."""

    step: int
    numerator: int
    denominator: int

    @property
    def bar(self) -> int:
        """Length of a bar in steps."""
        return max(1, self.numerator * 4 * STEPS_PER_QUARTER // self.denominator)

    @property
    def beat(self) -> int:
        """Length of a beat in steps: three eighths in 6/8, 9/8 and 12/8."""
        unit = 4 * STEPS_PER_QUARTER // self.denominator
        compound = self.denominator >= 8 and self.numerator % 3 == 0 and self.numerator > 3  # noqa: PLR2004
        return max(1, unit * 3 if compound else unit)


@dataclass(frozen=True, kw_only=True, eq=False)
class GridScore:
    """A piece on the grid, and what is known of it besides its notes."""

    notes: Steps  # (N, 4)
    metres: tuple[Metre, ...] = (Metre(0, 4, 4),)  # the first at step 0
    tempo_qpm: float = 120.0  # the first, quarter notes a minute
    pedals: Steps = field(default_factory=lambda: np.zeros((0, 2), np.int64))  # down, up
    composer: str = ""
    name: str = ""

    @property
    def is_flat(self) -> bool:
        """Whether all notes are equally loud: a score, not a performance."""
        return len(np.unique(self.notes[:, VELOCITY])) <= 1


def on_grid(score: Score, *, composer: str = "", name: str = "") -> GridScore:
    """Return ``score`` on the grid.

    Of notes that fall on one step and pitch the longest is kept, then the loudest.
    """
    rows = sorted(
        (step(n.onset), n.pitch - LOWEST, -max(1, step(n.duration)), -n.velocity)
        for n in score.notes
        if 0 <= n.pitch - LOWEST < N_KEYS
    )
    kept = [row for i, row in enumerate(rows) if i == 0 or rows[i - 1][:2] != row[:2]]
    notes = np.array(kept, np.int64).reshape(-1, 4) * (1, 1, -1, -1)
    pedals = [(step(p.onset), step(p.onset + p.duration)) for p in score.pedals]
    return GridScore(
        notes=notes,
        metres=tuple(
            Metre(step(s.onset), s.numerator, s.denominator) for s in score.time_signatures
        ),
        tempo_qpm=score.tempo_qpm,
        pedals=np.array(pedals, np.int64).reshape(-1, 2),
        composer=composer,
        name=name,
    )


def off_grid(grid: GridScore) -> Score:
    """Return ``grid`` as a score in quarter notes."""
    return Score(
        notes=tuple(
            Note(quarters(onset), quarters(duration), int(pitch) + LOWEST, int(velocity))
            for onset, pitch, duration, velocity in grid.notes
        ),
        tempo_qpm=grid.tempo_qpm,
        time_signatures=tuple(TimeSignature(quarters(m.step), m[1], m[2]) for m in grid.metres),
        pedals=tuple(Pedal(quarters(down), quarters(up - down)) for down, up in grid.pedals),
    )


def step(quarter_notes: float) -> int:
    """Return the step nearest to an onset or duration, the later of two equally near."""
    return int(np.floor(quarter_notes * STEPS_PER_QUARTER + 0.5))


def quarters(steps: int | np.integer) -> float:
    """Return steps as quarter notes."""
    return float(steps) / STEPS_PER_QUARTER
