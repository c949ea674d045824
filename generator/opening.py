"""The beginning of a work, for a model to go on from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from generator.errors import PrimerError
from generator.score import Chord


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What is known of an opening, and its notes as they stand in the score."""

    name: str  # short, for a command line and an address
    title: str  # of the work
    chords: tuple[Chord, ...]  # in order of onset; the right hand first
    composer: str = ""
    attribution: str = ""  # whom to name for the encoding
    licence: str = ""  # what may be done with it

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON. ``from_dict`` is the way back."""
        return {
            "name": self.name,
            "title": self.title,
            "composer": self.composer,
            "attribution": self.attribution,
            "licence": self.licence,
            "chords": [[c.onset, c.duration, list(c.pitches), c.velocity] for c in self.chords],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build an opening from what ``to_dict`` returned."""
        return cls(
            name=values["name"],
            title=values["title"],
            composer=values["composer"],
            attribution=values["attribution"],
            licence=values["licence"],
            chords=tuple(
                Chord(onset, duration, tuple(pitches), velocity)
                for onset, duration, pitches, velocity in values["chords"]
            ),
        )

    @classmethod
    def from_file(cls, path: Path, *, name: str | None = None, n_chords: int = 64) -> Self:
        """Take the beginning of a MIDI file.

        Parameters
        ----------
        path : Path
        name : str, optional
            As a rule the file's name without its ending; it is the title too.
        n_chords : int > 0
            How many notes and chords to take at most.

        Raises
        ------
        CorpusError
            If the file is no music that can be read.
        PrimerError
            If it is music, but holds no note.
        """
        from generator.files import read_chords  # noqa: PLC0415 - it loads music21

        known_as = name or path.stem
        chords = read_chords(path)[:n_chords]
        if not chords:
            raise PrimerError("primer_empty", file=path.name)
        return cls(name=known_as, title=known_as, chords=tuple(chords))
