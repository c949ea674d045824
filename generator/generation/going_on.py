"""Go on from a place in a piece: all before it is the opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.errors import PrimerError
from generator.generation.composition import Composition, Report
from generator.generation.notes import compose_together
from generator.opening import Opening
from generator.score import Score


def go_on(
    checkpoint: Checkpoint,
    source: Score,
    configs: Sequence[GenerationConfig],
    *,
    until: float,
    opening: Opening,
    report: Report = lambda *_: None,
) -> list[Composition]:
    """Compose several continuations of ``source`` side by side, each the same as alone.

    Parameters
    ----------
    checkpoint : Checkpoint
        Of the notes recipe.
    source : Score
        A piece of one metre.
    configs : sequence of GenerationConfig
        One for each continuation.
    until : float
        The bar line from which on nothing is kept, in quarter notes.
    opening : Opening
        What ``source`` began with: its title and whom to name.

    Raises
    ------
    PrimerError
        If nothing of ``source`` lies before ``until``.
    """
    begun = opening_until(source, until, opening)
    made = compose_together(checkpoint, [begun] * len(configs), configs, report)
    seam = until if source.seam is None else min(source.seam, until)
    return [replace(one, score=replace(one.score, seam=seam)) for one in made]


def opening_until(source: Score, until: float, facts: Opening) -> Opening:
    """Return what ``source`` plays before ``until`` as an opening that ends there."""
    kept = [note for note in source.notes if note.onset < until]
    if not kept:
        raise PrimerError("primer_empty", file=facts.title)
    first, metre = kept[0].onset, source.time_signatures[0]
    return replace(
        facts,
        notes=tuple(note._replace(onset=note.onset - first) for note in kept),
        time_signature=(metre.numerator, metre.denominator),
        tempo_qpm=source.tempo_qpm,
        upbeat=-first % metre.bar,
        key=source.key,
        length=until - first,
        is_free=False,
    )
