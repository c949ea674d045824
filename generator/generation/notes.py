"""Composing by the notes recipe: onset, pitch, duration and velocity, note by note.

The network reads the opening, then its own notes. Masks keep it within what can
be played, a guard keeps it from going in circles, and at its length a cadence
closes the piece. A piece that shares a longer run with a work that was learned
from than works share with each other is composed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator import pedalling, rubato
from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.generation.composition import Composition, Report, origin
from generator.generation.together import write_all
from generator.generation.writing import Writing
from generator.grid import off_grid, quarters
from generator.opening import Opening
from generator.originality import Line, Run, is_too_close
from generator.score import Score

TOGETHER = 8  # pieces side by side; of more, a row would not be as alone
TRIES = 4  # a piece is composed, and at most three times again


def compose(
    checkpoint: Checkpoint, opening: Opening, config: GenerationConfig, report: Report
) -> Composition:
    """Let ``checkpoint`` go on from the whole of ``opening``."""
    return compose_together(checkpoint, [opening], [config], report)[0]


def compose_together(
    checkpoint: Checkpoint,
    openings: Sequence[Opening],
    configs: Sequence[GenerationConfig],
    report: Report = lambda *_: None,
) -> list[Composition]:
    """Compose several pieces side by side, each the same as alone.

    Parameters
    ----------
    checkpoint : Checkpoint
        Of the notes recipe.
    openings, configs : sequence
        One of each for every piece.
    report : callable, optional
        Told how far the piece is that is least far.
    """
    made: list[Composition | None] = [None] * len(configs)
    for attempt in range(TRIES):
        open_ones = [i for i, one in enumerate(made) if one is None]
        pieces = [Writing(checkpoint, openings[i], configs[i], attempt) for i in open_ones]
        for begin in range(0, len(pieces), TOGETHER):
            write_all(checkpoint, pieces[begin : begin + TOGETHER], report)
        for i, piece in zip(open_ones, pieces, strict=True):
            composition = _finished(checkpoint, piece, openings[i], attempt)
            if attempt == TRIES - 1 or not is_copy(checkpoint, composition.originality):
                made[i] = composition
    return [one for one in made if one is not None]


def is_copy(checkpoint: Checkpoint, run: Run | None) -> bool:
    """Whether a run is longer than works share with each other."""
    line = checkpoint.card.get("figures", {}).get("originality")
    return bool(run and line and is_too_close(run, Line.from_dict(line)))


def _finished(
    checkpoint: Checkpoint, piece: Writing, opening: Opening, attempt: int
) -> Composition:
    grid = piece.grid()
    index = checkpoint.index
    run = index.longest_run(grid, begin=piece.n_opening) if index else None
    score = replace(
        off_grid(grid),
        key=opening.key,
        seam=quarters(piece.seam),
        origin=origin(checkpoint, opening, piece.config),
    )
    return Composition(score=played(score, piece.config), originality=run, n_recomposed=attempt)


def played(score: Score, config: GenerationConfig) -> Score:
    """Return ``score`` with the pedal and the rubato that were asked for."""
    if config.pedal:
        score = replace(score, pedals=pedalling.pedals(score))
    return replace(score, tempi=rubato.tempi(score)) if config.rubato else score
