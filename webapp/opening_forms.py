"""The forms for openings: to find one, to choose bars of it, to bring one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generator.config import MIDI_SUFFIXES, MUSICXML_SUFFIXES
from webapp import openings
from webapp.counting import Bars
from webapp.gallery_forms import search_field

ENDINGS = (*MIDI_SUFFIXES, *MUSICXML_SUFFIXES)


class OpeningsForm(forms.Form):
    """What to look for in the list. It is never wrong."""

    q = search_field(label=_("Title or composer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)


class ChoiceForm(forms.Form):
    """From which bar of an opening to which, as they are numbered in print."""

    from_bar = forms.IntegerField(label=_("From bar"))
    to_bar = forms.IntegerField(label=_("to bar"))

    def __init__(self, *args: Any, bars: Bars | None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        low, high = bars or Bars(0, 0)
        words = gettext("A bar from {low} to {high}, please.").format(low=low, high=high)
        for field in self.fields.values():
            field.widget.attrs |= {"min": low, "max": high}
            field.error_messages |= dict.fromkeys(("required", "invalid"), words)
            field.validators += [MinValueValidator(low, words), MaxValueValidator(high, words)]


class BringForm(forms.Form):
    """What a visitor says of a file, which itself is taken by webapp.openings."""

    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("Left empty, it is what the file calls itself."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    composer = forms.CharField(
        label=_("Composer"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    #: For the field of the file, which stands in the page itself.
    accept = ",".join(ENDINGS)
    most_bytes = openings.MOST_UPLOADED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
