"""What a model learned from, two models line by line, and how a duel stands, in words."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from webapp import composers
from webapp.duels import Score
from webapp.models import Checkpoint, Duel, Training
from webapp.spoken import spoken
from webapp.templatetags import figures
from webapp.templatetags.figures import Figure

register = template.Library()

NONE = _("not measured")
LISTED = 4  # composers by name; of more, how many


class Row(NamedTuple):
    """One line of a comparison."""

    label: str
    one: str
    other: str


@register.filter
def learned_from(checkpoint: Checkpoint, training: Training | None = None) -> list[Figure]:
    """Return what a model was trained on, as its card and its training say."""
    corpus = checkpoint.card.get("corpus") or {}
    names = checkpoint.composers or [checkpoint.composer]
    said = [
        (gettext("Composer, where none is chosen"), composers.title(checkpoint.composer)),
        (gettext("Composers"), _names(names) if len(names) > 1 else ""),
        (gettext("Files"), _count(corpus.get("files"))),
        (gettext("Notes"), _count(corpus.get("notes"))),
        (gettext("Notes and chords"), _count(corpus.get("tokens_kept"))),
        (gettext("Went on from"), _start(checkpoint, training)),
        (gettext("Corpus"), _corpora(training)),
    ]
    return [Figure(label, value) for label, value in said if value]


@register.filter
def held_out(checkpoint: Checkpoint) -> int:
    """Return how many works no training saw, so that it could be asked about them."""
    works = checkpoint.card.get("held_out")
    return len(works) if isinstance(works, list) else 0


@register.simple_tag
def compared(one: Checkpoint, other: Checkpoint) -> list[Row]:
    """Return two models line by line; what one of them lacks is said so."""
    sides = [_lines(one), _lines(other)]
    labels = list(dict.fromkeys(label for side in sides for label in side))
    return [Row(label, *(side.get(label, str(NONE)) for side in sides)) for label in labels]


@register.simple_tag
def saw_the_same(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether the figures of both were taken on the same works."""
    works = one.card.get("held_out")
    return bool(works) and works == other.card.get("held_out")


@register.filter
def score_words(score: Score, duel: Duel) -> str:
    """Return how a duel stands, and whether that is more than chance."""
    if not score.decided:
        return gettext("Nobody has preferred either yet.")
    if not score.leader:
        return gettext("Not yet told apart: chance alone may make such a score.")
    better, worse = (duel.one, duel.other) if score.leader == "one" else (duel.other, duel.one)
    words = gettext("Listeners prefer {better} to {worse}, and chance hardly makes such a score.")
    return words.format(better=spoken(better.title), worse=spoken(worse.title))


@register.filter
def share_words(score: Score) -> str:
    """Return the share of the decided votes for the first model, with its interval."""
    if score.share is None:
        return ""
    low, share, high = (round(100 * x) for x in (score.low, score.share, score.high))
    words = gettext("{share} % of the decided votes; most likely from {low} to {high} %")
    return words.format(share=share, low=low, high=high)


@register.filter
def votes_words(score: Score) -> str:
    """Return how many votes there are, and from how many listeners."""
    total = score.decided + score.neither
    votes = ngettext("{n} vote", "{n} votes", total).format(n=total)
    voters = ngettext("{n} listener", "{n} listeners", score.n_voters).format(n=score.n_voters)
    return gettext("{votes} by {voters}").format(votes=votes, voters=voters)


def _lines(checkpoint: Checkpoint) -> dict[str, str]:
    lines = {figure.label: figure.value for figure in learned_from(checkpoint)}
    for evaluation in figures.evaluations(checkpoint):
        label = gettext("Bits a note: {corpus}").format(corpus=evaluation.corpus)
        lines[label] = evaluation.bits_per_note
    told = checkpoint.card.get("figures") or {}
    lines |= {figure.label: figure.value for figure in _likeness(told)}
    lines |= {figure.label: figure.value for figure in figures.figures(checkpoint)}
    lines[gettext("Licence")] = str(checkpoint.card.get("licence") or gettext("not said"))
    return lines


def _likeness(told: dict[str, Any]) -> list[Figure]:
    like, copying, stuck = (told.get(name) or {} for name in ("likeness", "copying", "stuck"))
    found = []
    if "mean_overlap" in like:
        low, high = (_decimal(like.get(name)) for name in ("low", "high"))
        value = gettext("{value} ({low} to {high})")
        value = value.format(value=_decimal(like["mean_overlap"]), low=low, high=high)
        found.append(Figure(gettext("Likeness of its pieces to real ones"), value))
    if isinstance(like.get("told_apart"), int | float):
        value = f"{round(100 * like['told_apart'])} %"
        found.append(Figure(gettext("A judge tells its pieces from real ones"), value))
    if isinstance(copying.get("maximum"), int):
        value = ngettext("{n} note", "{n} notes", copying["maximum"])
        label = gettext("Longest run shared with a work it learned from")
        found.append(Figure(label, value.format(n=copying["maximum"])))
    if isinstance(stuck.get("pieces"), int):
        value = gettext("{n} of {total}").format(n=stuck["pieces"], total=stuck.get("of"))
        found.append(Figure(gettext("Pieces that got stuck"), value))
    return found


def _start(checkpoint: Checkpoint, training: Training | None) -> str:
    if training and training.start:
        return spoken(training.start.title)
    start = checkpoint.card.get("start")
    return spoken(str(start.get("title", ""))) if isinstance(start, dict) else ""


def _corpora(training: Training | None) -> str:
    return ", ".join(str(corpus) for corpus in training.corpora.all()) if training else ""


def _names(names: list[str]) -> str:
    if len(names) > LISTED:
        return formats.localize(len(names))
    return ", ".join(composers.title(name) for name in names)


def _count(value: Any) -> str:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return formats.number_format(value, 0, force_grouping=True) if is_count else ""


def _decimal(value: Any) -> str:
    is_number = isinstance(value, int | float)
    return formats.number_format(round(value, 2), 2) if is_number else "?"
