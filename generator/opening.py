"""The beginning of a work, for a model to go on from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from generator.config import OPENING_BARS
from generator.errors import CorpusError
from generator.score import Chord, Note, Score, TimeSignature, chords_to_notes

if TYPE_CHECKING:
    from generator.grid import GridScore


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What is known of an opening, and its notes as they stand in the score."""

    name: str  # short, for a command line and an address
    title: str  # of the work
    chords: tuple[Chord, ...]  # in order of onset; the right hand first
    notes: tuple[Note, ...] = ()  # as they sound, in order; empty where the chords tell them
    work: tuple[Note, ...] = ()  # those and what follows, to choose from; empty: that is all
    composer: str = ""
    attribution: str = ""  # whom to name for the encoding
    licence: str = ""  # what may be done with it
    time_signature: tuple[int, int] = (4, 4)
    tempo_qpm: float = 120.0  # quarter notes a minute
    upbeat: float = 0.0  # quarter notes before the first bar line; 0 for none
    key: int | None = None  # sharps of the signature, flats below 0; None where it is not known
    length: float | None = None  # quarter notes until the machine begins; None is the next bar
    is_free: bool = False  # whether it was played in freely, so that its bars are not known

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON. ``from_dict`` is the way back."""
        return {
            "name": self.name,
            "title": self.title,
            "composer": self.composer,
            "attribution": self.attribution,
            "licence": self.licence,
            "time_signature": list(self.time_signature),
            "tempo_qpm": self.tempo_qpm,
            "upbeat": self.upbeat,
            "key": self.key,
            "length": self.length,
            "is_free": self.is_free,
            "chords": [[c.onset, c.duration, list(c.pitches), c.velocity] for c in self.chords],
            "notes": [list(note) for note in self.notes],
            "work": [list(note) for note in self.work],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build an opening from what ``to_dict`` returned, by this version or one before."""
        facts = ("tempo_qpm", "upbeat", "key", "length", "is_free")
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
            notes=tuple(Note(*note) for note in values.get("notes", ())),
            work=tuple(Note(*note) for note in values.get("work", ())),
            time_signature=tuple(values.get("time_signature", cls.time_signature)),
            **{name: values[name] for name in facts if name in values},
        )

    @classmethod
    def from_file(
        cls,
        path: Path,
        *,
        name: str | None = None,
        n_chords: int = 64,
        bars: int = OPENING_BARS,
    ) -> Opening:
        """Take the beginning of a MIDI or MusicXML file.

        Parameters
        ----------
        path : Path
        name : str, optional
            As a rule the file's name without its ending; it is the title too.
        n_chords : int > 0
            How many notes and chords to take at most, for the 40-note recipe.
        bars : int > 0
            How many bars to take, for the notes recipe; an upbeat is not counted. The
            notes of more, up to a change of metre, are kept to choose from.

        Raises
        ------
        CorpusError
            If the file is no music that can be read, or holds no note.
        """
        from generator.openings import taking  # noqa: PLC0415 - it loads music21

        return taking.take(path, name=name or path.stem, n_chords=n_chords, bars=bars)

    def grid(self) -> GridScore:
        """Return the opening on the grid, its bar lines where they belong.

        With an upbeat the first note lies as far after step 0 as the upbeat is
        shorter than a bar. Where all notes are equally loud they are played by
        the rule of ``generator.touch``.

        Raises
        ------
        CorpusError
            If it was played in freely, so that it has no bars.
        """
        from generator.grid import on_grid  # noqa: PLC0415 - it loads numpy
        from generator.touch import with_touch  # noqa: PLC0415

        if self.is_free:
            raise CorpusError("file_played_freely", file=self.name)
        grid = on_grid(self._score(), name=self.name)
        return replace(grid, notes=with_touch(grid.notes, grid.metres[0])) if grid.is_flat else grid

    def whole(self) -> Score:
        """Return all that there is to choose from, as it is printed and played.

        Of what was played in freely, without bars, it is the chords in the file's own time.
        """
        from generator.grid import off_grid  # noqa: PLC0415 - it loads numpy

        if self.is_free:
            return self._score()
        grid = replace(self, notes=self.work or self.notes).grid()
        return replace(off_grid(grid), key=self.key)

    def _score(self) -> Score:
        metre = TimeSignature(0.0, *self.time_signature)
        shift = (metre.bar - self.upbeat) % metre.bar
        notes = self.notes or chords_to_notes(list(self.chords))
        return Score(
            notes=tuple(note._replace(onset=note.onset + shift) for note in notes),
            tempo_qpm=self.tempo_qpm,
            time_signatures=(metre,),
        )
