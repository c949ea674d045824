"""Hearing a network learn: one opening and one seed, composed by the weights of an epoch.

Each audition is a file beside the training's state. It is there before the epoch
is, so that of an epoch that was kept none is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from generator import generation, openings
from generator.checkpoint import Arrays, Checkpoint
from generator.config import (
    BARS,
    GenerationConfig,
    NotesTrainingConfig,
    TrainingConfig,
    draw_opening,
)
from generator.errors import PrimerError
from generator.opening import Opening
from generator.recipes import chords as recipe
from generator.score import Chord

FOLDER = "auditions"
TOKENS = 40  # of the 40-note recipe
Choose = Callable[[], Opening]


class Auditions:
    """What is composed on the way, and where it lies.

    Parameters
    ----------
    state : Path
        The folder of the training's state.
    card : dict
        Of the checkpoint in the making, with its vocabulary or its shape.
    config : TrainingConfig or NotesTrainingConfig
        Says how often, and the seed.
    choose : callable
        Returns the opening; asked once, when there is something to hear.
    """

    def __init__(
        self,
        state: Path,
        card: dict[str, Any],
        config: TrainingConfig | NotesTrainingConfig,
        choose: Choose,
    ) -> None:
        self.folder, self.card, self.config = state / FOLDER, card, config
        self._choose = choose

    def is_due(self, epoch: int) -> bool:
        """Whether ``epoch`` is one to listen to: the first, the last, and every so many."""
        every = self.config.audition
        return every is not None and (epoch in (1, self.config.epochs) or epoch % every == 0)

    def is_held(self, epoch: int) -> bool:
        """Whether there is nothing to compose for ``epoch``, the last one."""
        return self.config.audition is None or not epoch or self._file(epoch).exists()

    def hold(self, epoch: int, weights: Arrays) -> dict[str, Any] | None:
        """Compose by ``weights``, write it down, and return what is said of it."""
        if self.config.audition is None:
            return None
        opening = self._choose()
        model = Checkpoint(self.card, weights, self.folder)
        length = {"notes": TOKENS} if model.recipe == "chords" else {"bars": int(BARS.low)}
        settings = GenerationConfig.for_model(
            length | {"seed": self.config.seed},
            recipe=model.recipe,
            composer=self.card["composer"],
            composers=self.card.get("composers") or (),
        )
        score = generation.compose(model, opening, settings).score
        facts = {"epoch": epoch, "opening": opening.title, "seed": self.config.seed}
        self._write(epoch, facts | {"score": score.to_dict()})
        return facts | {"file": self._file(epoch).name}

    def _file(self, epoch: int) -> Path:
        return self.folder / f"{epoch}.json"

    def _write(self, epoch: int, told: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self._file(epoch).with_suffix(".partial")
        aside.write_text(json.dumps(told))
        aside.replace(self._file(epoch))


def drawn(seed: int) -> Opening:
    """Return the opening that ``seed`` draws from those that ship."""
    return openings.load(draw_opening(openings.names(), seed))


def known(vocabulary: recipe.Vocabulary, heard: Sequence[Chord], seed: int) -> Opening:
    """Return an opening of which a model of the 40-note recipe knows enough.

    The one that ``seed`` draws, if it is; else the first that ships; else the
    beginning of what was learned from.
    """
    for name in (draw_opening(openings.names(), seed), *openings.names()):
        opening = openings.load(name)
        try:
            recipe.primer(opening.chords, vocabulary, name=opening.title)
        except PrimerError:
            continue
        return opening
    begun = [chord for chord in heard if recipe.token(chord.pitches) in vocabulary.tokens]
    return Opening(name="learned", title="", chords=tuple(begun[: recipe.WINDOW]))
