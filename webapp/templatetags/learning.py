"""How pages say what a training is at: in words, in figures, and as curves."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from webapp import composers, counting, curves, messages, pace, wording
from webapp.models import Stage, Status, Training
from webapp.training_form import TrainingForm

register = template.Library()

HOUR_S = 3600
SOUNDS = ("mp3", "ogg")
PLOTS = {"accuracy.png": _("Plot of the accuracy"), "loss.png": _("Plot of the loss")}


class Audition(NamedTuple):
    """What can be heard of one epoch."""

    epoch: int
    opening: str
    sounds: dict[str, str]  # kind to address
    score: str
    words: str  # how well it knew what was held out


@register.filter
def training_title(training: Training) -> str:
    """Return whom a training learns from."""
    return composers.title(training.composer)


@register.filter
def training_words(training: Training) -> str:
    """Return what it learns, and by which network."""
    words = str(wording.RECIPES.get(training.recipe, training.recipe))
    return words.format(network=wording.NETWORKS.get(training.network, training.network))


@register.filter
def training_stage(training: Training) -> str:
    """Return what is being done now."""
    if training.status == Status.QUEUED:
        return gettext("Waits for the machine to be free")
    if training.status != Status.RUNNING:
        return str(Status(training.status).label)
    if training.keeps_best:
        return gettext("Comes to an end, and keeps the best epoch")
    return str(Stage(training.stage).label) if training.stage else gettext("Beginning")


@register.filter
def epoch_words(training: Training) -> str:
    """Return the epoch under way, or how many are done, of how many."""
    done = len(training.figures)
    counts = {"n": done, "total": training.epochs}
    if training.status == Status.RUNNING and training.stage == Stage.FITTING:
        counts["n"] = min(done + 1, training.epochs)
        return gettext("Epoch {n} of {total}").format(**counts)
    return gettext("{n} of {total} epochs").format(**counts)


@register.filter
def speed_words(training: Training) -> str:
    """Return how fast it learns just now."""
    return _speed(training.speed, training.recipe) if training.speed else ""


@register.filter
def left_words(training: Training) -> str:
    """Return how long it will still learn, as roughly as it is known."""
    if training.left_s is None or training.stage != Stage.FITTING:
        return ""
    return gettext("{time} left").format(time=span_words(training.left_s))


@register.filter
def span_words(seconds: float) -> str:
    """Return a time as a person says it."""
    if seconds < counting.MINUTE_S:
        n = max(1, round(seconds))
        return ngettext("{n} second", "{n} seconds", n).format(n=n)
    if seconds < HOUR_S:
        n = round(seconds / counting.MINUTE_S)
        return ngettext("{n} minute", "{n} minutes", n).format(n=n)
    hours = seconds / HOUR_S
    shown = formats.number_format(f"{hours:.1f}".removesuffix(".0"))
    return ngettext("{n} hour", "{n} hours", round(hours)).format(n=shown)


@register.filter
def training_error(training: Training) -> str:
    """Return what ended a training, in the reader's language."""
    return messages.sentence(training.error_code, training.error_values)


@register.filter
def choices(training: Training) -> list[tuple[str, str]]:
    """Return the numbers of its config: those of the form by their labels, the rest by name."""
    fields = TrainingForm.base_fields
    return [
        (str(fields[name].label) if name in fields else name, f"{value:.10g}")
        for name, value in training.config.items()
        if isinstance(value, int | float)
    ]


@register.filter
def curve(training: Training, name: str) -> curves.Chart | None:
    """Return the loss or the accuracy, laid out to be drawn."""
    if training.best is None:
        return None
    return curves.chart(
        training.figures,
        name,
        epochs=training.epochs if not training.is_final else len(training.figures),
        best=training.best["epoch"],
        auditions=[one["epoch"] for one in training.auditions],
    )


@register.filter
def counted(n: int) -> str:
    """Return a number as a person reads it."""
    return formats.number_format(n, force_grouping=True)


@register.filter
def as_loss(value: float | str | None) -> str:
    """Return a loss as it is printed; nothing where there is none."""
    if not isinstance(value, int | float):
        return ""
    return formats.number_format(round(value, 3), 3)


@register.filter
def as_share(value: float | str | None) -> str:
    """Return an accuracy as it is printed; nothing where there is none."""
    if not isinstance(value, int | float):
        return ""
    return f"{formats.number_format(round(100 * value, 1), 1)} %"


@register.filter
def as_whole_share(value: float) -> str:
    """Return an accuracy as it stands beside an axis."""
    return f"{round(100 * value, 1):g}%"


@register.filter
def auditions(training: Training) -> list[Audition]:
    """Return what can be heard, the first epoch first."""
    by_epoch = {row["epoch"]: row for row in training.figures}
    return [
        Audition(
            epoch=one["epoch"],
            opening=one.get("opening", ""),
            sounds=_urls(training, one["files"], SOUNDS),
            score=_urls(training, one["files"], ("svg",)).get("svg", ""),
            words=_held(by_epoch.get(one["epoch"])),
        )
        for one in training.auditions
    ]


@register.filter
def plots(training: Training) -> list[tuple[str, str]]:
    """Return the address and the meaning of each plot that matplotlib drew."""
    if training.checkpoint is None:
        return []
    return [
        (reverse("training-plot", args=[training.pk, name]), str(says))
        for name, says in PLOTS.items()
        if (training.checkpoint.path / name).is_file()
    ]


@register.filter
def pace_words(estimate: pace.Estimate, recipe: str) -> str:
    """Return where an estimate comes from."""
    speed = _speed(estimate.pace.speed, recipe)
    if estimate.pace.source == "here":
        words = gettext("At {speed}, as measured in trainings on this machine.")
    elif estimate.pace.source == "scaled":
        words = gettext(
            "At about {speed}: reckoned from networks of another size that learned on this machine."
        )
    elif estimate.pace.source == "gauged":
        words = gettext(
            "At about {speed}, as measured on this machine by teaching the network noise."
        )
    else:
        words = gettext(
            "At about {speed}, as measured on another machine. "
            "This one is being measured: in half a minute it is known better."
        )
    return words.format(speed=speed)


def _speed(speed: float, recipe: str) -> str:
    n = round(speed)
    shown = formats.number_format(n, force_grouping=True)
    if recipe == "chords":
        return ngettext("{n} window a second", "{n} windows a second", n).format(n=shown)
    return ngettext("{n} note a second", "{n} notes a second", n).format(n=shown)


def _urls(training: Training, files: dict[str, Any], kinds: tuple[str, ...]) -> dict[str, str]:
    return {
        kind: reverse("training-file", args=[training.pk, files[kind].rpartition("/")[2]])
        for kind in kinds
        if kind in files
    }


def _held(figures: dict[str, Any] | None) -> str:
    if figures is None:
        return ""
    return gettext("loss {loss} on works held out").format(loss=as_loss(figures["val_loss"]))
