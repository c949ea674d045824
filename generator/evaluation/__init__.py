"""How well a model knows music that it is shown, by the yardstick of its recipe."""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from generator.checkpoint import Checkpoint
from generator.corpus.notes import read_notes
from generator.evaluation import notes, tokens
from generator.evaluation.notes import PARTS, Surprise
from generator.evaluation.tokens import Report
from generator.grid import GridScore

__all__ = ["Surprise", "evaluate", "figures_of", "listen"]


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
    cache : Path, optional
        Where files are kept that the 40-note recipe read.
    each : Path, optional
        A CSV file to write. Notes recipe: piece, note, and -log2 p of onset,
        pitch, duration and velocity. 40-note recipe: piece, note, token, bits.

    Returns
    -------
    dict
        Notes recipe: ``pieces notes bits_per_note bits top1 notes_per_second``;
        40-note recipe: ``pieces`` and ``tokens`` (``tokens bits_per_token top1``).
        And of both, ``checkpoint`` and ``corpus``, their hashes.

    Raises
    ------
    CorpusError
        If there is no work that can be read.
    """
    if checkpoint.recipe == "chords":
        return tokens.evaluate(
            checkpoint, folders, composer=composer, cache=cache, each=each, report=report
        )
    reading = read_notes(folders, [composer], is_any_playing=True, report=report)
    started = time.perf_counter()
    heard = listen(checkpoint, reading.pieces, composer=composer, report=report)
    seconds = time.perf_counter() - started
    if each:
        _write_each(each, reading.pieces, heard)
    told = figures_of(heard)
    return told | {
        "notes_per_second": round(told["notes"] / seconds),
        "checkpoint": checkpoint.hash,
        "corpus": reading.fingerprint,
    }


def listen(
    checkpoint: Checkpoint,
    pieces: Sequence[GridScore],
    *,
    composer: str,
    report: Report = lambda *_: None,
) -> list[Surprise]:
    """Return what a checkpoint of the notes recipe thinks of each piece, as by ``composer``."""
    known = list(checkpoint.card["composers"])
    return notes.surprises(
        checkpoint.notes_network,
        checkpoint.decisions,
        pieces,
        composer=known.index(composer) if composer in known else -1,
        on_piece=lambda done: report("evaluating", done, len(pieces)),
    )


def figures_of(heard: Sequence[Surprise]) -> dict[str, Any]:
    """Return the yardstick's figures: means over all notes."""
    bits = np.concatenate([one.bits for one in heard])
    hits = np.concatenate([one.hits for one in heard])
    return {
        "pieces": len(heard),
        "notes": len(bits),
        "bits_per_note": round(float(bits[:, :3].sum(axis=1).mean()), 4),
        "bits": _by_part(bits.mean(axis=0)),
        "top1": _by_part(hits.mean(axis=0)),
    }


def _by_part(values: Any) -> dict[str, float]:
    return {part: round(float(value), 4) for part, value in zip(PARTS, values, strict=True)}


def _write_each(path: Path, pieces: Sequence[GridScore], heard: Sequence[Surprise]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("piece", "note", *PARTS))
        for piece, one in zip(pieces, heard, strict=True):
            writer.writerows((piece.name, i, *row) for i, row in enumerate(one.bits.tolist()))
