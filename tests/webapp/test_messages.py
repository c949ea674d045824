"""Sentences made of codes and values."""

import string

import pytest
from django.utils import translation

from webapp import messages


@pytest.mark.parametrize("code", messages.MESSAGES)
def test_every_sentence_can_be_said(code):
    """With values for all that it names; it ends as a sentence does."""
    template = messages.MESSAGES[code]
    values = {name: "x" for _, name, _, _ in string.Formatter().parse(template) if name}

    assert messages.sentence(code, values).endswith((".", "stock", "x"))


@pytest.mark.parametrize(
    ("code", "values"),
    [("gone", {}), ("out_of_range", {}), ("out_of_range", {"field": "notes"}), ("", None)],
)
def test_what_an_older_version_stored_is_said_in_general(code, values):
    """A row never breaks the page that shows it."""
    assert messages.sentence("internal") == messages.sentence(code, values)


def test_values_are_never_read_as_templates():
    """What a visitor sent is put in, and not looked into."""
    text = messages.sentence("not_text", {"field": "{code}", "value": "{0.__class__}"})

    assert "{code} is {0.__class__}, and must be text." == text


def test_a_language_without_a_translation_falls_back():
    """English stands until the sentence is translated."""
    with translation.override("ru"):
        assert messages.sentence("internal")
