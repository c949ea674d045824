"""Read a corpus into notes on the grid, in seconds.

A file that cannot be read, or was played in freely, is rejected with the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.corpus.gridding import read_grid, read_piece
from generator.corpus.reading import Rejected, bytes_of
from generator.corpus.reporting import Report, silent
from generator.corpus.unpacking import SUFFIXES
from generator.errors import CorpusError, GeneratorError
from generator.grid import GridScore


@dataclass(frozen=True, kw_only=True)
class NotesReading:
    """What became of the files of a corpus."""

    pieces: tuple[GridScore, ...]  # in order of composer, name and place
    hashes: tuple[str, ...]  # of each piece's file, SHA-256, hexadecimal
    rejected: tuple[Rejected, ...]

    @property
    def fingerprint(self) -> str:
        """A hash of what was read: the same files by the same composers, in any order."""
        marks = sorted(
            f"{piece.composer} {mark}" for piece, mark in zip(self.pieces, self.hashes, strict=True)
        )
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()


def read_notes(
    folders: Sequence[Path],
    composers: Sequence[str] | None = None,
    *,
    is_any_playing: bool = False,
    report: Report = silent,
) -> NotesReading:
    """Read every MIDI file of a corpus into notes.

    Parameters
    ----------
    folders : sequence of Path
        Searched at any depth; a file found twice is read once. What lies in a
        hidden folder is left out: it may be half written.
    composers : sequence of str, optional
        Names of the folders to read, in any case; as a rule all. The composer
        of a file is the name of the folder it lies in, in lower case.
    is_any_playing : bool
        Whether to read also what was played in freely, whose bars mean nothing:
        to be measured on, not learned from.
    report : callable, optional
        Called with ``"reading"``, files so far and files in all.

    Returns
    -------
    reading : NotesReading
        One file that cannot be read does not end it, but is named.

    Raises
    ------
    CorpusError
        If there is no file, or none that can be read.
    """
    paths = find_all(folders, composers)
    named = ", ".join(composers or ["anyone"])
    if not paths:
        places = ", ".join(str(folder) for folder in folders)
        raise CorpusError("corpus_empty", composer=named, folder=places)

    pieces: list[GridScore] = []
    hashes: list[str] = []
    rejected: list[Rejected] = []
    read_one = read_grid if is_any_playing else read_piece
    report("reading", 0, len(paths))
    for done, path in enumerate(paths, 1):
        try:
            content = bytes_of(path)
            pieces.append(read_one(content, composer=composer_of(path), name=path.name))
            hashes.append(hashlib.sha256(content).hexdigest())
        except GeneratorError as error:
            rejected.append(Rejected(name=path.name, error=error))
        report("reading", done, len(paths))
    if not pieces:
        raise CorpusError("corpus_unreadable", composer=named, reason=str(rejected[0].error))
    return NotesReading(pieces=tuple(pieces), hashes=tuple(hashes), rejected=tuple(rejected))


def find_all(
    folders: Sequence[Path],
    composers: Sequence[str] | None = None,
    suffixes: Sequence[str] = SUFFIXES,
) -> list[Path]:
    """Return the files of a corpus, in order of composer and name; see :func:`read_notes`."""
    wanted = composers and {composer.casefold() for composer in composers}
    found = {
        path: None
        for root in (folder.resolve() for folder in folders)
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in suffixes
        and (not wanted or path.parent.name.casefold() in wanted)
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
        and path.is_file()
    }
    return sorted(found, key=lambda path: (composer_of(path), path.name, path))


def composer_of(path: Path) -> str:
    """Return the composer of a file: the folder it lies in."""
    return path.parent.name.lower()
