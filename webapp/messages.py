"""Say an error's code and values as a sentence, in the language of the reader.

The library's codes are in generator.errors; those that only the web needs are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext, gettext_noop, ngettext

from generator import errors

MESSAGES: dict[str, str] = errors.MESSAGES | {
    # what was asked for
    "no_checkpoint": gettext_noop(
        "There is no model to compose with yet. Train one, or run: python manage.py stock"
    ),
    "no_primer": gettext_noop("There is no opening to begin with yet. Run: python manage.py stock"),
    "no_corpora": gettext_noop("corpora must be a list of 1 to {high} ids of corpora."),
    "not_known": gettext_noop("There is no {field} called {value}."),
    "not_a_switch": gettext_noop("{field} must be true or false, and nothing else be sent."),
    "not_text": gettext_noop("{field} is {value}, and must be text."),
    "not_whole": gettext_noop("{field} is {value}, and must be a whole number."),
    "queue_full": gettext_noop(
        "You have {limit} pieces waiting already. Wait for one to be done, or cancel one."
    ),
    "unfit": gettext_noop("{field}: {reason}"),
    "start_unlike": gettext_noop(
        "A training cannot go on from {value}: its network is {network}. "
        "Choose that network, or another model."
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
    # openings
    "opening_bars": gettext_noop("{field} is {value}, and this opening has bars {low} to {high}."),
    "opening_has_no_bars": gettext_noop(
        "{title} was played in freely and has no bars, so none can be chosen."
    ),
    "opening_no_file": gettext_noop("No file came. Choose a MIDI or a MusicXML file first."),
    "opening_silent": gettext_noop("Nothing begins in bars {low} to {high}. Choose others."),
    "opening_unread": gettext_noop("{title} is being read. Wait a moment, and ask again."),
    "openings_many": gettext_noop(
        "You have {limit} openings of your own, which is the most. Delete one first."
    ),
    "uploads_fast": gettext_noop("That were many files. Wait a few minutes, and go on."),
    "uploads_waiting": gettext_noop(
        "You have {limit} files waiting already. Wait for one to be read."
    ),
    # music to learn from
    "corpus_busy": gettext_noop(
        "{corpus} is being read. Wait until that is done, or cancel it first."
    ),
    "corpus_in_use": gettext_noop(
        "A training uses {corpus}. Wait until it ends, or cancel it first."
    ),
    "folder_crowded": gettext_noop("{folder} holds more than {high} files. Name a smaller one."),
    "folder_missing": gettext_noop("There is no folder {folder} on the server."),
    "folder_not_absolute": gettext_noop("{folder} must begin with /: name the folder in full."),
    "folder_silent": gettext_noop("There is no MIDI file in {folder}, at any depth."),
    "folder_stays": gettext_noop(
        "{corpus} is a folder of the server, in which nothing is changed from here. "
        "Change its files there, and have it read again."
    ),
    "folder_unreadable": gettext_noop("{folder} is there, but the server may not read it."),
    "no_composer": gettext_noop("{corpus} holds no file by {composer} that was taken."),
    "nothing_to_repeat": gettext_noop("There is nothing here to try again."),
    "staff_only": gettext_noop("Only staff may do this. Log in at /admin/ first."),
    "upload_empty": gettext_noop("No file came. Choose a zip, or MIDI or MusicXML files."),
    "upload_too_large": gettext_noop("That is more than {high} MB, which is the most at once."),
    # models and duels
    "checkpoint_has_pieces": gettext_noop(
        "{title} stays: pieces name it as the one that wrote them ({n}). Delete those first."
    ),
    "checkpoint_in_duels": gettext_noop("{title} stays: it has been in duels ({n})."),
    "checkpoint_is_active": gettext_noop(
        "{title} is what visitors get. Give them another model first."
    ),
    "checkpoint_is_taught": gettext_noop("{title} stays: a training goes on from it now."),
    "checkpoint_rehearses": gettext_noop("{title} stays: it is in a rehearsal now."),
    "checkpoint_ships": gettext_noop("{title} stays: it comes with Impromptu."),
    "duel_open": gettext_noop("These two models are in an open duel already."),
    "duel_same": gettext_noop("A duel needs two different models."),
    "import_no_file": gettext_noop("Choose the file of a model first."),
    "no_way_back": gettext_noop("There is no earlier model here to go back to."),
    "piece_in_duel": gettext_noop("This piece belongs to a duel, and stays as long as the duel."),
    "vote_twice": gettext_noop("You have judged this pair already."),
    "votes_too_fast": gettext_noop("That was fast. Listen to both, and judge in a minute."),
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
    # pieces side by side
    "compare_few": gettext_noop("Choose {low} to {high} pieces, and they stand side by side."),
    "compare_gone": gettext_noop(
        "One of these pieces is not there any more, or is not for everyone to see."
    ),
    "compare_many": gettext_noop(
        "{value} pieces are too many to hear one beside the other. Choose {high} at most."
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
    "not_a_file": gettext_noop(
        "The body must be the file itself, sent as application/octet-stream."
    ),
    "not_json": gettext_noop("The body must be sent as application/json."),
    "not_object": gettext_noop("The body must be a JSON object."),
    # how it ended
    "internal": gettext_noop("Something went wrong on our side. The error has been recorded."),
    "worker_lost": gettext_noop("The worker stopped {times} times before this was done."),
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
        return gettext(template).format(**_said(values or {}))
    except (KeyError, IndexError, ValueError):
        return gettext(MESSAGES["internal"])


def remark(code: str, values: Mapping[str, Any]) -> str:
    """Return what a remark on a file says; empty for one that is not known any more."""
    if code not in errors.REMARKS:
        return ""
    one, several = errors.REMARKS[code]
    n = values.get("n", 1)
    try:
        return ngettext(one, several, n).format(**{**values, "n": formats.localize(n)})
    except (KeyError, IndexError, ValueError):
        return ""


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``values`` with a reason that the library names in the reader's language."""
    reason = values.get("reason")
    return {**values, "reason": gettext(reason)} if reason else dict(values)


class Refused(Exception):
    """The web app does not do what was asked; a code and values say why."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return sentence(self.code, self.values)
