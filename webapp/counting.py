"""Bars and seconds of a stored score: as the page prints them, without the music library.

Onsets are in quarter notes from the beginning, as in ``Piece.score``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, inf
from typing import Any

MINUTE_S = 60
COMMON_TIME = (0.0, 4, 4)

Metre = Sequence[float]  # onset, numerator, denominator


def bar_at(metres: Sequence[Metre], onset: float) -> int:
    """Return the number of the bar that ``onset`` lies in; a pick-up is bar 0."""
    starts = [*metres, (inf, 4, 4)] if metres else [COMMON_TIME, (inf, 4, 4)]
    number = 0 if _has_pick_up(metres) else 1
    for metre, (end, *_) in pairwise(starts):
        if onset < end:
            return number + int((onset - metre[0]) // _bar(metre))
        number += ceil((end - metre[0]) / _bar(metre))
    return number


def seconds(score: dict[str, Any]) -> float:
    """Return how long ``score`` lasts as it is played, its rubato included; 0 without notes."""
    end = max((onset + duration for onset, duration, *_ in score.get("notes") or ()), default=0.0)
    passed, now, qpm = 0.0, 0.0, score.get("tempo_qpm") or 120.0
    for onset, faster in score.get("tempi") or ():
        if onset >= end:
            break
        passed += (onset - now) * MINUTE_S / qpm
        now, qpm = onset, faster
    return float(passed + (end - now) * MINUTE_S / qpm)


def _bar(metre: Metre) -> float:
    return metre[1] * 4 / metre[2]


def _has_pick_up(metres: Sequence[Metre]) -> bool:
    """Whether the first metre lasts for one bar alone, and that bar is a short one."""
    if len(metres) < 2:  # noqa: PLR2004 - a pick-up and what follows it
        return False
    first, second = metres[0], metres[1]
    return second[0] - first[0] <= _bar(first) and second[0] - first[0] < _bar(second)
