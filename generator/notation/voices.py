"""The voices of one hand: two where a key is held while others go on, else one.

Every strike is cut once: its lower keys may go to the second voice. A cost is
paid for each key that is cut short by the next of its voice, for crossing, for
leaps, and for using a second voice at all; the cheapest way is found by a beam
search.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from generator.notation.strikes import Strike, Tone

BEAM = 8
LEGATO = 3.0  # divisions by which keys may overlap and still follow each other
OVERLAP = 0.3  # the same, as a share of the time from one to the next
UNEVEN = 6.0  # divisions by which the keys of a chord must differ to be two voices

# For a key cut short by an eighth; two keys of a chord that end an eighth apart; a strike
# in the second voice; a second voice that comes in; the second alone; crossing; a semitone.
CUT, UNLIKE, SECOND, ENTRY, LONELY, CROSSED, LEAP = 3.0, 0.5, 0.4, 2.0, 0.6, 3.0, 0.03
MOST_CUT = 4.0  # eighths
IDLE = 24.0  # divisions of silence after which a voice has to come in again


class _Line(NamedTuple):
    """What a voice struck last."""

    onset: float
    end: float
    low: int
    high: int


SILENT = _Line(-1e6, -1e6, 60, 60)


class _Way(NamedTuple):
    cost: float
    upper: _Line
    lower: _Line
    cut: int
    before: _Way | None


def split_voices(
    strikes: Sequence[Strike], *, settled: float = inf
) -> tuple[list[Strike], list[Strike]]:
    """Return the strikes of the upper and of the lower voice; often there is no lower one.

    What is struck before ``settled``, in divisions, is parted the same whatever follows.
    """
    voices: tuple[list[Strike], list[Strike]] = ([], [])
    for strike, cut in zip(strikes, _cheapest_cuts(strikes, settled), strict=True):
        graced = 1 if cut == len(strike.tones) else 0
        for i, tones in enumerate((strike.tones[cut:], strike.tones[:cut])):
            if tones:
                graces = strike.graces if i == graced else []
                is_rolled = strike.is_rolled and len(tones) > 1
                voices[i].append(Strike(strike.onset, tones, is_rolled, graces))
    return voices


def _cheapest_cuts(strikes: Sequence[Strike], settled: float) -> list[int]:
    ways = [_Way(0.0, SILENT, SILENT, 0, None)]
    n_settled = bisect_left(strikes, settled, key=lambda strike: strike.onset)
    for i, strike in enumerate(strikes):
        ways = ways[:1] if i == n_settled else ways
        best: dict[tuple[_Line, _Line], _Way] = {}
        for way in (onward for before in ways for onward in _ways(before, strike)):
            met = best.get((way.upper, way.lower))
            if met is None or way.cost < met.cost:
                best[way.upper, way.lower] = way
        ways = sorted(best.values(), key=lambda way: way.cost)[:BEAM]
    cuts, way = [], ways[0]
    while way.before is not None:
        cuts.append(way.cut)
        way = way.before
    return cuts[::-1]


def _ways(before: _Way, strike: Strike) -> Iterator[_Way]:
    for cut in _cuts(strike):
        cost, upper, lower = before.cost, before.upper, before.lower
        if cut < len(strike.tones):
            line = _line(strike.onset, strike.tones[cut:])
            cost += _joined(upper, line, strike.tones[cut:])
            upper = line
        if cut:
            line = _line(strike.onset, strike.tones[:cut])
            cost += _joined(lower, line, strike.tones[:cut]) + SECOND
            cost += ENTRY * (lower.end < strike.onset - IDLE)
            cost += LONELY * (upper.end <= strike.onset and cut == len(strike.tones))
            lower = line
        is_crossed = lower.high > upper.low and min(lower.end, upper.end) > strike.onset
        yield _Way(cost + CROSSED * is_crossed, upper, lower, cut, before)


def _cuts(strike: Strike) -> list[int]:
    """Return where a strike may be cut: nowhere, everywhere, and between unlike lengths."""
    tones = strike.tones
    inside = [i for i, (a, b) in enumerate(pairwise(tones), 1) if abs(a.end - b.end) > UNEVEN]
    return [0, *inside, len(tones)]


def _line(onset: float, tones: Sequence[Tone]) -> _Line:
    return _Line(onset, max(tone.end for tone in tones), tones[0].pitch, tones[-1].pitch)


def _joined(last: _Line, line: _Line, tones: Sequence[Tone]) -> float:
    """Return what it costs a voice to go on from ``last`` to ``line``."""
    shortest = min(tone.end for tone in tones)
    cost = UNLIKE * min(MOST_CUT, (line.end - shortest) / 12)
    lost = last.end - line.onset
    if lost > max(LEGATO, OVERLAP * (line.onset - last.onset)):
        cost += CUT * min(MOST_CUT, lost / 12)
    if lost > -IDLE:
        cost += LEAP * abs(line.low + line.high - last.low - last.high) / 2
    return cost
