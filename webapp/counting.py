"""Bars and seconds of a stored score: as the page prints them, without the music library.

Onsets are in quarter notes from the beginning, as in ``Piece.score``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, inf
from typing import Any, NamedTuple

MINUTE_S = 60
COMMON_TIME = (0.0, 4, 4)

Metre = Sequence[float]  # onset, numerator, denominator
EIGHTHS = 8


class Bars(NamedTuple):
    """The numbers of a score's bars, as they are printed; a pick-up is bar 0."""

    first: int
    last: int


def bar_at(metres: Sequence[Metre], onset: float) -> int:
    """Return the number of the bar that ``onset`` lies in; a pick-up is bar 0."""
    starts = [*metres, (inf, 4, 4)] if metres else [COMMON_TIME, (inf, 4, 4)]
    number = 0 if _has_pick_up(metres) else 1
    for metre, (end, *_) in pairwise(starts):
        if onset < end:
            return number + int((onset - metre[0]) // _bar(metre))
        number += ceil((end - metre[0]) / _bar(metre))
    return number


def bars(score: dict[str, Any]) -> Bars:
    """Return the first and the last bar of a score of one metre, as our pieces are."""
    last = max((onset for onset, *_ in score.get("notes") or ()), default=0.0)
    first = 0 if _has_upbeat(score) else 1
    return Bars(first, first + int(last // _bar(_metre(score))))


def onset_of(score: dict[str, Any], bar: int) -> float:
    """Return where a bar begins, in quarter notes."""
    return (bar - bars(score).first) * _bar(_metre(score))


def bar_of(score: dict[str, Any], onset: float) -> int:
    """Return the number of the bar that ``onset`` lies in, as it is printed."""
    return bars(score).first + int(onset // _bar(_metre(score)))


def seconds(score: dict[str, Any]) -> float:
    """Return how long ``score`` lasts as it is played, its rubato included; 0 without notes."""
    ends = (onset + duration for onset, duration, *_ in score.get("notes") or ())
    return second_at(score, max(ends, default=0.0))


def second_at(score: dict[str, Any], end: float) -> float:
    """Return when the place ``end``, in quarter notes, is played."""
    passed, now, qpm = 0.0, 0.0, score.get("tempo_qpm") or 120.0
    for onset, faster in score.get("tempi") or ():
        if onset >= end:
            break
        passed += (onset - now) * MINUTE_S / qpm
        now, qpm = onset, faster
    return float(passed + (end - now) * MINUTE_S / qpm)


def _metre(score: dict[str, Any]) -> Metre:
    metres: Sequence[Metre] = score.get("time_signatures") or (COMMON_TIME,)
    return metres[0]


def _has_upbeat(score: dict[str, Any]) -> bool:
    """Whether whole beats of the first bar are silent, so that they are not printed."""
    metre = _metre(score)
    beat = 4 / max(4, min(metre[2], EIGHTHS))
    onset = min((onset for onset, *_ in score.get("notes") or ()), default=0.0)
    return beat <= onset < _bar(metre)


def _bar(metre: Metre) -> float:
    return metre[1] * 4 / metre[2]


def _has_pick_up(metres: Sequence[Metre]) -> bool:
    """Whether the first metre lasts for one bar alone, and that bar is a short one."""
    if len(metres) < 2:  # noqa: PLR2004 - a pick-up and what follows it
        return False
    first, second = metres[0], metres[1]
    return second[0] - first[0] <= _bar(first) and second[0] - first[0] < _bar(second)
