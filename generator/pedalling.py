"""The sustain pedal by rule, for music that comes without: down with the bass, up with the harmony.

A piece is cut at its onsets into stretches of at most a bar. What the pedal
would blur is weighed against what it would bind, and the cheapest way through
the whole piece is found by dynamic programming. Then stretches that want no
pedal, scales and rests, are left dry. The weights were fitted to a pianist's
own pedalling of 19 composers.

Conventions
-----------
Times are steps, 24 to the quarter note.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.grid import Metre, step
from generator.score import Note, Pedal, Score

STEPS = 24
LATE = 3  # steps after an onset that the pedal goes down: what sounded before has to end first
SHORTEST, LONGEST = 12, 96  # steps that a stretch lasts; no longer than a bar either
LOW = 60  # pitch below which a blur is worse
SECONDS = {1: 1.5, 2: 1.0, 10: 0.3, 11: 0.6, 13: 0.6, 14: 0.3}  # how much an interval blurs
STEP = 2  # semitones; what moves by less than a third is a scale
SILENCE = 12  # steps without a key held after which the pedal is lifted


class Weights(NamedTuple):
    """What a stretch costs; none costs nothing."""

    press: float = 0.35  # for the pedal itself
    blur: float = 0.26  # for two keys a second apart that sound together by the pedal alone
    low: float = 0.93  # the same again for each octave below ``LOW``
    bind: float = 0.18  # given back for each key and quarter note that it goes on sounding
    bass: float = 1.1  # given back where a new bass begins the stretch and is its lowest key
    weak: float = 3.7  # for a beginning off the beat
    bar: float = 7.9  # given back for a beginning with the bar
    length: float = 6.3  # given back for each quarter note


FITTED = Weights()


class Wants(NamedTuple):
    """What makes a stretch want the pedal; it has it where the sum is above 0."""

    always: float = 0.44
    strikes: float = 0.27  # for each of them in a quarter note
    steps: float = -1.3  # for an upper line that moves by steps alone, and again for each octave
    # that it lies below ``LOW``
    held: float = 0.2  # for each key that is held, in the mean
    silence: float = -4.5  # for a stretch in which nothing is held at all
    classes: float = -0.19  # for each pitch class
    length: float = 0.4  # for each quarter note


WANTS = Wants()


class _Struck(NamedTuple):
    """What is struck at one step."""

    at: int
    keys: tuple[tuple[int, int], ...]  # pitch, and the step where it is let go; from the bass up


def pedals(score: Score, weights: Weights = FITTED) -> tuple[Pedal, ...]:
    """Return when the pedal is down; a score that brings its own pedal keeps it.

    Parameters
    ----------
    score : Score
        Its notes and metres are read.
    weights : Weights

    Returns
    -------
    tuple of Pedal
        In order, none before the one before is up; none is held over a rest or
        beyond the last note.
    """
    if score.pedals or not score.notes:
        return score.pedals
    struck = _struck(score.notes)
    stretches = _stretches(struck, _metres(score), weights)
    bound = [(a, b) for a, b in stretches if _wants_pedal(struck[a:b], struck[b])]
    return tuple(_pressed(bound, struck))


def features(
    struck: Sequence[_Struck], first: int, metre: Metre
) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Yield for every end of a stretch from ``first`` what its weights are multiplied by."""
    begin = struck[first].at
    lowest = struck[first].keys[0][0]
    inside = (begin - metre.step) % metre.bar
    placed = (float(inside % metre.beat != 0), -float(inside == 0))
    sounding: dict[int, int] = {}
    blur = low = bind = 0.0
    has_bass = float(first == 0 or lowest < struck[first - 1].keys[0][0])
    for i in range(first, len(struck)):
        now, keys = struck[i]
        if now > begin and now - begin >= SHORTEST:
            values = (1.0, blur, low, -bind, -has_bass, *placed, -(now - begin) / STEPS)
            yield i, values
        if now - begin >= min(LONGEST, metre.bar):
            return
        for pitch, _ in keys:
            for other, until in sounding.items():
                if until <= now:
                    clash = SECONDS.get(abs(pitch - other), 0.0)
                    blur += clash
                    low += clash * max(0, LOW - min(pitch, other)) / 12
            has_bass = min(has_bass, float(pitch >= lowest))
        following = struck[i + 1].at if i + 1 < len(struck) else now
        sounding.update(keys)
        bind += sum(min(following - now, max(0, following - u)) for u in sounding.values()) / STEPS


def _struck(notes: Sequence[Note]) -> list[_Struck]:
    gathered: dict[int, list[tuple[int, int]]] = {}
    for note in notes:
        gathered.setdefault(step(note.onset), []).append(
            (note.pitch, step(note.onset + note.duration))
        )
    struck = [_Struck(at, tuple(sorted(keys))) for at, keys in sorted(gathered.items())]
    # The end of the music is a place to lift the pedal too.
    end = max(end for one in struck for _, end in one.keys)
    return [*struck, _Struck(max(end, struck[-1].at + 1), struck[-1].keys)]


def _metres(score: Score) -> list[Metre]:
    return [Metre(step(s.onset), s.numerator, s.denominator) for s in score.time_signatures]


def _stretches(
    struck: Sequence[_Struck], metres: Sequence[Metre], weights: Weights
) -> list[tuple[int, int]]:
    """Return the pedalled stretches: the indices in ``struck`` of their beginnings and ends."""
    best = [0.0] + [float("inf")] * (len(struck) - 1)
    came_from = [(0, False)] * len(struck)
    for i in range(len(struck) - 1):
        if best[i] < best[i + 1]:  # dry until the next
            best[i + 1], came_from[i + 1] = best[i], (i, False)
        metre = metres[max(0, bisect_right(metres, struck[i].at, key=lambda m: m.step) - 1)]
        for j, values in features(struck, i, metre):
            cost = best[i] + sum(w * v for w, v in zip(weights, values, strict=True))
            if cost < best[j]:
                best[j], came_from[j] = cost, (i, True)
    stretches = []
    at = len(struck) - 1
    while at > 0:
        before, is_pedalled = came_from[at]
        if is_pedalled:
            stretches.append((before, at))
        at = before
    return stretches[::-1]


def _wants_pedal(struck: Sequence[_Struck], following: _Struck) -> bool:
    """Return whether a stretch, up to what is struck after it, is to be pedalled."""
    length = following.at - struck[0].at
    steps = held = silence = 0.0
    sounds_until = struck[0].at
    for one, then in pairwise([*struck, following]):
        top = one.keys[-1][0]
        if 0 < abs(top - then.keys[-1][0]) <= STEP:
            steps += 1 + max(0, LOW - top) / 12
        held += sum(min(end, following.at) - one.at for _, end in one.keys)
        sounds_until = max(sounds_until, *(end for _, end in one.keys))
        silence += max(0, then.at - max(sounds_until, one.at))
    classes = {pitch % 12 for one in struck for pitch, _ in one.keys}
    quarters = length / STEPS
    values = (1, len(struck) / quarters, steps / len(struck), held / length, silence / length,
              len(classes), quarters)  # fmt: skip
    return sum(w * v for w, v in zip(WANTS, values, strict=True)) > 0


def _pressed(stretches: Sequence[tuple[int, int]], struck: Sequence[_Struck]) -> Iterator[Pedal]:
    for first, last in stretches:
        down, up = struck[first].at + LATE, struck[last].at
        held = max(end for s in struck[first:last] for _, end in s.keys)
        if up - held > SILENCE:
            up = max(held, down + 1)
        if up > down:
            yield Pedal(down / STEPS, (up - down) / STEPS)
