"""What staff alone may do, on pages and by the API."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponseBase

from webapp import ownership
from webapp.messages import Refused


class StaffOnly(Refused):
    """Whoever asks is none of the staff."""


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Lead whoever is none of the staff to the page where one logs in."""
    guarded: Callable[..., HttpResponseBase] = staff_member_required(view, login_url="admin:login")
    return guarded


def call(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a call of the API by whoever is none of the staff."""

    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> Any:
        if not ownership.visitor(request).is_staff:
            raise StaffOnly("staff_only")
        return view(request, **arguments)

    return guarded
