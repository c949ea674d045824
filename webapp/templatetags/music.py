"""How pages say what rows hold: in words, in bars, and as addresses of files."""

from __future__ import annotations

import re
from math import inf
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from webapp import counting, messages
from webapp.models import Piece, Stage, Status

register = template.Library()

# What a temperature does, up to and with the number beside it.
WARMTH = (
    (0.5, pgettext_lazy("temperature", "very calm")),
    (0.8, pgettext_lazy("temperature", "calm")),
    (1.2, pgettext_lazy("temperature", "free")),
    (1.6, pgettext_lazy("temperature", "wild")),
    (inf, pgettext_lazy("temperature", "very wild")),
)

# What there is to take away, by what it is for.
DOWNLOADS = (
    (_("To read"), {"pdf": "PDF", "png": "PNG"}),
    (_("To hear"), {"mp3": "MP3", "ogg": "OGG", "wav": "WAV", "flac": "FLAC"}),
    (_("To work on"), {"musicxml": "MusicXML", "midi": "MIDI"}),
)

# What of a config fills the form anew.
AGAIN = (
    *("composer", "bars", "notes", "temperature", "pitch_temperature", "rhythm_temperature"),
    *("top_p", "seed"),
)

MINUTE_S = counting.MINUTE_S


# What a line must not break after: K. 331, Op. 28, No. 2, bar 13.
NUMBERED = re.compile(r"(\b(?:(?:K|KV|Op|No|no)\.|bars?|to|take|такт[аы]?|вариант)|№) (?=\d)")


class Page(NamedTuple):
    """One engraved page: what is shown, what a click opens, how many there are."""

    picture: str
    link: str
    total: int


class Download(NamedTuple):
    """A file to take away."""

    label: str
    url: str


class Downloads(NamedTuple):
    """Files to take away for one purpose."""

    purpose: str
    files: list[Download]


@register.filter
def unbroken(title: str) -> str:
    """Return a title whose numbers stay on one line with what they count."""
    return NUMBERED.sub("\\1\N{NO-BREAK SPACE}", title)


@register.filter
def file_url(piece: Piece, kind: str) -> str:
    """Return the address of the one file of ``kind``, or of the first page of several."""
    path = piece.files.get(kind)
    if isinstance(path, list):
        path = path[0] if path else None
    return piece.file_url(path) if path else ""


@register.filter
def thumbnail_url(piece: Piece) -> str:
    """Return the address of the first line's picture, or nothing where there is none."""
    return file_url(piece, "thumbnail")


@register.filter
def has_sound(piece: Piece) -> bool:
    """Whether there is something to play."""
    return any(piece.files.get(kind) for kind in ("mp3", "ogg", "wav"))


@register.filter
def sound_url(piece: Piece) -> str:
    """Return the address of the sound, in the form that every browser plays."""
    return next(filter(None, (file_url(piece, kind) for kind in ("mp3", "ogg", "wav"))), "")


@register.filter
def pages(piece: Piece) -> list[Page]:
    """Return the engraved pages: SVG to see, PNG to open where there is one."""
    svg, png = piece.files.get("svg") or [], piece.files.get("png") or []
    pictures = svg or png
    links = png if len(png) == len(pictures) else pictures
    return [
        Page(piece.file_url(picture), piece.file_url(link), len(pictures))
        for picture, link in zip(pictures, links, strict=True)
    ]


@register.filter
def downloads(piece: Piece) -> list[Downloads]:
    """Return every file that can be taken away, by what it is for."""
    groups = [
        Downloads(str(purpose), [one for kind in kinds for one in _of_kind(piece, kind, kinds)])
        for purpose, kinds in DOWNLOADS
    ]
    return [group for group in groups if group.files]


def _of_kind(piece: Piece, kind: str, labels: dict[str, str]) -> list[Download]:
    """Return the files of one kind, pages of a score one by one."""
    entry = piece.files.get(kind) or []
    paths = [entry] if isinstance(entry, str) else entry
    names = [
        f"{labels[kind]} {i}" if len(paths) > 1 else labels[kind] for i in range(1, 1 + len(paths))
    ]
    return [
        Download(name, _to_keep(piece.file_url(path)))
        for name, path in zip(names, paths, strict=True)
    ]


@register.filter
def temperature_words(value: float) -> str:
    """Return what a temperature does to the music, and its number."""
    words = next(words for limit, words in WARMTH if value <= limit)
    return f"{words} ({formats.localize(round(float(value), 2))})"


@register.filter
def length_words(piece: Piece) -> str:
    """Return how many bars, or else how many notes, were asked for."""
    bars = piece.config.get("bars")
    if bars:
        return ngettext("{n} bar", "{n} bars", bars).format(n=formats.localize(bars))
    notes = int(piece.config.get("notes", 0))
    return ngettext("{n} note", "{n} notes", notes).format(n=formats.localize(notes))


