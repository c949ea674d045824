"""Which hand plays a note: the two hands follow their own music, and neither leaps for nothing.

What is struck together is cut once: what lies below goes to the left hand. A
cost is paid for a hand that leaps, that is stretched, that reaches over the
other, that plays far from its staff or that takes a line over; the cheapest way
through the piece is found by a beam search. The costs were fitted to files whose
two tracks are the two hands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

from generator.score import Note

TOGETHER = 1 / 16  # quarter notes; closer onsets are one grip
BEAM = 6  # ways kept at every grip
FINGERS = 5
STEP = 4  # semitones; notes that follow each other this closely are one tune
TUNE = 1.0  # quarter notes within which they do
FARTHEST = 30.0  # semitones; a leap beyond costs no more
RESTED = 1.0  # quarter notes of silence after which a hand has to come in again
HELD = 1 / 8  # quarter notes that a key must go on sounding to hold its hand
OCTAVE = 12  # semitones
LINE = 4  # notes, each alone, that are a line where they stay within an octave
LONG_LINE = 8  # such notes that are one throughout, where all stay within two octaves


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What is paid for, in units of one semitone of a leap."""

    leap: float = 1.0  # a semitone that a hand's middle moves
    rested: float = 0.63  # how much of it a quarter note of rest forgives
    stretch: float = 9.0  # a semitone beyond the span
    span: float = 11.4  # semitones that a hand reaches with ease
    held: float = 3.0  # a semitone beyond the span, to a key that is held
    crossed: float = 1.05  # a semitone by which one hand reaches over the other
    lowest_right: float = 61.3  # pitch below which the right hand pays
    highest_left: float = 62.9  # pitch above which the left hand pays
    register: float = 0.11  # what it pays for each semitone of a note
    gap: float = 0.45  # given back for each semitone of the gap between the hands
    crowded: float = 10.0  # a sixth finger
    torn: float = 3.0  # a step of a tune from one hand to the other
    entry: float = 4.0  # a hand that comes in after a rest
    swap: float = 3.0  # a hand that plays alone after the other did
    line: float = 10.0  # a hand that goes on with a line of the other's, however late
    alone: float = 4.0  # one hand that plays a chord while the other plays nothing


FITTED = Costs()


class _Hand(NamedTuple):
    """Where a hand was last."""

    middle: float  # pitch
    low: int
    high: int
    onset: float  # quarter notes
    end: float  # until when it holds a key


class _Way(NamedTuple):
    cost: float
    left: _Hand
    right: _Hand
    cut: int  # how many notes of the last grip are the left hand's
    before: _Way | None


def split_hands(
    notes: Sequence[Note], costs: Costs = FITTED, *, settled: float = inf
) -> tuple[list[Note], list[Note]]:
    """Return the notes of the right and of the left hand, each in order of onset.

    What is struck before ``settled``, in quarter notes, is parted the same whatever follows.
    """
    grips = _grips(notes)
    hands: tuple[list[Note], list[Note]] = ([], [])
    for grip, cut in zip(grips, _cheapest_cuts(grips, costs, settled), strict=True):
        hands[1].extend(grip[:cut])
        hands[0].extend(grip[cut:])
    return sorted(hands[0]), sorted(hands[1])


def _grips(notes: Sequence[Note]) -> list[list[Note]]:
    """Gather notes that are struck together, from the bass up."""
    grips: list[list[Note]] = []
    for note in sorted(notes):
        if grips and note.onset - grips[-1][0].onset < TOGETHER:
            grips[-1].append(note)
        else:
            grips.append([note])
    return [sorted(grip, key=lambda note: (note.pitch, note.onset)) for grip in grips]


def _cheapest_cuts(grips: Sequence[Sequence[Note]], costs: Costs, settled: float) -> list[int]:
    """Return for each grip how many of its notes, from the bass, the left hand plays."""
    at_rest = _Way(0.0, _Hand(48.0, 48, 48, -9.0, -9.0), _Hand(69.0, 69, 69, -9.0, -9.0), 0, None)
    ways = [at_rest]
    n_settled = bisect_left(grips, settled, key=lambda grip: grip[0].onset)
    lines = _lines(grips[:n_settled]) + _lines(grips)[n_settled:]
    for i, (grip, is_line) in enumerate(zip(grips, lines, strict=True)):
        ways = ways[:1] if i == n_settled else ways
        best: dict[tuple[_Hand, _Hand], _Way] = {}
        for way in (onward for before in ways for onward in _ways(before, grip, is_line, costs)):
            met = best.get((way.left, way.right))
            if met is None or way.cost < met.cost:
                best[way.left, way.right] = way
        ways = sorted(best.values(), key=lambda way: way.cost)[:BEAM]
    return _cuts(ways[0])


