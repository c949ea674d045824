"""What the pages, the API, the admin and the workers ask the web app to do."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from generator.config import (
    SEED,
    GenerationConfig,
    NotesTrainingConfig,
    TrainingConfig,
    draw_opening,
)
from generator.errors import CheckpointError
from webapp import queue
from webapp.messages import Refused
from webapp.models import Checkpoint, Piece, Primer, Status, Training

MOST_WAITING = 10  # pieces of one owner that wait or run
LONGEST_TITLE = 200  # characters


class QueueFull(Refused):
    """The visitor has as many pieces waiting as one may have."""


def compose(
    *,
    owner: str = "",
    checkpoint: Checkpoint | None = None,
    primer: Primer | None = None,
    seed: int | None = None,
    parent: Piece | None = None,
    is_private: bool = False,
    **choices: Any,
) -> Piece:
    """Store a piece and have it composed; what is None is chosen here.

    ``choices`` are further fields of GenerationConfig. Raises ChoiceError for
    a value out of its range, or one that the model cannot follow; QueueFull;
    and Refused where there is no model or no opening.
    """
    checkpoint = checkpoint or active_checkpoint()
    seed = secrets.randbelow(int(SEED.high) + 1) if seed is None else seed
    config = GenerationConfig.for_model(choices | {"seed": seed}, **checkpoint.abilities)
    primer = primer or _drawn_primer(seed)
    with transaction.atomic():
        _check_room(owner)
        piece = Piece.objects.create(
            title=f"Impromptu after {primer.title}"[:LONGEST_TITLE],
            checkpoint=checkpoint,
            primer=primer,
            config=config.to_dict(),
            parent=parent,
            owner=owner,
            is_private=is_private,
        )
        queue.enqueue(piece)
    return piece


def active_checkpoint() -> Checkpoint:
    """Return the model that is taken where none is named."""
    checkpoint = Checkpoint.objects.filter(is_offered=True).first()  # the active one comes first
    if checkpoint is None:
        raise Refused("no_checkpoint")
    return checkpoint


def delete(piece: Piece) -> None:
    """Take a piece away, with its files. A worker that is at it finds no row, and stops."""
    folder = Path(settings.MEDIA_ROOT, str(piece.pk))
    piece.delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def start_training(
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
    return start_training(
        composer=checkpoint.composer,
        recipe=checkpoint.recipe,
        network=checkpoint.network,
        config=checkpoint.card.get("config"),
    )


def register_checkpoint(folder: Path | str, *, is_active: bool = False) -> Checkpoint:
    """Store the checkpoint in ``folder`` as its card describes it, once, however often called.

    Raises CheckpointError where there is no card, or one that lacks what is needed.
    """
    card = _card(Path(folder))
    facts = {name: card[name] for name in ("name", "title", "recipe", "network", "composer")}
    facts |= {"composers": card.get("composers") or []}
    checkpoint, _ = Checkpoint.objects.update_or_create(
        hash=card["hash"], defaults=facts | {"card": card, "folder": _relative(Path(folder))}
    )
    if is_active:
        activate(checkpoint)
    return checkpoint


def activate(checkpoint: Checkpoint, *, is_chosen: bool = True) -> None:
    """Make ``checkpoint`` the one that is taken where none is named.

    ``is_chosen`` says that a person wants it so: a newer default leaves it alone.
    """
    facts = {"is_active": True, "is_offered": True, "is_chosen": is_chosen}
    with transaction.atomic():
        others = Checkpoint.objects.exclude(pk=checkpoint.pk)
        others.filter(is_active=True).update(is_active=False, is_chosen=False)
        Checkpoint.objects.filter(pk=checkpoint.pk).update(**facts)
    for name, value in facts.items():
        setattr(checkpoint, name, value)


def _check_room(owner: str) -> None:
    if not owner:
        return
    waiting = Piece.objects.filter(owner=owner, status__in=(Status.QUEUED, Status.RUNNING))
    if waiting.count() >= MOST_WAITING:
        raise QueueFull("queue_full", limit=MOST_WAITING)


def _drawn_primer(seed: int) -> Primer:
    names = list(Primer.objects.filter(is_offered=True).values_list("name", flat=True))
    if not names:
        raise Refused("no_primer")
    return Primer.objects.get(name=draw_opening(names, seed))


def _card(folder: Path) -> dict[str, Any]:
    try:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise CheckpointError("checkpoint_missing", folder=str(folder), file="card.json") from error
    except ValueError as error:
        raise CheckpointError(
            "checkpoint_damaged", folder=str(folder), reason="card.json is not JSON"
        ) from error
    for name in ("hash", "name", "title", "recipe", "network", "composer"):
        if not isinstance(card, dict) or not isinstance(card.get(name), str):
            reason = f"card.json does not say its {name}"
            raise CheckpointError("checkpoint_damaged", folder=str(folder), reason=reason)
    return dict(card)


def _relative(folder: Path) -> str:
    folder = folder.resolve()
    is_ours = folder.is_relative_to(settings.BASE_DIR)
    return str(folder.relative_to(settings.BASE_DIR) if is_ours else folder)
