"""Russian as complete as English: every page, every template, numbers and dates too."""

from __future__ import annotations

import ast
import gettext
import html
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import formats, translation
from django.utils.translation.template import templatize

from generator.config import PUBLISHED_ATTRIBUTION
from tests.webapp import world
from tests.webapp.conftest import owner_client
from webapp.models import Checkpoint, Corpus, Piece, Primer
from webapp.templatetags import learning, music

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
CODE = Path(settings.BASE_DIR, "webapp").rglob("*.py")
SOURCES = [*TEMPLATES, *sorted(path for path in CODE if path.parent.name != "migrations")]
SPOKEN = ("alt", "aria-label", "placeholder", "title", "label", "done", "gone", "offline", "back")

# What is no text: blocks that are translated, tags of Django and of HTML, comments.
TRANSLATED = re.compile(
    r"{% comment %}.*?{% endcomment %}|{% blocktranslate.*?{% endblocktranslate %}"
    r"|{#.*?#}|{%.*?%}|{{.*?}}",
    re.S,
)
TAGS = re.compile(r"<!--.*?-->|<(head|style)\b.*?</\1>|<[^>]*>", re.S)
SPOKEN_HERE = re.compile(rf'\s(?:{"|".join(SPOKEN)})="([^"]*)"')
SENTENCE = re.compile(r"\b(?:[A-Za-z][a-z']+[ ,]+){2,}[A-Za-z]+")  # three Latin words in a row

# How a sentence is asked for, as Django reads it out of a template, and in our code.
STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(
    rf"\bn?(?P<context>p?)gettext\(\s*(?P<first>{STRING})(?:,\s*(?P<second>{STRING}))?"
)
PLAIN = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy")
WITH_CONTEXT = ("pgettext", "pgettext_lazy")
CONTEXT = "\x04"  # stands between a context and its sentence, in a catalogue


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_speaks_by_itself(template):
    """Whatever is read or spoken aloud is translated, but for the name of the site."""
    rest = html.unescape(TRANSLATED.sub("", template.read_text(encoding="utf-8")))

    said = [TAGS.sub(" ", rest), *SPOKEN_HERE.findall(rest)]

    words = [word for text in said for word in re.findall(r"[^\W\d_]{2,}", text)]
    assert {"Impromptu"} >= set(words)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sentence_has_a_russian_one(source):
    """Also those that no page of the world of these tests says."""
    text = source.read_text(encoding="utf-8")
    asked = _asked_by_template(text) if source.suffix == ".html" else _asked_by_code(text)

    known = {key if isinstance(key, str) else key[0] for key in _catalogue()}

    assert [] == [sentence for sentence in asked if sentence not in known]


def _asked_by_template(text: str) -> Iterator[str]:
    for call in CALL.finditer(templatize(text)):
        strings = [ast.literal_eval(part) for part in call.group("first", "second") if part]
        yield CONTEXT.join(strings) if call["context"] else strings[0]


def _asked_by_code(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        strings = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
        if node.func.id in WITH_CONTEXT and len(strings) == 2:
            yield CONTEXT.join(strings)
        elif node.func.id in PLAIN and strings:
            yield strings[0]


@cache
def _catalogue() -> frozenset[str | tuple[str, int]]:
    path = Path(settings.BASE_DIR, "webapp/locale/ru/LC_MESSAGES/django.mo")
    with path.open("rb") as file:
        return frozenset(gettext.GNUTranslations(file)._catalog)


@pytest.mark.django_db
def test_every_page_speaks_russian(staff):
    """No sentence of ours is in Latin letters; works, models and rights have their names."""
    pages = {page.address: page for page in world.pages(world.build(), staff)}
    names = _names()
    viewers = {True: staff, False: owner_client("alice")}

    found = {}
    for address, page in pages.items():
        answer = viewers[page.is_for_staff].get(address, headers={"Accept-Language": "ru"})
        found[address] = _english(answer.text, names)
    with translation.override("ru"):
        for name in ("403.html", "404.html", "500.html"):
            request = RequestFactory().get("/")
            found[name] = _english(render_to_string(name, request=request), names)

    assert {} == {address: said for address, said in found.items() if said}


def _english(page: str, names: list[str]) -> list[str]:
    text = html.unescape(" ¶ ".join([TAGS.sub(" ¶ ", page), *SPOKEN_HERE.findall(page)]))
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    for name in names:
        text = text.replace(name, "¶")
    return SENTENCE.findall(text)


def _names() -> list[str]:
    """Return what is called as it is called, the longest first."""
    called = [
        (PUBLISHED_ATTRIBUTION,),
        *Primer.objects.values_list("title", "composer", "attribution", "licence"),
        *Piece.objects.values_list("title", "note"),
        *Checkpoint.objects.values_list("title", "card__attribution"),
        *Corpus.objects.values_list("title"),
    ]
    return sorted({str(name) for row in called for name in row if name}, key=len, reverse=True)


def test_numbers_and_dates_are_written_as_in_the_language():
    """A comma or a point before what is less than one; a space or a comma between thousands."""
    shown = {}
    for language in ("en", "ru"):
        with translation.override(language):
            shown[language] = [
                music.temperature_words(0.95).split()[-1],
                learning.as_share(0.125),
                learning.counted(20_000),
                formats.date_format(date(2026, 3, 8), "DATE_FORMAT"),
            ]

    assert shown == {
        "en": ["(0.95)", "12.5 %", "20,000", "March 8, 2026"],
        "ru": ["(0,95)", "12,5 %", "20\N{NO-BREAK SPACE}000", "8 марта 2026 г."],  # noqa: RUF001 - a year, in Russian
    }
