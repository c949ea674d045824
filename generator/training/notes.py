"""Teach a network of the notes recipe.

Every composer of the corpus is learned from, under his own name. The composer who
is asked for is the default one of the checkpoint, and in the last epochs his
music is read twice. Works are held out whole (``generator.corpus.works``). After
every epoch they are asked of the weights and of their average over the last
batches; what is kept is what knew them best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generator import checkpoint, evaluation, originality
from generator.checkpoint import Checkpoint
from generator.config import NotesTrainingConfig
from generator.corpus.notes import NotesReading, read_notes
from generator.corpus.works import Split, split
from generator.grid import GridScore
from generator.recipes.rows import Rows, rows_of
from generator.rendering.plots import plot_history
from generator.training import auditions, course
from generator.training import origin as origins
from generator.training import start as starting
from generator.training.auditions import Auditions
from generator.training.course import NOBODY, Audience
from generator.training.fitting import Epoch, Fitting, Report
from generator.training.state import State


def train(
    folders: Sequence[Path],
    *,
    composer: str,
    config: NotesTrainingConfig,
    to: Path,
    resume: Path,
    start: Path | None = None,
    attribution: str = "",
    licence: str = "",
    name: str = "",
    report: Report = lambda *_: None,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
    audience: Audience = NOBODY,
) -> Checkpoint:
    """Train on all music in ``folders`` and write a checkpoint to ``to``.

    Parameters
    ----------
    folders : sequence of Path
        Corpora; a file's composer is the name of its folder.
    composer : str
        The checkpoint's default one.
    config : NotesTrainingConfig
    to : Path
        Becomes the checkpoint's folder, with its plots.
    resume : Path
        Where the state lies between epochs. A training whose state is there goes
        on from it.
    start : Path, optional
        A checkpoint of the same network, whose weights are begun from
        (:mod:`generator.training.start`).
    attribution, licence, name : str, optional
        Written into the card.
    report, on_epoch : callable, optional
    audience : Audience, optional
        Who hears the rest, and may end it early.

    Raises
    ------
    TrainingError
        If the loss is no number any more.
    CorpusError
        If there is no music that can be read, or by too many composers.
    CheckpointError
        If ``resume`` holds the state of another training, or ``start`` another network.
    """
    begun = starting.load(start, config) if start else None
    reading = read_notes(folders, report=report)
    parts = split(reading.pieces, share=config.held_out_share, seed=config.seed)
    composers = starting.composers((piece.composer for piece in reading.pieces), begun)
    learned = _rows([reading.pieces[i] for i in parts.train], composers, report)
    unseen = _rows([reading.pieces[i] for i in parts.held_out], composers, lambda *_: None)
    twice = [reading.pieces[i].composer == composer for i in parts.train]

    facts = {
        "corpus": reading.fingerprint,
        "config": config.to_dict(),
        "composer": composer,
        "start": begun.hash if begun else None,
    }
    fitting = Fitting(config, State(resume, facts), learned, unseen, twice, start=begun)
    fitting.auditions = Auditions(
        resume,
        _sketch(composer, composers, fitting.shape.to_dict()),
        config,
        lambda: auditions.drawn(config.seed),
    )
    fitting.audience = audience
    history = fitting.run(report, on_epoch)
    card = _card(reading, composers, composer, config, history) | {
        "name": name or f"{composer}-{config.network}",
        "attribution": attribution,
        "licence": licence,
        "shape": fitting.shape.to_dict(),
        "held_out": [_named(reading.pieces[i]) for i in parts.held_out],
    }
    card |= starting.said(card, begun)
    rows = [asdict(epoch) for epoch in history]
    to.mkdir(parents=True, exist_ok=True)
    plot_history(rows, to)
    checkpoint.save(to, card=card, weights=fitting.best_weights(), history=rows, half=True)
    return _rehearsed(to, reading, parts, composer, report)


def _rehearsed(
    to: Path, reading: NotesReading, parts: Split, composer: str, report: Report
) -> Checkpoint:
    """Add to a checkpoint what it learned from, to compare with, and its figures on the rest."""
    learned = [reading.pieces[i] for i in parts.train]
    originality.build(learned).save(to / originality.FILE)
    by_composer = [piece for piece in learned if piece.composer == composer]
    figures: dict[str, Any] = {
        "originality": originality.line(by_composer or learned, learned).to_dict()
    }
    unseen = [reading.pieces[i] for i in parts.held_out]
    if theirs := [piece for piece in unseen if piece.composer == composer] or unseen:
        made = checkpoint.load(to)
        heard = evaluation.listen(
            made,
            theirs,
            composer=composer,
            report=lambda _, done, total: report("rehearsing", done, total),
        )
        told = {"corpus": f"{len(theirs)} works held out"} | evaluation.figures_of(heard)
        figures["evaluations"] = [told]
    return checkpoint.add_figures(to, figures)


def _rows(pieces: Sequence[GridScore], composers: Sequence[str], report: Report) -> list[Rows]:
    rows = []
    for done, piece in enumerate(pieces, start=1):
        rows.append(rows_of(piece, composers))
        report("preparing", done, len(pieces))
    return rows


def _named(piece: GridScore) -> str:
    return f"{piece.composer}/{piece.name}"


def _sketch(composer: str, composers: Sequence[str], shape: dict[str, Any]) -> dict[str, Any]:
    """Return as much of a card as composing needs."""
    facts = {"title": "", "attribution": "", "recipe": "notes", "composer": composer}
    return facts | {"composers": list(composers), "shape": shape}


def _card(
    reading: NotesReading,
    composers: Sequence[str],
    composer: str,
    config: NotesTrainingConfig,
    history: Sequence[Epoch],
) -> dict[str, Any]:
    best = course.best(history)
    return {
        "title": f"{composer.capitalize()}, notes recipe",
        "recipe": "notes",
        "network": config.network,
        "composer": composer,
        "composers": list(composers),
        "corpus": {
            "fingerprint": reading.fingerprint,
            "files": len(reading.pieces),
            "notes": sum(len(piece.notes) for piece in reading.pieces),
            "rejected": [f"{row.name}: {row.error}" for row in reading.rejected],
        },
        "config": config.to_dict(),
        "figures": asdict(best) | {"epochs": len(history), "split": "by work"},
        "versions": origins.versions(),
    }
