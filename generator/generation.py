"""Compose: from a checkpoint, an opening and a few choices to a score.

Same checkpoint, opening, choices and seed: the same notes. TensorFlow is not
loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.opening import Opening
from generator.recipes import chords as recipe
from generator.sampling import draw
from generator.score import Chord, Origin, Score, chords_to_notes

Report = Callable[[str, int, int], None]

TEMPO_QPM = 120.0


@dataclass(frozen=True, kw_only=True)
class Composition:
    """What was composed.

    Attributes
    ----------
    score : Score
        The opening and what follows; ``score.seam`` is where the machine begins.
    opening, composed : tuple of Chord
        The two parts of it, in time from the beginning of the piece.
    tokens : tuple of int
        The ids that were drawn.
    n_skipped : int
        Notes and chords of the opening that the model does not know.
    """

    score: Score
    opening: tuple[Chord, ...]
    composed: tuple[Chord, ...]
    tokens: tuple[int, ...]
    n_skipped: int


def compose(
    checkpoint: Checkpoint,
    opening: Opening,
    config: GenerationConfig,
    report: Report = lambda *_: None,
) -> Composition:
    """Let ``checkpoint`` go on from ``opening`` for ``config.notes`` tokens.

    Parameters
    ----------
    checkpoint : Checkpoint
    opening : Opening
        Its first 40 notes and chords are read.
    config : GenerationConfig
    report : callable, optional
        Told ``("composing", done, total)`` after every token. What it raises
        ends the composing and reaches the caller.

    Raises
    ------
    PrimerError
        If the model knows fewer than 40 notes and chords of the opening.
    """
    known = checkpoint.vocabulary
    primer = recipe.primer(opening.chords, known, name=opening.title)
    tokens = draw_tokens(checkpoint, primer.ids, config, report)
    composed = recipe.decode(tokens, known, after=primer.chords)
    score = Score(
        notes=chords_to_notes([*primer.chords, *composed]),
        tempo_qpm=TEMPO_QPM,
        seam=len(primer.chords) * recipe.TOKEN_DURATION,
        origin=_origin(checkpoint, opening, config),
    )
    return Composition(
        score=score,
        opening=primer.chords,
        composed=tuple(composed),
        tokens=tuple(tokens),
        n_skipped=primer.n_unknown,
    )


def draw_tokens(
    checkpoint: Checkpoint,
    read: recipe.Ids,
    config: GenerationConfig,
    report: Report = lambda *_: None,
) -> list[int]:
    """Draw ``config.notes`` ids that follow the window ``read``, shape (40,)."""
    rng = np.random.Generator(np.random.PCG64(config.seed))
    ids = list(read)
    for done in range(1, config.notes + 1):
        window = np.array([ids[-recipe.WINDOW :]], dtype=np.int32)  # (1, 40)
        probabilities = checkpoint.network.probabilities(window)[0]
        token = draw(probabilities, temperature=config.temperature, top_p=config.top_p, rng=rng)
        ids.append(token)
        report("composing", done, config.notes)
    return [int(token) for token in ids[recipe.WINDOW :]]


def _origin(checkpoint: Checkpoint, opening: Opening, config: GenerationConfig) -> Origin:
    return Origin(
        model=str(checkpoint.card["title"]),
        opening=opening.title,
        attribution=" ".join((str(checkpoint.card["attribution"]), opening.attribution)),
        temperature=config.temperature,
        top_p=config.top_p,
        seed=config.seed,
    )
