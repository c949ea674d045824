"""Which pieces a visitor finds, a page at a time.

Pages are found by key, not by number: the next one begins after the last
piece shown, so a piece that arrives meanwhile shifts nothing, and a late page
costs as little as the first. Keys are found first, in an index that holds all
that is asked; then the rows of one page are read (docs/decisions/0011).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Value

from webapp.finding import SORTS, Wish
from webapp.messages import Refused
from webapp.models import Favourite, Piece, Status
from webapp.ownership import Visitor

PAGE_SIZE = 24
LARGE = ("score", "source")
OF_A_PARENT = tuple(f"parent__{name}" for name in (*LARGE, "originality", "note", "files"))


class LastNote(Func):
    """The last note of a stored score, as JSON."""

    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Count from the end as SQLite does."""
        return self.as_sql(
            compiler, connection, template="JSON_EXTRACT(%(expressions)s, '$.notes[#-1]')"
        )

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Count from the end as PostgreSQL does."""
        return self.as_sql(compiler, connection, template="(%(expressions)s #> '{notes,-1}')")


class Page(NamedTuple):
    """Some pieces, and where the next page begins."""

    pieces: list[Piece]
    next: str | None


def light() -> QuerySet[Piece]:
    """Return all pieces without what is large: of the notes, what counts their bars alone."""
    pieces = Piece.objects.select_related("checkpoint", "primer", "parent")
    pieces = pieces.defer("checkpoint__card", "primer__opening", *LARGE, *OF_A_PARENT)
    return pieces.annotate(
        seam=F("score__seam"),
        metres=F("score__time_signatures"),
        qpm=F("score__tempo_qpm"),
        tempi=F("score__tempi"),
        begin=F("score__notes__0__0"),  # notes lie in the order of their onsets
        last=LastNote("score"),
    )


def outline(piece: Piece) -> dict[str, Any] | None:
    """Return a score that has two notes, the first and the last; None while there are none.

    It is as long as the piece is, and has its bars. A piece out of :func:`light`
    gives it without its notes being read.
    """
    known = vars(piece)
    if "last" not in known:
        return piece.score if piece.score and piece.score.get("notes") else None
    if known["last"] is None:
        return None
    return {
        "notes": [[known["begin"] or 0.0, 0.0, 0], known["last"]],
        "time_signatures": known["metres"] or [],
        "tempo_qpm": known["qpm"],
        "tempi": known["tempi"] or [],
        "seam": known["seam"],
    }


def starred(pieces: QuerySet[Piece], owner: str) -> QuerySet[Piece]:
    """Return ``pieces``, each of which says in ``is_favourite`` whether ``owner`` likes it."""
    if not owner:
        return pieces.annotate(is_favourite=Value(False, output_field=BooleanField()))
    stars = Favourite.objects.filter(owner=owner, piece=OuterRef("pk"))
    return pieces.annotate(is_favourite=Exists(stars))


def public() -> QuerySet[Piece]:
    """Return what everyone may find: what succeeded and is not private.

    "in [False]", as SQLite takes "not is_private" for no equality, and passes the index by.
    """
    return Piece.objects.filter(status=Status.SUCCEEDED, is_private__in=[False])


def page(visitor: Visitor, *, cursor: str = "", size: int = PAGE_SIZE, **wished: Any) -> Page:
    """Return a page of what ``visitor`` may find, and ``wished`` for as a Wish says.

    Raises Refused for a wish that cannot be read, and for a cursor that is none of ours.
    """
    wish = Wish(**wished)
    field, is_descending = SORTS[wish.sort]
    sign = "-" if is_descending else ""
    order = (f"{sign}{field}", f"{sign}id")
    wanted = wish.conditions(visitor.owner)
    if cursor:
        wanted &= _after(cursor, wish.sort)
    # A row more than is shown tells whether there is a next page.
    keys = [
        pk
        for share in _shares(visitor, wish)
        for pk in share.filter(wanted).order_by(*order).values_list("pk", flat=True)[: size + 1]
    ]
    if not keys:
        return Page([], None)
    rows = starred(light(), visitor.owner).filter(pk__in=keys).order_by(*order)
    found = list(rows[: size + 1])
    has_more = len(found) > size
    return Page(found[:size], _cursor(found[size - 1], wish.sort) if has_more else None)


def _shares(visitor: Visitor, wish: Wish) -> Iterator[QuerySet[Piece]]:
    """Yield what is everyone's and what is one's own: each has an index, and "or" has none."""
    if not wish.mine:
        yield public()
    if visitor.owner:
        yield Piece.objects.filter(owner=visitor.owner)


def _cursor(piece: Piece, sort: str) -> str:
    value = getattr(piece, SORTS[sort][0])
    key = value.isoformat() if isinstance(value, datetime) else value
    return urlsafe_b64encode(json.dumps([sort, key, str(piece.pk)]).encode()).decode()


def _after(cursor: str, sort: str) -> Q:
    """Match what comes after the piece that ``cursor`` names."""
    field, is_descending = SORTS[sort]
    try:
        of_sort, key, pk = json.loads(urlsafe_b64decode(cursor))
        if of_sort != sort:
            raise ValueError(of_sort)
        value, last = _value(field, key), UUID(pk)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:  # none of ours
        raise Refused("bad_cursor") from error
    way = "lt" if is_descending else "gt"
    # The first condition says nothing that the second does not: it lets an index begin there.
    return Q(**{f"{field}__{way}e": value}) & (
        Q(**{f"{field}__{way}": value}) | Q(**{f"id__{way}": last})
    )


def _value(field: str, key: Any) -> Any:
    if field == "temperature":
        return float(key)
    if not isinstance(key, str) or "\0" in key:
        raise ValueError(key)
    if field == "title_key":
        return key
    moment = datetime.fromisoformat(key)
    if moment.tzinfo is None:
        raise ValueError(key)
    return moment
