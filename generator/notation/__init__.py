"""From notes to a page that a pianist can read, as MusicXML.

The steps, one module each: bars and metre, which hand plays what, a grid for
every beat, the key and the spelling, the printed values with their ties and
rests, and the file.
"""

from generator.notation.musicxml import to_musicxml

__all__ = ["to_musicxml"]
