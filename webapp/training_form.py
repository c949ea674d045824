"""The form that begins a training. Limits and defaults are the library's own."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils import formats
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from generator.config import NotesTrainingConfig, Range, TrainingConfig
from generator.errors import ChoiceError
from webapp import composers, pace, trainings, wording
from webapp.messages import sentence
from webapp.models import Checkpoint, Corpus

LIMITS: dict[str, Range] = TrainingConfig.LIMITS | NotesTrainingConfig.LIMITS
CHORDS, NOTES = TrainingConfig(), NotesTrainingConfig()
# Which recipe alone knows a field of its config; the others are of both.
ALONE = {
    name: recipe
    for recipe, own, other in (("notes", NOTES, CHORDS), ("chords", CHORDS, NOTES))
    for name in own.to_dict().keys() - other.to_dict().keys()
}
MORE = ("learning_rate", "focus", "width", "depth", "min_count", "batch_size", "seed")
NUMBERS = ("epochs", "patience", "audition", *MORE)
AUDITIONS = 10  # of a training of the usual length, where nothing else was said


def _bounds(name: str) -> str:
    low, high = (_plain(bound) for bound in LIMITS[name])
    return gettext("A number from {low} to {high}, please.").format(low=low, high=high)


_bounds_lazy = lazy(_bounds, str)


def _plain(bound: float) -> str:
    is_whole = float(bound).is_integer()
    return formats.number_format(int(bound), force_grouping=True) if is_whole else f"{bound:g}"


def _outside(name: str) -> dict[str, Any]:
    return dict.fromkeys(("invalid", "min_value", "max_value"), _bounds_lazy(name))


def _whole(name: str, **options: Any) -> forms.IntegerField:
    low, high = (int(bound) for bound in LIMITS[name])
    options |= {"min_value": low, "max_value": high, "error_messages": _outside(name)}
    return forms.IntegerField(required=False, **options)


def _share(name: str, **options: Any) -> forms.FloatField:
    low, high = LIMITS[name]
    options |= {"min_value": low, "max_value": high, "error_messages": _outside(name)}
    return forms.FloatField(required=False, **options)


class CorpusBoxes(forms.CheckboxSelectMultiple):
    """Corpora to tick, each of which tells a script by whom it has music."""

    held: dict[str, dict[str, tuple[int, int]]]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return one box."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-composers"] = json.dumps(sorted(self.held.get(str(value), {})))
        return option


class TrainingForm(forms.Form):
    """What staff choose; what is left empty is the library's default.

    What the chosen recipe does not know is passed over: without a script all
    fields are on the page.
    """

    corpora = forms.ModelMultipleChoiceField(
        label=_("Music to learn from"),
        queryset=Corpus.objects.none(),
        widget=CorpusBoxes,
        error_messages={"required": _("Choose at least one corpus.")},
    )
    composer = forms.ChoiceField(label=_("In the manner of"))
    recipe = forms.ChoiceField(
        label=_("What it learns"),
        choices=(
            ("notes", _("Rhythm, dynamics and bars")),
            ("chords", _("Even eighth notes · 40-note recipe")),
        ),
        initial="notes",
    )
    network = forms.ChoiceField(
        label=_("Network"), choices=tuple(wording.NETWORKS.items()), required=False
    )
    start = forms.ModelChoiceField(
        label=_("Goes on from"),
        queryset=Checkpoint.objects.none(),
        required=False,
        empty_label=_("Nothing: it begins anew"),
    )
    epochs = _whole("epochs", label=_("Epochs"), help_text=_("Passes over all of the music."))
    patience = _whole(
        "patience",
        label=_("Patience"),
        help_text=_("Ends after so many epochs without a better one. Empty: never."),
    )
    audition = _whole(
        "audition",
        label=_("Audition every"),
        help_text=_("Epochs from one to the next; the first and the last are always heard."),
    )
    learning_rate = _share(
        "learning_rate", label=_("Learning rate"), help_text=_("The highest; it rises, then falls.")
    )
    focus = _share(
        "focus",
        label=_("Focus"),
        help_text=_("Share of the epochs, the last ones, that read the composer's music twice."),
    )
    width = _whole(
        "width",
        label=_("Width"),
        help_text=_("Numbers in a state of the network, a multiple of 32."),
    )
    depth = _whole("depth", label=_("Depth"), help_text=_("Levels, one above the other."))
    min_count = _whole(
        "min_count",
        label=_("Rare chords"),
        help_text=_("What occurs fewer times than this is left out."),
    )
    batch_size = _whole(
        "batch_size", label=_("Batch"), help_text=_("Windows that are learned at once.")
    )
    seed = _whole("seed", label=_("Seed"), help_text=_("The same seed gives the same figures."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.held = trainings.holdings()
        self._offer_corpora()
        start: Any = self.fields["start"]
        start.queryset = Checkpoint.objects.filter(recipe="notes").defer("card")
        labels = wording.labels(start.queryset)
        start.label_from_instance = lambda model: f"{labels[model.hash]} · {model.hash[:6]}"
        for name in NUMBERS:
            values = (getattr(of, name, None) for of in (NOTES, CHORDS))
            usual = dict.fromkeys(_shown(name, value) for value in values if value is not None)
            self.fields[name].widget.attrs |= {
                "placeholder": " / ".join(usual),
                "step": "any" if isinstance(self.fields[name], forms.FloatField) else "1",
            }

    def _offer_corpora(self) -> None:
        field: Any = self.fields["corpora"]
        field.widget.held = self.held
        field.queryset = Corpus.objects.all()
        field.label_from_instance = self._corpus_label
        names = {name for held in self.held.values() for name in held}
        choices = sorted(((name, composers.title(name)) for name in names), key=lambda c: c[1])
        composer: Any = self.fields["composer"]
        composer.choices = choices
        composer.initial = "chopin" if "chopin" in names else None

    def _corpus_label(self, corpus: Corpus) -> str:
        held = self.held.get(str(corpus.pk), {}).values()
        n, notes = (sum(of[i] for of in held) for i in (0, 1))
        pieces = ngettext("{n} piece", "{n} pieces", n).format(n=formats.localize(n))
        counted = formats.number_format(notes, force_grouping=True)
        said = ngettext("{n} note", "{n} notes", notes).format(n=counted)
        return f"{corpus.title}: {pieces}, {said}"

    def clean(self) -> dict[str, Any]:
        """Pass over what the recipe does not know, and check what the library would."""
        chosen = super().clean() or self.cleaned_data
        recipe = chosen.get("recipe", "notes")
        for name, known in ALONE.items():
            if known != recipe and name in self.fields:
                chosen.pop(name, None)
                self.errors.pop(name, None)
        if recipe == "chords":
            chosen |= {"network": "lstm", "start": None}
        chosen["network"] = chosen.get("network") or "lstm"
        self._check(chosen)
        return chosen

    def _check(self, chosen: dict[str, Any]) -> None:
        corpora, composer = list(chosen.get("corpora") or ()), chosen.get("composer")
        known = {name for one in corpora for name in self.held.get(str(one.pk), {})}
        if corpora and composer and composer not in known:
            words = gettext("There is no music by {composer} in what is chosen.")
            self.add_error("composer", words.format(composer=composers.title(composer)))
        start = chosen.get("start")
        if start and start.network != chosen["network"]:
            values = {"field": "start", "value": start.name, "network": start.network}
            self.add_error("start", sentence("start_unlike", values))
        try:
            trainings.configured(chosen.get("recipe", "notes"), chosen["network"], self.config)
        except ChoiceError as error:
            name = error.values["field"]
            self.add_error(name if name in self.fields else None, str(error))

    @property
    def config(self) -> dict[str, Any]:
        """The numbers that were chosen."""
        return {name: self.cleaned_data.get(name) for name in NUMBERS}

    @property
    def order(self) -> dict[str, Any]:
        """What ``trainings.start`` takes."""
        facts = ("composer", "recipe", "network", "start")
        chosen = {name: self.cleaned_data.get(name) for name in facts}
        return chosen | {"corpora": list(self.cleaned_data["corpora"]), "config": self.config}

    def estimate(self) -> pace.Estimate | None:
        """Return how long it would take; None where that cannot be said yet."""
        if not self.is_bound or not self.is_valid():
            return None
        order = self.order
        config = trainings.configured(order["recipe"], order["network"], order.pop("config"))
        return pace.estimate(**order, config=config)

    @cached_property
    def has_corpora(self) -> bool:
        """Whether there is any music to learn from."""
        return bool(self.held)

    @property
    def shows_more(self) -> bool:
        """Whether the further choices are open from the beginning."""
        return any(name in self.errors for name in MORE)


def first_choices() -> dict[str, Any]:
    """Return what an empty form begins with: the newest corpora's all, and an ear for it."""
    return {
        "corpora": [str(pk) for pk in Corpus.objects.values_list("pk", flat=True)],
        "audition": max(1, NOTES.epochs // AUDITIONS),
    }


def _shown(name: str, value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
