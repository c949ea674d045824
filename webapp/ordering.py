"""From an order of the API to pieces: takes, continuations or rewritten bars."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from webapp import ownership, takes
from webapp.messages import Refused
from webapp.models import Piece
from webapp.parameters import Fault, Faulty

# What is the parent's own where bars of it are taken; and all that rewriting leaves as it is.
OF_THE_PARENT = ("primer",)
OF_THE_WHOLE = ("primer", "notes", "bars")


def order(request: HttpRequest, owner: str, asked: dict[str, Any]) -> list[Piece]:
    """Store what ``asked`` asks for, as :func:`webapp.parameters.read` returns it.

    Raises as :mod:`webapp.takes` does, and Faulty for a parent that is not there.
    """
    chosen = dict(asked)
    parent = _parent(request, chosen)
    fields = {"owner": owner, "takes": chosen.pop("takes", 1)}
    hidden = chosen.pop("private", None)
    bars = {name: chosen.pop(name) for name in ("from_bar", "to_bar") if name in chosen}
    if not bars:
        return takes.compose(**fields, **chosen, parent=parent, is_private=bool(hidden))
    if parent is None or "from_bar" not in bars:
        other = "from_bar" if parent else "parent"
        raise Refused("needs_beside", field=next(reversed(bars)), other=other)
    is_rewriting = "to_bar" in bars
    for name in OF_THE_WHOLE if is_rewriting else OF_THE_PARENT:
        if name in chosen:
            raise Refused("settled_by_parent", field=name)
    make = takes.rewrite if is_rewriting else takes.go_on
    return make(parent, **fields, **bars, **chosen, is_private=hidden)


def _parent(request: HttpRequest, chosen: dict[str, Any]) -> Piece | None:
    pk = chosen.pop("parent", None)
    if pk is None:
        return None
    try:
        return ownership.piece_to_see(request, pk)
    except Http404:
        values = {"field": "parent", "value": str(pk)}
        raise Faulty(Fault("parent", str(pk), "not_known", values)) from None
