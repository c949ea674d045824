"""What a piece in a list says of itself: what is particular about it, how long it is, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django import template
from django.utils import formats
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext, pgettext

from webapp import composers, counting, cuts, gallery, titles
from webapp.models import Piece, Primer
from webapp.spoken import spoken

register = template.Library()

DAY = timedelta(days=1)
RINGING_S = 1.4  # so long the strings ring on after the last note, as it is recorded


class Entry(NamedTuple):
    """One place in a list: a piece, or the first take of a click with the others folded in."""

    piece: Piece
    others: list[Piece]


@register.filter
def in_sets(pieces: Iterable[Piece]) -> list[Entry]:
    """Return the entries of a list, where takes of one click that stand together are one.

    What was given a star or a name stands for itself, before those that were not.
    """
    entries = []
    for _, together in groupby(pieces, key=lambda piece: piece.batch or piece.pk):
        takes = sorted(together, key=lambda piece: piece.take)
        apart = [piece for piece in takes if _is_chosen(piece)]
        entries += [Entry(piece, []) for piece in apart]
        if rest := [piece for piece in takes if piece not in apart]:
            entries.append(Entry(rest[0], rest[1:]))
    return entries


def _is_chosen(piece: Piece) -> bool:
    return getattr(piece, "is_favourite", False) or not titles.is_of_a_take(piece.title)


@register.filter
def particular(piece: Piece) -> str:
    """Return what tells a piece from its kin: its take, its bars, what was asked otherwise."""
    return " · ".join(_particulars(piece))


@register.filter
def called(piece: Piece) -> str:
    """Return the title of a piece in quotation marks, with what is particular about it."""
    told = particular(piece)
    return gettext("“{title}”").format(title=spoken(piece.title)) + (f" ({told})" if told else "")


@register.filter
def length_s(row: Piece | Primer) -> float | None:
    """Return how many seconds the sound lasts of a piece, or an opening; None without notes."""
    outline = cuts.score(row.opening) if isinstance(row, Primer) else gallery.outline(row)
    return round(counting.seconds(outline) + RINGING_S, 1) if outline else None


@register.filter
def own_from_s(piece: Piece | Primer) -> float | None:
    """Return at which second a piece begins to be its own: new bars, or else the machine."""
    if isinstance(piece, Primer) or (outline := gallery.outline(piece)) is None:
        return None
    onset = outline["seam"]
    if piece.from_bar is not None:
        onset = counting.onset_of(outline, piece.from_bar)
    return None if onset is None else round(counting.second_at(outline, onset), 2)


@register.filter
def moment(when: datetime) -> str:
    """Return a date with the time of day, by the site's clock: "today, 14:05"."""
    time = formats.time_format(localtime(when), "H:i")
    words = {localdate(): today_words(), localdate() - DAY: yesterday_words()}.get(localdate(when))
    if words:
        return words.format(time=time)
    return f"{formats.date_format(localtime(when), 'DATE_FORMAT')}, {time}"


@register.simple_tag
def today_words() -> str:
    """Return how a moment of today is said, for a time to be put in."""
    return gettext("today, {time}")


@register.simple_tag
def yesterday_words() -> str:
    """Return how a moment of yesterday is said."""
    return gettext("yesterday, {time}")


def _particulars(piece: Piece) -> Iterator[str]:
    if piece.batch:
        yield pgettext("one of several", "Take {n}").format(n=piece.take + 1)
    if piece.from_bar is not None:
        yield _bars(piece.from_bar, piece.to_bar)
    parent = _parent(piece)
    if parent is None:
        return
    told = [*_changed(piece, parent)]
    yield from told
    if not told and piece.from_bar is None and not piece.batch:
        seeds = piece.config.get("seed"), parent.config.get("seed")
        yield gettext("another try") if seeds[0] != seeds[1] else gettext("tweaked")


def _bars(first: int, last: int | None) -> str:
    if last is None:
        return gettext("from bar {n}").format(n=first)
    if last == first:
        return gettext("bar {n} anew").format(n=first)
    return gettext("bars {first} to {last} anew").format(first=first, last=last)


def _parent(piece: Piece) -> Piece | None:
    """Return what a piece is made out of, where everyone who sees the piece may know of it."""
    parent = piece.parent
    if parent is None or parent.deleted_at:
        return None
    is_known = not parent.is_private or (piece.is_private and piece.owner == parent.owner)
    return parent if is_known else None


def _changed(piece: Piece, parent: Piece) -> Iterator[str]:
    """Yield what was asked otherwise than of ``parent``."""
    now, was = (float(one.config.get("temperature") or 1.0) for one in (piece, parent))
    if now != was:
        words = gettext("wilder: {was} → {now}") if now > was else gettext("calmer: {was} → {now}")
        yield words.format(was=_number(was), now=_number(now))
    if piece.checkpoint_id != parent.checkpoint_id:
        yield gettext("by another model")
    elif piece.config.get("composer") != parent.config.get("composer"):
        names = [composers.after_manner(one.composer) for one in (piece, parent)]
        yield gettext("in the manner of {now}, was {was}").format(now=names[0], was=names[1])
    if piece.primer_id != parent.primer_id:
        yield gettext("another opening")
    bars, had = piece.config.get("bars"), parent.config.get("bars")
    if piece.from_bar is None and bars and had and bars != had:
        words = (
            gettext("longer: {was} → {now} bars")
            if bars > had
            else gettext("shorter: {was} → {now} bars")
        )
        yield words.format(was=had, now=bars)


def _number(value: float) -> str:
    return str(formats.localize(round(value, 2)))
