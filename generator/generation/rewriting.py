"""Rewrite some bars of a piece: the rest stays, and the new bars must lead into it.

Several candidates are composed from what comes before. After each the network
reads on in what follows as it stands, and tells by its surprise how well the bars
lead there: the less it is surprised, the better. What stands right after the join
counts most. All that is decided by chance follows from the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log2

import numpy as np

from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.generation import steering
from generator.generation.composition import Composition, Report, origin
from generator.generation.going_on import opening_until
from generator.generation.notes import TOGETHER, is_copy, played
from generator.generation.together import write_all
from generator.generation.writing import MOST_NOTES_A_BAR, Chances, Length, Writing
from generator.grid import ONSET, GridScore, Steps, off_grid, on_grid, step
from generator.opening import Opening
from generator.originality import Run
from generator.recipes.notes import encode
from generator.score import Note, Score

CANDIDATES = 16
HEARD_BARS = 4  # of what follows: in them the network tells how well a candidate leads there
LEAST = 1e-12  # a chance below it counts as this
FADES = 0.5  # how much less each bar counts than the one before it


@dataclass(frozen=True, kw_only=True)
class Place:
    """The bars that are rewritten, from bar line to bar line, in quarter notes."""

    begin: float
    end: float


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Bars that were tried: their notes, and the surprise of what follows, in bits a note."""

    notes: tuple[Note, ...]
    surprise: float


def rewrite(
    checkpoint: Checkpoint,
    source: Score,
    config: GenerationConfig,
    *,
    place: Place,
    opening: Opening,
    n: int = 1,
    report: Report = lambda *_: None,
) -> list[Composition]:
    """Return ``source`` with other bars at ``place``, ``n`` times, the best first.

    Bars that are copied from a work that was learned from, or are the old ones
    again, come after all others.

    Parameters
    ----------
    checkpoint : Checkpoint
        Of the notes recipe.
    source : Score
        A piece of one metre.
    place : Place
    opening : Opening
        What ``source`` began with: its title and whom to name.
    n : int, 1 to CANDIDATES

    Raises
    ------
    PrimerError
        If nothing of ``source`` lies before ``place``.
    """
    tried = candidates(checkpoint, source, config, place=place, opening=opening, report=report)
    facts = origin(checkpoint, opening, config)
    made = []
    for one in tried:
        score = replace(_with(source, place, one.notes), origin=facts)
        run = _shared(checkpoint, score)
        is_new = (
            one.notes and not _is_as_before(source, place, one) and not is_copy(checkpoint, run)
        )
        made.append((not is_new, Composition(score=played(score, config), originality=run)))
    made.sort(key=lambda one: one[0])
    return [made[k % len(made)][1] for k in range(n)]


def candidates(
    checkpoint: Checkpoint,
    source: Score,
    config: GenerationConfig,
    *,
    place: Place,
    opening: Opening,
    report: Report = lambda *_: None,
) -> list[Candidate]:
    """Return the bars that were tried, each once; what leads best into what follows comes first."""
    begun = opening_until(source, place.begin, opening)
    ends = step(place.end)
    after = on_grid(replace(source, notes=_after(source, place))).notes
    pieces = [
        _Passage(checkpoint, begun, config, k, after=after, ends=ends)
        for k in range(1, CANDIDATES + 1)
    ]
    for first in range(0, CANDIDATES, TOGETHER):
        write_all(checkpoint, pieces[first : first + TOGETHER], _in_parts(report, first))
    tried: dict[tuple[Note, ...], float] = {}
    for piece in pieces:
        tried.setdefault(piece.passage(), piece.surprise())
    ranked = sorted(tried.items(), key=lambda one: one[1])
    return [Candidate(notes=notes, surprise=surprise) for notes, surprise in ranked]


