"""What a notice offers to do."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.contrib.messages.storage.base import Message

from webapp.models import Piece

register = template.Library()

# What begins the tags of a notice of pieces that can be had back: deleted on their own page,
# or from a list, to which one comes back.
UNDO, UNDO_IN_LIST = "undo", "undo-in-list"


def undo(pieces: Iterable[Piece], way: str = UNDO) -> str:
    """Return the tags of a notice that carries what an "Undo" in it gives back."""
    return " ".join([way, *(str(piece.pk) for piece in pieces)])


@register.filter
def undoes(message: Message) -> list[str]:
    """Return the ids of the pieces that the notice says were deleted."""
    word, *ids = (message.extra_tags or "").split() or [""]
    return ids if word in (UNDO, UNDO_IN_LIST) else []


@register.filter
def is_of_list(message: Message) -> bool:
    """Whether what the notice tells of was done in a list."""
    return (message.extra_tags or "").startswith(UNDO_IN_LIST)
