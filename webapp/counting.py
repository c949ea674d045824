"""Bars and seconds of a stored score: as the page prints them, without the music library.

Onsets are in quarter notes from the beginning, as in ``Piece.score``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import ceil, inf
from typing import Any, NamedTuple

MINUTE_S = 60
COMMON_TIME = (0.0, 4, 4)
DEFAULT_QPM = 120.0

Metre = Sequence[float]  # onset, numerator, denominator
EIGHTHS = 8
GRID = 8  # 32nds in a quarter note: what is printed stands on it


class Bars(NamedTuple):
    """The numbers of a score's bars, as they are printed; a pick-up is bar 0."""

    first: int
    last: int


class Clock:
    """When what is played, in seconds from the beginning, the rubato included."""

    def __init__(self, score: dict[str, Any]) -> None:
        self._onsets, self._seconds = [0.0], [0.0]
        self._qpm = [float(score.get("tempo_qpm") or DEFAULT_QPM)]
        for onset, qpm in score.get("tempi") or ():
            self._seconds.append(self._after(-1, onset))
            self._onsets.append(onset)
            self._qpm.append(qpm)

    def seconds_at(self, onset: float) -> float:
        """Return when ``onset`` is played."""
        return self._after(max(0, bisect_left(self._onsets, onset) - 1), onset)

    def _after(self, i: int, onset: float) -> float:
        return self._seconds[i] + (onset - self._onsets[i]) * MINUTE_S / self._qpm[i]


def bar_at(metres: Sequence[Metre], onset: float, *, begin: float = 0.0) -> int:
    """Return the printed number of the bar that ``onset`` lies in; a pick-up is bar 0.

    The first note, at ``begin``, tells whether the first bar is an upbeat.
    """
    metres = metres or [COMMON_TIME]
    starts = [*metres, (inf, 4, 4)]
    number = 0 if _has_pick_up(metres) or _is_upbeat(metres[0], begin) else 1
    for metre, (end, *_) in pairwise(starts):
        if onset < end:
            return number + int((onset - metre[0]) // _bar(metre))
        number += ceil((end - metre[0]) / _bar(metre))
    return number


def bars(score: dict[str, Any]) -> Bars:
    """Return the first bar and the last in which a note begins, of a score of one metre."""
    last = max((onset for onset, *_ in score.get("notes") or ()), default=0.0)
    return Bars(bar_of(score, 0.0), bar_of(score, last))


def onset_of(score: dict[str, Any], bar: int) -> float:
    """Return where a bar begins, in quarter notes."""
    return (bar - bars(score).first) * _bar(_metre(score))


def bar_of(score: dict[str, Any], onset: float) -> int:
    """Return the number of the bar that ``onset`` lies in, as it is printed."""
    return bar_at(score.get("time_signatures") or (), onset, begin=_begin(score))


def bar_lines(metres: Sequence[Metre], end: float) -> list[float]:
    """Return where bars begin, up to and without ``end``."""
    starts = [*(metres or [COMMON_TIME]), (end, 4, 4)]
    lines: list[float] = []
    for metre, (stop, *_) in pairwise(starts):
        n_bars = ceil((min(stop, end) - metre[0]) / _bar(metre) - 1e-6)
        lines += [metre[0] + i * _bar(metre) for i in range(n_bars)]
    return lines


def end(score: dict[str, Any]) -> float:
    """Return where the last note ends; 0 without notes."""
    return max((onset + duration for onset, duration, *_ in score.get("notes") or ()), default=0.0)


def seconds(score: dict[str, Any]) -> float:
    """Return how long ``score`` lasts as it is played, its rubato included; 0 without notes."""
    return Clock(score).seconds_at(end(score))


def second_at(score: dict[str, Any], place: float) -> float:
    """Return when ``place``, in quarter notes, is played."""
    return Clock(score).seconds_at(place)


def _metre(score: dict[str, Any]) -> Metre:
    metres: Sequence[Metre] = score.get("time_signatures") or (COMMON_TIME,)
    return metres[0]


def _begin(score: dict[str, Any]) -> float:
    return min((float(onset) for onset, *_ in score.get("notes") or ()), default=0.0)


def _is_upbeat(metre: Metre, begin: float) -> bool:
    """Whether whole beats of the first bar are silent, so that they are not printed."""
    beat = 4 / max(4, min(metre[2], EIGHTHS))
    return beat <= round(begin * GRID) / GRID < _bar(metre)


def _bar(metre: Metre) -> float:
    return metre[1] * 4 / metre[2]


def _has_pick_up(metres: Sequence[Metre]) -> bool:
    """Whether the first metre lasts for one bar alone, and that bar is a short one."""
    if len(metres) < 2:  # noqa: PLR2004 - a pick-up and what follows it
        return False
    first, second = metres[0], metres[1]
    return second[0] - first[0] <= _bar(first) and second[0] - first[0] < _bar(second)
