"""Times two ways of doing the same thing, turn by turn, and compares them.

A machine is never equally busy twice. So the two take turns, each turn gives a
ratio of its own, and a row tells the median of the ratios and how far they lay
apart. The first turn, in which files and libraries are read, is left out.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Work = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison, as it stands in ``results.json``."""

    name: str
    what: str  # ours against theirs, in a sentence
    ratio: float  # theirs / ours, the median of the turns; above 1 ours is faster
    low: float  # the lowest ratio of a turn
    high: float  # the highest
    ours: float  # median, in `unit`
    theirs: float
    unit: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, rounded to what a measurement can tell."""
        return {
            key: float(f"{value:.4g}") if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


def compare(
    name: str,
    what: str,
    *,
    ours: Work,
    theirs: Work,
    turns: int = 7,
    unit: str = "s",
    per: float = 1.0,
) -> Row:
    """Time ``ours`` and ``theirs`` in turn.

    Parameters
    ----------
    name, what : str
        The row's name, and a sentence that says what is compared.
    ours, theirs : Callable
        The same work, done in two ways.
    turns : int > 0
        How many pairs are timed, after one that is not counted.
    unit : str
        Of the times that the row tells.
    per : float > 0
        Seconds are divided by it to make ``unit``; 0.001 for milliseconds, 100
        for seconds a token where 100 tokens are made.
    """
    timed = [(_seconds(ours), _seconds(theirs)) for _ in range(turns + 1)][1:]
    return from_turns(name, what, timed, unit=unit, per=per)


def from_turns(
    name: str,
    what: str,
    turns: list[tuple[float, float]],
    *,
    unit: str = "s",
    per: float = 1.0,
) -> Row:
    """Make a row of turns measured elsewhere: (ours, theirs) in seconds.

    >>> from_turns("walk", "A dog against a snail", [(1.0, 8.0), (2.0, 8.0), (1.0, 6.0)]).ratio
    6.0
    """
    ratios = [theirs / ours for ours, theirs in turns]
    return Row(
        name=name,
        what=what,
        ratio=statistics.median(ratios),
        low=min(ratios),
        high=max(ratios),
        ours=statistics.median(ours for ours, _ in turns) / per,
        theirs=statistics.median(theirs for _, theirs in turns) / per,
        unit=unit,
    )


def _seconds(work: Work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
