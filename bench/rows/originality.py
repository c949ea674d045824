"""Originality: the index of a checkpoint, against going through the corpus for each piece."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench import Unavailable
from bench.measuring import Row, compare
from generator import originality
from generator.corpus import read_notes
from generator.grid import GridScore
from generator.repeats import duration_classes, intervals, shift_classes

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
FOLDERS = (DATASETS / "classical-music-midi", DATASETS / "chopin-first-editions")
NOTES = 600
PIECE = 7  # of the corpus; the index is built without it

Links = npt.NDArray[np.int64]


def measure() -> Row:
    """Find the longest run of 600 real notes in all other works, both ways."""
    if not all(folder.is_dir() for folder in FOLDERS):
        raise Unavailable("the two data sets are not in ../shared/datasets")
    works = [work for work in read_notes(FOLDERS).pieces if len(work.notes) > NOTES]
    piece = works.pop(PIECE)
    piece = replace(piece, notes=piece.notes[:NOTES])
    index = originality.build(works)
    mine = _links(piece)
    theirs = np.concatenate([np.append(-1, _links(work)) for work in works])  # -1 parts works
    if index.longest_run(piece).length != scan(mine, theirs):
        raise RuntimeError("the index and the scan do not find the same run")
    return compare(
        "originality",
        f"{NOTES} notes in {len(theirs):,}: the index, against a scan in numpy",
        ours=lambda: index.longest_run(piece),
        theirs=lambda: scan(mine, theirs),
        turns=3,
        unit="ms",
        per=0.001,
    )


def scan(mine: Links, theirs: Links) -> int:
    """Return the notes of the longest run, by going through all of theirs for each link of ours."""
    length = np.zeros(len(theirs) + 1, np.int16)  # of the run that ends at each of their links
    longest = 0
    for link in mine:
        length[1:] = (length[:-1] + 1) * (theirs == link)
        longest = max(longest, int(length.max()))
    return longest + 1 if longest else 0


def _links(piece: GridScore) -> Links:
    notes = piece.notes
    codes: Links = (shift_classes(notes) * 256 + intervals(notes) + 128) * 32
    return (codes + duration_classes(notes))[1:]
