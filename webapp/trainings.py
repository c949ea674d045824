"""Trainings: what pages, the API and the admin ask of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from generator.config import NotesTrainingConfig, TrainingConfig
from webapp import queue
from webapp.models import Checkpoint, Training


def start(
    *,
    composer: str,
    corpus: list[str] | None = None,
    recipe: str = "chords",
    network: str = "lstm",
    config: dict[str, Any] | None = None,
) -> Training:
    """Store a training and have it done, on ``corpus`` or else on the site's own.

    Raises ChoiceError for a number out of its range.
    """
    of_recipe = TrainingConfig if recipe == "chords" else NotesTrainingConfig
    chosen = of_recipe.from_dict((config or {}) | {"network": network})
    with transaction.atomic():
        training = Training.objects.create(
            composer=composer,
            corpus=corpus or [str(settings.CORPUS_ROOT)],
            recipe=recipe,
            network=network,
            config=chosen.to_dict(),
        )
        queue.enqueue(training)
    return training


def retrain(checkpoint: Checkpoint) -> Training:
    """Have another model made as ``checkpoint`` was, on the site's own corpus."""
    return start(
        composer=checkpoint.composer,
        recipe=checkpoint.recipe,
        network=checkpoint.network,
        config=checkpoint.card.get("config"),
    )
