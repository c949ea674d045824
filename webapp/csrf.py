"""Refuse requests that another site made a browser send.

A request that changes something and carries one of our cookies needs the
token and an Origin of ours. One that carries none cannot borrow anybody's
rights, so the JSON API takes it as it is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import render_to_string

from webapp import messages, ownership

logger = logging.getLogger(__name__)

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class CookieCsrfMiddleware(CsrfViewMiddleware):
    """Django's check, stricter about Origin, and left out where no cookie is sent."""

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        if request.method not in SAFE and not getattr(request, "_dont_enforce_csrf_checks", False):
            if not carries_cookie(request):
                if getattr(callback, "is_open_without_cookie", False):
                    return None
            elif "HTTP_ORIGIN" not in request.META:
                return refused(request, "Origin is missing")
        return super().process_view(request, callback, callback_args, callback_kwargs)


def open_without_cookie(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Mark a view that anyone may call who sends no cookie of ours."""
    view.is_open_without_cookie = True  # type: ignore[attr-defined]
    return view


def carries_cookie(request: HttpRequest) -> bool:
    """Whether the request carries a cookie that stands for somebody, valid or not."""
    return any(name in request.COOKIES for name in (settings.SESSION_COOKIE_NAME, ownership.COOKIE))


def refused(request: HttpRequest, reason: str = "") -> HttpResponseForbidden:
    """Answer 403, as a page or as JSON. Django calls this by settings.CSRF_FAILURE_VIEW."""
    logger.info("%s %s is refused: %s", request.method, request.path, reason)
    text = messages.sentence("foreign")
    if request.path.startswith("/api/"):
        fault = {"field": None, "value": None, "message": text}
        body = json.dumps({"errors": [fault]})
        return HttpResponseForbidden(body, content_type="application/json")
    return HttpResponseForbidden(render_to_string("403.html", {"message": text}, request))
