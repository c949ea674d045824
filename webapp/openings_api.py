"""The JSON API of openings: one's own are sent as files, and bars are cut out of any."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from webapp import accounts, cuts, limits, messages, openings, ownership
from webapp.messages import Refused
from webapp.models import Primer, Status, Upload
from webapp.parameters import Fault, Faulty
from webapp.presentation import primer_json
from webapp.requests import Malformed, endpoint, read_json
from webapp.uploads import MEGABYTE, Received

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded", "text/plain")
BARS = ("from_bar", "to_bar")
MOST_UPLOADS, WITHIN_S = 30, 600  # from one address


def list_primers(request: HttpRequest) -> HttpResponse:
    """List the openings that everyone can choose."""
    return JsonResponse({"primers": [primer_json(row) for row in openings.house()]})


def bring(request: HttpRequest) -> HttpResponse:
    """Take a file, and give whoever is new a cookie to own the opening by."""
    if request.content_type in FORMS:  # what a page of another site could make a browser send
        raise Malformed(415, "not_a_file")
    check_pace(request)
    owner = ownership.owner_of(request) or ownership.new_owner()
    file = _received(request)
    try:
        primer = openings.accept(file, owner=owner)
    finally:
        if file:
            file.close()
    response = JsonResponse(opening_json(primer), status=202)
    response["Location"] = reverse("api-primer", args=[primer.pk])
    ownership.remember(response, owner)
    return response


def show_primer(request: HttpRequest, name: str) -> HttpResponse:
    """Show an opening: its bars, and what was said of the file it is from."""
    return JsonResponse(opening_json(ownership.primer_to_see(request, name)))


def cut(request: HttpRequest, name: str) -> HttpResponse:
    """Make an opening of some bars of another, or return it if it was made before."""
    primer = ownership.primer_to_see(request, name)
    return JsonResponse(opening_json(cuts.cut(primer, **_bars(read_json(request)))), status=201)


def opening_json(primer: Primer) -> dict[str, Any]:
    """Return an opening with its bars, and how far the reading of its file is."""
    there, begun = cuts.bars(primer.opening), cuts.begun(primer.opening)
    upload = getattr(primer, "upload", None)
    remarks = [messages.remark(told["code"], told["values"]) for told in primer.remarks]
    return primer_json(primer) | {
        "status": upload.status if upload else Status.SUCCEEDED,
        "error": _refusal(upload) if upload and upload.error_code else None,
        "remarks": [words for words in remarks if words],
        "bars": list(there) if there else None,
        "begins_with": list(begun) if begun else None,
        "tempo_qpm": primer.opening.get("tempo_qpm"),
    }


def _refusal(upload: Upload) -> str:
    return messages.sentence(upload.error_code, upload.error_values)


def check_pace(request: HttpRequest) -> None:
    """Raise Refused where too many files come from one address."""
    address = accounts.address_of(request)
    if not limits.may("upload", address, most=MOST_UPLOADS, seconds=WITHIN_S):
        raise Refused("uploads_fast")


def _received(request: HttpRequest) -> Received | None:
    content = request.read(openings.MOST_UPLOADED + 1)
    if len(content) > openings.MOST_UPLOADED:
        raise Malformed(413, "upload_too_large", high=openings.MOST_UPLOADED // MEGABYTE)
    if not content:
        return None
    file = Received(request.GET.get("name") or "opening.mid", request.content_type or "", None)
    file.write(content)
    file.flush()
    return file


def _bars(asked: dict[str, Any]) -> dict[str, int]:
    faults = [
        Fault(name, asked[name], "unknown_field", {"field": name, "choices": ", ".join(BARS)})
        for name in asked
        if name not in BARS
    ]
    for name in BARS:
        value = asked.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            faults.append(Fault(name, value, "not_whole", {"field": name, "value": value}))
    if faults:
        raise Faulty(*faults)
    return {name: asked[name] for name in BARS}


primers = endpoint(GET=list_primers, POST=bring)
primer = endpoint(GET=show_primer)
primer_cuts = endpoint(POST=cut)
