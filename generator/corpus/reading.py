"""Find a composer's files, and read them into chords.

music21 needs seconds for a file, so files are read side by side, and what was
read is kept: a file is known again by its bytes, whatever its name.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from generator.corpus.gridding import learnable
from generator.corpus.parallel import Outcome, each
from generator.corpus.reporting import Report, silent
from generator.corpus.unpacking import MAX_MEMBER_BYTES, SUFFIXES
from generator.errors import CorpusError, GeneratorError
from generator.score import Chord

READER_VERSION = 1  # raise it when files.read_chords returns anything else than before
LIMIT_S = 600.0  # for one file; the longest of the published corpus takes 15

Line = tuple[Chord, ...]


@dataclass(frozen=True, kw_only=True)
class Work:
    """One file of a corpus."""

    name: str  # of the file
    composer: str
    sha256: str  # of the file's bytes, hexadecimal
    chords: tuple[Chord, ...]  # in order of onset


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A file that is no part of the corpus, and why."""

    name: str
    error: GeneratorError  # its text is a sentence


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What became of a composer's files."""

    works: tuple[Work, ...]  # in order of folder and name
    rejected: tuple[Rejected, ...]

    @property
    def fingerprint(self) -> str:
        """A hash of what was read: the same files give the same, in any order."""
        hashes = sorted(work.sha256 for work in self.works)
        return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def find(folder: Path, composer: str) -> list[Path]:
    """Return the MIDI files by ``composer``, in order of name.

    The composer of a file is the name of the folder it lies in, at any depth
    and in any case; ``folder`` itself may be that folder. What lies in a
    hidden folder is left out: it may be half written.
    """
    root = folder.resolve()
    found = [
        path
        for path in root.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and path.parent.name.casefold() == composer.casefold()
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
        and path.is_file()
    ]
    return sorted(found, key=lambda path: (path.name, path))


def read(
    folders: Sequence[Path],
    composer: str,
    *,
    cache: Path | None = None,
    is_any_playing: bool = False,
    report: Report = silent,
    n_processes: int | None = None,
) -> Reading:
    """Read every file by ``composer`` as one line of chords.

    Parameters
    ----------
    folders : sequence of Path
        Searched in this order; a file found twice is read once.
    composer : str
    cache : Path, optional
        Folder in which chords are kept, by the file's hash, the reader's
        version and music21's.
    is_any_playing : bool
        Whether to read also what no model should learn from, to be measured on.
    report : callable, optional
        Called with ``"reading"``, files so far and files in all. What it
        raises ends the reading and reaches the caller.
    n_processes : int > 0, optional
        How many files are read side by side; as a rule one for each core.

    Returns
    -------
    reading : Reading
        One file that cannot be read does not end it, but is named.

    Raises
    ------
    CorpusError
        If there is no file by ``composer``, or none that can be read.
    """
    paths = list(dict.fromkeys(path for folder in folders for path in find(folder, composer)))
    if not paths:
        raise CorpusError(
            "corpus_empty", composer=composer, folder=", ".join(str(folder) for folder in folders)
        )

    rejected: list[Rejected] = []
    if not is_any_playing:
        paths, rejected = _learnable(paths)
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    lines = _lines(paths, _kept_at(cache, hashes), report, n_processes)

    works: list[Work] = []
    for path, mark, line in zip(paths, hashes, lines, strict=True):
        if isinstance(line, GeneratorError):
            rejected.append(Rejected(name=path.name, error=line))
        else:
            works.append(Work(name=path.name, composer=composer, sha256=mark, chords=line))
    if not works:
        raise CorpusError("corpus_unreadable", composer=composer, reason=str(rejected[0].error))
    return Reading(works=tuple(works), rejected=tuple(rejected))


def _learnable(paths: list[Path]) -> tuple[list[Path], list[Rejected]]:
    """Part what a model may learn from, whatever its recipe, from what it may not."""
    taken: list[Path] = []
    rejected: list[Rejected] = []
    for path in paths:
        try:
            learnable(bytes_of(path), path.name)
        except CorpusError as error:
            rejected.append(Rejected(name=path.name, error=error))
        else:
            taken.append(path)
    return taken, rejected


def bytes_of(path: Path) -> bytes:
    """Return what a file of a corpus holds, if that is not too much."""
    size = path.stat().st_size
    if size > MAX_MEMBER_BYTES:
        raise CorpusError("file_too_large", file=path.name, value=size, high=MAX_MEMBER_BYTES)
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "the disk does not give it"
        raise CorpusError("file_unreadable", file=path.name, reason=reason) from error


def _lines(
    paths: list[Path], kept: list[Path | None], report: Report, n_processes: int | None
) -> list[Line | GeneratorError]:
    """Return for each path its chords, or why there are none."""
    lines: list[Line | GeneratorError | None] = [_recall(place) for place in kept]
    missing = [index for index, line in enumerate(lines) if line is None]
    missing.sort(key=lambda index: -paths[index].stat().st_size)  # no long file comes last alone
    report("reading", len(paths) - len(missing), len(paths))

    outcomes = each(
        read_line,
        [paths[index] for index in missing],
        n_processes=min(n_processes or n_cores(), len(missing)),
        limit_s=LIMIT_S,
    )
    with closing(outcomes):  # whatever report() raises, no process is left behind
        for done, outcome in enumerate(outcomes, len(paths) - len(missing) + 1):
            index = missing[outcome.index]
            lines[index] = line = _line_of(paths[index], outcome)
            _keep(kept[index], line)
            report("reading", done, len(paths))
    return [line for line in lines if line is not None]


def read_line(path: Path) -> Line:
    """Read one file; runs in a process of its own, and is the first to load music21."""
    from generator.files import read_chords  # noqa: PLC0415

    chords = tuple(read_chords(path))
    if not chords:
        raise CorpusError("file_unreadable", file=path.name, reason="it holds no notes")
    return chords


def _line_of(path: Path, outcome: Outcome) -> Line | GeneratorError:
    if outcome.error is None:
        return cast(Line, outcome.value)
    if isinstance(outcome.error, GeneratorError):
        return outcome.error
    return CorpusError("file_unreadable", file=path.name, reason=str(outcome.error))


def n_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def _kept_at(cache: Path | None, hashes: list[str]) -> list[Path | None]:
    """Return where the chords of each file are kept, or would be."""
    if cache is None:
        return [None] * len(hashes)
    versions = f"{READER_VERSION}-{importlib.metadata.version('music21')}"
    return [cache / f"{mark}-{versions}.json" for mark in hashes]


def _recall(place: Path | None) -> Line | None:
    """Return the chords kept, or None: a damaged file in the cache is none."""
    if place is None or not place.is_file():
        return None
    try:
        line = tuple(
            Chord(onset, duration, tuple(pitches), velocity)
            for onset, duration, pitches, velocity in json.loads(place.read_bytes())
        )
    except (ValueError, TypeError):
        return None
    return line or None


def _keep(place: Path | None, line: Line | GeneratorError) -> None:
    if place is None or isinstance(line, GeneratorError):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_suffix(f".{os.getpid()}.aside")
    aside.write_text(json.dumps(line, separators=(",", ":")))
    aside.replace(place)
