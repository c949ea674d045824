"""The one form of the site. Limits and defaults are the library's own."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import formats
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generator.config import (
    DEFAULT_BARS,
    DEFAULT_TOP_P,
    NOTES_ALONE,
    TAKES,
    TOKENS_A_BAR,
    GenerationConfig,
)
from webapp import composers, cuts, messages, openings, wording
from webapp.models import Checkpoint, Primer
from webapp.spoken import spoken

LIMITS = GenerationConfig.LIMITS | {"takes": TAKES}
DEFAULTS = GenerationConfig()

# What stands under "More choices", and opens it where it is not as usual, or wrong.
MORE = ("pitch_temperature", "rhythm_temperature", "top_p", "pedal", "rubato", "seed")
OFF = ("0", "false")  # how an address says that a box is not ticked

# What an address may name that is not to be had, by the field that it would fill.
NOT_HERE = {
    "primer": _("That opening belongs to somebody else, or is gone. Another one stands here."),
    "checkpoint": _("That model is not offered any more. Another one stands here."),
    "composer": _("No model here knows that composer. Another one stands here."),
}


def _bounds(name: str) -> str:
    low, high = (formats.number_format(bound, force_grouping=True) for bound in LIMITS[name])
    return gettext("A number from {low} to {high}, please.").format(low=low, high=high)


_bounds_lazy = lazy(_bounds, str)


def _outside(name: str) -> dict[str, Any]:
    """Return one sentence for whatever is wrong with a number: it names the bounds."""
    return dict.fromkeys(("invalid", "min_value", "max_value"), _bounds_lazy(name))


def _whole(name: str, **options: Any) -> forms.IntegerField:
    low, high = (int(bound) for bound in LIMITS[name])
    options |= {"min_value": low, "max_value": high, "error_messages": _outside(name)}
    return forms.IntegerField(required=False, **options)


def _share(name: str, **options: Any) -> forms.FloatField:
    low, high = LIMITS[name]
    options |= {"min_value": low, "max_value": high, "error_messages": _outside(name)}
    return forms.FloatField(**options)


def _opening_label(primer: Primer) -> str:
    """Return an opening by surname, bars and work: a phone has no room for more."""
    title, bars = spoken(primer.title), ""
    if primer.source_id:
        title, _comma, bars = title.rpartition(", ")
    whose = gettext("Yours") if primer.owner else " ".join(spoken(primer.composer).split()[-1:])
    return ": ".join(filter(None, [", ".join(filter(None, [whose, bars])), title]))


class ModelSelect(forms.Select):
    """Models to choose from, each of which tells a script what it knows."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return one option, with what the fields that follow it go by."""
        option = super().create_option(name, value, *args, **kwargs)
        model = getattr(value, "instance", None)
        if model:
            known = model.composers or [model.composer]
            option["attrs"] |= {
                "data-recipe": model.recipe,
                "data-composer": model.composer,
                "data-composers": json.dumps(known),
            }
        return option


