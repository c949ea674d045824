"""Reading the corpus: music21 file after file on one core, against ours, cold and kept."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench import Unavailable
from bench.measuring import Row, from_turns
from generator import corpus, files

CORPUS = Path(__file__).parents[3] / "shared" / "datasets" / "classical-music-midi"
COMPOSER = "chopin"


def measure() -> list[Row]:
    """Read all of Chopin three times; once each, since it takes minutes."""
    if not CORPUS.exists():
        raise Unavailable("the published corpus is not in ../shared/datasets")
    paths = corpus.find(CORPUS, COMPOSER)
    begin = time.perf_counter()
    for path in paths:
        files.read_chords(path)
    alone = time.perf_counter() - begin
    with tempfile.TemporaryDirectory() as cache:
        cold, kept = (_read(Path(cache)) for _ in range(2))
    what = f"{len(paths)} files by Chopin: ours %s, against music21 on one core"
    return [
        from_turns("reading_cold", what % "on all cores", [(cold, alone)]),
        from_turns("reading_kept", what % "from the cache", [(kept, alone)]),
    ]


def _read(cache: Path) -> float:
    begin = time.perf_counter()
    corpus.read([CORPUS], COMPOSER, cache=cache)
    return time.perf_counter() - begin
