"""What the tweak loop needs to be said: addresses that fill the form, bars, takes and kin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext, ngettext, pgettext

from webapp import counting, family, ownership, takes
from webapp.models import Piece, Reproduction, Status
from webapp.templatetags import music

register = template.Library()

LEAD_IN_S = 5.0  # a take is played from so long before the place where it begins to be new

SETS = {
    "strip": lambda n: ngettext("{n} temperature", "{n} temperatures", n),
    "takes": lambda n: ngettext("{n} take", "{n} takes", n),
    "going-on": lambda n: ngettext("{n} way to go on", "{n} ways to go on", n),
    "rewriting": lambda n: ngettext("{n} way to say it", "{n} ways to say it", n),
}


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
    """Return what a set of takes is called."""
    n = len(takes)
    return str(SETS[kind](n)).format(n=formats.localize(n))


@register.filter
def take_label(piece: Piece, kind: str) -> str:
    """Return what tells a take from the others of its set."""
    if kind == "strip":
        return music.temperature_words(piece.config["temperature"])
    return pgettext("one of several", "Take {n}").format(n=piece.take + 1)


@register.filter
def take_words(piece: Piece) -> str:
    """Return what is being done to a take now: one that waits may have its notes already."""
    if piece.status == Status.QUEUED and piece.score:
        return gettext("Composed; its score comes next")
    return music.stage_words(piece)


@register.filter
def sheet(piece: Piece) -> str:
    """Return the picture of the page that tells a take from the others."""
    pictures = piece.files.get("svg") or piece.files.get("png") or []
    if not pictures:
        return ""
    return piece.file_url(pictures[min(_page_of_interest(piece), len(pictures) - 1)])


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


def _page_of_interest(piece: Piece) -> int:
    """Return the page, from 0, where a take begins to be new; the first where that is not known."""
    path = piece.files.get("positions")
    if piece.from_bar is None or not piece.score or not path:
        return 0
    onset = counting.onset_of(piece.score, piece.from_bar)
    try:
        places = json.loads(Path(settings.MEDIA_ROOT, path).read_text(encoding="utf-8"))["bars"]
    except (OSError, ValueError, KeyError):
        return 0
    return max((bar["page"] for bar in places if bar["position"] <= onset), default=0)
