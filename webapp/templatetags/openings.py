"""How pages say what an opening is: its tempo and metre, its bars, what was left out of a file."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext, ngettext

from webapp import counting, cuts, messages
from webapp.counting import Bars
from webapp.models import Primer, Stage, Status, Upload
from webapp.spoken import spoken

register = template.Library()


@register.filter
def called(primer: Primer) -> str:
    """Return an opening by composer and work, or by the work alone where nobody is named."""
    return ", ".join(spoken(name) for name in (primer.composer, primer.title) if name)


@register.filter
def metre_words(opening: dict[str, Any]) -> str:
    """Return the metre as 3/4; empty where it is not known."""
    if opening.get("is_free"):
        return ""
    return "/".join(str(part) for part in opening.get("time_signature") or (4, 4))


@register.filter
def tempo_words(opening: dict[str, Any]) -> str:
    """Return how fast an opening is played."""
    if opening.get("is_free"):
        return ""
    qpm = formats.localize(round(opening.get("tempo_qpm") or counting.DEFAULT_QPM))
    return gettext("{n} quarter notes a minute").format(n=qpm)


@register.filter
def key_words(opening: dict[str, Any]) -> str:
    """Return the signs of an opening's key; empty where they are not known."""
    key = opening.get("key")
    if key is None:
        return ""
    if key == 0:
        return gettext("no sharps or flats")
    if key > 0:
        return ngettext("{n} sharp", "{n} sharps", key).format(n=key)
    return ngettext("{n} flat", "{n} flats", -key).format(n=-key)


@register.filter
def amount_words(primer: Primer) -> str:
    """Return how much music there is: bars, notes and seconds."""
    there, n = cuts.bars(primer.opening), len(primer.score["notes"])
    notes = ngettext("{n} note", "{n} notes", n).format(n=formats.localize(n))
    minutes, seconds = divmod(round(counting.seconds(primer.score)), counting.MINUTE_S)
    parts = [_bars_words(there)] if there else []
    return ", ".join([*parts, notes, f"{minutes}:{seconds:02}"])


@register.filter
def range_words(there: Bars) -> str:
    """Return which bars an opening has, as they are numbered."""
    return gettext("bars {first} to {last}").format(first=there.first, last=there.last)


@register.filter
def begun_words(primer: Primer) -> str:
    """Return which bars a piece begins with where none are chosen."""
    begun = cuts.begun(primer.opening)
    return range_words(begun) if begun else ""


@register.filter
def remark_words(primer: Primer) -> list[str]:
    """Return what was assumed of a file or left out, in sentences of one line."""
    said = [messages.remark(told["code"], told["values"]) for told in primer.remarks]
    return [words[:1].upper() + words[1:] + "." for words in said if words]


@register.filter
def upload_words(upload: Upload) -> str:
    """Return what is being done with a visitor's file."""
    if upload.status == Status.QUEUED:
        return gettext("Waiting for the machine to be free")
    if upload.stage in ("", Stage.READING):
        return gettext("Reading the file")
    return str(Stage(upload.stage).label)


@register.filter
def refusal_words(upload: Upload) -> str:
    """Return why a file was not taken, in the reader's language."""
    return messages.sentence(upload.error_code, upload.error_values)


def _bars_words(there: Bars) -> str:
    n = there.last - there.first + 1
    return ngettext("{n} bar", "{n} bars", n).format(n=formats.localize(n))
