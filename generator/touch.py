"""How loud the notes of a score are played, where the score does not say.

A rule, and no art: the melody is brought out, the bass carries it, and the bar is
felt. It gives a network that learned from performances an opening as a pianist
would play it, not one that is equally loud throughout.

In the 14 of Mozart's movements in the published set that keep one metre, a note of
the melody is ten velocities louder than what lies below it, and one on the first
beat four; the other accents are half of that. All are softer than MIDI's usual 64.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generator.grid import DURATION, ONSET, PITCH, VELOCITY, Metre, Steps

INNER = 46  # velocity of what is neither melody nor bass, off the beat
MELODY, BASS = 10, 4  # louder than that
FIRST_BEAT, OTHER_BEAT = 4, 2  # louder there
OCTAVE = 12

Flags = npt.NDArray[np.bool_]


def with_touch(notes: Steps, metre: Metre) -> Steps:
    """Return notes with velocities by rule.

    Parameters
    ----------
    notes : int array, shape (N, 4)
        In order of onset and pitch; their velocities are not read.
    metre : Metre
        It holds throughout, from a bar line at its step on.

    Examples
    --------
    >>> chord_and_upper_neighbour = np.array([[0, 20, 24, 0], [0, 40, 24, 0], [24, 41, 24, 0]])
    >>> with_touch(chord_and_upper_neighbour, Metre(0, 3, 4))[:, VELOCITY]
    array([54, 60, 58])
    """
    is_melody, is_bass = _outer_voices(notes, metre.beat)
    place = (notes[:, ONSET] - metre.step) % metre.bar
    is_first = place == 0
    is_beat = (place % metre.beat == 0) & ~is_first

    played = notes.copy()
    played[:, VELOCITY] = (
        INNER + MELODY * is_melody + BASS * is_bass + FIRST_BEAT * is_first + OTHER_BEAT * is_beat
    )
    return played


def _outer_voices(notes: Steps, beat: int) -> tuple[Flags, Flags]:
    """Return which notes are the melody, and which are the bass on a beat or longer.

    The melody is what no sounding note lies above, unless it lies more than an
    octave below what sounds within a beat of it: then the melody rests.
    """
    onsets, pitches = notes[:, ONSET], notes[:, PITCH]
    ends = onsets + notes[:, DURATION]
    is_melody = np.zeros(len(notes), bool)
    is_bass = np.zeros(len(notes), bool)
    for i, (onset, pitch) in enumerate(zip(onsets, pitches, strict=True)):
        sounding = pitches[(onsets <= onset) & (ends > onset)]
        near = pitches[(onsets < onset + beat) & (ends > onset - beat)]
        is_melody[i] = pitch == sounding.max() and pitch >= near.max() - OCTAVE
        is_bass[i] = pitch == sounding.min() and pitch <= near.min() and not is_melody[i]
    return is_melody, is_bass
