"""Bits per token: how well a network of the 40-note recipe knows music that it is shown.

The 40-note recipe knows no onsets, durations or velocities, so it cannot say
bits per note. Its figures are those of its own tokens: each token of a work
that the vocabulary knows, given the 40 before it in the same work.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generator import corpus
from generator.checkpoint import Checkpoint
from generator.errors import CorpusError
from generator.recipes import chords as recipe

Report = Callable[[str, int, int], None]

BATCH = 256  # windows at a time


def evaluate(
    checkpoint: Checkpoint,
    folders: Sequence[Path],
    *,
    composer: str,
    cache: Path | None = None,
    each: Path | None = None,
    report: Report = lambda *_: None,
) -> dict[str, Any]:
    """Return the figures of ``checkpoint`` on ``composer``'s works in ``folders``.

    Parameters
    ----------
    each : Path, optional
        A CSV file to write, one row for each token: piece, note, token, bits.

    Returns
    -------
    dict
        ``pieces``, and under ``tokens`` the number of tokens, ``bits_per_token``
        (mean of -log2 p) and ``top1`` (share where the likeliest was right).

    Raises
    ------
    CorpusError
        If no work is long enough for one window.
    """
    reading = corpus.read(folders, composer, cache=cache, is_any_playing=True, report=report)
    known = checkpoint.vocabulary
    started = time.perf_counter()
    rows: list[tuple[str, int, str, float]] = []
    hits = 0
    for done, work in enumerate(reading.works, start=1):
        ids = recipe.encode(work.chords, known)
        if len(ids) > recipe.WINDOW:
            bits, top1 = surprises(checkpoint, ids)
            hits += int(top1.sum())
            rows += [
                (work.name, recipe.WINDOW + i, known.tokens[ids[recipe.WINDOW + i]], float(b))
                for i, b in enumerate(bits)
            ]
        report("evaluating", done, len(reading.works))
    if not rows:
        raise CorpusError("corpus_short", n_tokens=0, window=recipe.WINDOW)
    if each:
        _write_each(each, rows)
    seconds = time.perf_counter() - started
    return {
        "pieces": len(reading.works),
        "tokens": {
            "tokens": len(rows),
            "bits_per_token": round(float(np.mean([row[3] for row in rows])), 4),
            "top1": round(hits / len(rows), 4),
        },
        "tokens_per_second": round(len(rows) / seconds),
        "checkpoint": checkpoint.hash,
        "corpus": reading.fingerprint,
    }


def surprises(
    checkpoint: Checkpoint, ids: recipe.Ids
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return -log2 p of every id after the 40th, and whether it was the likeliest.

    Both have shape (n - 40,).
    """
    read, target = recipe.windows(ids)
    bits: list[npt.NDArray[np.float64]] = []
    top1: list[npt.NDArray[np.bool_]] = []
    for start in range(0, len(target), BATCH):
        right = target[start : start + BATCH]
        p = checkpoint.network.probabilities(read[start : start + BATCH])  # (B, V)
        bits.append(-np.log2(p[np.arange(len(right)), right]))
        top1.append(p.argmax(axis=-1) == right)
    return np.concatenate(bits), np.concatenate(top1)


def _write_each(path: Path, rows: list[tuple[str, int, str, float]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("piece", "note", "token", "bits"))
        writer.writerows(rows)
