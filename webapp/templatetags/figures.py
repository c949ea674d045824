"""The figures of a model, each under a name that says what it measures."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.utils import formats
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


PLOTS = {
    "loss.png": _("Loss after each epoch, on training and test windows"),
    "accuracy.png": _("Accuracy after each epoch, on training and test windows"),
}


class Figure(NamedTuple):
    """A number with its name."""

    label: str
    value: str


@register.filter
def figures(checkpoint: Checkpoint) -> list[Figure]:
    """Return what the card says in numbers; what is not known by name is left out."""
    card = checkpoint.card.get("figures") or {}
    return [
        Figure(str(label), _number(card[name], decimals))
        for name, (label, decimals) in KNOWN.items()
        if isinstance(card.get(name), int | float)
    ]


@register.filter
def plots(checkpoint: Checkpoint) -> list[tuple[str, str]]:
    """Return the file and the meaning of each plot that lies with the checkpoint."""
    return [(name, str(says)) for name, says in PLOTS.items() if (checkpoint.path / name).is_file()]


def _number(value: float, decimals: int | None) -> str:
    # Django's own formatting cuts decimals off, it does not round.
    if decimals is None:
        return f"{formats.number_format(round(100 * value, 1), 1)} %"
    return formats.number_format(round(value, decimals), decimals, force_grouping=decimals == 0)
