"""What a rehearsal found, in words: a sentence for each line, and the rule behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from webapp import composers, messages
from webapp.models import Checkpoint, Rehearsal, Stage, Status
from webapp.spoken import spoken
from webapp.templatetags import figures

register = template.Library()

VERDICTS = {"pass": _("pass"), "warn": _("warn"), "unknown": _("not measured")}

# Each line: its name, and the rule that makes it warn.
LINES = {
    "bits": (
        _("What it knows of music it never saw"),
        _("Warns when the same unseen works cost it 0.05 bits a note more than the other."),
    ),
    "likeness": (
        _("Likeness to real music"),
        _("Warns when its interval lies wholly below the other's. 1 is alike, 0 nothing alike."),
    ),
    "told_apart": (
        _("Told apart from real music"),
        _("Warns when a judge is right nine times in ten, and less often about the other."),
    ),
    "copying": (
        _("Originality"),
        _("Warns when a piece shares a longer run with a work it learned from than works share."),
    ),
    "silence": (_("Silence"), _("Warns beyond 7 quarter notes, the longest that Chopin rests.")),
    "one_note": (_("One note"), _("Warns beyond 15 times in a row, the most in Chopin.")),
    "loop": (_("Loops"), _("Warns when a passage repeats for longer than any in Chopin.")),
    "engraving": (_("On paper"), _("Warns when MuseScore cannot engrave a piece in a minute.")),
}

SENTENCES = {
    "bits_unmeasured": _("It was asked about no work that it had not learned from."),
    "bits_other_works": _(
        "The two were asked about different works, so their figures cannot be compared."
    ),
    "bits_alone": _("There is no such figure of the other to hold it against."),
    "bits_more": _("On the same unseen works it needs {ours} bits a note, the other {theirs}."),
    "bits_no_more": _(
        "On the same unseen works it needs {ours} bits a note, the other {theirs}: no worse."
    ),
    "likeness_unmeasured": _(
        "There is too little music of its composer here to compare with: six works are needed."
    ),
    "likeness_alone": _("There is no other model to hold it against."),
    "likeness_less": _("Less like real music than the other, beyond what chance would make."),
    "likeness_as_much": _("As like real music as the other, as far as so few pieces can tell."),
    "likeness_more": _("More like real music than the other, beyond what chance would make."),
    "told_unmeasured": _("There is too little music of its composer here to compare with."),
    "told_alone": _("A judge is right about {ours} pieces in 100; 50 is a guess."),
    "told_more": _(
        "A judge is right about {ours} of its pieces in 100, about {theirs} of the other's: "
        "one hears sooner that a machine wrote it."
    ),
    "told_no_more": _(
        "A judge is right about {ours} of its pieces in 100, about {theirs} of the other's; "
        "50 is a guess."
    ),
    "copying_unmeasured": _("The works that it learned from are not kept with it."),
    "copying_too_much": _(
        "A piece shares {longest} notes in a row with a work it learned from; real works share "
        "{line} at most."
    ),
    "copying_kept_off": _(
        "The longest run shared has {longest} notes of {line} allowed; to keep it so, pieces "
        "were composed again {again} times."
    ),
    "copying_little": _("The longest run shared has {longest} notes; up to {line} is allowed."),
    "silence_none": _("No piece falls silent."),
    "silence_some": _("{n} of {total} pieces fall silent for too long: {pieces}."),
    "one_note_none": _("No piece stays on one note."),
    "one_note_some": _("{n} of {total} pieces stay on one note for too long: {pieces}."),
    "loop_none": _("No piece goes in circles."),
    "loop_some": _("{n} of {total} pieces go in circles: {pieces}."),
    "engraving_unmeasured": _("MuseScore is not installed here."),
    "engraving_all": _("Every piece can be engraved."),
    "engraving_some": _("{engraved} of {total} pieces can be engraved."),
}


class Said(NamedTuple):
    """One line of the report."""

    label: str
    one: str
    other: str
    verdict: str
    words: str  # of the verdict
    sentence: str
    rule: str


class Sound(NamedTuple):
    """One piece of a pair: its player and its page."""

    title: str  # of its model
    duration: str
    mp3: str
    pdf: str


class Pair(NamedTuple):
    """Two pieces with one opening and one seed."""

    number: int
    opening: str
    seed: int
    sounds: list[Sound]

    @property
    def part(self) -> str:
        """The name of its part of the page."""
        return f"pair-{self.number}"


@register.filter
def report_lines(row: Rehearsal) -> list[Said]:
    """Return the lines of the report, in order; none while it is not measured."""
    return [_said(row, line) for line in row.figures.get("lines") or () if line["name"] in LINES]


@register.filter
def overall_words(row: Rehearsal) -> str:
    """Return what the lines say together."""
    lines = row.figures.get("lines") or ()
    n = sum(line["verdict"] == "warn" for line in lines)
    if not n:
        return gettext("Nothing measured speaks against it. Listen, and decide.")
    words = ngettext("{n} line warns. Listen closely.", "{n} lines warn. Listen closely.", n)
    return words.format(n=n)


@register.filter
def music_words(row: Rehearsal) -> str:
    """Return which real music the pieces were held against, and how alike that is to itself."""
    music, ceiling = row.figures.get("music"), row.figures.get("ceiling")
    if not music:
        return ""
    words = gettext("Held against {n} files of music by {composer}.")
    text = words.format(n=music["works"], composer=composers.title(music["composer"]))
    if ceiling is None:
        return text
    own = gettext("Half of them is like the other half to {value}: more is not to be had.")
    return f"{text} {own.format(value=_decimal(ceiling))}"


@register.filter
def pairs(row: Rehearsal) -> list[Pair]:
    """Return the pieces, two by two; while they are not there, places for them to come into."""
    titles = {"one": spoken(row.checkpoint.title)}
    if row.against:
        titles["other"] = spoken(row.against.title)
    return [
        Pair(
            number,
            pair["opening"],
            pair["seed"],
            [
                _sound(row, side, number, pair[side], titles[side])
                for side in titles
                if side in pair
            ],
        )
        for number, pair in enumerate(row.pieces, 1)
    ] or [Pair(number, "", 0, []) for number in range(1, settings.REHEARSAL_PIECES + 1)]


@register.filter
def rehearsal_stage(row: Rehearsal) -> str:
    """Return what is being done now."""
    if row.status == Status.QUEUED:
        return gettext("Waiting for the machine to be free")
    return str(Stage(row.stage).label) if row.stage else gettext("Beginning")


@register.filter
def why_failed(row: Any) -> str:
    """Return what ended a job, in the reader's language."""
    return messages.sentence(row.error_code, row.error_values)


