"""What a notice offers to do."""

from __future__ import annotations

from django import template
from django.contrib.messages.storage.base import Message

register = template.Library()

UNDO = "undo"  # begins the tags of a notice of pieces that can be had back


@register.filter
def undoes(message: Message) -> list[str]:
    """Return the ids of the pieces that the notice says were deleted."""
    word, *ids = (message.extra_tags or "").split() or [""]
    return ids if word == UNDO else []
