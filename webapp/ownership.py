"""Whose piece it is: a signed cookie stands for a visitor who never signs in.

Who has the cookie may change and delete what was made with it; staff may
always. A private piece does not exist for anyone else. What was made by who is
signed in belongs to the account, and to no cookie.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from webapp.models import Checkpoint, Piece, Primer

COOKIE = "owner"
SALT = "webapp.ownership"
ACCOUNT = "account:"  # no cookie says so: what one says is drawn without a colon
MAX_AGE_S = 5 * 365 * 24 * 3600


class Visitor(NamedTuple):
    """Who is asking."""

    owner: str = ""  # what the cookie says; empty for none, or for a forged one
    is_staff: bool = False

    def owns(self, piece: Piece | Primer) -> bool:
        """Whether the piece, or the opening, was made with this visitor's cookie."""
        return bool(self.owner) and piece.owner == self.owner

    def may_see(self, piece: Piece) -> bool:
        """Whether the piece exists for this visitor."""
        return not piece.is_private or self.may_change(piece)

    def may_change(self, piece: Piece) -> bool:
        """Whether this visitor may cancel, change or delete the piece."""
        return self.is_staff or self.owns(piece)


def visitor(request: HttpRequest) -> Visitor:
    """Return who is asking."""
    user = getattr(request, "user", None)
    is_staff = bool(user and user.is_active and user.is_staff)
    return Visitor(owner_of(request), is_staff)


def owner_of(request: HttpRequest) -> str:
    """Return who owns what the request makes: the account, or else whom the cookie names.

    Empty without either, and for a cookie that was not signed here.
    """
    user = getattr(request, "user", None)
    return account_owner(user.pk) if user and user.is_authenticated else cookie_owner(request)


def account_owner(user_id: int) -> str:
    """Return the owner of what an account made."""
    return f"{ACCOUNT}{user_id}"


def cookie_owner(request: HttpRequest) -> str:
    """Return whom the owner cookie names; empty without one, or if it was not signed here."""
    if COOKIE not in request.COOKIES:
        return ""
    value = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MAX_AGE_S)
    return "" if value is None or value.startswith(ACCOUNT) else value


def new_owner() -> str:
    """Return a name for a visitor who has none."""
    return secrets.token_urlsafe(18)


def remember(response: HttpResponseBase, owner: str) -> None:
    """Give the visitor the cookie, or lengthen its life. An account needs none."""
    if owner.startswith(ACCOUNT):
        return
    response.set_signed_cookie(
        COOKIE,
        owner,
        salt=SALT,
        max_age=MAX_AGE_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def checkpoint_to_see(request: HttpRequest, pk: str) -> Checkpoint:
    """Return the model, or raise Http404: one that is not offered is there for staff alone."""
    checkpoint = Checkpoint.objects.filter(pk=pk).first()
    if checkpoint is None or not (checkpoint.is_offered or visitor(request).is_staff):
        raise Http404
    return checkpoint


def piece_to_see(request: HttpRequest, pk: UUID, pieces: QuerySet[Piece] | None = None) -> Piece:
    """Return the piece, or raise Http404 where it does not exist for this visitor.

    ``pieces``, where given, says how much of the row is read.
    """
    if pieces is None:
        pieces = Piece.objects.select_related("checkpoint", "primer")
    piece = pieces.filter(pk=pk).first()
    if piece is None or not visitor(request).may_see(piece):
        raise Http404
    return piece


def primer_to_see(request: HttpRequest, name: str) -> Primer:
    """Return the opening, or raise Http404: a visitor's own is there for that visitor alone."""
    primer = Primer.objects.select_related("source", "upload").filter(pk=name).first()
    looking = visitor(request)
    if primer is None or not (not primer.owner or looking.owns(primer) or looking.is_staff):
        raise Http404
    return primer


def set_to_see(
    request: HttpRequest, pk: UUID, pieces: QuerySet[Piece] | None = None
) -> list[Piece]:
    """Return the takes of one click in their order; raises Http404 where there are none to see.

    ``pieces``, where given, says how much of the rows is read.
    """
    if pieces is None:
        pieces = Piece.objects.select_related("checkpoint", "primer")
    found = pieces.defer("source", "checkpoint__card")
    looking = visitor(request)
    takes = [piece for piece in found.filter(batch=pk).order_by("take") if looking.may_see(piece)]
    if not takes:
        raise Http404
    return takes


def piece_to_change(request: HttpRequest, pk: UUID, pieces: QuerySet[Piece] | None = None) -> Piece:
    """Return the piece, or raise Http404, or PermissionDenied where it is another's."""
    piece = piece_to_see(request, pk, pieces)
    if not visitor(request).may_change(piece):
        raise PermissionDenied
    return piece
