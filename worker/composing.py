"""The body of a composing job: notes, then score and sound side by side."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from generator import checkpoint, generation
from generator.config import GenerationConfig
from generator.errors import CheckpointError, RenderingError
from generator.opening import Opening
from generator.rendering import piece as rendering
from generator.rendering.audio import Synthesizer
from generator.score import Score
from webapp.models import Piece, Primer, Stage
from worker import storage
from worker.lifecycle import Attempt

SCORE, SOUND = "png", "wav"  # what is there once the score, or the sound, is made


def compose(row: Piece, attempt: Attempt) -> dict[str, Any]:
    """Compose what ``row`` asks for, and publish every part of it as soon as it is there."""
    composition = generation.compose(
        load_checkpoint(row.checkpoint.path, row.checkpoint.hash),
        opening(row.primer),
        GenerationConfig.from_dict(row.config),
        attempt.report,
    )
    score = composition.score
    attempt.publish(
        score=score.to_dict(),
        n_skipped=composition.n_skipped,
        originality=originality(composition),
    )
    render(row, score, attempt)
    return {}


def originality(composition: generation.Composition) -> dict[str, Any] | None:
    """Return as plain values what a piece shares with a work learned from; None if unknown."""
    run = composition.originality
    return asdict(run) | {"recomposed": composition.n_recomposed} if run else None


def render(row: Piece, score: Score, attempt: Attempt) -> None:
    """Make every file of a running job, and name each in the row as soon as it is there."""
    named: dict[str, Any] = {}

    def publish(files: storage.Files) -> None:
        named.update(storage.relative(files))
        attempt.publish(files=named)
        # Score and sound are made side by side; the stage names the one still open.
        stage = Stage.SOUNDING if SCORE in named else Stage.ENGRAVING
        attempt.report(stage, (SCORE in named) + (SOUND in named), 2)

    title, subtitle = heading(row)
    rendering.render(
        score,
        storage.folder(row),
        title=title,
        subtitle=subtitle,
        on_files=publish,
        synthesizer=synthesizer(),
    )


def heading(row: Piece) -> tuple[str, str]:
    """Return what is printed above the music: its owner's title, where there is one."""
    after = f"after {row.primer.title}"
    if row.title.startswith("Impromptu after"):
        return "Impromptu", after
    return row.title, f"Impromptu {after}"


@lru_cache(maxsize=4)
def load_checkpoint(folder: Path, content_hash: str) -> checkpoint.Checkpoint:
    """Return a checkpoint, kept in memory; its hash stands for its content.

    Raises CheckpointError where another version lies in the folder by now.
    """
    loaded = checkpoint.load(folder)
    if loaded.hash != content_hash:
        raise CheckpointError("checkpoint_replaced", folder=folder.name)
    return loaded


def synthesizer() -> Synthesizer | None:
    """Return the player with its SoundFont in memory, or None where there is none.

    What is missing is said by the rendering itself, once it has kept the MIDI.
    """
    try:
        return _kept_synthesizer()
    except RenderingError:
        return None


@cache
def _kept_synthesizer() -> Synthesizer:
    return Synthesizer()


def opening(primer: Primer) -> Opening:
    """Return a row of openings as the library's own type; what staff changed counts."""
    facts = ("name", "title", "composer", "attribution", "licence")
    return Opening.from_dict(primer.opening | {name: getattr(primer, name) for name in facts})
