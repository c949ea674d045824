"""Which piece came out of which, and what the takes of one click are to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webapp import gallery
from webapp.models import Piece
from webapp.ownership import Visitor

HIGHEST = 12  # generations above a piece that are looked up
MOST = 48  # pieces below it that are shown

KEEPS_BARS = ("rewriting", "going-on")  # sets that are read beside the piece as it was


class Kin(NamedTuple):
    """One piece of a family, and how deep it stands in the tree."""

    piece: Piece
    depth: int
    is_self: bool


def kind(takes: Sequence[Piece]) -> str:
    """Return what a set is: strip, takes, ways to go on, or rewritten bars."""
    first = takes[0]
    if len({piece.config.get("temperature") for piece in takes}) > 1:
        return "strip"
    if first.to_bar is not None:
        return "rewriting"
    return "takes" if first.from_bar is None else "going-on"


def parent_to_see(piece: Piece, visitor: Visitor) -> Piece | None:
    """Return the parent, where there is one that ``visitor`` may see."""
    if piece.parent_id is None:
        return None
    found = Piece.objects.select_related("checkpoint", "primer").filter(pk=piece.parent_id).first()
    return found if found and visitor.may_see(found) else None


def tree(piece: Piece, visitor: Visitor) -> list[Kin]:
    """Return the line above ``piece``, itself, and what came out of it, in the order of a tree.

    Empty for a piece without kin. What ``visitor`` may not see is left out, and
    with it what lies beyond.
    """
    line = _ancestors(piece, visitor)
    depth = len(line)
    kin = [Kin(one, i, False) for i, one in enumerate(line)]
    kin.append(Kin(piece, depth, True))
    kin += _below(piece, visitor, depth + 1)
    return kin if len(kin) > 1 else []


def _ancestors(piece: Piece, visitor: Visitor) -> list[Piece]:
    line: list[Piece] = []
    above = piece.parent_id
    while above is not None and len(line) < HIGHEST:
        one = gallery.light().filter(pk=above).first()
        if one is None or not visitor.may_see(one):
            break
        line.insert(0, one)
        above = one.parent_id
    return line


def _below(piece: Piece, visitor: Visitor, depth: int) -> list[Kin]:
    """Return children and grandchildren, two queries for all of them."""
    children = _children([piece], visitor)
    grandchildren = _children(children, visitor)
    found: list[Kin] = []
    for child in children:
        found.append(Kin(child, depth, False))
        mine = [one for one in grandchildren if one.parent_id == child.pk]
        found += [Kin(one, depth + 1, False) for one in mine]
    return found


def _children(pieces: Sequence[Piece], visitor: Visitor) -> list[Piece]:
    if not pieces:
        return []
    rows = gallery.light().filter(parent__in=[piece.pk for piece in pieces])
    return [row for row in rows.order_by("created_at", "take")[:MOST] if visitor.may_see(row)]
