"""Signing up, in and out, and the page of one's account. No e-mail is asked for."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from webapp import accounts, ownership
from webapp.account_forms import FarewellForm, SignInForm, SignUpForm
from webapp.models import Piece

METHODS = ("GET", "HEAD", "POST")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(METHODS)
@never_cache
@sensitive_post_parameters()
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account, sign in, and bring along what this browser made."""
    if request.user.is_authenticated:
        return redirect("account")
    form = SignUpForm(request, request.POST or None)
    if form.is_valid():
        login(request, form.save(), backend=BACKEND)
        messages.success(request, gettext("Your account is there, and what you made is in it."))
        return redirect(_mine())
    n_pieces = _n_pieces(ownership.cookie_owner(request))
    context = {"form": form, "n_pieces": n_pieces}
    return render(request, "accounts/sign_up.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@never_cache
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and password, and go to one's own pieces."""
    if request.user.is_authenticated:
        return redirect("account")
    form = SignInForm(request, request.POST or None)
    if form.is_valid():
        login(request, form.get_user())
        return redirect(_mine())
    status = 422 if form.errors else 200
    return render(request, "accounts/sign_in.html", {"form": form}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; what belongs to the account can no longer be changed from here."""
    logout(request)
    messages.success(request, gettext("You are signed out."))
    return redirect("home")


@require_http_methods(METHODS)
@never_cache
@sensitive_post_parameters()
def account(request: HttpRequest) -> HttpResponse:
    """Show one's account; with the password, delete it and all that is in it."""
    if not request.user.is_authenticated:
        return redirect("sign-in")
    user = request.user
    form = FarewellForm(user, request.POST or None)
    if form.is_valid() and not user.is_staff:
        accounts.delete(user.pk)
        logout(request)
        messages.success(request, gettext("Your account is deleted, with all that was in it."))
        return redirect("home")
    n_pieces = _n_pieces(ownership.account_owner(user.pk))
    context = {"form": form, "n_pieces": n_pieces}
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


def _mine() -> str:
    return f"{reverse('piece-list')}?mine=1"


def _n_pieces(owner: str) -> int:
    return Piece.objects.filter(owner=owner).count() if owner else 0
