"""Say an error's code and values as a sentence, in the language of the reader.

The library's codes are in generator.errors; those that only the web needs are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from generator import errors

MESSAGES: dict[str, str] = errors.MESSAGES | {
    # what was asked for
    "no_checkpoint": gettext_noop(
        "There is no model to compose with yet. Train one, or run: python manage.py stock"
    ),
    "no_primer": gettext_noop("There is no opening to begin with yet. Run: python manage.py stock"),
    "not_known": gettext_noop("There is no {field} called {value}."),
    "not_text": gettext_noop("{field} is {value}, and must be text."),
    "not_whole": gettext_noop("{field} is {value}, and must be a whole number."),
    "queue_full": gettext_noop(
        "You have {limit} pieces waiting already. Wait for one to be done, or cancel one."
    ),
    "unknown_field": gettext_noop("{field} is not known. Known are: {choices}."),
    # how a piece is kept
    "title_empty": gettext_noop("A piece needs a title: write at least one letter."),
    "title_long": gettext_noop("The title has {value} characters, and at most {high} are kept."),
    "note_long": gettext_noop("The note has {value} characters, and at most {high} are kept."),
    "none_chosen": gettext_noop("No piece is chosen. Tick some of your own first."),
    "too_many": gettext_noop("{value} pieces are chosen, and at most {high} can be taken at once."),
    "zip_large": gettext_noop(
        "These pieces have {value} MB of files, and at most {high} MB are packed at once. "
        "Choose fewer."
    ),
    # how it was asked
    "bad_cursor": gettext_noop("This page of the list cannot be found. Begin at the first."),
    "bad_range": gettext_noop(
        "temperature is {value}, and must be two numbers, as 0.8-1.2: above the first, up to the "
        "second."
    ),
    "bad_json": gettext_noop("The body is not JSON: {reason}."),
    "body_too_large": gettext_noop("The body has more than {limit} bytes."),
    "forbidden": gettext_noop("Only who made this piece can change it."),
    "foreign": gettext_noop(
        "The request did not come from a page of this site. Load the page again and repeat it."
    ),
    "method": gettext_noop("This address does not answer {value}."),
    "not_found": gettext_noop("There is nothing at this address."),
    "not_json": gettext_noop("The body must be sent as application/json."),
    "not_object": gettext_noop("The body must be a JSON object."),
    # how it ended
    "internal": gettext_noop("Something went wrong on our side. The error has been recorded."),
    "worker_lost": gettext_noop(
        "The worker stopped {times} times before this was done. Please start it again."
    ),
}


# What to do about an error, by how its code begins; the first that fits.
ADVICE = (
    ("checkpoint_", gettext_noop("Choose another model, and compose again.")),
    ("not_in_recipe", gettext_noop("Choose another model, and compose again.")),
    ("primer_", gettext_noop("Choose another opening, and compose again.")),
    ("sound_too_long", gettext_noop("Ask for fewer bars, and compose again.")),
    *(
        (begins, gettext_noop("Try again later; should it fail again, tell who runs this site."))
        for begins in ("tool_", "page_", "sound", "worker_lost")
    ),
    ("", gettext_noop("Try again; should it fail again, another seed or model may get through.")),
)


def advice(code: str) -> str:
    """Return in a sentence what to do about the error ``code``."""
    return gettext(next(words for begins, words in ADVICE if code.startswith(begins)))


def sentence(code: str, values: Mapping[str, Any] | None = None) -> str:
    """Return what ``code`` says about ``values``.

    A row may outlive the code that wrote it: what is not known any more is
    said in general.
    """
    template = MESSAGES.get(code)
    if template is None:
        return gettext(MESSAGES["internal"])
    try:
        return gettext(template).format(**(values or {}))
    except (KeyError, IndexError, ValueError):
        return gettext(MESSAGES["internal"])


class Refused(Exception):
    """The web app does not do what was asked; a code and values say why."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return sentence(self.code, self.values)
