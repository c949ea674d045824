"""What is said of a piece to whoever was sent its address."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.utils.translation import gettext

from webapp.models import Piece
from webapp.spoken import spoken
from webapp.templatetags.music import file_url, length_words
from webapp.templatetags.origin import manner

register = template.Library()

LONGEST = 200  # characters of a description: what is shown of it elsewhere


@register.simple_tag(takes_context=True)
def absolute(context: template.Context, piece: Piece, kind: str = "") -> str:
    """Return the whole address of a piece, or of its file of ``kind``."""
    request: HttpRequest = context["request"]
    return request.build_absolute_uri(file_url(piece, kind) if kind else piece.get_absolute_url())


@register.filter
def preview_words(piece: Piece) -> str:
    """Return the owner's note, or else who begins, who goes on, and how long."""
    if piece.note:
        words = " ".join(piece.note.split())
        return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    values = {"opening": spoken(piece.primer.title), "length": length_words(piece)}
    if manner(piece):
        text = gettext(
            "Begun as {opening}, continued by a machine in the manner of {composer}: "
            "{length} for the piano, to read and hear."
        )
    else:
        text = gettext(
            "Begun as {opening}, continued by a machine: {length} for the piano, to read and hear."
        )
    return text.format(composer=manner(piece), **values)