def _lines(grips: Sequence[Sequence[Note]]) -> list[bool]:
    """Say of each grip whether it goes on with a line: what sounds alone and stays near."""
    lines: list[bool] = []
    for run in _runs(grips):
        pitches = [grip[0].pitch for grip in run]
        is_long = len(run) >= LONG_LINE and _range(pitches) <= 2 * OCTAVE
        lines.append(False)
        lines.extend(
            len(run) >= LINE and (is_long or _range(pitches[max(0, i - 2) : i + 2]) <= OCTAVE)
            for i in range(1, len(run))
        )
    return lines


def _runs(grips: Sequence[Sequence[Note]]) -> list[list[Sequence[Note]]]:
    """Cut ``grips`` into runs of single notes of which none is held into the next."""
    runs = [[grip] for grip in grips[:1]]
    for before, grip in pairwise(grips):
        is_alone = len(before) == len(grip) == 1
        if is_alone and before[0].onset + before[0].duration <= grip[0].onset + HELD:
            runs[-1].append(grip)
        else:
            runs.append([grip])
    return runs


def _range(pitches: Sequence[int]) -> int:
    return max(pitches) - min(pitches)


def _cuts(way: _Way) -> list[int]:
    cuts = []
    while way.before is not None:
        cuts.append(way.cut)
        way = way.before
    return cuts[::-1]


def _ways(before: _Way, grip: Sequence[Note], is_line: bool, costs: Costs) -> Iterator[_Way]:
    """Yield every way to play ``grip`` after what was played before, which may be its line."""
    now = grip[0].onset
    for cut in range(len(grip) + 1):
        cost, left, right = before.cost, before.left, before.right
        if cut:
            cost += _reach(left, grip[:cut], now, costs)
            cost += costs.register * sum(
                max(0.0, note.pitch - costs.highest_left) for note in grip[:cut]
            )
            left = _moved(left, grip[:cut], now)
        if cut < len(grip):
            cost += _reach(right, grip[cut:], now, costs)
            cost += costs.register * sum(
                max(0.0, costs.lowest_right - note.pitch) for note in grip[cut:]
            )
            right = _moved(right, grip[cut:], now)
        if 0 < cut < len(grip):
            cost -= costs.gap * min(12, grip[cut].pitch - grip[cut - 1].pitch)
        elif len(grip) > 1:
            cost += costs.alone
        if cut == 0 and left.onset > before.right.onset and now - left.onset <= TUNE:
            cost += costs.swap
        if cut == len(grip) and right.onset > before.left.onset and now - right.onset <= TUNE:
            cost += costs.swap
        cost += costs.line * (is_line and cut != before.cut)
        cost += costs.torn * _n_torn(before, grip, cut, now)
        if left.high > right.low and now - min(left.onset, right.onset) < 1:
            cost += costs.crossed * (left.high - right.low)
        yield _Way(cost, left, right, cut, before)


def _n_torn(before: _Way, grip: Sequence[Note], cut: int, now: float) -> int:
    """Count the outer notes that follow the other hand's last one by a step, and not their own."""
    n = 0
    left, right = before.left, before.right
    if cut and now - right.onset <= TUNE and left.onset < right.onset:
        n += abs(grip[cut - 1].pitch - right.low) <= STEP
    if cut < len(grip) and now - left.onset <= TUNE and right.onset < left.onset:
        n += abs(grip[cut].pitch - left.high) <= STEP
    return n


def _reach(hand: _Hand, played: Sequence[Note], now: float, costs: Costs) -> float:
    """Return what it costs ``hand`` to play these notes, which rise in pitch."""
    low, high = played[0].pitch, played[-1].pitch
    leap = min(FARTHEST, abs((low + high) / 2 - hand.middle))
    cost = costs.leap * leap / (1 + costs.rested * max(0.0, now - hand.onset))
    cost += costs.stretch * max(0.0, high - low - costs.span)
    if hand.end > now + HELD:
        cost += costs.held * max(0.0, max(high, hand.high) - min(low, hand.low) - costs.span)
    if now - hand.end > RESTED:
        cost += costs.entry
    return cost + costs.crowded * max(0, len(played) - FINGERS)


def _moved(hand: _Hand, played: Sequence[Note], now: float) -> _Hand:
    low, high = played[0].pitch, played[-1].pitch
    end = max(note.onset + note.duration for note in played)
    return _Hand((low + high) / 2, low, high, now, end)
