"""The letter and accidental of each note.

Conventions
-----------
A spelling is a place on the line of fifths: F is -1, C 0, G 1, D 2 ... B 5,
F sharp 6; B flat is -2.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.notation.keys import MOST_FIFTHS, Key

LETTERS = "FCGDAEB"  # one step along the line of fifths each
NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


class Spelling(NamedTuple):
    """A note as it is written."""

    step: str  # A..G
    alter: int  # -2..2 semitones
    octave: int  # 4 begins at middle C


def spell(pitch: int, key: Key) -> Spelling:
    """Write ``pitch`` as it is usual in ``key``.

    The twelve pitch classes are taken from twelve neighbours on the line of
    fifths: the scale, and the chromatic notes that lead into it.

    Examples
    --------
    >>> spell(68, Key(0, is_minor=True)), spell(68, Key(-3))
    (Spelling(step='G', alter=1, octave=4), Spelling(step='A', alter=-1, octave=4))
    """
    return _written(pitch, _place(pitch, key))


def spell_chord(pitches: Sequence[int], key: Key, signature: Key) -> tuple[Spelling, ...]:
    """Write pitches that sound together, rising, in a bar that stands in ``key``.

    What only the signature knows is written as the signature has it. Two
    notes a semitone apart get two letters, where no double accidental is
    needed for it.

    Examples
    --------
    >>> [note.step for note in spell_chord((67, 68), Key(0), Key(0))]
    ['G', 'A']
    """
    places = [_place(pitch, key) for pitch in pitches]
    is_near = abs(key.fifths - signature.fifths) <= MOST_FIFTHS
    for i, pitch in enumerate(pitches):
        at_home = _place(pitch, signature)
        if is_near and not _is_in_scale(places[i], key) and _is_in_scale(at_home, signature):
            places[i] = at_home
    for i, (low, high) in enumerate(pairwise(pitches)):
        if high - low == 1 and (places[i] - places[i + 1]) % 7 == 0:
            # The upper as a flat of the next letter, or the lower as a sharp of the one before.
            if _alter(places[i + 1] - 12) >= -1:
                places[i + 1] -= 12
            elif _alter(places[i] + 12) <= 1:
                places[i] += 12
    return tuple(_written(pitch, place) for pitch, place in zip(pitches, places, strict=True))


def lead(spelled: tuple[Spelling, ...], following: int, key: Key) -> tuple[Spelling, ...]:
    """Write a foreign flat that leads a semitone up into the scale as the sharp below it.

    Examples
    --------
    >>> lead((Spelling("E", -1, 5),), 76, Key(0))
    (Spelling(step='D', alter=1, octave=5),)
    """
    if len(spelled) > 1 or spelled[0].alter >= 0:
        return spelled
    place = LETTERS.index(spelled[0].step) - 1 + 7 * spelled[0].alter
    pitch = 12 * (spelled[0].octave + 1) + NATURAL[spelled[0].step] + spelled[0].alter
    leads = following == pitch + 1 and _is_in_scale(_place(following, key), key)
    if not leads or _is_in_scale(place, key) or _alter(place + 12) > 1:
        return spelled
    return (_written(pitch, place + 12),)


def _place(pitch: int, key: Key) -> int:
    lowest = key.fifths - (2 if key.is_minor else 3)
    return lowest + (pitch * 7 - lowest) % 12


def _is_in_scale(place: int, key: Key) -> bool:
    return key.fifths - 1 <= place <= key.fifths + 5  # F to B in C major


def _alter(place: int) -> int:
    return (place + 1) // 7


def _written(pitch: int, place: int) -> Spelling:
    step = LETTERS[(place + 1) % 7]
    octave = (pitch - _alter(place) - NATURAL[step]) // 12 - 1
    return Spelling(step, _alter(place), octave)
