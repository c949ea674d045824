"""The forms of an account: Django's own, in our words."""

from __future__ import annotations

from math import ceil
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from webapp import accounts


class SignUpForm(UserCreationForm):  # type: ignore[type-arg]
    """A name and a password; nothing else is asked for. After many attempts, a while to wait."""

    class Meta(UserCreationForm.Meta):
        fields = ("username",)
        help_texts = {"username": _("Letters, digits and @ . + - _, in any language.")}

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.request = request
        self.fields["password1"].help_text = _(
            "At least 8 characters, not only digits, and not a common password."
        )
        self.fields["password2"].help_text = _(
            "The same again: if it is lost, we cannot send you a new one."
        )

    def clean(self) -> dict[str, Any] | None:
        """Say how long one has to wait, and nothing else, where too much was tried."""
        left = accounts.sign_up_wait_s(self.request, str(self.data.get("username", "")))
        if not left:
            return super().clean()
        self.errors.clear()
        words = ngettext(
            "Too many accounts were asked for. Try again in {n} minute; what you made is kept.",
            "Too many accounts were asked for. Try again in {n} minutes; what you made is kept.",
            _minutes(left),
        )
        raise ValidationError(words.format(n=formats.localize(_minutes(left))), code="wait")

    def _post_clean(self) -> None:
        """Tell nothing of the name while one has to wait: whether it is taken is a secret then."""
        if not self.has_error(NON_FIELD_ERRORS, "wait"):
            super()._post_clean()  # type: ignore[misc]  # Django has it


class SignInForm(AuthenticationForm):
    """A name and a password; after too many wrong ones, a while to wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        """Say that one has to wait before any password is looked at."""
        name = self.cleaned_data.get("username") or ""
        left = accounts.wait_s(self.request, name) if self.request is not None else 0
        if left:
            words = ngettext(
                "Too many wrong passwords. Wait {n} minute, and try again.",
                "Too many wrong passwords. Wait {n} minutes, and try again.",
                _minutes(left),
            )
            raise ValidationError(words.format(n=formats.localize(_minutes(left))), code="wait")
        return super().clean()


class FarewellForm(forms.Form):
    """The password once more, before everything goes."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )

    def __init__(self, user: User, asked: QueryDict | None) -> None:
        super().__init__(asked, label_suffix="")
        self.user = user

    def clean_password(self) -> str:
        """Refuse another password than the account's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("That is not the password of this account."), code="wrong")
        return password


def _minutes(seconds: float) -> int:
    return max(1, ceil(seconds / 60))
