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
    mine, theirs = _links(piece), [_links(work) for work in works]
    if index.longest_run(piece).length != scan(mine, theirs):
        raise RuntimeError("the index and the scan do not find the same run")
    return compare(
        "originality",
        f"{NOTES} notes in {sum(map(len, theirs)):,}: the index, against a scan in numpy",
        ours=lambda: index.longest_run(piece),
        theirs=lambda: scan(mine, theirs),
        turns=3,
        unit="ms",
        per=0.001,
    )


def scan(mine: Links, theirs: list[Links]) -> int:
    """Return the notes of the longest run, laying the piece along each work at every place."""
    longest = 0
    for work in theirs:
        for shift in range(-len(mine) + 1, len(work)):
            here, there = max(0, -shift), max(0, shift)
            n = min(len(mine) - here, len(work) - there)
            differs = mine[here : here + n] != work[there : there + n]
            ends = np.concatenate([[-1], np.flatnonzero(differs), [n]])
            longest = max(longest, int(np.diff(ends).max()) - 1)
    return longest + 1 if longest else 0


def _links(piece: GridScore) -> Links:
    notes = piece.notes
    codes: Links = (shift_classes(notes) * 256 + intervals(notes) + 128) * 32
    return (codes + duration_classes(notes))[1:]
