"""What new pieces are called: told apart where one visitor makes several from one opening.

"Impromptu after …", then "Impromptu no. 2 after …": a number for each click, a
visitor's own. In brackets stands what a number does not say, the bar that a piece
goes on from, the bars that are rewritten, the take. A title of its owner's words
stays, with these after it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from webapp.models import Piece

LONGEST_TITLE = 200  # characters
ROOM = 40  # of them, for a number and brackets

NUMBER = r"(?: no\. (?P<number>\d+))?"
PART = r"(?:from bar|bars|bar|take) \d+(?: to \d+)?"
BRACKET = rf"(?: \((?P<bracket>{PART}(?:, {PART})*)\))?"
GIVEN = re.compile(rf"Impromptu{NUMBER}{BRACKET}(?P<after> after .*)?", re.DOTALL)
OWN = re.compile(rf"(?P<name>.+?){NUMBER}{BRACKET}", re.DOTALL)


class Words(NamedTuple):
    """A title in its parts."""

    name: str
    number: int
    after: str  # of whom it is an impromptu; empty for a title of the owner's own words


def given(opening: str) -> str:
    """Return what a piece is called that begins as ``opening`` does.

    >>> given("Sonata in C")
    'Impromptu after Sonata in C'
    """
    return f"Impromptu after {opening}"[: LONGEST_TITLE - ROOM]


def is_given(name: str) -> bool:
    """Whether nobody wrote ``name``: what stands before "after" in a title of ours.

    >>> is_given("Impromptu no. 2 (take 3)"), is_given("Valse")
    (True, False)
    """
    return GIVEN.fullmatch(name) is not None


def is_of_a_take(title: str) -> bool:
    """Whether a title is still the one that a take was made with.

    >>> is_of_a_take("Impromptu no. 2 (bar 9, take 3) after Sonata in C"), is_of_a_take("Valse")
    (True, False)
    """
    found = GIVEN.fullmatch(title) or OWN.fullmatch(title)
    return found is not None and "take " in (found["bracket"] or "")


def parted(title: str) -> Words:
    """Return a title without its brackets, in its parts.

    >>> parted("Impromptu no. 3 (from bar 13, take 2) after Sonata in C")
    Words(name='Impromptu', number=3, after=' after Sonata in C')
    >>> parted("Valse (bars 9 to 12)")
    Words(name='Valse', number=1, after='')
    """
    found = GIVEN.fullmatch(title)
    name, after = ("Impromptu", found["after"] or "") if found else ("", "")
    if found is None and (found := OWN.fullmatch(title)):
        name = found["name"]
    return Words(name or title, int(found["number"] or 1) if found else 1, after)


def tell_apart(pieces: Sequence[Piece]) -> None:
    """Give the pieces of one click titles that no other of their owner has.

    What nobody owns keeps its title.
    """
    first = pieces[0]
    if not first.owner:
        return
    words = parted(first.title)
    number = _next_number(first.owner, words)
    for take, piece in enumerate(pieces, start=1):
        piece.title = _title(words, number, _particulars(piece, take if len(pieces) > 1 else 0))


def _next_number(owner: str, words: Words) -> int:
    """Return the number after the highest that the owner has given; 1 where there is none.

    What is deleted counts as long as it can be had back.
    """
    alike = Piece.with_deleted.filter(owner=owner, title__startswith=words.name)
    found = (parted(title) for title in alike.values_list("title", flat=True))
    return 1 + max((one.number for one in found if one[::2] == words[::2]), default=0)


def _particulars(piece: Piece, take: int) -> str:
    told = []
    if piece.from_bar is not None:
        first, last = piece.from_bar, piece.to_bar
        one = f"from bar {first}" if last is None else f"bar {first}"
        told.append(one if last in (None, first) else f"bars {first} to {last}")
    if take:
        told.append(f"take {take}")
    return f" ({', '.join(told)})" if told else ""


def _title(words: Words, number: int, particulars: str) -> str:
    rest = (f" no. {number}" if number > 1 else "") + particulars + words.after
    return words.name[: LONGEST_TITLE - len(rest)] + rest
