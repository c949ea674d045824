"""Openings of one's own: beginnings of the files of a corpus, each as one JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import mido

from generator.corpus.reading import find
from generator.errors import CorpusError, GeneratorError
from generator.opening import Opening

LONGEST_TITLE = 200  # characters

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
    to.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {"openings": [], "rejected": []}
    facts: dict[str, Any] = {
        "composer": called or composer.capitalize(),
        "attribution": attribution,
        "licence": licence,
    }
    for done, file in enumerate(found, start=1):
        try:
            opening = Opening.from_file(file)
        except GeneratorError as error:
            told["rejected"].append({"file": file.name, "reason": str(error)})
        else:
            named = replace(opening, title=title_of(file), **facts)
            _write(to / f"{opening.name}.json", named)
            told["openings"].append(opening.name)
        report("reading", done, len(found))
    return told


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
