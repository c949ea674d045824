"""How pages show music that plays: sheets with their marks, the roll, where the sound is heard."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.utils.translation import pgettext_lazy

from generator.config import DEFAULT_INSTRUMENT, INSTRUMENTS
from webapp import counting, places, roll
from webapp.models import Piece
from webapp.templatetags import music

register = template.Library()

PRINTED, NARROW = (210, 297), (425, 690)  # how pages are shaped
LEAD_S = 4.0  # how long before the seam one begins to listen

INSTRUMENT_NAMES = {
    "grand": pgettext_lazy("instrument", "Concert grand"),
    "bright": pgettext_lazy("instrument", "Bright grand"),
    "upright": pgettext_lazy("instrument", "Tavern upright"),
    "harpsichord": pgettext_lazy("instrument", "Harpsichord"),
}
TEMPO_PERCENT = (50, 150, 5)  # lowest, highest, step


class Sheet(NamedTuple):
    """One page, and what is marked on it, where the places are known."""

    picture: str
    link: str
    total: int
    marks: places.Marks | None


class Edition(NamedTuple):
    """The pages of a piece in one size."""

    name: str  # wide or narrow
    positions: str  # address of the places
    width: int  # of a page, and its height: in which ratio
    height: int
    sheets: list[Sheet]


class Instrument(NamedTuple):
    """Something to play the piece on, and the files of it that are there."""

    name: str
    title: str
    mp3: str
    ogg: str


@register.filter
def editions(piece: Piece) -> list[Edition]:
    """Return the engraved pages with their marks: as printed, and for a phone where it was made."""
    printed = Edition(
        "wide", music.file_url(piece, "positions"), *PRINTED, _marked(music.pages(piece), piece)
    )
    narrow = [piece.file_url(path) for path in piece.files.get("narrow") or []]
    pages = [music.Page(picture, picture, len(narrow)) for picture in narrow]
    kind = "positions_narrow"
    phone = Edition("narrow", music.file_url(piece, kind), *NARROW, _marked(pages, piece, kind))
    return [printed, phone] if pages and printed.sheets else [printed]


def _marked(pages: list[music.Page], piece: Piece, kind: str = "positions") -> list[Sheet]:
    marks = places.marks(piece, kind)
    return [Sheet(*page, marks.get(i)) for i, page in enumerate(pages)]


@register.filter
def first_bar(piece: Piece) -> int:
    """Return the number of the first bar as it is printed: 0 for an upbeat."""
    return counting.bars(piece.score or {}).first


@register.filter(name="roll")
def roll_of(piece: Piece) -> roll.Roll | None:
    """Return the piano roll of a piece; None while there are no notes."""
    return roll.roll(piece.score or {})


@register.filter
def seam_s(piece: Piece) -> float | None:
    """Return at which second the machine takes over."""
    score = piece.score or {}
    seam = score.get("seam")
    return None if seam is None else round(counting.Clock(score).seconds_at(seam), 3)


@register.filter
def before_seam_s(piece: Piece) -> float | None:
    """Return where one begins to listen, to hear the machine take over."""
    seam = seam_s(piece)
    return None if seam is None else max(0.0, round(seam - LEAD_S, 3))


@register.filter
def shared_s(piece: Piece) -> float | None:
    """Return at which second the run begins that a piece shares with another work."""
    return places.heard_from(piece)


@register.filter
def instruments(piece: Piece) -> list[Instrument]:
    """Return what the piece can be played on, the default first."""

    def one(name: str) -> Instrument:
        is_default = name == DEFAULT_INSTRUMENT
        kinds = [kind if is_default else f"{kind}-{name}" for kind in ("mp3", "ogg")]
        files = [music.file_url(piece, kind) for kind in kinds]
        return Instrument(name, str(INSTRUMENT_NAMES[name]), *files)

    return [one(name) for name in INSTRUMENTS]


@register.filter
def chosen(piece: Piece, name: str) -> Instrument:
    """Return the instrument called ``name``; the default where there is none of that name."""
    known = instruments(piece)
    return next((one for one in known if one.name == name), known[0])


@register.simple_tag
def tempo_range() -> dict[str, Any]:
    """Return how much slower and faster a piece can be played."""
    low, high, step = TEMPO_PERCENT
    return {"low": low, "high": high, "step": step}