class _Passage(Writing):
    """Bars on their way: written like a piece, then read on in what follows."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        opening: Opening,
        config: GenerationConfig,
        attempt: int,
        *,
        after: Steps,
        ends: int,
    ) -> None:
        super().__init__(checkpoint, opening, config, attempt)
        bar = self.metre.bar
        n_bars = (ends - self.seam) // bar
        self.length = Length(notes=n_bars * MOST_NOTES_A_BAR, ends=ends)
        self.ends = ends
        self.after = after[after[:, ONSET] < ends + HEARD_BARS * bar]
        self.n_written: int | None = None  # with the opening; None until the bars are full
        self.bits: list[float] = []  # of each note that follows

    @property
    def is_free(self) -> bool:
        """Whether the bars are being written."""
        return super().is_free and self.n_written is None

    def given(self, part: int, chances: Chances) -> int:
        """Return what stands already, and once the bars are full hear how much it surprises."""
        right = super().given(part, chances)
        if self.n_written is not None:
            if part == ONSET:
                self.bits.append(0.0)
            self.bits[-1] -= log2(max(float(chances[right]), LEAST))
        return right

    def onset(self, shift: int, chances: Chances) -> bool:
        """Take the next note's onset; False once what follows has been read."""
        if super().onset(shift, chances):
            return True
        return self._turn() and super().onset(self.given(ONSET, chances), chances)

    def passage(self) -> tuple[Note, ...]:
        """Return the bars that were written."""
        rows = np.array(self.rows[self.n_opening : self.n_written], np.int64).reshape(-1, 4)
        return off_grid(GridScore(notes=rows)).notes

    def surprise(self) -> float:
        """Return how much surprises what follows, in bits a note; 0 where nothing follows."""
        bars = (self.after[:, ONSET] - self.ends) // self.metre.bar
        return float(np.average(self.bits, weights=FADES**bars)) if self.bits else 0.0

    def _durations(self) -> int:
        """Let no note sound into what follows."""
        allowed = super()._durations()
        return allowed & steering.lasting(self.ends - self.past.now) or allowed

    def _turn(self) -> bool:
        """Go over from writing to reading; False where nothing follows."""
        self.n_written = len(self.rows)
        self.is_done = not len(self.after)
        last = np.array(self.rows[-1:], np.int64)
        ids = encode(np.vstack([last, self.after]))[1:].tolist()
        written = self.forced[: self.n_opening] + [([], [])] * (self.n_written - self.n_opening)
        self.forced = written + list(zip(ids, self.after.tolist(), strict=True))
        return not self.is_done

    def _push(self, row: Sequence[int]) -> None:
        super()._push(row)
        self.is_done = self.n_written is not None and len(self.rows) == len(self.forced)


def _with(source: Score, place: Place, notes: tuple[Note, ...]) -> Score:
    """Return ``source`` with other notes at ``place``, and not yet played."""
    before = tuple(note for note in source.notes if note.onset < place.begin)
    return replace(source, notes=before + notes + _after(source, place), pedals=(), tempi=())


def _after(source: Score, place: Place) -> tuple[Note, ...]:
    return tuple(note for note in source.notes if note.onset >= place.end)


def _is_as_before(source: Score, place: Place, one: Candidate) -> bool:
    here = (note for note in source.notes if place.begin <= note.onset < place.end)
    return [(n.onset, n.pitch) for n in here] == [(n.onset, n.pitch) for n in one.notes]


def _shared(checkpoint: Checkpoint, score: Score) -> Run | None:
    begin = sum(note.onset < (score.seam or 0.0) for note in score.notes)
    index = checkpoint.index
    return index.longest_run(on_grid(score), begin=begin) if index else None


def _in_parts(report: Report, first: int) -> Report:
    """Return a report that counts every group of candidates as a part of the whole."""
    n_groups = CANDIDATES // TOGETHER

    def part(stage: str, done: int, total: int) -> None:
        report(stage, first // TOGETHER * total + done, n_groups * total)

    return part
