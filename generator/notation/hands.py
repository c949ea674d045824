"""Which hand plays a note: a line between the hands that moves as little as it can.

At every onset the line stands at one pitch; what lies below goes to the left
hand. A cost is paid for ledger lines, for a hand stretched beyond a ninth, for
a tune torn apart between two notes, and for moving the line. The cheapest
path over the whole piece is found by dynamic programming.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from generator.score import Note

Floats = npt.NDArray[np.float64]

LINES = np.arange(48, 73)  # where the line may stand: C3 to C5
HOME = 60  # middle C
TOGETHER = 1 / 16  # quarter notes; closer onsets are one grip
SPAN = 14  # semitones a hand reaches with ease: a ninth

# A staff is read without ledger lines down to (treble) or up to (bass) these.
LOWEST_TREBLE, HIGHEST_BASS = 59, 62

STEP = 4  # semitones; notes that follow each other this closely are one tune
TUNE = 1.0  # quarter notes within which they do

LEDGER_COST, STRETCH_COST, GAP_COST, HOME_COST, MOVE_COST = 1.0, 2.0, 0.4, 0.05, 0.6
TORN_COST = 4.0  # for each step of a tune that the line tears apart


def split_hands(notes: Sequence[Note]) -> tuple[list[Note], list[Note]]:
    """Return the notes of the right and of the left hand, each in order of onset."""
    grips = _grips(notes)
    hands: tuple[list[Note], list[Note]] = ([], [])
    for grip, line in zip(grips, _cheapest_lines(grips), strict=True):
        for note in grip:
            hands[note.pitch < line].append(note)
    return hands


def _grips(notes: Sequence[Note]) -> list[list[Note]]:
    """Gather notes that are struck together."""
    grips: list[list[Note]] = []
    for note in sorted(notes):
        if grips and note.onset - grips[-1][0].onset < TOGETHER:
            grips[-1].append(note)
        else:
            grips.append([note])
    return grips


def _cheapest_lines(grips: Sequence[Sequence[Note]]) -> list[int]:
    """Return one of ``LINES`` for each grip."""
    if not grips:
        return []
    moves = MOVE_COST * np.abs(LINES[:, None] - LINES)  # (from, to)
    cost = _grip_cost([note.pitch for note in grips[0]])
    came_from: list[npt.NDArray[np.intp]] = []
    for before, grip in pairwise(grips):
        ways = cost[:, None] + moves + TORN_COST * _torn(before, grip)
        came_from.append(ways.argmin(axis=0))
        cost = ways.min(axis=0) + _grip_cost([note.pitch for note in grip])

    path = [int(cost.argmin())]
    for step in reversed(came_from):
        path.append(int(step[path[-1]]))
    return [int(LINES[i]) for i in reversed(path)]


def _grip_cost(pitches: list[int]) -> Floats:
    """Return what each place of the line costs for one grip, shape (len(LINES),)."""
    pitch = np.array(sorted(pitches))
    is_right = pitch >= LINES[:, None]  # (lines, pitches)
    ledger = np.where(
        is_right, np.maximum(LOWEST_TREBLE - pitch, 0), np.maximum(pitch - HIGHEST_BASS, 0)
    ).sum(axis=1)
    cost: Floats = LEDGER_COST * ledger + HOME_COST * np.abs(LINES - HOME)
    cost += STRETCH_COST * (_stretch(pitch, is_right) + _stretch(pitch, ~is_right))
    return cost + GAP_COST * _inside_gap(pitch, is_right)


def _torn(before: Sequence[Note], grip: Sequence[Note]) -> Floats:
    """Return how many steps of a tune change hands, by where the line was and is (from, to)."""
    torn = np.zeros((len(LINES), len(LINES)))
    if grip[0].onset - before[0].onset > TUNE:
        return torn
    for note in grip:
        nearest = min((other.pitch for other in before), key=lambda p: abs(p - note.pitch))
        if abs(nearest - note.pitch) <= STEP:
            torn += (nearest >= LINES)[:, None] != (note.pitch >= LINES)
    return torn


def _stretch(pitch: npt.NDArray[np.int64], is_mine: npt.NDArray[np.bool_]) -> Floats:
    """Return by how many semitones a hand would reach beyond its span."""
    top = np.where(is_mine, pitch, -1).max(axis=1)
    bottom = np.where(is_mine, pitch, 128).min(axis=1)
    reach: Floats = np.maximum(top - bottom - SPAN, 0).astype(np.float64)
    return reach


def _inside_gap(pitch: npt.NDArray[np.int64], is_right: npt.NDArray[np.bool_]) -> Floats:
    """Return how much wider the widest gap of a chord is than the one the line cuts."""
    n_left = (~is_right).sum(axis=1)
    steps = np.diff(pitch)
    if steps.size == 0:
        return np.zeros(len(LINES))
    inside = (n_left > 0) & (n_left < pitch.size)
    cut = steps[np.clip(n_left - 1, 0, steps.size - 1)]
    excess: Floats = np.where(inside, steps.max() - cut, 0).astype(np.float64)
    return excess
