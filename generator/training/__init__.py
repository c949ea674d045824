"""Teaching a network, by the recipe whose config is given; the same way of telling how it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from generator.checkpoint import Checkpoint
from generator.config import NotesTrainingConfig, TrainingConfig
from generator.errors import ChoiceError
from generator.training import chords, notes

Report = Callable[[str, int, int], None]


def train(
    folders: Sequence[Path],
    *,
    config: TrainingConfig | NotesTrainingConfig,
    cache: Path | None = None,
    start: Path | None = None,
    **choices: Any,
) -> Checkpoint:
    """Train on ``folders``; see :func:`chords.train` and :func:`notes.train` for ``choices``.

    ``cache`` is where the 40-note recipe keeps files that were read once; the notes
    recipe reads a corpus in seconds. ``start`` is what a training of the notes recipe
    begins from.
    """
    if isinstance(config, NotesTrainingConfig):
        return notes.train(folders, config=config, start=start, **choices)
    if start is not None:
        raise ChoiceError("not_in_recipe", field="start", value=start.name)
    return chords.train(folders, config=config, cache=cache, **choices)
