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

from webapp import openings, ownership
from webapp.models import FailedSignIn, Favourite, Piece, Primer, Upload
from webapp.models.piece import UNDO

WHILE = timedelta(minutes=15)
# Wrong passwords in that while: one person's, one network's, and all of the world for one name.
MOST_HERE, MOST_ADDRESS, MOST_NAME = 5, 30, 100


class Patience:
    """The first of the ways to sign in: it lets nobody in, and keeps out who tries too often."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, **_: Any
    ) -> None:
        """Stop the other ways from being tried, where too many were; the admin's page too."""
        if request is not None and has_to_wait(request, username or ""):
            raise PermissionDenied


def has_to_wait(request: HttpRequest, name: str) -> bool:
    """Whether so many passwords were wrong of late that the next one is not looked at."""
    failed = FailedSignIn.objects.filter(at__gt=now() - WHILE)
    of_name, from_here = Q(name=_folded(name)), Q(address=address_of(request))
    return (
        failed.filter(of_name, from_here).count() >= MOST_HERE
        or failed.filter(from_here).count() >= MOST_ADDRESS
        or failed.filter(of_name).count() >= MOST_NAME
    )


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
    if request is None:
        return
    name = _folded(str(credentials.get("username") or ""))
    FailedSignIn.objects.create(name=name, address=address_of(request))


def _folded(name: str) -> str:
    return name.replace("\0", "").casefold()[:150]
