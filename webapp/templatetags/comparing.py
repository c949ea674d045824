"""What tells pieces apart, in words; and the bars of each that are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django import template
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from webapp import comparing, counting, excerpts
from webapp.models import Piece
from webapp.spoken import spoken
from webapp.templatetags import music, openings, origin, tweaking

register = template.Library()

LETTERS = "ABCDE"
NONE = "–"  # noqa: RUF001 - a dash, as a table has it

Value = Callable[[Piece], str]


def _number(name: str) -> Value:
    def value(piece: Piece) -> str:
        number = piece.config.get(name)
        return "" if number is None else formats.localize(round(float(number), 2))

    return value


# What was asked for, as it is said of one piece and, with slashes, of several.
ASKED: tuple[tuple[Any, Value], ...] = (
    (_("begun as {values}"), lambda piece: music.unbroken(openings.called(piece.primer))),
    (_("model {values}"), lambda piece: spoken(piece.checkpoint.title)),
    (_("in the manner of {values}"), origin.manner),
    (_("temperature {values}"), _number("temperature")),
    (_("temperature of the notes {values}"), _number("pitch_temperature")),
    (_("temperature of the rhythm {values}"), _number("rhythm_temperature")),
    (_("breadth of choice {values}"), _number("top_p")),
    (_("played {values}"), origin.played_without),
)
# What follows by itself where bars of another piece are kept.
OWN: tuple[tuple[Any, Value], ...] = (
    (_("length {values}"), music.length_words),
    (_("seed {values}"), lambda piece: str(music.seed(piece))),
)


class Side(NamedTuple):
    """One of the pieces that lie side by side, and what is its own."""

    letter: str
    piece: Piece
    words: str


@register.filter
def sides(pieces: Sequence[Piece]) -> list[Side]:
    """Return the pieces with their letters, each with what tells it from the others."""
    told, batches = _told_apart(pieces), Counter(piece.batch for piece in pieces if piece.batch)

    def words(piece: Piece) -> str:
        own = [tweaking.take_label(piece, "")] if piece.batch and batches[piece.batch] > 1 else []
        own += [_anew(piece) or gettext("as it was")] if _is_kin(pieces) else []
        own += [str(phrase).format(values=value(piece) or NONE) for phrase, value in told]
        return " · ".join(own)

    pairs = zip(LETTERS, pieces, strict=False)
    return [Side(letter, piece, words(piece)) for letter, piece in pairs]


@register.filter
def apart_words(pieces: Sequence[Piece]) -> str:
    """Return in what pieces differ of all that was asked for, and nothing else."""
    said = _anew_words(pieces) if _is_kin(pieces) else []
    for phrase, value in _told_apart(pieces):
        said.append(str(phrase).format(values=" / ".join(value(one) or NONE for one in pieces)))
    if not said:
        return gettext("nothing that was asked for: all is the same")
    is_one_seed = len({music.seed(piece) for piece in pieces}) == 1
    if is_one_seed and not _is_kin(pieces):
        return " · ".join([*said, gettext("the seed and all else are the same")])
    return " · ".join([*said, gettext("all else is the same")])


@register.filter
def parting_words(parting: comparing.Parting | None) -> str:
    """Return up to which bar pieces are the same, and where they are the same again."""
    if parting is None:
        return gettext("Note for note they are the same.")
    first, last, is_shared = parting
    if not is_shared:
        return gettext("They differ from the first bar on.")
    if last is None:
        words = gettext("They are the same up to bar {before}, and differ from bar {first} on.")
        return words.format(before=first - 1, first=first)
    if last == first:
        return gettext("They differ in bar {first} alone.").format(first=first)
    words = gettext("They differ in bars {first} to {last} alone.")
    return words.format(first=first, last=last)


@register.simple_tag
def excerpt_of(piece: Piece, take: Piece) -> excerpts.Excerpt | None:
    """Return the bars of ``piece`` that are new in ``take``, with what stands around them."""
    if not take.score and take.from_bar is None:
        return None
    first, last = excerpts.new_bars(take)
    return excerpts.cut(piece, first, last if take.to_bar is not None else None)


@register.simple_tag
def excerpt_from(piece: Piece, parting: comparing.Parting | None) -> excerpts.Excerpt | None:
    """Return the bars of ``piece`` where it begins to differ; else where the machine begins."""
    if parting and parting.is_shared:
        return excerpts.cut(piece, parting.first, parting.last)
    return excerpts.cut(piece, excerpts.new_bars(piece).first)


@register.filter
def bars_words(excerpt: excerpts.Excerpt) -> str:
    """Return which bars of an excerpt are new."""
    first, last = excerpt.first, excerpt.last
    if first == last:
        return gettext("bar {n}").format(n=first)
    return gettext("bars {first} to {last}").format(first=first, last=last)


@register.filter
def heard_from(piece: Piece, bar: int) -> str:
    """Return the second from which a bar is listened to: where the bar before it begins."""
    score = piece.score or {}
    before = max(0.0, counting.onset_of(score, bar - 1))
    return f"{counting.second_at(score, before):.2f}"


@register.filter
def heard_to(piece: Piece, bar: int | None) -> str:
    """Return the second to which bars up to ``bar`` are listened to: the end of the one after."""
    if bar is None:
        return ""
    score = piece.score or {}
    return f"{counting.second_at(score, counting.onset_of(score, bar + 2)):.2f}"


@register.filter
def new_from(piece: Piece) -> int:
    """Return the bar with which what is new begins."""
    return excerpts.new_bars(piece).first


@register.filter
def compare_url(piece: Piece, other: Piece) -> str:
    """Return the address where ``other`` lies beside ``piece``, which comes first."""
    return comparing.address([piece, other])


@register.simple_tag
def compare_all(parent: Piece | None, takes: Sequence[Piece]) -> str:
    """Return the address where takes lie side by side, after what they keep bars of.

    Empty where they are too many, or there is but one.
    """
    pieces = list(takes) if parent is None or takes[0].from_bar is None else [parent, *takes]
    is_possible = comparing.FEWEST <= len(pieces) <= comparing.MOST
    return comparing.address(pieces) if is_possible else ""


def _told_apart(pieces: Sequence[Piece]) -> list[tuple[Any, Value]]:
    asked = ASKED if _is_kin(pieces) else ASKED + OWN
    return [(phrase, value) for phrase, value in asked if len(set(map(value, pieces))) > 1]


def _is_kin(pieces: Sequence[Piece]) -> bool:
    """Whether some were made out of bars of one of the others, or of one that is theirs all."""
    ids = {piece.pk for piece in pieces}
    roots = {piece.parent_id if piece.from_bar else piece.pk for piece in pieces}
    made = [piece for piece in pieces if piece.from_bar is not None]
    return bool(made) and (len(roots) == 1 or any(piece.parent_id in ids for piece in made))


def _anew(piece: Piece) -> str:
    """Return which bars of a piece were written anew; empty for one that stands by itself."""
    if piece.from_bar is None:
        return ""
    if piece.to_bar is None:
        return gettext("from bar {n} on written anew").format(n=piece.from_bar)
    if piece.to_bar == piece.from_bar:
        return gettext("bar {n} written anew").format(n=piece.from_bar)
    words = gettext("bars {first} to {last} written anew")
    return words.format(first=piece.from_bar, last=piece.to_bar)


def _anew_words(pieces: Sequence[Piece]) -> list[str]:
    """Return what was written anew, and in which of the pieces where not in all."""
    letters: dict[str, str] = {}
    for letter, piece in zip(LETTERS, pieces, strict=False):
        letters[_anew(piece)] = letters.get(_anew(piece), "") + letter
    letters.pop("", None)
    is_one = len(letters) == 1
    if is_one:
        return list(letters)
    return [f"{words} ({', '.join(of)})" for words, of in letters.items()]
