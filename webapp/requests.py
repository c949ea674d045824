"""From a request of the JSON API to plain values, and from what went wrong to an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from generator.errors import CheckpointError, ChoiceError
from webapp.csrf import open_without_cookie
from webapp.messages import Refused
from webapp.parameters import Fault, Faulty
from webapp.services import QueueFull
from webapp.staff import StaffOnly

LONGEST_BODY = 64_000  # bytes

View = Callable[..., HttpResponse]

# Which field of a request a refusal is about.
ABOUT = {
    **{"bad_cursor": "cursor", "bad_range": "temperature"},
    **{"no_checkpoint": "checkpoint", "no_primer": "primer"},
    **{"note_long": "note", "title_empty": "title", "title_long": "title"},
    **{"bars_turned": "to_bar", "bars_too_many": "to_bar", "bars_of_the_end": "to_bar"},
    **{"bars_unknown": "parent", "not_ready": "parent", "queue_crowded": "takes"},
}


class Malformed(Refused):
    """The request is not one that can be read."""

    def __init__(self, status: int, code: str, **values: Any) -> None:
        super().__init__(code, **values)
        self.status = status


def endpoint(**methods: View) -> View:
    """Return the view of one address, with a function for each method that it answers."""

    @open_without_cookie
    @never_cache
    def view(request: HttpRequest, **arguments: Any) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in methods:
            return _not_allowed(method, sorted(methods))
        try:
            return methods[method](request, **arguments)
        except tuple(ANSWERS) as error:
            return answer_to(error)

    view.methods = methods  # type: ignore[attr-defined]
    return view


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent, or raise Malformed."""
    if request.content_type != "application/json":
        raise Malformed(415, "not_json")
    body = request.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        raise Malformed(413, "body_too_large", limit=LONGEST_BODY)
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise Malformed(400, "bad_json", reason="it is nested too deep") from None
    except ValueError as error:
        raise Malformed(400, "bad_json", reason=str(error)[:200]) from None
    if not isinstance(value, dict):
        raise Malformed(400, "not_object")
    return value


def answer_to(error: Exception) -> HttpResponse:
    """Return what the API says of ``error``."""
    for kind, answer in ANSWERS.items():
        if isinstance(error, kind):
            return answer(error)
    raise error


def refusal(status: int, *faults: Fault) -> HttpResponse:
    """Return the one form in which the API says no."""
    return JsonResponse({"errors": [fault.to_dict() for fault in faults]}, status=status)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _not_allowed(method: str, allowed: list[str]) -> HttpResponse:
    response = refusal(405, Fault(None, method, "method", {"value": method}))
    response["Allow"] = ", ".join(allowed)
    return response


def _about(error: Refused) -> str | None:
    return ABOUT.get(error.code) or error.values.get("field")


def _refused(status: int) -> Callable[[Any], HttpResponse]:
    def answer(error: Refused) -> HttpResponse:
        name = _about(error)
        return refusal(status, Fault(name, error.values.get("value"), error.code, error.values))

    return answer


# From the special to the general.
ANSWERS: dict[type[Exception], Callable[[Any], HttpResponse]] = {
    Faulty: lambda error: refusal(422, *error.faults),
    ChoiceError: lambda error: refusal(
        422, Fault(error.values["field"], error.values["value"], error.code, error.values)
    ),
    QueueFull: _refused(429),
    StaffOnly: _refused(403),
    CheckpointError: lambda error: refusal(409, Fault(None, None, error.code, error.values)),
    Malformed: lambda error: _refused(error.status)(error),
    Refused: _refused(422),
    Http404: lambda _: refusal(404, Fault(None, None, "not_found")),
    PermissionDenied: lambda _: refusal(403, Fault(None, None, "forbidden")),
}
