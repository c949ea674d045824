"""How a piece ends: tonic six-four, dominant seventh, tonic, in the key it is in.

The key is the one of the last bars (``generator.notation.keys``). Each voice of
the right hand goes the nearest way; the leading note rises, the seventh falls.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from generator.grid import ONSET, PITCH, VELOCITY, GridScore, Metre, Steps, off_grid
from generator.notation.keys import estimate_key

KEY_BARS = 8  # that tell the key

LOWEST_A = 21  # MIDI pitch of the lowest key
BASS = 28 - LOWEST_A  # the bass is looked for in the octave from E1
TOP = (60 - LOWEST_A, 81 - LOWEST_A)  # the melody ends between middle C and A5
N_NOTES = 9  # of the short cadence: four of the dominant, five of the tonic


class Key(NamedTuple):
    """A tonic, as a pitch class, and a mode."""

    tonic: int
    is_minor: bool


def key_of(notes: Steps, metre: Metre) -> Key:
    """Return the key of the last bars of ``notes``, shape (N, 4)."""
    recent = notes[notes[:, ONSET] >= notes[-1, ONSET] - KEY_BARS * metre.bar]
    fifths, is_minor = estimate_key(off_grid(GridScore(notes=recent)).notes)
    return Key((7 * fifths + 9 * is_minor) % 12, is_minor)


def ending(notes: Steps, metre: Metre, begin: int, *, is_short: bool) -> Steps:
    """Return the notes of a cadence from step ``begin``, which is where a bar or half a bar begins.

    Parameters
    ----------
    notes : np.ndarray, shape (N, 4)
        What it ends.
    is_short : bool
        Dominant and tonic alone, ``N_NOTES`` in all; otherwise two bars.
    """
    key = key_of(notes, metre)
    third = 3 if key.is_minor else 4
    top, loud = _top(notes), float(notes[-24:, VELOCITY].mean())
    half = max(metre.beat, metre.bar // 2)
    plan = [
        (7, (7, 11, 2, 5), half if not is_short else metre.bar - half, 0.95),
        (0, (0, third, 7), metre.bar, 0.85),
    ]
    if not is_short:
        plan.insert(0, (7, (0, third, 7), metre.bar - half, 1.0))
    rows: list[tuple[int, int, int, int]] = []
    for bass, chord, lasts, share in plan:
        classes = [(key.tonic + degree - LOWEST_A) % 12 for degree in chord]
        low = _in_octave((key.tonic + bass - LOWEST_A) % 12, BASS)
        is_last = bass == 0
        top = _nearest(classes, top)
        upper = _below(classes, top, 3)
        if upper[-1] <= low + 12:  # the hands would meet
            upper = [pitch + 12 for pitch in upper]
        keys = [low, *([low + 12] if is_last else []), *upper]
        velocity = max(1, min(127, round(loud * share)))
        rows += [(begin, pitch, lasts, velocity) for pitch in sorted(keys)]
        begin += lasts
    return np.array(rows, np.int64)


def _top(notes: Steps) -> int:
    last = notes[notes[:, ONSET] == notes[-1, ONSET]]
    return int(np.clip(last[:, PITCH].max(), *TOP))


def _in_octave(pitch_class: int, lowest: int) -> int:
    return lowest + (pitch_class - lowest) % 12


def _nearest(classes: list[int], to: int) -> int:
    """Return the key of a chord that is nearest to a key, the lower of two."""
    return min(
        (to + step for step in range(-6, 7) if (to + step) % 12 in classes),
        key=lambda pitch: (abs(pitch - to), pitch),
    )


def _below(classes: list[int], top: int, n: int) -> list[int]:
    """Return ``n`` keys of a chord: ``top`` and the nearest below it, each class once."""
    keys = [top]
    for pitch in range(top - 1, top - 13, -1):
        if len(keys) < n and pitch % 12 in classes and pitch % 12 not in {k % 12 for k in keys}:
            keys.append(pitch)
    return keys
