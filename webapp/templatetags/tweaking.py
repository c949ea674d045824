"""What the tweak loop needs to be said: addresses that fill the form, bars, takes and kin."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from webapp import counting, family, ownership, takes
from webapp.models import Piece, Reproduction, Status
from webapp.templatetags import music

register = template.Library()

LEAD_IN_S = 5.0  # a take is played from so long before the place where it begins to be new

AT_TEMPERATURES = {5: gettext_lazy("At five temperatures")}
IN_WAYS = {2: gettext_lazy("in two ways"), 3: gettext_lazy("in three ways")}
IN_WAYS |= {4: gettext_lazy("in four ways"), 5: gettext_lazy("in five ways")}


@register.filter
def all_url(piece: Piece) -> str:
    """Return the address of the form filled with all that made ``piece``, as a tweak of it."""
    return f"{music.settings_url(piece)}&{urlencode({'parent': piece.pk})}"


@register.filter
def remix_url(piece: Piece) -> str:
    """Return the address of the form filled with everything but the seed."""
    seed = urlencode({"seed": music.seed(piece)})
    return all_url(piece).replace(f"&{seed}", "")


@register.filter
def seed_url(piece: Piece) -> str:
    """Return the address of the form filled with the seed alone, and of whose it is."""
    return f"{reverse('home')}?{urlencode({'seed': music.seed(piece), 'of': piece.pk})}"


@register.filter
def bars(piece: Piece) -> counting.Bars | None:
    """Return which bars of a piece can be chosen; None where there are none to choose."""
    if piece.status != Status.SUCCEEDED or not piece.score or piece.checkpoint.recipe == "chords":
        return None
    first, last = counting.bars(piece.score)
    return counting.Bars(first + 1, last)


@register.filter
def bar_asked(piece: Piece) -> int:
    """Return the bar that is offered to go on from: a few after the machine took over."""
    score = piece.score or {}
    first, last = counting.bars(score)
    begin = counting.bar_of(score, score.get("seam") or 0.0)
    return max(first + 1, min(begin + 4, last - 2))


@register.simple_tag
def most_rewritten() -> int:
    """Return how many bars can be rewritten at once."""
    return takes.MOST_REWRITTEN


@register.filter
def rewritten_words(piece: Piece) -> str:
    """Return which bars were rewritten; empty where none was."""
    if piece.from_bar is None or piece.to_bar is None:
        return ""
    if piece.from_bar == piece.to_bar:
        return gettext("bar {n}").format(n=piece.from_bar)
    words = gettext("bars {first} to {last}")
    return words.format(first=piece.from_bar, last=piece.to_bar)


@register.simple_tag(takes_context=True)
def kin(context: template.Context, piece: Piece) -> list[family.Kin]:
    """Return the family of a piece, as far as the visitor may see it."""
    return family.tree(piece, ownership.visitor(context["request"]))


@register.filter
def kinship(piece: Piece) -> str:
    """Return how a piece came out of its parent."""
    if piece.from_bar is None:
        return gettext("tweaked") if piece.parent_id else ""
    if piece.to_bar is None:
        return gettext("goes on from bar {n}").format(n=piece.from_bar)
    if piece.to_bar == piece.from_bar:
        return gettext("bar {n} rewritten").format(n=piece.from_bar)
    words = gettext("bars {first} to {last} rewritten")
    return words.format(first=piece.from_bar, last=piece.to_bar)


@register.filter
def apart(piece: Piece) -> str:
    """Return what tells a piece from its kin: its place among takes, its temperature, its seed."""
    told = [music.temperature_words(piece.config.get("temperature", 1.0))]
    told += [gettext("seed {n}").format(n=music.seed(piece))] if piece.to_bar is None else []
    return " · ".join(([take_label(piece, "")] if piece.batch else []) + told)


@register.filter
def set_title(kind: str, takes: list[Piece]) -> str:
    """Return what was done to make a set of takes."""
    n = len(takes)
    if kind == "takes":
        return ngettext("{n} take", "{n} takes", n).format(n=formats.localize(n))
    if kind == "strip":
        words = ngettext("At {n} temperature", "At {n} temperatures", n).format(n=n)
        return str(AT_TEMPERATURES.get(n, words))
    ways = IN_WAYS.get(n, ngettext("in {n} way", "in {n} ways", n).format(n=n))
    return _bars_in_ways(takes[0]).format(
        first=takes[0].from_bar, last=takes[0].to_bar, ways=str(ways)
    )


def _bars_in_ways(take: Piece) -> str:
    if take.to_bar is None:
        return gettext("From bar {first} on, {ways}")
    if take.to_bar == take.from_bar:
        return gettext("Bar {first} {ways}")
    return gettext("Bars {first} to {last} {ways}")


@register.filter
def delete_others(n: int) -> str:
    """Return what a button says that keeps one take alone, of which there are ``n`` others."""
    words = ngettext("Delete the other take", "Delete the {n} other takes", n)
    return words.format(n=formats.localize(n))


@register.filter
def take_label(piece: Piece, kind: str) -> str:
    """Return what tells a take from the others of its set."""
    if kind == "strip":
        return music.temperature_words(piece.config["temperature"])
    return pgettext("one of several", "Take {n}").format(n=piece.take + 1)


@register.filter
def take_number(piece: Piece, kind: str) -> str:
    """Return the same where there is little room: its number, or its temperature."""
    if kind == "strip":
        return str(formats.localize(piece.config["temperature"]))
    return str(piece.take + 1)


@register.filter
def take_words(piece: Piece) -> str:
    """Return what is being done to a take now: one that waits may have its notes already."""
    if piece.status == Status.QUEUED and piece.score:
        return gettext("Composed; its score comes next")
    return music.stage_words(piece)


@register.filter
def begins_at(piece: Piece) -> str:
    """Return the second from which a take is played where its beginning is the parent's."""
    if piece.from_bar is None or not piece.source:
        return ""
    onset = counting.onset_of(piece.source, piece.from_bar)
    return f"{max(0.0, counting.second_at(piece.source, onset) - LEAD_IN_S):.1f}"


@register.filter
def layer_words(answer: dict[str, Any]) -> str:
    """Return in what a piece that was composed again differs first."""
    return {
        "notes": gettext("in its notes"),
        "pedals": gettext("in its pedal"),
        "tempi": gettext("in its rubato"),
    }.get(answer.get("in", ""), "")


@register.filter
def reason_words(other: dict[str, str]) -> str:
    """Return what is another now than when a piece was composed."""
    words = {
        "opening": gettext("the opening has been changed since"),
        "numpy": gettext("it was computed by NumPy {then}, and now by {now}"),
        "python": gettext("it was computed under Python {then}, and now under {now}"),
        "processor": gettext("it was computed on another processor ({then}, now {now})"),
    }.get(other.get("what", ""), "")
    return words.format(then=other.get("then", ""), now=other.get("now", ""))


@register.filter
def answer_stage(row: Reproduction) -> str:
    """Return what is being done to a reproduction now."""
    return gettext("Composing it again") if row.status == Status.RUNNING else gettext("Waiting")