class ComposeForm(forms.Form):
    """What a visitor chooses; what is left empty is filled in by the server.

    What the chosen model does not know is passed over: without a script all
    fields are on the page.
    """

    primer = forms.ModelChoiceField(
        label=_("It begins as"),
        queryset=Primer.objects.none(),
        required=False,
        empty_label=_("Any opening: the seed draws one"),
    )
    checkpoint = forms.ModelChoiceField(
        label=_("It goes on with"),
        queryset=Checkpoint.objects.none(),
        empty_label=None,
        widget=ModelSelect,
    )
    composer = forms.ChoiceField(label=_("In the manner of"), required=False)
    bars = _whole("bars", label=_("Length in bars"), initial=DEFAULT_BARS)
    notes = _whole("notes", label=_("Length in notes"), initial=DEFAULTS.notes)
    temperature = _share(
        "temperature", label=_("Temperature"), initial=f"{DEFAULTS.temperature:.1f}"
    )
    pitch_temperature = _share(
        "pitch_temperature",
        label=_("Temperature of the notes"),
        required=False,
        help_text=_("As the temperature above, until you move it."),
    )
    rhythm_temperature = _share(
        "rhythm_temperature",
        label=_("Temperature of the rhythm"),
        required=False,
        help_text=_("As the temperature above, until you move it."),
    )
    top_p = _share(
        "top_p",
        label=_("Breadth of choice"),
        initial=f"{DEFAULT_TOP_P['notes']:g}",
        required=False,
        help_text=_("Top-p: the share of what is likely that may be drawn; 1 is all of it."),
    )
    pedal = forms.BooleanField(label=_("With pedal"), initial=True, required=False)
    rubato = forms.BooleanField(label=_("With rubato"), initial=True, required=False)
    seed = _whole(
        "seed",
        label=_("Seed"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": _("random")}
        ),
        help_text=_("The same seed writes the same notes."),
    )

    takes = _whole("takes", label=_("Takes"), initial=1)
    # The piece that this one is a tweak of. What is no id of one is nothing.
    parent = forms.CharField(widget=forms.HiddenInput, required=False)

    says_seed = False  # whether the page says beside the form where its seed is from

    def __init__(self, *args: Any, owner: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        checkpoint: Any = self.fields["checkpoint"]
        checkpoint.queryset = Checkpoint.objects.filter(is_offered=True).defer("card")
        labels = wording.labels(self.models)
        checkpoint.label_from_instance = lambda model: labels.get(model.hash, spoken(model.title))
        primer: Any = self.fields["primer"]
        primer.queryset = openings.offered(owner, str(self["primer"].value() or ""))
        primer.label_from_instance = _opening_label
        self._offer_composers()
        if self.notes_recipe == "chords":
            self.fields["notes"].help_text = _("{n} fill a bar.").format(n=TOKENS_A_BAR)

    def _offer_composers(self) -> None:
        """Offer all whom any model knows; where no model knows rhythm, nothing of it."""
        known = [
            name for model in self._of("notes") for name in (model.composers or [model.composer])
        ]
        for name in () if known else (*NOTES_ALONE, "bars"):
            del self.fields[name]
        if known:
            field: Any = self.fields["composer"]
            field.choices = composers.choices(known)
            field.initial = self._of("notes")[0].composer

    def clean_parent(self) -> UUID | None:
        """Return the id that was sent, or None."""
        try:
            return UUID(self.cleaned_data["parent"])
        except ValueError:
            return None

    def clean(self) -> dict[str, Any]:
        """Pass over what the model does not know, with whatever is wrong with it."""
        chosen = super().clean() or self.cleaned_data
        model = chosen.get("checkpoint")
        if model is None:
            return chosen
        has_bars = "bars" in self.errors or chosen.get("bars") is not None
        beside = (*NOTES_ALONE, "bars") if model.recipe == "chords" else ("notes",) * has_bars
        for name in beside:
            chosen.pop(name, None)
            self.errors.pop(name, None)
        primer = chosen.get("primer")
        if model.recipe == "chords" and primer and cuts.is_short(primer):
            n = len(primer.opening["chords"])
            values = {"name": primer.title, "value": n, "low": cuts.WINDOW}
            self.add_error("primer", messages.sentence("primer_short", values))
        if model.recipe == "notes":
            self._settle_notes(model, chosen)
        return chosen

    def _settle_notes(self, model: Checkpoint, chosen: dict[str, Any]) -> None:
        known, composer = model.composers or [model.composer], chosen.get("composer")
        chosen["composer"] = composer or None
        if composer and composer not in known:
            words = gettext(
                "This model does not know {composer}. Choose another composer or model."
            )
            self.add_error("composer", words.format(composer=composers.title(composer)))
        if chosen.get("bars") is None and chosen.get("notes") is None:
            chosen["bars"] = DEFAULT_BARS

    @cached_property
    def models(self) -> list[Checkpoint]:
        """All there is to compose with, the default first."""
        return list(Checkpoint.objects.filter(is_offered=True).defer("card"))

    def _of(self, recipe: str) -> list[Checkpoint]:
        return [model for model in self.models if model.recipe == recipe]

    @property
    def knows_rhythm(self) -> bool:
        """Whether any model does."""
        return bool(self._of("notes"))

    @property
    def is_mixed(self) -> bool:
        """Whether some of the fields are for some of the models alone."""
        return bool(self._of("notes") and self._of("chords"))

    @cached_property
    def notes_recipe(self) -> str:
        """For which recipe the length is asked in notes; empty for all of them.

        As a rule for the 40-note recipe, and where an address says so.
        """
        rhythmic = {model.hash for model in self._of("notes")}
        if self["checkpoint"].value() not in rhythmic or self["bars"].value():
            return "chords"
        return "" if self["notes"].value() else "chords"

    @property
    def shows_notes(self) -> bool:
        """Whether a length in notes is asked for at all."""
        return bool(self._of("chords")) or not self.notes_recipe

    @property
    def missing(self) -> list[str]:
        """Say what an address names that cannot be chosen here, a sentence for each."""
        return [str(words) for name, words in NOT_HERE.items() if self._lacks(name)]

    def _lacks(self, name: str) -> bool:
        asked = self.initial.get(name)
        if not asked or name not in self.fields or not self.has_checkpoint:
            return False
        try:
            self.fields[name].clean(asked)
        except ValidationError:
            return True
        return False

    @property
    def shows_more(self) -> bool:
        """Whether the further choices are open from the beginning."""
        return any(name in self.errors or self._is_unusual(name) for name in MORE)

    def _is_unusual(self, name: str) -> bool:
        """Whether an address fills a field with something else than what stands there anyway."""
        if name not in self.initial or name not in self.fields:
            return False
        value = self.initial[name]
        if name == "seed":
            return not self.says_seed
        if name == "top_p":
            return str(value) not in {str(usual) for usual in self._usual_top_p()}
        return value is not True

    def _usual_top_p(self) -> list[float]:
        chosen = self["checkpoint"].value()
        recipes = [model.recipe for model in self.models if model.hash == chosen]
        return [DEFAULT_TOP_P[recipe] for recipe in recipes]

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is a model to compose with."""
        return bool(self.models)

    @cached_property
    def is_ready(self) -> bool:
        """Whether there is all that a piece needs."""
        return self.has_checkpoint and openings.house().exists()


def settings_from(query: QueryDict) -> dict[str, Any]:
    """Return what an address such as ``/?notes=200&seed=7`` fills the form with."""
    found: dict[str, Any] = {
        name: str(query[name]) for name in ComposeForm.base_fields if query.get(name)
    }
    for name in ("pedal", "rubato"):
        if name in found:
            found[name] = found[name].lower() not in OFF
    if "notes" in found:
        found.setdefault("bars", "")  # a length in notes is one
    return found


class BarsForm(forms.Form):
    """Which bars of a piece are meant; whether it has them is said by webapp.takes."""

    from_bar = forms.IntegerField(label=_("From bar"), min_value=0, max_value=100_000)
    to_bar = forms.IntegerField(label=_("to bar"), min_value=0, max_value=100_000, required=False)
