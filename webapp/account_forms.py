"""The forms of an account: Django's own, in our words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from webapp import accounts


class SignUpForm(UserCreationForm):  # type: ignore[type-arg]
    """A name and a password; nothing else is asked for."""

    class Meta(UserCreationForm.Meta):
        fields = ("username",)
        help_texts = {"username": _("Letters, digits and @ . + - _, in any language.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["password1"].help_text = _(
            "At least 8 characters; not only digits, and none that everybody uses."
        )
        self.fields["password2"].help_text = _("Once more, as nobody could send you a new one.")


class SignInForm(AuthenticationForm):
    """A name and a password; after too many wrong ones, a while to wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        """Say that one has to wait before any password is looked at."""
        name = self.cleaned_data.get("username") or ""
        if self.request is not None and accounts.has_to_wait(self.request, name):
            raise ValidationError(
                _("Too many wrong passwords. Wait a quarter of an hour, and try again."),
                code="wait",
            )
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
