"""Composing: what pages, the API and the workers ask of pieces."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from generator.config import DEFAULT_INSTRUMENT, SEED, GenerationConfig, draw_opening
from webapp import queue
from webapp.messages import Refused
from webapp.models import Checkpoint, Piece, Primer, Status

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


def play_on(piece: Piece, instrument: str) -> None:
    """Have a finished piece played on another instrument, unless it was already."""
    is_there = instrument == DEFAULT_INSTRUMENT or f"mp3-{instrument}" in piece.files
    if piece.is_final and piece.score and not is_there:
        queue.request_sound(piece, instrument)


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
