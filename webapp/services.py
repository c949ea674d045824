"""Composing: what pages, the API and the workers ask of pieces."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction

from generator.config import DEFAULT_INSTRUMENT, SEED, GenerationConfig, draw_opening
from webapp import openings, queue, titles
from webapp.messages import Refused
from webapp.models import Checkpoint, Piece, Primer, Status

MOST_WAITING = 10  # pieces of one owner that wait or run


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
    seed = drawn_seed() if seed is None else seed
    piece = draft(
        checkpoint or active_checkpoint(),
        primer or drawn_primer(seed),
        choices | {"seed": seed},
        **{"owner": owner, "parent": parent, "is_private": is_private},
    )
    return store([piece])[0]


def draft(checkpoint: Checkpoint, primer: Primer, choices: dict[str, Any], **fields: Any) -> Piece:
    """Return a piece that nobody has asked for yet; ``fields`` are those of its row."""
    config = GenerationConfig.for_model(choices, **checkpoint.abilities).to_dict()
    title = titles.given(primer.title)
    return Piece(**{"title": title} | fields, checkpoint=checkpoint, primer=primer, config=config)


def store(pieces: Sequence[Piece]) -> list[Piece]:
    """Store pieces and have them composed: several are takes of one click.

    Raises QueueFull where not all of them may wait.
    """
    batch = uuid4() if len(pieces) > 1 else None
    with transaction.atomic():
        _check_room(pieces[0].owner, len(pieces))
        titles.tell_apart(pieces)
        for take, piece in enumerate(pieces):
            piece.batch, piece.take = batch, take
            piece.save(force_insert=True)
            queue.enqueue(piece)
    return list(pieces)


def drawn_seed() -> int:
    """Return a seed for whom none was said."""
    return secrets.randbelow(int(SEED.high) + 1)


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


def _check_room(owner: str, wanted: int) -> None:
    if not owner:
        return
    open_ones = (Status.QUEUED, Status.RUNNING)
    waiting = Piece.objects.filter(owner=owner, status__in=open_ones).count()
    if waiting >= MOST_WAITING:
        raise QueueFull("queue_full", limit=MOST_WAITING)
    if waiting + wanted > MOST_WAITING:
        values = {"wanted": wanted, "waiting": waiting, "limit": MOST_WAITING}
        raise QueueFull("queue_crowded", **values)


def drawn_primer(seed: int) -> Primer:
    """Return the opening that ``seed`` draws; raises Refused where there is none."""
    names = list(openings.house().values_list("name", flat=True))
    if not names:
        raise Refused("no_primer")
    return Primer.objects.get(name=draw_opening(names, seed))
