"""What a notice offers to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django import template
from django.contrib.messages.storage.base import Message

from webapp.models import Piece

register = template.Library()

# What begins the tags of a notice of pieces that can be had back: deleted on their own page,
# or from a list, to which one comes back.
UNDO, UNDO_IN_LIST = "undo", "undo-in-list"
CLEAR = "clear"  # that of a notice of a take that was chosen, whose others can be cleared away


class Chosen(NamedTuple):
    """A take that was chosen, the set that it is of, and how many others there are."""

    batch: str
    piece: str
    n_others: int


def undo(pieces: Iterable[Piece], way: str = UNDO) -> str:
    """Return the tags of a notice that carries what an "Undo" in it gives back."""
    return " ".join([way, *(str(piece.pk) for piece in pieces)])


@register.filter
def undoes(message: Message) -> list[str]:
    """Return the ids of the pieces that the notice says were deleted."""
    word, *ids = (message.extra_tags or "").split() or [""]
    return ids if word in (UNDO, UNDO_IN_LIST) else []


def clear(batch: UUID, piece: Piece, n_others: int) -> str:
    """Return the tags of a notice that offers to clear the other takes of a set away."""
    return f"{CLEAR} {batch} {piece.pk} {n_others}"


@register.filter
def clears(message: Message) -> Chosen | None:
    """Return the take that the notice says was chosen; None where it says nothing of the kind."""
    word, *told = (message.extra_tags or "").split() or [""]
    return Chosen(told[0], told[1], int(told[2])) if word == CLEAR else None


@register.filter
def is_of_list(message: Message) -> bool:
    """Whether what the notice tells of was done in a list."""
    return (message.extra_tags or "").startswith(UNDO_IN_LIST)
