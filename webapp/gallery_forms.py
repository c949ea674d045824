"""The form above the gallery."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from generator.config import GenerationConfig
from webapp import wording
from webapp.finding import LONGEST_SEARCH, Wish
from webapp.models import Checkpoint

LOW, HIGH = 0, GenerationConfig.LIMITS["temperature"][1]

# From where to where a word for a temperature reaches: as a piece's own page has it.
WARMTHS = (
    ("", _("any")),
    (f"{LOW}-0.5", pgettext_lazy("temperature", "very calm")),
    ("0.5-0.8", pgettext_lazy("temperature", "calm")),
    ("0.8-1.2", pgettext_lazy("temperature", "free")),
    ("1.2-1.6", pgettext_lazy("temperature", "wild")),
    (f"1.6-{HIGH:g}", pgettext_lazy("temperature", "very wild")),
)
ORDERS = (
    ("newest", _("the newest first")),
    ("oldest", _("the oldest first")),
    ("title", _("by title")),
    ("calmest", _("the calmest first")),
    ("wildest", _("the wildest first")),
)


def _models() -> list[tuple[str, str]]:
    rows = Checkpoint.objects.filter(is_offered=True).defer("card")
    return [("", str(_("any"))), *wording.labels(rows).items()]


def search_field(**options: Any) -> forms.CharField:
    """Return a field for words to look for, for which a phone has a key of its own."""
    return forms.CharField(
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search"}),
        **options,
    )


class FindForm(forms.Form):
    """What to look for, and in which order. It is never wrong: what cannot be read is left out."""

    q = search_field(label=_("Title, composer, opening or model"))
    checkpoint = forms.ChoiceField(required=False, label=_("Model"))
    temperature = forms.ChoiceField(required=False, label=_("Temperature"), choices=WARMTHS)
    sort = forms.ChoiceField(required=False, label=_("Order"), choices=ORDERS)
    mine = forms.BooleanField(required=False)  # an address asks for it, and no field
    favourites = forms.BooleanField(required=False)

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked, label_suffix="", auto_id="find_%s")
        self.fields["checkpoint"].choices = _models()  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """Return what is asked for, as :class:`webapp.finding.Wish` takes it."""
        self.full_clean()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        return {"mine": False, "favourites": False, "sort": "newest"} | found

    @property
    def is_used(self) -> bool:
        """Whether anything is asked for."""
        return not Wish(**self.wish()).is_plain

    @property
    def is_searched(self) -> bool:
        """Whether more is asked for than whose pieces, and in which order."""
        return not Wish(**(self.wish() | {"mine": False, "favourites": False})).is_plain

    @property
    def shows_more(self) -> bool:
        """Whether something is chosen that stands under the search line."""
        asked = self.wish() | {"q": "", "mine": False, "favourites": False}
        return Wish(**asked) != Wish()
