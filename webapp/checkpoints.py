"""Models: how they are taken in, and which of them visitors get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from generator.errors import CheckpointError
from webapp.models import Checkpoint


def register(
    folder: Path | str,
    *,
    is_active: bool = False,
    is_offered: bool = True,
    origin: str = Checkpoint.Origin.SHIPPED,
) -> Checkpoint:
    """Store the checkpoint in ``folder`` as its card describes it, once, however often called.

    ``is_offered`` and ``origin`` count the first time alone: afterwards people decide.
    Raises CheckpointError where there is no card, or one that lacks what is needed.
    """
    card = _card(Path(folder))
    facts = {name: card[name] for name in ("name", "title", "recipe", "network", "composer")}
    facts |= {"composers": card.get("composers") or []}
    facts |= {"card": card, "folder": _relative(Path(folder))}
    checkpoint, _ = Checkpoint.objects.update_or_create(
        hash=card["hash"],
        defaults=facts,
        create_defaults=facts | {"is_offered": is_offered, "origin": origin},
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
