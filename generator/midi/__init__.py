"""The bytes of a MIDI file, and the score they stand for: notes, pedal, metres and tempi.

Conventions
-----------
Ticks never leave this package: onsets and durations are in quarter notes.
"""

from generator.midi.reading import n_struck, score_of
from generator.midi.writing import (
    DOWN,
    SEAM_MARKER,
    SUSTAIN,
    TICKS_A_QUARTER,
    UP,
    as_played,
    bytes_of,
    in_order,
)

__all__ = [
    "DOWN",
    "SEAM_MARKER",
    "SUSTAIN",
    "TICKS_A_QUARTER",
    "UP",
    "as_played",
    "bytes_of",
    "in_order",
    "n_struck",
    "score_of",
]
