"""A gentle tempo curve: phrases that breathe, cadences that broaden, an end that slows down.

The curve depends on the score alone. Each phrase of four to eight bars is an
arch, a little slower where it begins and ends; the last bars slow down as a
runner does who comes to a stop.

References
----------
.. [1] A. Friberg and J. Sundberg, "Does music performance allude to locomotion?",
   J. Acoust. Soc. Am. 105, 1999: the curve of the final ritardando.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import pi, sin

from generator.score import Score, Tempo

SWING = 0.05  # how much faster than its edges the middle of a phrase is, as a share
HELD = 0.03  # how much slower the last bar of a phrase is than its arch
SLOWEST, FASTEST = 0.92, 1.08  # of the tempo, but for the end
LAST = 0.7  # of the tempo: where the piece arrives
CURVE = 3.0  # Friberg and Sundberg's q: 2 stops like a braking car, 3 like a runner
LAST_BARS = 2  # over which the piece slows down
# How many bars a phrase has, and what that costs.
PHRASES = {4: 0.0, 8: 0.2, 6: 0.7, 5: 0.9, 7: 1.0, 3: 1.3, 2: 2.0, 1: 3.0}
LONGEST = 4.0  # quarter notes; a longer breath says no more


def tempi(score: Score) -> tuple[Tempo, ...]:
    """Return the tempo of every beat after the first; a score that brings its own keeps them.

    Parameters
    ----------
    score : Score
        Its notes, metres and tempo are read.

    Returns
    -------
    tuple of Tempo
        In order. Within 8 % of the score's tempo, but for the last bars, which
        slow down to 70 %. Where nothing changes, nothing is told.

    Examples
    --------
    >>> from generator.score import Note
    >>> steady = Score(notes=tuple(Note(i, 1.0, 60 + i % 5) for i in range(64)))
    >>> [round(t.qpm) for t in tempi(steady)][-1]
    84
    """
    if score.tempi or not score.notes:
        return score.tempi
    bars = _bars(score)
    phrases = _phrases(score, bars)
    begin = score.notes[0].onset  # the first note sounds at the score's own tempo
    beats = [beat for beat in _beats(score, bars) if beat > begin]
    told = [Tempo(beat, round(score.tempo_qpm * _share(beat, bars, phrases), 2)) for beat in beats]
    before = [Tempo(0.0, score.tempo_qpm), *told]
    return tuple(b for a, b in pairwise(before) if a.qpm != b.qpm)


def _bars(score: Score) -> list[float]:
    """Return where every bar begins, and where the last one ends."""
    bars: list[float] = []
    changes = [s for s in score.time_signatures if s.onset < score.end]
    for i, metre in enumerate(changes):
        end = changes[i + 1].onset if i + 1 < len(changes) else score.end
        at = metre.onset
        while at < end - 1e-6:
            bars.append(at)
            at += metre.bar
    return [*bars, max(score.end, bars[-1] + 1e-3)]


def _beats(score: Score, bars: Sequence[float]) -> Iterator[float]:
    for begin, end in pairwise(bars):
        n = max(1, round(end - begin))
        yield from (begin + (end - begin) * i / n for i in range(n))


def _phrases(score: Score, bars: Sequence[float]) -> list[int]:
    """Return at which bars a phrase begins, and the number of bars: the best breaths."""
    breath = _breaths(score, bars)
    n_bars = len(bars) - 1
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, n_bars + 1):
        lengths = {bars: cost for bars, cost in PHRASES.items() if bars <= end}
        ways = ((best[end - n][0] + cost - breath[end], end - n) for n, cost in lengths.items())
        best.append(min(ways))
    phrases = [n_bars]
    while phrases[-1]:
        phrases.append(best[phrases[-1]][1])
    return phrases[::-1]


def _breaths(score: Score, bars: Sequence[float]) -> list[float]:
    """Return for every bar line how long the music waits around it, from 0 to 1."""
    onsets = sorted({note.onset for note in score.notes})
    waits = []
    for bar in bars:
        # A phrase may begin with an upbeat: the wait counts that begins in the bar before.
        i = bisect_right(onsets, bar)
        near = [b - a for a, b in pairwise(onsets[max(0, i - 4) : i + 1]) if bar - a <= LONGEST]
        waits.append(min(LONGEST, max(near, default=LONGEST)))
    longest = max(waits)
    return [wait / longest for wait in waits]


def _share(beat: float, bars: Sequence[float], phrases: Sequence[int]) -> float:
    """Return the tempo of one beat as a share of the score's."""
    bar = bisect_right(bars, beat) - 1
    i = bisect_right(phrases, bar) - 1
    first, last = phrases[i], phrases[i + 1]
    begin, end = bars[first], bars[last]
    share = 1 - SWING / 2 + SWING * sin(pi * (beat - begin) / (end - begin))
    if last - first > 1:
        through_last = (beat - bars[last - 1]) / (end - bars[last - 1])
        share -= HELD * max(0.0, through_last)
    share = min(max(share, SLOWEST), FASTEST)
    return max(LAST, share * _slowing(beat, bars))


def _slowing(beat: float, bars: Sequence[float]) -> float:
    """Return the final ritardando: 1 before it, ``LAST`` at the last beat of the piece."""
    begin = bars[-1 - min(LAST_BARS, max(1, (len(bars) - 1) // 2))]
    last = bars[-1] - 1
    if beat <= begin or last <= begin:
        return 1.0
    through = min(1.0, (beat - begin) / (last - begin))
    return float((1 + (LAST**CURVE - 1) * through) ** (1 / CURVE))
