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
    "queue_crowded": gettext_noop(
        "You asked for {wanted} pieces and have {waiting} waiting already; {limit} may wait "
        "at once. Ask for fewer, or wait for one to be done."
    ),
    "bars_not_there": gettext_noop("{field} is {value}, and this piece has bars {low} to {high}."),
    "bars_of_the_end": gettext_noop(
        "Bars are rewritten so that they lead into what follows, and nothing follows bar {value}. "
        "Go on from an earlier bar instead."
    ),
    "bars_turned": gettext_noop("The last bar, {value}, comes before the first, {low}."),
    "bars_too_many": gettext_noop(
        "{value} bars are too many to rewrite at once: choose {high} at most."
    ),
    "bars_unknown": gettext_noop(
        "A piece of the 40-note recipe has no bars to choose. Choose one by another model."
    ),
    "settled_by_parent": gettext_noop(
        "{field} is the parent's own where bars of it are chosen. Leave {field} out."
    ),
    "needs_beside": gettext_noop("{field} says nothing without {other}."),
    "not_ready": gettext_noop("This piece is not done, so there is nothing to go on from yet."),
    "unknown_field": gettext_noop("{field} is not known. Known are: {choices}."),
    # how it was asked
    "bad_cursor": gettext_noop("This page of the list cannot be found. Begin at the first."),
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
