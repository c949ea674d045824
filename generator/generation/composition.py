"""What composing gives back, whatever the recipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.opening import Opening
from generator.originality import Run
from generator.score import Chord, Origin, Score

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Composition:
    """What was composed.

    Attributes
    ----------
    score : Score
        The opening and what follows; ``score.seam`` is where the machine begins.
    opening, composed : tuple of Chord
        The two parts of it by the 40-note recipe; empty by the notes recipe.
    tokens : tuple of int
        The ids that were drawn, by the 40-note recipe.
    n_skipped : int
        Notes and chords of the opening that the model does not know.
    originality : Run, optional
        The longest run shared with a work that the model learned from.
    n_recomposed : int
        How often the piece was composed again because it shared too much.
    """

    score: Score
    opening: tuple[Chord, ...] = ()
    composed: tuple[Chord, ...] = ()
    tokens: tuple[int, ...] = ()
    n_skipped: int = 0
    originality: Run | None = None
    n_recomposed: int = 0


def origin(checkpoint: Checkpoint, opening: Opening, config: GenerationConfig) -> Origin:
    """Return where a piece comes from, as its files say it."""
    return Origin(
        model=str(checkpoint.card["title"]),
        opening=opening.title,
        attribution=" ".join((str(checkpoint.card["attribution"]), opening.attribution)),
        temperature=config.temperature,
        top_p=config.top_p,
        seed=config.seed,
    )
