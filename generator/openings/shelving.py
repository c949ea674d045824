"""Openings of one's own: beginnings of the files of a corpus, each as one JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import mido

from generator.config import MOST_READING_BYTES
from generator.corpus.parallel import each
from generator.corpus.reading import find, n_cores
from generator.errors import CorpusError
from generator.opening import Opening

LONGEST_TITLE = 200  # characters
LIMIT_S = 120.0  # for one file; music21 takes seconds

Report = Callable[[str, int, int], None]


def shelve(
    folders: Sequence[Path],
    to: Path,
    *,
    composer: str,
    called: str = "",
    attribution: str,
    licence: str,
    report: Report = lambda *_: None,
) -> dict[str, Any]:
    """Write the opening of each MIDI file by ``composer`` in ``folders`` into the folder ``to``.

    Parameters
    ----------
    folders : sequence of Path
        Searched as for a training.
    composer : str
        As the corpus names the folder.
    called : str
        The composer's name in full, to be read; left out, the folder's with a capital.
    attribution, licence : str
        Whom to name for the encoding, and what may be done with it.

    Returns
    -------
    dict
        ``openings``, the names that were written; ``rejected``, a dictionary
        of ``file`` and ``reason`` for each file that can begin no piece.

    Raises
    ------
    CorpusError
        If there is no file by ``composer``.
    """
    found = [file for folder in folders for file in find(folder, composer)]
    if not found:
        searched = ", ".join(str(folder) for folder in folders)
        raise CorpusError("corpus_empty", composer=composer, folder=searched)
    return shelve_files(
        {file: file.stem for file in found},
        to,
        composer=called or composer.capitalize(),
        attribution=attribution,
        licence=licence,
        report=report,
    )


def shelve_files(
    names: Mapping[Path, str], to: Path, *, report: Report = lambda *_: None, **facts: Any
) -> dict[str, Any]:
    """Write the opening of each file into the folder ``to``, under the name it is to have.

    ``facts`` are the opening's composer, attribution and licence. Returns what
    :func:`shelve` does.
    """
    to.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {"openings": [], "rejected": []}
    found = list(names)
    report("reading", 0, len(found))
    outcomes = each(
        read_opening,
        found,
        n_processes=min(n_cores(), len(found)),
        limit_s=LIMIT_S,
        memory_bytes=MOST_READING_BYTES,
    )
    with closing(outcomes):
        for done, outcome in enumerate(outcomes, start=1):
            file = found[outcome.index]
            if outcome.error:
                told["rejected"].append({"file": file.name, "reason": str(outcome.error)})
            else:
                opening, title = outcome.value
                named = replace(opening, name=names[file], title=title, **facts)
                _write(to / f"{named.name}.json", named)
                told["openings"].append(named.name)
            report("reading", done, len(found))
    told["openings"].sort()
    return told


def read_opening(file: Path) -> tuple[Opening, str]:
    """Return the opening of a file, and its title; runs in a process of its own."""
    return Opening.from_file(file), title_of(file)


def title_of(file: Path) -> str:
    """Return what a file calls its work, or else its own name.

    By custom the name of a MIDI file's first track is the title.
    """
    try:
        said = mido.MidiFile(file, clip=True).tracks[0].name.strip()
    except (OSError, EOFError, ValueError, IndexError, KeyError):
        said = ""  # it was read as music by a more patient reader
    return said[:LONGEST_TITLE] or file.stem


def _write(path: Path, opening: Opening) -> None:
    aside = path.with_suffix(".partial")
    aside.write_text(json.dumps(opening.to_dict(), ensure_ascii=False), encoding="utf-8")
    aside.replace(path)
