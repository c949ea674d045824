"""What a training may go on from: the weights of a checkpoint of the notes recipe.

So a network can learn from all composers first and from one of them afterwards.
Whoever was named for the music of the first training is named for that of the
second, and its licence holds where no other is given.

What is held out is chosen from the music of the second training alone. Where the
first learned from the same works, their figures flatter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator import checkpoint
from generator.checkpoint import Checkpoint
from generator.config import NotesTrainingConfig
from generator.errors import CheckpointError, CorpusError
from generator.models.shape import SHAPES, Shape
from generator.recipes.layout import MAX_COMPOSERS


def load(folder: Path, config: NotesTrainingConfig) -> Checkpoint:
    """Read the checkpoint in ``folder``, for a training by ``config`` to begin from its weights.

    Raises
    ------
    CheckpointError
        If it is of another recipe or network, or not as wide or deep as asked for.
    """
    made = checkpoint.load(folder)
    if made.recipe != "notes":
        raise CheckpointError("start_other", folder=folder.name, field="recipe", value=made.recipe)
    asked = {name: getattr(config, name) for name in ("network", "width", "depth")}
    for field, value in asked.items():
        if value not in (None, has := made.card["shape"][field]):
            raise CheckpointError("start_other", folder=folder.name, field=field, value=has)
    return made


def shape(config: NotesTrainingConfig, start: Checkpoint | None) -> Shape:
    """Return how large the network is: as asked for, or as ``start`` is, or as is usual."""
    usual = Shape.from_dict(start.card["shape"]) if start else SHAPES[config.network]
    return replace(
        usual,
        width=config.width or usual.width,
        depth=config.depth or usual.depth,
        dropout=config.dropout,
    )


def composers(heard: Iterable[str], start: Checkpoint | None) -> list[str]:
    """Return whom the network tells apart: those whom ``start`` knows, in its order, then the new.

    Raises
    ------
    CorpusError
        If there are more than a network has places for.
    """
    known = list(start.card["composers"]) if start else []
    known += sorted(set(heard) - set(known))
    if len(known) > MAX_COMPOSERS:
        raise CorpusError("composers_crowded", value=len(known), high=MAX_COMPOSERS)
    return known


def said(card: dict[str, Any], start: Checkpoint | None) -> dict[str, Any]:
    """Return what a card says beside itself of what was begun from."""
    if start is None:
        return {}
    named = (start.card["attribution"], card["attribution"])
    return {
        "start": {"name": start.card["name"], "hash": start.hash},
        "attribution": " ".join(dict.fromkeys(filter(None, named))),
        "licence": card["licence"] or start.card["licence"],
    }
