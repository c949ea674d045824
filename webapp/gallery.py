"""Which pieces a visitor finds, newest first, a page at a time.

Pages are found by key, not by number: the next one begins after the last
piece shown, so a piece that arrives meanwhile shifts nothing, and a late page
costs as little as the first.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet

from webapp import composers
from webapp.messages import Refused
from webapp.models import Piece, Status
from webapp.ownership import Visitor

PAGE_SIZE = 24


class Page(NamedTuple):
    """Some pieces, and where the next page begins."""

    pieces: list[Piece]
    next: str | None


def light() -> QuerySet[Piece]:
    """Return all pieces without what is large: of the notes, the seam and the metres alone."""
    pieces = Piece.objects.select_related("checkpoint", "primer")
    pieces = pieces.defer("score", "source", "checkpoint__card", "primer__opening")
    return pieces.annotate(seam=F("score__seam"), metres=F("score__time_signatures"))


def visible(visitor: Visitor) -> QuerySet[Piece]:
    """Return what is there for ``visitor``: what succeeded and is public, and all one's own."""
    wanted = Q(status=Status.SUCCEEDED, is_private=False)
    if visitor.owner:
        wanted |= Q(owner=visitor.owner)
    return light().filter(wanted).order_by("-created_at", "-id")


def page(
    visitor: Visitor,
    *,
    q: str = "",
    composer: str = "",
    checkpoint: str = "",
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Page:
    """Return a page of what is visible; raises Refused for a cursor that is none of ours.

    ``q`` looks in titles, openings, models and composers; ``composer`` is the
    one in whose manner the machine goes on; ``checkpoint`` is its hash.
    """
    pieces = visible(visitor)
    for word in _plain(q).split()[:8]:
        pieces = pieces.filter(_mentions(word))
    if composer:
        pieces = pieces.filter(_goes_on_as(_plain(composer).lower()))
    if checkpoint:
        pieces = pieces.filter(checkpoint_id=_plain(checkpoint))
    if cursor:
        pieces = pieces.filter(_after(cursor))
    found = list(pieces[: size + 1])
    return Page(found[:size], _cursor(found[size - 1]) if len(found) > size else None)


def _mentions(word: str) -> Q:
    return (
        Q(title__icontains=word)
        | Q(primer__title__icontains=word)
        | Q(primer__composer__icontains=word)
        | Q(checkpoint__title__icontains=word)
        | _goes_on_as(word.lower(), *composers.called(word))
    )


def _goes_on_as(*names: str) -> Q:
    """Match what was asked for in the manner of one of ``names``, or is so by its model."""
    asked, own = Q(config__composer__in=names), Q()
    for name in names:
        own |= Q(checkpoint__composer__iexact=name)
    is_own = Q(config__composer="") | Q(config__composer__isnull=True)
    return asked | (is_own & own)


def _cursor(piece: Piece) -> str:
    return urlsafe_b64encode(f"{piece.created_at.isoformat()} {piece.pk}".encode()).decode()


def _after(cursor: str) -> Q:
    try:
        moment, pk = urlsafe_b64decode(cursor).decode().split(" ")
        created_at, last = datetime.fromisoformat(moment), UUID(pk)
        if created_at.tzinfo is None:
            raise ValueError(moment)
    except ValueError as error:  # not base64, not text, not a moment, not an id
        raise Refused("bad_cursor") from error
    return Q(created_at__lt=created_at) | Q(created_at=created_at, id__lt=last)


def _plain(text: str) -> str:
    """Return ``text`` without what PostgreSQL cannot hold."""
    return text.replace("\0", "")
