"""From notes to a page that a pianist can read, as MusicXML.

The steps, one module each: bars and metre, which hand plays what, grace notes
and rolled chords, the voices of a hand, a grid for every beat, the key and the
spelling, the printed values with their ties and rests, clefs, dynamics and
pedal, and the file.
"""

from generator.notation.heading import FIRST_QUARTER
from generator.notation.musicxml import to_musicxml

__all__ = ["FIRST_QUARTER", "to_musicxml"]
