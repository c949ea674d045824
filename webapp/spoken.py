"""Titles and names as a page says them, in the visitor's language.

What ships has English names, and titles of ours are made in English
(:mod:`webapp.titles`); both are kept as they are, and said here in the language
of the page. What somebody called something stays as they wrote it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

from webapp import titles

CUT = re.compile(r"(?P<name>.+), (?P<bars>bars? \d+(?: to \d+)?)", re.DOTALL)
NUMBERS = re.compile(r"\d+")


def spoken(text: str) -> str:
    """Return a title or a name in the language of the page.

    >>> with translation.override("ru"):
    ...     spoken("Sonata in C major, K. 545, first movement"), spoken("Evening in C")
    ('Соната до мажор, K. 545, первая часть', 'Evening in C')
    """
    if not text or translation.get_language() == settings.LANGUAGE_CODE:
        return text
    known = pgettext("name", text)
    if known != text:
        return known
    if found := titles.GIVEN.fullmatch(text):
        after = [_after(found["after"].removeprefix(" after "))] if found["after"] else []
        return " ".join([_told(pgettext("in a title", "Impromptu"), found), *after])
    if found := CUT.fullmatch(text):
        return f"{spoken(found['name'])}, {_part(found['bars'])}"
    if (found := titles.OWN.fullmatch(text)) and (found["number"] or found["bracket"]):
        return _told(found["name"], found)
    return text


@lru_cache(maxsize=4096)
def everywhere(text: str) -> str:
    """Return a title or a name in all languages of the site, to be looked for in."""
    said = []
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            said.append(spoken(text))
    return " ".join(dict.fromkeys(said))


def _told(name: str, found: re.Match[str]) -> str:
    """Return a name with the number and the brackets that a title of ours has."""
    told = [name]
    if found["number"]:
        told.append(pgettext("in a title", "no. {n}").format(n=found["number"]))
    if found["bracket"]:
        told.append(f"({', '.join(_part(part) for part in found['bracket'].split(', '))})")
    return " ".join(told)


def _after(opening: str) -> str:
    """Return of whom it is an impromptu: a work that ships in its case, another in quotes."""
    found = CUT.fullmatch(opening)
    name = found["name"] if found else opening
    known = pgettext("after", name)
    if known == name:
        return pgettext("a title", "after {opening}").format(opening=spoken(opening))
    bars = f", {_part(found['bars'])}" if found else ""
    return pgettext("a known work", "after {opening}").format(opening=known + bars)


def _part(part: str) -> str:
    """Return what stands in brackets: "from bar 13", "bars 13 to 16", "bar 13", "take 2"."""
    first, *rest = NUMBERS.findall(part)
    if rest:
        return pgettext("in a title", "bars {first} to {last}").format(first=first, last=rest[0])
    words = {
        "from": pgettext("in a title", "from bar {n}"),
        "bar": pgettext("in a title", "bar {n}"),
        "take": pgettext("in a title", "take {n}"),
    }
    return words[part.split(maxsplit=1)[0]].format(n=first)
