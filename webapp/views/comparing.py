"""The page that lays pieces side by side. It works without JavaScript."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from webapp import comparing, ownership
from webapp.messages import Refused
from webapp.views.gallery import way_back


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def compare(request: HttpRequest) -> HttpResponse:
    """Show pieces side by side, as the address calls them; a form's are put into the address."""
    if request.method == "POST":
        return _to_address(request, request.POST.getlist("piece"))
    asked = request.GET.getlist("piece")
    try:
        pieces = comparing.chosen(asked, ownership.visitor(request))
    except Refused as refused:
        return render(
            request,
            "pieces/not_compared.html",
            {"why": str(refused)},
            status=_status(asked, refused),
        )
    context = {
        "pieces": pieces,
        "parting": comparing.parting(pieces),
        "n_written": sum(bool(piece.score) for piece in pieces),
    }
    return render(request, "pieces/compare.html", context)


def _to_address(request: HttpRequest, ids: list[str]) -> HttpResponse:
    """Go where the pieces lie side by side; back to the list where too few were ticked in it."""
    back = way_back(request)
    if back and len(ids) < comparing.FEWEST:
        few = Refused("compare_few", low=comparing.FEWEST, high=comparing.MOST)
        messages.error(request, str(few))
        return redirect(back)
    return redirect(comparing.address(comparing.by_age(ids)))


def _status(asked: list[str], refused: Refused) -> int:
    """Return the status of a refusal; who asks for nothing did nothing wrong."""
    if not asked:
        return 200
    return 404 if refused.code == "compare_gone" else 400
