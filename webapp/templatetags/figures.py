"""The figures of a model, each under a name that says what it measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import template
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from webapp.models import Checkpoint

register = template.Library()

# What a card may say, in the order of the page, and how many decimals: None for a percentage.
KNOWN: dict[str, tuple[Any, int | None]] = {
    "unseen_top1": (_("Next note right, works it never saw"), None),
    "unseen_bits": (_("Bits a token, works it never saw"), 2),
    "accuracy": (_("Next note right, training windows"), None),
    "val_accuracy": (_("Next note right, test windows dealt at random"), None),
    "loss": (_("Loss, training windows"), 2),
    "val_loss": (_("Loss, test windows dealt at random"), 2),
    "epochs": (_("Epochs"), 0),
    "n_works": (_("Works"), 0),
    "n_tokens": (_("Notes and chords"), 0),
    "n_windows": (_("Windows"), 0),
}

# The same of a model whose works were held out whole.
BY_WORK: dict[str, tuple[Any, int | None]] = {
    "accuracy": (_("Likeliest key right, works it learned from"), None),
    "val_accuracy": (_("Likeliest key right, works held out"), None),
    "loss": (_("Loss, nats a note, works it learned from"), 2),
    "val_loss": (_("Loss, nats a note, works held out"), 2),
}

# What a note is made of, in the order in which a model guesses it.
PARTS = {
    "onset": _("When it begins"),
    "pitch": _("Which key"),
    "duration": _("How long"),
    "velocity": _("How loud"),
}

# How near a batch of pieces comes to real music, and how near that comes to other real music.
LIKENESS = {
    "mean_overlap": _("Likeness of its pieces to real ones"),
    "ceiling": _("Likeness of real ones to each other"),
    "floor": _("Likeness of random notes to real ones"),
}
ORIGINALITY = {
    "median": _("Longest run that a real work shares with others, half of them"),
    "p90": _("The same, nine in ten of them"),
    "maximum": _("The same, all of them; a piece may share no more"),
}

PLOTS = {
    "loss.png": _("Loss after each epoch, on training and test windows"),
    "accuracy.png": _("Accuracy after each epoch, on training and test windows"),
}


class Figure(NamedTuple):
    """A number with its name."""

    label: str
    value: str


class Evaluation(NamedTuple):
    """How well a model knows the works of one corpus that it never saw."""

    corpus: str
    notes: str
    bits_per_note: str
    parts: list[tuple[str, str, str]]  # its name, bits, how often the likeliest was right


@register.filter
def evaluations(checkpoint: Checkpoint) -> list[Evaluation]:
    """Return the bits per note that the card says, corpus by corpus."""
    told = _figures(checkpoint).get("evaluations") or ()
    return [_evaluation(one) for one in told if _is_number(one.get("bits_per_note"))]


@register.filter
def likeness(checkpoint: Checkpoint) -> list[Figure]:
    """Return how near its pieces come to real music, with its interval."""
    told = _figures(checkpoint).get("likeness") or {}
    found = _named(LIKENESS, told, 2)
    if found and _is_number(told.get("low")) and _is_number(told.get("high")):
        ends = {name: _number(told[name], 2) for name in ("low", "high")}
        words = gettext("{label}; most likely from {low} to {high}")
        found[0] = found[0]._replace(label=words.format(label=found[0].label, **ends))
    return found


@register.filter
def originality(checkpoint: Checkpoint) -> list[Figure]:
    """Return how many notes real works share, which is the line for new ones."""
    return _named(ORIGINALITY, _figures(checkpoint).get("originality") or {}, 1)


@register.filter
def figures(checkpoint: Checkpoint) -> list[Figure]:
    """Return what the card says in numbers; what is not known by name is left out."""
    card = _figures(checkpoint)
    known = KNOWN | BY_WORK if card.get("split") == "by work" else KNOWN
    return [
        Figure(str(label), _number(card[name], decimals))
        for name, (label, decimals) in known.items()
        if _is_number(card.get(name))
    ]


@register.filter
def plots(checkpoint: Checkpoint) -> list[tuple[str, str]]:
    """Return the file and the meaning of each plot that lies with the checkpoint."""
    return [(name, str(says)) for name, says in PLOTS.items() if (checkpoint.path / name).is_file()]


def _figures(checkpoint: Checkpoint) -> dict[str, Any]:
    return checkpoint.card.get("figures") or {}


def _evaluation(told: Mapping[str, Any]) -> Evaluation:
    bits, top1 = told.get("bits") or {}, told.get("top1") or {}
    parts = [
        (str(label), _or_nothing(bits.get(name), 2), _or_nothing(top1.get(name), None))
        for name, label in PARTS.items()
        if name in bits
    ]
    notes = _or_nothing(told.get("notes"), 0)
    return Evaluation(str(told.get("corpus", "")), notes, _number(told["bits_per_note"], 2), parts)


def _named(names: Mapping[str, Any], told: Mapping[str, Any], decimals: int) -> list[Figure]:
    def as_told(value: float) -> str:
        return _number(value, 0 if value == int(value) else decimals)

    return [
        Figure(str(label), as_told(told[name]))
        for name, label in names.items()
        if _is_number(told.get(name))
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _or_nothing(value: Any, decimals: int | None) -> str:
    return _number(value, decimals) if _is_number(value) else ""


def _number(value: float, decimals: int | None) -> str:
    # Django's own formatting cuts decimals off, it does not round.
    if decimals is None:
        return f"{formats.number_format(round(100 * value, 1), 1)} %"
    return formats.number_format(round(value, decimals), decimals, force_grouping=decimals == 0)
