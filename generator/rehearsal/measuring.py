"""What is measured of a batch: likeness, originality, and whether a piece got stuck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generator import metrics
from generator.checkpoint import Checkpoint
from generator.corpus import read_notes
from generator.corpus.works import works
from generator.errors import CorpusError
from generator.grid import GridScore
from generator.rehearsal.batch import Rehearsed

FEWEST_WORKS = 6  # so that real music can be held against itself
FEWEST_TO_TELL = 5  # pieces on each side for the judge who tells apart
SEED = 0  # of whatever is drawn while measuring

# Which of the limits of ``metrics.CHOPIN`` speaks of which way to be stuck.
STUCK = {
    "silence": ("silence",),
    "one_note": ("same_pitch",),
    "loop": ("loop", "bar_loop", "distinct"),
}


@dataclass(frozen=True, kw_only=True)
class Measures:
    """The figures of a batch; None for what could not be measured.

    Attributes
    ----------
    overlap, low, high : float, optional
        Mean overlap with real music, and its interval (``generator.metrics``).
    told_apart : float, optional
        How often a judge is right who was shown both; 0.5 is a guess.
    longest : int, optional
        Notes of the longest run that any piece shares with a work learned from.
    line : int, optional
        The most that real works share with each other, as the card says.
    n_recomposed : int
        How often a piece was composed again because it shared more than the line.
    stuck : dict of str to list of int
        For each key of ``STUCK`` the pieces, counted from 1, that go beyond real music.
    """

    n_pieces: int
    n_notes: int
    overlap: float | None = None
    low: float | None = None
    high: float | None = None
    overlaps: dict[str, float]
    told_apart: float | None = None
    longest: int | None = None
    line: int | None = None
    n_recomposed: int
    stuck: dict[str, list[int]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def reference(
    folders: Sequence[Path],
    composer: str,
    report: Callable[[str, int, int], None] = lambda *_: None,
) -> list[GridScore]:
    """Return the real music of ``composer`` in ``folders``; none where there is too little.

    Only what is in bars counts; fewer than six works are no measure.
    """
    there = [folder for folder in folders if folder.is_dir()]
    try:
        pieces = list(read_notes(there, [composer], report=report).pieces) if there else []
    except CorpusError:
        return []
    return pieces if len(works(pieces)) >= FEWEST_WORKS else []


def best(real: Sequence[GridScore], *, n_pieces: int, n_notes: int) -> float | None:
    """Return how like each other two halves of real music are, as seen in a batch of this size."""
    if len(works(real)) < FEWEST_WORKS:
        return None
    rng = np.random.default_rng(SEED)
    told = metrics.ceiling(real, rng, n_pieces=n_pieces, n_notes=n_notes)
    return round(told.mean_overlap, 4)


def measure(
    checkpoint: Checkpoint, batch: Sequence[Rehearsed], real: Sequence[GridScore]
) -> Measures:
    """Measure what ``checkpoint`` composed, against ``real`` music where there is some."""
    music = [piece.music for piece in batch]
    runs = [run.length for piece in batch if (run := piece.composition.originality)]
    line = (checkpoint.card.get("figures") or {}).get("originality") or {}
    return Measures(
        n_pieces=len(batch),
        n_notes=int(np.median([len(piece.notes) for piece in music])),
        longest=max(runs) if len(runs) == len(batch) else None,
        line=line.get("maximum"),
        n_recomposed=sum(piece.composition.n_recomposed for piece in batch),
        stuck=_stuck(music),
        **_likeness(music, real),
    )


def _likeness(music: Sequence[GridScore], real: Sequence[GridScore]) -> dict[str, Any]:
    if not real:
        return {"overlaps": {}}
    rng = np.random.default_rng(SEED)
    told = metrics.likeness(music, real, rng=rng)
    enough = min(len(music), len(real)) >= FEWEST_TO_TELL
    return {
        "overlap": round(told.mean_overlap, 4),
        "low": round(told.low, 4),
        "high": round(told.high, 4),
        "overlaps": {name: round(one.overlap, 3) for name, one in told.features.items()},
        "told_apart": round(metrics.told_apart(music, real, rng=rng), 3) if enough else None,
    }


def _stuck(music: Sequence[GridScore]) -> dict[str, list[int]]:
    beyond = [metrics.collapse(piece).is_worse(metrics.CHOPIN) for piece in music]
    return {
        way: [number for number, names in enumerate(beyond, 1) if set(names) & set(limits)]
        for way, limits in STUCK.items()
    }
