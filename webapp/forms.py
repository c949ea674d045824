"""The one form of the site. Limits and defaults are the library's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import formats
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generator.config import TOKENS_A_BAR, GenerationConfig
from webapp.models import Checkpoint, Primer

LIMITS = GenerationConfig.LIMITS
DEFAULTS = GenerationConfig()


def _bounds(name: str) -> str:
    low, high = (formats.number_format(bound, force_grouping=True) for bound in LIMITS[name])
    return gettext("A number from {low} to {high}, please.").format(low=low, high=high)


_bounds_lazy = lazy(_bounds, str)


def _outside(name: str) -> dict[str, Any]:
    """Return one sentence for whatever is wrong with a number: it names the bounds."""
    return dict.fromkeys(("invalid", "min_value", "max_value"), _bounds_lazy(name))


def _opening_label(primer: Primer) -> str:
    """Return an opening by surname and work: a phone has no room for more."""
    return f"{primer.composer.split()[-1]}: {primer.title}"


class ComposeForm(forms.Form):
    """What a visitor chooses; what is left empty is filled in by the server."""

    primer = forms.ModelChoiceField(
        label=_("It begins as"),
        queryset=Primer.objects.none(),
        required=False,
        empty_label=_("Any opening: the seed draws one"),
    )
    checkpoint = forms.ModelChoiceField(
        label=_("It goes on as"), queryset=Checkpoint.objects.none(), empty_label=None
    )
    notes = forms.IntegerField(
        label=_("Length in notes"),
        initial=DEFAULTS.notes,
        min_value=int(LIMITS["notes"].low),
        max_value=int(LIMITS["notes"].high),
        error_messages=_outside("notes"),
    )
    temperature = forms.FloatField(
        label=_("Temperature"),
        initial=f"{DEFAULTS.temperature:.1f}",
        min_value=LIMITS["temperature"].low,
        max_value=LIMITS["temperature"].high,
        error_messages=_outside("temperature"),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        required=False,
        min_value=int(LIMITS["seed"].low),
        max_value=int(LIMITS["seed"].high),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": _("random")}
        ),
        help_text=_("The same seed writes the same notes."),
        error_messages=_outside("seed"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        checkpoint: Any = self.fields["checkpoint"]
        checkpoint.queryset = Checkpoint.objects.filter(is_offered=True).defer("card")
        primer: Any = self.fields["primer"]
        primer.queryset = Primer.objects.filter(is_offered=True).defer("chords")
        primer.label_from_instance = _opening_label
        self.fields["notes"].help_text = _("{n} fill a bar.").format(n=TOKENS_A_BAR)

    @cached_property
    def has_checkpoint(self) -> bool:
        """Whether there is a model to compose with."""
        return Checkpoint.objects.filter(is_offered=True).exists()

    @cached_property
    def is_ready(self) -> bool:
        """Whether there is all that a piece needs."""
        return self.has_checkpoint and Primer.objects.filter(is_offered=True).exists()


def settings_from(query: QueryDict) -> dict[str, str]:
    """Return what an address such as ``/?notes=200&seed=7`` fills the form with."""
    return {name: str(query[name]) for name in ComposeForm.base_fields if query.get(name)}
