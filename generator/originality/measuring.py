"""What is too much: how long the runs are that real works share with other real works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from generator.corpus.works import works as one_work
from generator.grid import GridScore
from generator.originality.index import Run, build


@dataclass(frozen=True, kw_only=True)
class Line:
    """How long the longest runs are that real works share with other real works, in notes."""

    median: float
    p90: float
    maximum: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON. ``from_dict`` is the way back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Line:
        """Build a line from what ``to_dict`` returned."""
        return cls(**values)


def is_too_close(run: Run, line: Line) -> bool:
    """Return whether a piece copies more than any real work does."""
    return run.length > line.maximum


def line(pieces: Sequence[GridScore], works: Sequence[GridScore]) -> Line:
    """Measure how much real music shares with other real music.

    Each of ``pieces`` is held against ``works``, but not against itself nor
    against what is the same work: another file of it, another movement, or one
    that shares a run of 40 notes (``generator.corpus.works``).

    Raises
    ------
    ValueError
        If there are no pieces.
    """
    works = [work for work in works if len(work.notes)]  # as the index numbers them
    index = build(works)
    lengths = []
    for piece, same in zip(pieces, _same(pieces, works), strict=True):
        shared = index.search(piece, without=same)
        lengths.append(shared.n_links + 1 if shared.n_links else 0)
    if not lengths:
        raise ValueError("there are no pieces to measure")
    median, p90, maximum = np.percentile(lengths, (50, 90, 100))
    return Line(median=float(median), p90=float(p90), maximum=int(maximum))


def _same(pieces: Sequence[GridScore], works: Sequence[GridScore]) -> list[list[int]]:
    """Return for each of ``pieces`` the places in ``works`` of what is the same work."""
    same: list[list[int]] = [[] for _ in pieces]
    for group in one_work([*pieces, *works]):
        places = [place - len(pieces) for place in group if place >= len(pieces)]
        for place in group:
            if place < len(pieces):
                same[place] = places
    return same
