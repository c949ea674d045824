"""Models: how they are taken in, which of them visitors get, and how they go again.

A model is named by its content, so which one composes is a matter of rows alone: every
piece names its model when it is asked for, and a worker loads what the piece names. What
is made active here holds at once, everywhere, and a piece under way keeps its own.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from generator.errors import CheckpointError
from webapp.messages import Refused
from webapp.models import Activation, Checkpoint, Duel, Piece, Rehearsal, Status, Training

UNDER_WAY = (Status.QUEUED, Status.RUNNING)


def register(
    folder: Path | str,
    *,
    is_active: bool = False,
    origin: str = Checkpoint.Origin.SHIPPED,
) -> Checkpoint:
    """Store the checkpoint in ``folder`` as its card describes it, once, however often called.

    One that was trained here or came from elsewhere is not offered until somebody says so.
    Raises CheckpointError where there is no card, or one that lacks what is needed.
    """
    card = _card(Path(folder))
    facts = {name: card[name] for name in ("name", "title", "recipe", "network", "composer")}
    facts |= {"composers": card.get("composers") or [], "card": card}
    facts |= {"folder": _relative(Path(folder))}
    is_offered = origin == Checkpoint.Origin.SHIPPED
    checkpoint, _ = Checkpoint.objects.update_or_create(
        hash=card["hash"],
        defaults=facts,
        create_defaults=facts | {"origin": origin, "is_offered": is_offered},
    )
    if is_active:
        activate(checkpoint)
    return checkpoint


def activate(
    checkpoint: Checkpoint,
    *,
    is_chosen: bool = True,
    by: Any = None,
    is_return: bool = False,
) -> None:
    """Make ``checkpoint`` the one that is taken where none is named, and offer it.

    ``is_chosen`` says that a person wants it so: a newer default leaves it alone, and
    the moment is kept, to go back by.
    """
    facts = {"is_active": True, "is_offered": True, "is_chosen": is_chosen}
    with transaction.atomic():
        others = Checkpoint.objects.exclude(pk=checkpoint.pk)
        previous = others.filter(is_active=True).first()
        others.filter(is_active=True).update(is_active=False, is_chosen=False)
        Checkpoint.objects.filter(pk=checkpoint.pk).update(**facts)
        if is_chosen:
            Activation.objects.create(
                checkpoint=checkpoint, previous=previous, by=by, is_return=is_return
            )
    for name, value in facts.items():
        setattr(checkpoint, name, value)


def give(checkpoint: Checkpoint, *, by: Any = None, is_return: bool = False) -> None:
    """Give visitors ``checkpoint``, because a person says so.

    Raises CheckpointError where its folder holds it no more. The one that is active
    already stays so, and nothing is written.
    """
    _check_is_here(checkpoint)
    if not checkpoint.is_active:
        activate(checkpoint, by=by, is_return=is_return)


def roll_back(*, by: Any = None) -> Checkpoint:
    """Give visitors the model they had before, and return it; raises Refused if there is none."""
    earlier = before()
    if earlier is None:
        raise Refused("no_way_back")
    give(earlier, by=by, is_return=True)
    return earlier


def before() -> Checkpoint | None:
    """Return the model that a roll back leads to: the last one before this that is still here.

    Going back takes steps off the way that led here, so that going back twice leads two
    steps back, and not here again.
    """
    way: list[str] = []
    steps = Activation.objects.order_by("created_at", "id")
    for now, previous, is_return in steps.values_list("checkpoint_id", "previous_id", "is_return"):
        if is_return and now in way:
            while way[-1] != now:
                way.pop()
        else:
            # What was active without anybody's choice, as what ships, is on the way too.
            way += [pk for pk in (previous, now) if pk and (not way or way[-1] != pk)]
    rows = Checkpoint.objects.in_bulk(way)
    for pk in reversed(way):
        row = rows.get(pk)
        if row and not row.is_active and _is_here(row):
            return row
    return None


def withdraw(checkpoint: Checkpoint) -> None:
    """Offer a model no more; raises Refused for the active one."""
    if checkpoint.is_active:
        raise Refused("checkpoint_is_active", title=checkpoint.title)
    Checkpoint.objects.filter(pk=checkpoint.pk, is_active=False).update(is_offered=False)


def offer(checkpoint: Checkpoint) -> None:
    """Let visitors choose a model, without making it the one they get by default."""
    _check_is_here(checkpoint)
    Checkpoint.objects.filter(pk=checkpoint.pk).update(is_offered=True)


def delete(checkpoint: Checkpoint) -> None:
    """Take a model away, with its folder; raises Refused where something needs it."""
    with transaction.atomic():
        hindrance = what_needs(checkpoint)
        if hindrance:
            raise hindrance
        folder = checkpoint.path
        heard = [Path(settings.MEDIA_ROOT, str(row.pk)) for row in checkpoint.rehearsals.all()]
        checkpoint.delete()
        transaction.on_commit(lambda: _remove(folder, heard))


def what_needs(checkpoint: Checkpoint) -> Refused | None:
    """Return why a model cannot be deleted; None where it can."""
    if checkpoint.is_active:
        return Refused("checkpoint_is_active", title=checkpoint.title)
    if checkpoint.origin == Checkpoint.Origin.SHIPPED:
        return Refused("checkpoint_ships", title=checkpoint.title)
    either = Q(checkpoint=checkpoint) | Q(against=checkpoint)
    needed_by: dict[str, QuerySet[Any]] = {
        "checkpoint_in_duels": Duel.objects.filter(Q(one=checkpoint) | Q(other=checkpoint)),
        "checkpoint_has_pieces": Piece.objects.filter(checkpoint=checkpoint),
        "checkpoint_is_taught": Training.objects.filter(start=checkpoint, status__in=UNDER_WAY),
        "checkpoint_rehearses": Rehearsal.objects.filter(either, status__in=UNDER_WAY),
    }
    counts = ((code, rows.count()) for code, rows in needed_by.items())
    found = ((code, n) for code, n in counts if n)
    return next((Refused(code, title=checkpoint.title, n=n) for code, n in found), None)


def _remove(folder: Path, heard: list[Path]) -> None:
    """Remove what was heard of a model, and the model where it lies among those of this site."""
    for path in heard:
        shutil.rmtree(path, ignore_errors=True)
    if folder.resolve().parent == Path(settings.CHECKPOINTS_ROOT).resolve():
        shutil.rmtree(folder, ignore_errors=True)


def _is_here(checkpoint: Checkpoint) -> bool:
    try:
        _check_is_here(checkpoint)
    except CheckpointError:
        return False
    return True


def _check_is_here(checkpoint: Checkpoint) -> None:
    if _card(checkpoint.path)["hash"] != checkpoint.hash:
        raise CheckpointError("checkpoint_replaced", folder=checkpoint.path.name)


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
