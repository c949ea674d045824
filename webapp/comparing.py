"""Laying pieces side by side: which may lie there, and from where on their notes differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from webapp import counting, gallery
from webapp.messages import Refused
from webapp.models import Piece
from webapp.ownership import Visitor

FEWEST, MOST = 2, 5

Note = tuple[float, float, int]  # onset and duration in quarter notes, pitch


class Parting(NamedTuple):
    """The bars in which pieces differ, by their printed numbers."""

    first: int
    last: int | None  # None: to the end
    is_shared: bool  # whether whole bars before them are the same


def address(pieces: Iterable[Any]) -> str:
    """Return the address where pieces, or their ids, lie side by side."""
    ids = [getattr(piece, "pk", piece) for piece in pieces]
    return f"{reverse('compare')}?{urlencode({'piece': ids}, doseq=True)}"


def by_age(ids: Sequence[str]) -> list[str]:
    """Return the ids, the elder piece first, as one thinks of them; what is none comes last."""
    try:
        rows = Piece.objects.filter(pk__in=_read(ids)).order_by("created_at")
    except Refused:
        return list(ids)
    there = [str(key) for key in rows.values_list("pk", flat=True)]
    return [*there, *(text for text in ids if text not in there)]


def chosen(ids: Sequence[str], visitor: Visitor) -> list[Piece]:
    """Return the pieces that are called, in this order.

    Raises Refused for too few and for too many, and in the same words for what is not
    there and for what ``visitor`` may not see.
    """
    keys = _read(ids)
    if len(keys) < FEWEST:
        raise Refused("compare_few", low=FEWEST, high=MOST)
    if len(keys) > MOST:
        raise Refused("compare_many", value=len(keys), high=MOST)
    rows = Piece.objects.select_related("checkpoint", "primer")
    rows = rows.defer("source", "checkpoint__card", "primer__opening")
    there = {piece.pk: piece for piece in gallery.starred(rows, visitor.owner).filter(pk__in=keys)}
    if not all(key in there and visitor.may_see(there[key]) for key in keys):
        raise Refused("compare_gone")
    return [there[key] for key in keys]


def parting(pieces: Iterable[Piece]) -> Parting | None:
    """Return where the notes of pieces differ; None where they do not, or less than two have any.

    What is struck counts, and how long it is held; how loud and how fast does not.
    """
    scores = [piece.score for piece in pieces if piece.score and piece.score.get("notes")]
    if len(scores) < FEWEST:
        return None
    if len({str(score.get("time_signatures")) for score in scores}) > 1:
        return Parting(counting.bars(scores[0]).first, None, is_shared=False)
    first, *others = map(_written, scores)
    spans = list(filter(None, (_span(first, other) for other in others)))
    if not spans:
        return None
    begin = counting.bar_of(scores[0], min(onset for onset, _ in spans))
    ends = [end for _, end in spans if end is not None]
    last = counting.bar_of(scores[0], max(ends)) if len(ends) == len(spans) else None
    return Parting(begin, last, is_shared=begin > counting.bars(scores[0]).first)


def _read(ids: Sequence[str]) -> list[UUID]:
    """Return the ids in their order, each once, however it is written."""
    try:
        return list(dict.fromkeys(UUID(text) for text in ids))
    except ValueError as error:
        raise Refused("compare_gone") from error


def _written(score: dict[str, Any]) -> list[Note]:
    return [(round(note[0], 3), round(note[1], 3), int(note[2])) for note in score["notes"]]


def _span(one: list[Note], other: list[Note]) -> tuple[float, float | None] | None:
    """Return the onsets of the first and the last note that differ; None for none.

    The last is None where no note at the end is the same.
    """
    before = _n_same(one, other)
    if before == len(one) == len(other):
        return None
    after = min(_n_same(one[::-1], other[::-1]), min(len(one), len(other)) - before)
    apart = [notes[before : len(notes) - after] for notes in (one, other)]
    onsets = [note[0] for notes in apart for note in notes]
    return min(onsets), max(onsets) if after else None


def _n_same(one: list[Note], other: list[Note]) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
