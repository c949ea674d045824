"""A composer is called by name, and in Russian in the case that follows "in the manner of"."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from webapp import composers

CORPUS = Path(settings.BASE_DIR).parent / "shared" / "datasets" / "classical-music-midi"


def test_a_folder_is_called_by_its_composer():
    """Accents and all."""
    assert ["Burgmüller", "Mussorgsky", "Tchaikovsky"] == [
        composers.title(name) for name in ("burgm", "muss", "tschai")
    ]


def test_a_folder_that_nobody_knows_gets_a_capital():
    """A corpus of one's own has names of its own."""
    assert ("Satie", "Satie") == (composers.title("satie"), composers.after_manner("satie"))


def test_a_list_is_in_the_order_of_the_names_that_are_read():
    """Balakirev is folder balakir, Tchaikovsky tschai; each stands once."""
    listed = composers.choices(["tschai", "bach", "albeniz", "bach"])

    assert ["albeniz", "bach", "tschai"] == [name for name, _ in listed]


def test_russian_has_both_cases():
    """All 19 of them, none left in Latin letters."""
    with translation.override("ru"):
        assert ("Григ", "Грига") == (composers.title("grieg"), composers.after_manner("grieg"))
        names = [
            f(name) for name in composers.NAMES for f in (composers.title, composers.after_manner)
        ]

    assert [] == [name for name in names if "CYRILLIC" not in unicodedata.name(name[0])]


@pytest.mark.parametrize(
    ("word", "found"), [("beethoven", ["beeth"]), ("Grie", ["grieg"]), ("x", [])]
)
def test_a_word_finds_whom_it_may_mean(word, found):
    """For the gallery's search."""
    assert found == composers.called(word)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
def test_every_folder_of_the_corpus_is_known():
    """19 composers."""
    assert {path.name for path in CORPUS.iterdir() if path.is_dir()} == set(composers.NAMES)
