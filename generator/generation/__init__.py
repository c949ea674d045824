"""Compose: from a checkpoint, an opening and a few choices to a score.

Same checkpoint, opening, choices and seed: the same notes. TensorFlow is not
loaded.
"""

from __future__ import annotations

from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.generation import chords, notes
from generator.generation.chords import draw_tokens
from generator.generation.composition import Composition, Report
from generator.opening import Opening

__all__ = ["Composition", "compose", "draw_tokens"]


def compose(
    checkpoint: Checkpoint,
    opening: Opening,
    config: GenerationConfig,
    report: Report = lambda *_: None,
) -> Composition:
    """Let ``checkpoint`` go on from ``opening``.

    Parameters
    ----------
    checkpoint : Checkpoint
        Its recipe decides what of ``config`` counts.
    opening : Opening
        The 40-note recipe reads its first 40 notes and chords, the notes recipe all.
    config : GenerationConfig
    report : callable, optional
        Told ``("composing", done, total)`` after every token or note. What it
        raises ends the composing and reaches the caller.

    Raises
    ------
    PrimerError
        If the 40-note recipe knows fewer than 40 notes and chords of the opening.
    """
    if checkpoint.recipe == "chords":
        return chords.compose(checkpoint, opening, config, report)
    return notes.compose(checkpoint, opening, config, report)
