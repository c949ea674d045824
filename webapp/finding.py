"""What a visitor looks for in the gallery, as conditions on pieces.

Openings, models and composers are few, so words are looked for in them here;
of the pieces the database compares only keys that an index holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.db.models import Q

from webapp import composers, wordkeys
from webapp.messages import Refused
from webapp.models import Checkpoint, Favourite, Primer
from webapp.spoken import everywhere

MOST_WORDS = 8
LONGEST_SEARCH = 200  # characters

# A field that lists are sorted by, and whether from its end.
SORTS = {
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
    "title": ("title_key", False),
    "calmest": ("temperature", False),
    "wildest": ("temperature", True),
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is looked for; what is empty is not asked for."""

    q: str = ""  # words of titles, openings, models and composers
    composer: str = ""  # in whose manner the machine goes on
    checkpoint: str = ""  # the hash of a model
    temperature: str = ""  # two numbers, "0.8-1.2": above the first, up to the second
    mine: bool = False
    favourites: bool = False
    sort: str = "newest"

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            values = {"field": "sort", "value": self.sort[:80], "choices": ", ".join(SORTS)}
            raise Refused("not_a_choice", **values)
        _range(self.temperature)

    @property
    def is_plain(self) -> bool:
        """Whether everything is asked for, in whatever order."""
        return self == Wish(sort=self.sort)

    def conditions(self, owner: str) -> Q:
        """Return what holds of a piece that ``owner`` looks for in this way."""
        return reduce(and_, self._conditions(owner), Q())

    def _conditions(self, owner: str) -> Iterator[Q]:
        for word in wordkeys.key(self.q[:LONGEST_SEARCH]).split()[:MOST_WORDS]:
            yield _mentions(word)
        if self.composer:
            yield Q(manner=_plain(self.composer).lower())
        if self.checkpoint:
            yield Q(checkpoint_id=_plain(self.checkpoint))
        if self.temperature:
            low, high = _range(self.temperature)
            yield Q(temperature__gt=low, temperature__lte=high)
        if self.favourites:
            yield Q(pk__in=Favourite.objects.filter(owner=owner).values("piece"))


def _mentions(word: str) -> Q:
    called = composers.called(word)
    openings = [
        pk
        for pk, title, composer in Primer.objects.values_list("pk", "title", "composer")
        if word in _key(title) or _names(composer, word, called)
    ]
    models = [
        pk for pk, title in Checkpoint.objects.values_list("pk", "title") if word in _key(title)
    ]
    return (
        Q(title_key__contains=word)
        | Q(primer_id__in=openings)
        | Q(checkpoint_id__in=models)
        | Q(manner__in=called)
    )


def _key(text: str) -> str:
    return wordkeys.key(everywhere(text))


def _names(composer: str, word: str, called: list[str]) -> bool:
    key = _key(composer)
    return any(name in key for name in (word, *called))


def _range(text: str) -> tuple[float, float]:
    if not text:
        return 0.0, 0.0
    try:
        low, high = (float(number) for number in text.split("-"))
    except ValueError:
        raise Refused("bad_range", value=text[:80]) from None
    return low, high


def _plain(text: str) -> str:
    """Return ``text`` without what PostgreSQL cannot hold."""
    return text.replace("\0", "")
