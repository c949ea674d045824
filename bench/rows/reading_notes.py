"""Reading files into notes on the grid: music21, which also quantises nothing, against ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import Unavailable
from bench.agreement import SAMPLE, all_files, notes_of_music21, spread
from bench.measuring import Row, from_turns
from generator import corpus


def measure() -> Row:
    """Read a sample of both data sets file by file, each by both; music21 takes minutes."""
    paths = all_files()
    if not paths:
        raise Unavailable("the data sets are not in ../shared/datasets")
    sample = spread(paths, SAMPLE)
    corpus.read_grid(sample[0].read_bytes())
    notes_of_music21(min(sample, key=_size))  # loads music21

    turns = [(_seconds(_ours, path), _seconds(notes_of_music21, path)) for path in sample]
    everything = _seconds(lambda _: [_ours(path) for path in paths], sample[0])
    ours, theirs = (sum(side) for side in zip(*turns, strict=True))
    return from_turns(
        "reading_notes",
        f"a file into notes: ours against music21, {SAMPLE} files ({_kilobytes(sample)} KB, "
        f"in all {theirs / ours:.0f} times); ours reads all {len(paths)} "
        f"({_kilobytes(paths)} KB) in {everything:.1f} s",
        turns,
        unit="ms a file",
        per=0.001,
    )


def _ours(path: Path) -> object:
    return corpus.read_grid(path.read_bytes())


def _seconds(work: Callable[[Path], object], path: Path) -> float:
    begin = time.perf_counter()
    work(path)
    return time.perf_counter() - begin


def _size(path: Path) -> int:
    return path.stat().st_size


def _kilobytes(paths: Sequence[Path]) -> int:
    return round(sum(map(_size, paths)) / 1000)
