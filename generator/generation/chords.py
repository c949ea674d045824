"""Composing by the 40-note recipe: one token after the other, each lasting half a beat."""

from __future__ import annotations

import numpy as np

from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.generation.composition import Composition, Report, origin
from generator.opening import Opening
from generator.recipes import chords as recipe
from generator.sampling import draw
from generator.score import Score, chords_to_notes

TEMPO_QPM = 120.0


def compose(
    checkpoint: Checkpoint, opening: Opening, config: GenerationConfig, report: Report
) -> Composition:
    """Let ``checkpoint`` go on from the first 40 notes and chords of ``opening``.

    Raises
    ------
    PrimerError
        If the model knows fewer than 40 of them.
    """
    known = checkpoint.vocabulary
    primer = recipe.primer(opening.chords, known, name=opening.title)
    tokens = draw_tokens(checkpoint, primer.ids, config, report)
    composed = recipe.decode(tokens, known, after=primer.chords)
    score = Score(
        notes=chords_to_notes([*primer.chords, *composed]),
        tempo_qpm=TEMPO_QPM,
        key=opening.key,
        seam=len(primer.chords) * recipe.TOKEN_DURATION,
        origin=origin(checkpoint, opening, config),
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
