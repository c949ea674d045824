"""What a notice offers to do."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.contrib.messages.storage.base import Message

from webapp.models import Piece

register = template.Library()

UNDO = "undo"  # begins the tags of a notice of pieces that can be had back


def undo(pieces: Iterable[Piece]) -> str:
    """Return the tags of a notice that carries what an "Undo" in it gives back."""
    return " ".join([UNDO, *(str(piece.pk) for piece in pieces)])


@register.filter
def undoes(message: Message) -> list[str]:
    """Return the ids of the pieces that the notice says were deleted."""
    word, *ids = (message.extra_tags or "").split() or [""]
    return ids if word == UNDO else []