@register.filter
def whole_length_words(piece: Piece) -> str:
    """Return how much the machine wrote, and how long the whole is with its opening."""
    asked = gettext("{length} by the machine").format(length=length_words(piece))
    if not duration_words(piece):
        return asked
    first, last = counting.bars(piece.score or {})
    n = last - max(first, 1) + 1
    whole = ngettext("with the opening {n} bar", "with the opening {n} bars", n)
    return f"{asked}; {whole.format(n=formats.localize(n))}, {duration_words(piece)}"


@register.filter
def duration_words(piece: Piece) -> str:
    """Return how long the whole piece sounds, as 1:05; nothing while there are no notes."""
    if not piece.score or not piece.score.get("notes"):
        return ""
    return clock_words(counting.seconds(piece.score))


@register.filter
def clock_words(seconds: float) -> str:
    """Return a length of time as 1:05."""
    minutes, rest = divmod(round(seconds), MINUTE_S)
    return f"{minutes}:{rest:02}"


@register.filter
def seam_bar(piece: Piece) -> int | None:
    """Return the bar in which the machine takes over; None while there are no notes."""
    known = vars(piece)
    if "seam" in known:  # a list has read what counts the bars, and has no notes
        seam, begin = known["seam"], known["begin"] or 0.0
        return None if seam is None else counting.bar_at(known["metres"] or (), seam, begin=begin)
    score = piece.score or {}
    seam = score.get("seam")
    return None if seam is None else counting.bar_of(score, seam)


@register.filter
def goes_on_from(piece: Piece) -> int | None:
    """Return the bar from which the model of a piece wrote it: after the seam, if it goes on."""
    is_gone_on = piece.from_bar is not None and piece.to_bar is None
    return piece.from_bar if is_gone_on else seam_bar(piece)


@register.filter
def seed(piece: Piece) -> int | None:
    """Return the seed as a plain number."""
    value = piece.config.get("seed")
    return None if value is None else int(value)


@register.filter
def stage_words(piece: Piece) -> str:
    """Return what is being done to a piece now."""
    if piece.status == Status.QUEUED:
        return gettext("Waiting for the machine to be free")
    if not piece.stage:
        return gettext("Beginning")
    return str(Stage(piece.stage).label)


@register.filter
def count_words(piece: Piece) -> str:
    """Return how many notes, or bars where it was asked for them, there are of how many."""
    if piece.status != Status.RUNNING or piece.stage != Stage.COMPOSING or not piece.total:
        return ""
    counts = {"done": formats.localize(piece.done), "total": formats.localize(piece.total)}
    if piece.config.get("bars") and piece.checkpoint.recipe != "chords":
        words = ngettext("{done} of {total} bar.", "{done} of {total} bars.", piece.total)
    else:
        words = ngettext("{done} of {total} note.", "{done} of {total} notes.", piece.total)
    return words.format(**counts)


@register.filter
def eta_words(seconds: float | None) -> str:
    """Return how long it will still take, as roughly as it is known."""
    if seconds is None:
        return ""
    if seconds < 1:
        return gettext("Ready in a moment.")
    if seconds < MINUTE_S:
        whole = round(seconds)
        return ngettext("About {n} second left.", "About {n} seconds left.", whole).format(n=whole)
    whole = round(seconds / MINUTE_S)
    return ngettext("About {n} minute left.", "About {n} minutes left.", whole).format(n=whole)


@register.filter
def error_words(piece: Piece) -> str:
    """Return what ended a piece, in the reader's language."""
    return messages.sentence(piece.error_code, piece.error_values)


@register.filter
def advice_words(piece: Piece) -> str:
    """Return what to do about what ended a piece."""
    return messages.advice(piece.error_code)


@register.filter
def position_words(n: int | None) -> str:
    """Return how many pieces are composed before this one."""
    if n is None:
        return ""
    if n == 0:
        return gettext("It is the next.")
    return ngettext("{n} piece is before it.", "{n} pieces are before it.", n).format(n=n)


@register.filter
def settings_url(piece: Piece) -> str:
    """Return the address of the form, filled with what made ``piece``."""
    values: dict[str, Any] = {"checkpoint": piece.checkpoint_id, "primer": piece.primer_id}
    chosen = {name: piece.config.get(name) for name in AGAIN}
    # The 40-note recipe counts in notes; elsewhere bars, where there are any, decide.
    by_bars = chosen["bars"] and piece.checkpoint.recipe != "chords"
    chosen["notes" if by_bars else "bars"] = None
    values |= {name: value for name, value in chosen.items() if value not in (None, "")}
    values |= {name: 0 for name in ("pedal", "rubato") if piece.config.get(name) is False}
    return f"{reverse('home')}?{urlencode(values)}"


def _to_keep(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}download"
