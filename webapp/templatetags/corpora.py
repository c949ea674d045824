"""How pages say what a corpus holds and how far its music is."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from webapp import composers, corpora, holdings, pictures
from webapp.models import Corpus, CorpusFile, Intake, Stage, Status, Verdict
from webapp.pictures import Picture

register = template.Library()

MEGABYTE = 1_000_000


class Row(NamedTuple):
    """What a corpus holds of one composer."""

    name: str
    title: str
    pieces: str
    notes: str
    minutes: str
    offered: int


class Choice(NamedTuple):
    """Which files are shown."""

    value: str
    label: Any
    is_chosen: bool


CHOICES = (
    ("", _("All")),
    (Verdict.REFUSED.value, _("Refused")),
    (Verdict.REMARKED.value, _("With remarks")),
    (Verdict.TAKEN.value, _("Without remarks")),
)


@register.filter
def amounts(corpus: Corpus) -> str:
    """Return how much a corpus holds, in one line."""
    held = corpus.summary
    if not held.get("pieces"):
        intake = corpora.latest(corpus)
        if intake and intake.status == Status.FAILED:
            return gettext("nothing, as it could not be brought")
        return gettext("nothing yet") if intake and not intake.is_final else gettext("nothing")
    n_composers, n_minutes = len(held["composers"]), round(held["minutes"])
    n_pieces, n_notes, n_refused = held["pieces"], held["notes"], held.get("refused", 0)
    words = [
        _said(ngettext("{n} composer", "{n} composers", n_composers), n_composers),
        _said(ngettext("{n} piece", "{n} pieces", n_pieces), n_pieces),
        _said(ngettext("{n} note", "{n} notes", n_notes), n_notes),
        _said(ngettext("{n} minute", "{n} minutes", n_minutes), n_minutes),
    ]
    if n_refused:
        refused = ngettext("{n} file refused", "{n} files refused", n_refused)
        words.append(_said(refused, n_refused))
    return " · ".join(words)


@register.filter
def by_composer(corpus: Corpus, offered: dict[str, int]) -> list[Row]:
    """Return what there is by each composer, in order of their names."""
    rows = [
        Row(
            name,
            composers.title(name),
            _number(held["pieces"]),
            _number(held["notes"]),
            _number(round(held["minutes"])),
            offered.get(name, 0),
        )
        for name, held in corpus.summary.get("composers", {}).items()
    ]
    return sorted(rows, key=lambda row: row.title)


@register.filter
def range_picture(corpus: Corpus) -> Picture | None:
    """Return how often each key is struck."""
    return pictures.range_of(corpus.summary.get("pitches", {}))


@register.filter
def rhythm_picture(corpus: Corpus) -> Picture | None:
    """Return how often each note value comes."""
    return pictures.rhythm_of(corpus.summary.get("rhythm", {}))


@register.filter
def said_of(file: CorpusFile) -> list[str]:
    """Return why a file is refused, or what there is to know of it."""
    return holdings.said_of(file)


@register.filter
def notes_of(file: CorpusFile) -> str:
    """Return how many notes a file has."""
    return _number(file.notes)


@register.filter
def minutes_words(seconds: float) -> str:
    """Return a length as 1:05."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


@register.filter
def verdict_choices(wanted: str) -> list[Choice]:
    """Return which files may be asked for."""
    return [Choice(value, label, value == wanted) for value, label in CHOICES]


@register.filter
def can_repeat(intake: Intake) -> bool:
    """Whether trying again may help."""
    return corpora.can_repeat(intake)


@register.filter
def doing(intake: Intake) -> str:
    """Return what is being done now."""
    if intake.status == Status.QUEUED:
        return gettext("Waiting for the machine to be free")
    if not intake.stage:
        return gettext("Beginning")
    if intake.stage == Stage.READING:
        return gettext("Reading the openings") if intake.openings_by else gettext("Reading")
    return str(Stage(intake.stage).label)


@register.filter
def so_far(intake: Intake) -> str:
    """Return how much is done: bytes of a download, or files and what became of them."""
    if intake.status != Status.RUNNING or not (intake.done or intake.total):
        return ""
    if intake.stage == Stage.FETCHING:
        done, total = (formats.number_format(n / MEGABYTE, 1) for n in (intake.done, intake.total))
        words = gettext("{done} of {total} MB.") if intake.total else gettext("{done} MB.")
        return words.format(done=done, total=total)
    words = ngettext("{done} of {total} file.", "{done} of {total} files.", intake.total)
    said = words.format(done=_number(intake.done), total=_number(intake.total))
    if intake.n_refused:
        said += " " + gettext("{n} refused.").format(n=_number(intake.n_refused))
    return said


@register.filter
def outcome(intake: Intake) -> str:
    """Return what came of the last intake."""
    if intake.openings_by:
        return _offered(intake)
    n_taken, n_refused = intake.n_taken, intake.n_refused
    taken = ngettext("{n} file was taken", "{n} files were taken", n_taken)
    if not n_refused:
        return f"{_said(taken, n_taken)}."
    refused = ngettext("{n} was refused", "{n} were refused", n_refused)
    return f"{_said(taken, n_taken)}, {_said(refused, n_refused)}."


def _offered(intake: Intake) -> str:
    n_taken, n_refused = intake.n_taken, intake.n_refused
    words = ngettext(
        "{n} opening by {composer} is offered on the first page.",
        "{n} openings by {composer} are offered on the first page.",
        n_taken,
    )
    said = _said(words, n_taken, composer=composers.title(intake.openings_by))
    if n_refused:
        rest = ngettext(
            "{n} work cannot begin a piece.", "{n} works cannot begin a piece.", n_refused
        )
        said += " " + _said(rest, n_refused)
    return said


def _said(words: str, n: int, **values: str) -> str:
    return words.format(n=_number(n), **values)


def _number(n: int) -> str:
    return formats.number_format(n, force_grouping=True)
