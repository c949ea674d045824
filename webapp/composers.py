"""Composers by the names that a corpus gives its folders, and as a reader calls them.

Nothing else in the web app turns the one into the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from webapp import wordkeys

# A folder's name to the name in a list, and to the one that follows "in the manner of".
NAMES: dict[str, tuple[Any, Any]] = {
    "albeniz": (_("Albéniz"), pgettext_lazy("in the manner of", "Albéniz")),
    "bach": (_("Bach"), pgettext_lazy("in the manner of", "Bach")),
    "balakir": (_("Balakirev"), pgettext_lazy("in the manner of", "Balakirev")),
    "beeth": (_("Beethoven"), pgettext_lazy("in the manner of", "Beethoven")),
    "borodin": (_("Borodin"), pgettext_lazy("in the manner of", "Borodin")),
    "brahms": (_("Brahms"), pgettext_lazy("in the manner of", "Brahms")),
    "burgm": (_("Burgmüller"), pgettext_lazy("in the manner of", "Burgmüller")),
    "chopin": (_("Chopin"), pgettext_lazy("in the manner of", "Chopin")),
    "debussy": (_("Debussy"), pgettext_lazy("in the manner of", "Debussy")),
    "granados": (_("Granados"), pgettext_lazy("in the manner of", "Granados")),
    "grieg": (_("Grieg"), pgettext_lazy("in the manner of", "Grieg")),
    "haydn": (_("Haydn"), pgettext_lazy("in the manner of", "Haydn")),
    "liszt": (_("Liszt"), pgettext_lazy("in the manner of", "Liszt")),
    "mendelssohn": (_("Mendelssohn"), pgettext_lazy("in the manner of", "Mendelssohn")),
    "mozart": (_("Mozart"), pgettext_lazy("in the manner of", "Mozart")),
    "muss": (_("Mussorgsky"), pgettext_lazy("in the manner of", "Mussorgsky")),
    "schubert": (_("Schubert"), pgettext_lazy("in the manner of", "Schubert")),
    "schumann": (_("Schumann"), pgettext_lazy("in the manner of", "Schumann")),
    "tschai": (_("Tchaikovsky"), pgettext_lazy("in the manner of", "Tchaikovsky")),
}


def title(name: str) -> str:
    """Return the composer's name as it stands in a list; an unknown one with a capital."""
    return str(NAMES[name][0]) if name in NAMES else name.capitalize()


def after_manner(name: str) -> str:
    """Return the composer's name as it follows "in the manner of"."""
    return str(NAMES[name][1]) if name in NAMES else name.capitalize()


def choices(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return ``names`` as they follow "in the manner of", in the order of what is read."""
    return sorted(((name, after_manner(name)) for name in set(names)), key=lambda pair: pair[1])


def called(word: str) -> list[str]:
    """Return the folders' names of those in whose name, in any language, ``word`` occurs."""
    word = wordkeys.key(word)
    return [name for name, keys in _keys().items() if any(word in key for key in keys)]


@cache
def _keys() -> dict[str, tuple[str, ...]]:
    keys: dict[str, tuple[str, ...]] = {name: (name,) for name in NAMES}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for name in NAMES:
                keys[name] += (wordkeys.key(title(name)),)
    return keys


def folder(name: str) -> str:
    """Return how corpora call the folder of a composer; of one we do not know, the name itself."""
    wanted = name.casefold()
    known = (short for short in NAMES if wanted in (short, title(short).casefold()))
    return next(known, name.lower())
