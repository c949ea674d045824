"""Accounts: what a visitor made with a cookie is kept under a name and a password.

An account owns as a cookie does (webapp/ownership.py). Who signs in, by whatever
page, brings along what this browser made before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.timezone import now

from webapp import limits, openings, ownership
from webapp.models import FailedSignIn, Favourite, Piece, Primer, Upload
from webapp.models.piece import UNDO

WHILE = timedelta(minutes=15)
# Wrong passwords in that while: one person's, one network's, and all of the world for one name.
MOST_HERE, MOST_ADDRESS, MOST_NAME = 5, 30, 100
# Attempts to sign up in an hour: from one address, and for one name from wherever.
HOUR_S = 3600
MOST_NEW_ADDRESS, MOST_NEW_NAME = 30, 15


class Patience:
    """The first of the ways to sign in: it lets nobody in, and keeps out who tries too often."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, **_: Any
    ) -> None:
        """Stop the other ways from being tried, where too many were; the admin's page too."""
        if request is not None and wait_s(request, username or ""):
            raise PermissionDenied


def wait_s(request: HttpRequest, name: str) -> float:
    """Return for how many seconds no password is looked at, as too many were wrong; else 0."""
    of_name, from_here = Q(name=_folded(name)), Q(address=address_of(request))
    rules = ((of_name & from_here, MOST_HERE), (from_here, MOST_ADDRESS), (of_name, MOST_NAME))
    return max(_left_s(who, most) for who, most in rules)


def sign_up_wait_s(request: HttpRequest, name: str) -> int:
    """Count an attempt to sign up, and return for how many seconds none is looked at."""
    rules = ((address_of(request), MOST_NEW_ADDRESS), (f"name {_folded(name)}", MOST_NEW_NAME))
    return max(limits.wait_s("sign-up", who, most=most, seconds=HOUR_S) for who, most in rules)


def forget_failures() -> None:
    """Forget the wrong passwords that no longer count."""
    FailedSignIn.objects.filter(at__lte=now() - WHILE).delete()


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from; behind a proxy of ours, what that says."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.HTTPS:  # then there is such a proxy, and it writes the last of these
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return address[:45]


@transaction.atomic
def take_over(owner: str, user_id: int) -> None:
    """Give an account what a cookie owns: pieces, deleted ones too, openings and stars."""
    account = ownership.account_owner(user_id)
    for rows in (Piece.with_deleted, Primer.objects, Upload.objects):
        rows.filter(owner=owner).update(owner=account)
    known = Favourite.objects.filter(owner=account).values("piece")
    Favourite.objects.filter(owner=owner).exclude(piece__in=known).update(owner=account)
    Favourite.objects.filter(owner=owner).delete()


@transaction.atomic
def delete(user_id: int) -> None:
    """Delete an account with all that it owns; the sweeper removes the files."""
    account = ownership.account_owner(user_id)
    gone = {"owner": "", "is_private": True, "deleted_at": now() - UNDO}
    Piece.with_deleted.filter(owner=account).update(**gone)
    Favourite.objects.filter(owner=account).delete()
    openings.give_up(account)
    get_user_model()._default_manager.filter(pk=user_id).delete()


@receiver(user_logged_in)
def _bring_along(request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    owner = ownership.cookie_owner(request)
    if owner:
        take_over(owner, user.pk)


@receiver(user_login_failed)
def _note_failure(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    name = _folded(str(credentials.get("username") or ""))
    if request is None or wait_s(request, name):  # one that was not looked at lengthens no wait
        return
    FailedSignIn.objects.create(name=name, address=address_of(request))


def _left_s(who: Q, most: int) -> float:
    """Return the seconds until there are fewer than ``most`` wrong passwords that count."""
    failed = FailedSignIn.objects.filter(who, at__gt=now() - WHILE).order_by("-at")
    last = failed.values_list("at", flat=True)[most - 1 : most].first()
    return (last + WHILE - now()).total_seconds() if last else 0.0


def _folded(name: str) -> str:
    return name.replace("\0", "").casefold()[:150]
