"""The page of a rehearsal, for staff: two models beside each other, piece by piece."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from webapp import jobs, ownership, rehearsals, staff
from webapp.models import Rehearsal
from webapp.views import media

SIDES = ("one", "other")


@require_POST
@staff.page
def rehearse(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a model rehearse beside the active one, or beside the one that is named."""
    checkpoint = ownership.checkpoint_to_see(request, pk)
    named = request.POST.get("against")
    against = ownership.checkpoint_to_see(request, named) if named else None
    return redirect(rehearsals.start(checkpoint, against))


@require_GET
@never_cache
@staff.page
def rehearsal_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a rehearsal: the whole page, or with ``?fragment`` only the parts that change."""
    row = get_object_or_404(Rehearsal.objects.select_related("checkpoint", "against"), pk=pk)
    is_fragment = "fragment" in request.GET
    template = "rehearsals/_fragment.html" if is_fragment else "rehearsals/detail.html"
    return render(request, template, {"rehearsal": row})


@require_POST
@staff.page
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a rehearsal to end."""
    row = get_object_or_404(Rehearsal, pk=pk)
    jobs.cancel(Rehearsal, row.pk)
    return redirect(row)


@require_safe
@staff.page
def rehearsal_file(
    request: HttpRequest, pk: UUID, side: str, number: int, name: str
) -> HttpResponseBase:
    """Send a file that a rehearsal made, whole or in part."""
    row = get_object_or_404(Rehearsal, pk=pk)
    if side not in SIDES or not 1 <= number <= len(row.pieces):
        raise Http404
    files = (row.pieces[number - 1].get(side) or {}).get("files") or {}
    path = next((path for path in files.values() if Path(path).name == name), None)
    if path is None:
        raise Http404
    return media.stored_file(request, path)
