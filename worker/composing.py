"""The body of a composing job: notes, where another take has not brought them, score and sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from generator import checkpoint, generation
from generator.config import GenerationConfig
from generator.errors import CheckpointError, RenderingError
from generator.generation import going_on, rewriting
from generator.generation.composition import Report
from generator.generation.notes import TOGETHER, compose_together
from generator.opening import Opening
from generator.rendering import piece as rendering
from generator.rendering.audio import Synthesizer
from generator.score import Score
from webapp import counting, jobs, titles
from webapp.models import Piece, Primer, Stage, Status
from worker import storage, surroundings
from worker.lifecycle import Attempt

SCORE, SOUND = "png", "wav"  # what is there once the score, or the sound, is made


def compose(row: Piece, attempt: Attempt) -> dict[str, Any]:
    """Compose what ``row`` asks for, and publish every part of it as soon as it is there.

    The takes of one click that still wait are composed beside it, and their notes
    laid by: each is claimed in its turn, and then has them.
    """
    if row.score is None:
        takes = [row, *beside(row)]
        for take, made in zip(takes, written(takes, attempt.report), strict=True):
            found = _found(take, made)
            if take is not row:
                jobs.lay_by(Piece, take.pk, **found)
                continue
            attempt.publish(**found)
            row.score = found["score"]
    render(row, Score.from_dict(row.score or {}), attempt)
    return {}


def beside(row: Piece) -> list[Piece]:
    """Return the takes that wait for their notes and can be composed in one batch with ``row``."""
    if row.batch is None or row.checkpoint.recipe == "chords":
        return []
    waiting = Piece.objects.select_related("checkpoint", "primer").filter(
        **{"batch": row.batch, "checkpoint": row.checkpoint_id, "primer": row.primer_id},
        **{"status": Status.QUEUED, "score__isnull": True, "to_bar": row.to_bar},
        from_bar=row.from_bar,
    )
    takes = list(waiting.exclude(pk=row.pk).order_by("take")[: TOGETHER - 1])
    # Bars that are rewritten are the best of the same candidates.
    return takes if row.to_bar is None else [take for take in takes if take.config == row.config]


def written(takes: Sequence[Piece], report: Report) -> list[generation.Composition]:
    """Return the notes of one piece, or of several that :func:`beside` put together."""
    row = takes[0]
    model = load_checkpoint(row.checkpoint.path, row.checkpoint.hash)
    begun, configs = opening(row.primer), [GenerationConfig.from_dict(t.config) for t in takes]
    if row.source is None or row.from_bar is None:
        if len(takes) == 1:
            return [generation.compose(model, begun, configs[0], report)]
        return compose_together(model, [begun] * len(takes), configs, report)
    source, begin = Score.from_dict(row.source), counting.onset_of(row.source, row.from_bar)
    if row.to_bar is None:
        return going_on.go_on(model, source, configs, until=begin, opening=begun, report=report)
    place = rewriting.Place(begin=begin, end=counting.onset_of(row.source, row.to_bar + 1))
    n = 1 + max(take.rank for take in takes)
    ranked = rewriting.rewrite(
        model, source, configs[0], place=place, opening=begun, n=n, report=report
    )
    return [ranked[take.rank] for take in takes]


def _found(row: Piece, made: generation.Composition) -> dict[str, Any]:
    return {
        "score": made.score.to_dict(),
        "n_skipped": made.n_skipped,
        "originality": originality(made),
        "made_with": surroundings.now(row),
    }


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
        begin=own_from(row),
        on_files=publish,
        synthesizer=synthesizer(),
    )


def heading(row: Piece) -> tuple[str, str]:
    """Return what is printed above the music: its owner's title, where there is one."""
    after = f"after {row.primer.title}"
    name = row.title.removesuffix(f" {after}")
    if titles.is_given(name):
        return name, after
    return row.title, f"Impromptu {after}"


def own_from(row: Piece) -> float | None:
    """Return where a piece parts from the one it is made out of; None for one made out of none."""
    if row.source is None or row.from_bar is None:
        return None
    return counting.onset_of(row.source, row.from_bar)


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
