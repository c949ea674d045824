"""Where a piece comes from: in whose manner, how it is played, and what it shares with whom."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from webapp import composers, counting, wording, works
from webapp.models import Checkpoint, Piece

register = template.Library()

# What is not played: the pedal, the rubato.
WITHOUT = {
    (True, False): _("without pedal"),
    (False, True): _("without rubato"),
    (True, True): _("without pedal and rubato"),
}


@register.filter
def composer_after(name: str) -> str:
    """Return a composer's name as it follows "in the manner of"."""
    return composers.after_manner(name)


@register.filter
def other_composers(checkpoint: Checkpoint) -> str:
    """Return whom a model may be asked for besides its own composer."""
    others = [name for name in checkpoint.composers if name != checkpoint.composer]
    return ", ".join(title for _name, title in composers.choices(others))


@register.filter
def manner(piece: Piece) -> str:
    """Return whose manner a piece was asked for; empty where the model knows but one."""
    name = piece.config.get("composer") if piece.checkpoint.recipe == "notes" else ""
    return composers.after_manner(name) if name else ""


@register.filter
def played_without(piece: Piece) -> str:
    """Return what was left out of the playing on purpose."""
    pedal, rubato = (piece.config.get(name) is False for name in ("pedal", "rubato"))
    return str(WITHOUT.get((pedal, rubato), ""))


@register.filter
def says(checkpoint: Checkpoint) -> str:
    """Return what a model does to the music."""
    return wording.says(checkpoint)


@register.filter
def shared(piece: Piece) -> str:
    """Return the longest run that a piece shares, and where; empty where none was looked for."""
    run: dict[str, Any] = piece.originality or {}
    if not run:
        return ""
    length = int(run.get("length", 0))
    if not length:
        return gettext("none")
    notes = ngettext("{n} note", "{n} notes", length).format(n=formats.localize(length))
    bars = _bars(run.get("first_bar", 0), run.get("last_bar", 0))
    return f"{notes}: {shared_work(piece)}, {bars}"


@register.filter
def shared_work(piece: Piece) -> str:
    """Return the composer and the work that the longest shared run is from."""
    run: dict[str, Any] = piece.originality or {}
    work = works.title(run.get("work", ""), run.get("composer", ""))
    return ", ".join(filter(None, (composers.title(run.get("composer", "")), work)))


@register.filter
def shared_here(piece: Piece) -> str:
    """Return in which bars of the piece itself the shared run is."""
    run: dict[str, Any] = piece.originality or {}
    notes, begin = (piece.score or {}).get("notes") or [], int(run.get("begin_note", 0))
    heard = notes[begin : begin + int(run.get("length", 0))]
    if not heard:
        return _bars(run.get("piece_first_bar", 0), run.get("piece_last_bar", 0))
    # As they are printed; the row counts an upbeat as a bar.
    first, last = (counting.bar_of(piece.score or {}, heard[i][0]) for i in (0, -1))
    return _bars(first, last)


@register.filter
def shares_too_much(piece: Piece) -> int:
    """Return the most that two real works share, where a piece shares more; else 0."""
    line = (piece.checkpoint.card.get("figures") or {}).get("originality") or {}
    most = int(line.get("maximum") or 0)
    return most if most and (piece.originality or {}).get("length", 0) > most else 0


@register.filter
def times_again(piece: Piece) -> int:
    """Return how often a piece was composed again because it shared too much."""
    return int((piece.originality or {}).get("recomposed", 0))


@register.filter
def sources(piece: Piece) -> list[str]:
    """Return whom to name: for the opening, and for the music the model learned from."""
    opening = " ".join(filter(None, (piece.primer.attribution, piece.primer.licence)))
    learned = str(piece.checkpoint.card.get("attribution", ""))
    return list(dict.fromkeys(filter(None, (opening, learned))))


def _bars(first: int, last: int) -> str:
    if first == last:
        return gettext("bar {n}").format(n=first)
    return gettext("bars {first} to {last}").format(first=first, last=last)
