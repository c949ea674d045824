"""The music library of Impromptu: it learns from scores, composes, engraves and sounds.

It knows no web framework, no database and no queue, and works on its own::

    from music21 import stream
    from generator import music_generator

    genMusic = music_generator(100, temperature=1.5)
    genMidi = stream.Stream(genMusic)
    genMidi.show()
    genMidi.show("midi")

Importing the package loads nothing: ``music_generator`` is found when it is
asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.published import music_generator

__all__ = ["music_generator"]


def __getattr__(name: str) -> Any:
    if name != "music_generator":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from generator.published import music_generator  # noqa: PLC0415 - loads music21

    return music_generator