def _said(row: Rehearsal, line: dict[str, Any]) -> Said:
    label, rule = LINES[line["name"]]
    values = {
        name: _decimal(value) if isinstance(value, float) else value
        for name, value in line["values"].items()
    }
    if "pieces" in values:
        values["pieces"] = ", ".join(map(str, values["pieces"]))
    sentence = str(SENTENCES.get(line["code"], "")).format(**values)
    return Said(
        label=str(label),
        one=_cell(row, line["name"], "one"),
        other=_cell(row, line["name"], "other"),
        verdict=line["verdict"],
        words=str(VERDICTS[line["verdict"]]),
        sentence=sentence,
        rule=str(rule),
    )


def _cell(row: Rehearsal, name: str, side: str) -> str:
    """Return the figure of one model in one line; empty where it has none."""
    checkpoint = row.checkpoint if side == "one" else row.against
    told = row.figures.get(side)
    if checkpoint is None or not told:
        return ""
    if name == "bits":
        return _bits(checkpoint)
    if name == "engraving":
        return _of((row.figures.get("engraved") or {}).get(side), told)
    if name in told["stuck"]:
        return _of(len(told["stuck"][name]), told)
    return MEASURED[name](told)


def _bits(checkpoint: Checkpoint) -> str:
    return " · ".join(
        f"{one.bits_per_note} ({one.corpus})" for one in figures.evaluations(checkpoint)
    )


def _of(n: int | None, told: dict[str, Any]) -> str:
    words = gettext("{n} of {total}")
    return "" if n is None else words.format(n=n, total=told["n_pieces"])


def _overlap(told: dict[str, Any]) -> str:
    if told["overlap"] is None:
        return ""
    value, low, high = (_decimal(told[name]) for name in ("overlap", "low", "high"))
    return gettext("{value} ({low} to {high})").format(value=value, low=low, high=high)


def _told_apart(told: dict[str, Any]) -> str:
    return "" if told["told_apart"] is None else f"{round(100 * told['told_apart'])} %"


def _longest(told: dict[str, Any]) -> str:
    n = told["longest"]
    return "" if n is None else ngettext("{n} note", "{n} notes", n).format(n=n)


MEASURED = {"likeness": _overlap, "told_apart": _told_apart, "copying": _longest}


def _sound(row: Rehearsal, side: str, number: int, piece: dict[str, Any], title: str) -> Sound:
    def url(kind: str) -> str:
        path = piece["files"].get(kind)
        place = (row.pk, side, number, Path(path).name) if path else ()
        return reverse("rehearsal-file", args=place) if place else ""

    minutes, seconds = divmod(round(piece["seconds"]), 60)
    # A player begins where the machine does: the opening is the same for both.
    sound = f"{url('mp3')}#t={piece.get('begins', 0):g}" if url("mp3") else ""
    return Sound(title, f"{minutes}:{seconds:02}", sound, url("pdf"))


def _decimal(value: float) -> str:
    return formats.number_format(round(value, 2), 2)
