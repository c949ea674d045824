"""What a visitor chooses before an opening is played in, and after. Read by the script alone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

METRES = ("2/4", "3/4", "4/4", "6/8")
# A grid is told by its step, in quarter notes.
GRIDS = (
    ("0", _("as played")),
    ("0.5", _("in eighths")),
    ("0.3333333333333333", _("in eighth triplets")),
    ("0.25", _("in sixteenths")),
)
GRID = "0.25"  # few play so evenly that what they played can be read as it is
MOST_BARS = 16
SLOWEST_QPM, FASTEST_QPM = 30, 240
MOST_LATENCY_MS = 500


class CountForm(forms.Form):
    """How the bars are counted."""

    tempo = forms.IntegerField(
        label=_("Quarters a minute"),
        min_value=SLOWEST_QPM,
        max_value=FASTEST_QPM,
        initial=90,
    )
    metre = forms.ChoiceField(
        label=_("Metre"), choices=[(name, name) for name in METRES], initial="4/4"
    )
    bars = forms.IntegerField(label=_("Bars"), min_value=1, max_value=MOST_BARS, initial=4)
    click = forms.BooleanField(label=_("Click while I play"), required=False, initial=True)


class WritingForm(forms.Form):
    """How what was played is written down."""

    title = forms.CharField(label=_("Title"), max_length=60, initial=_("My opening"))
    grid = forms.ChoiceField(label=_("Rhythm"), choices=GRIDS, initial=GRID)
    upbeat = forms.BooleanField(
        label=_("With the upbeat, if I came in before the first bar"), required=False, initial=True
    )


class LatencyForm(forms.Form):
    """What only some keyboards need."""

    latency = forms.IntegerField(
        label=_("My keys arrive late by, in milliseconds"),
        help_text=_(
            "Where your notes come after the beats of the roll though you were with the click."
        ),
        min_value=-MOST_LATENCY_MS,
        max_value=MOST_LATENCY_MS,
        initial=0,
    )
