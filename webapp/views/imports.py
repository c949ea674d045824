"""Models as files: taken away by anyone, brought by staff."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from webapp import imports, ownership, staff
from webapp.messages import Refused
from webapp.models import Import

N_RECENT = 10


@require_safe
def export(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Send a model as one file. It never changes, so neither does the file."""
    checkpoint = ownership.checkpoint_to_see(request, pk)
    etag = f'"{checkpoint.hash[:32]}"'
    early = get_conditional_response(request, etag)
    if early is not None:
        return early
    try:
        file = imports.export(checkpoint)
    except FileNotFoundError as error:
        raise Http404 from error
    size = file.tell()
    file.seek(0)
    response = FileResponse(
        file,
        as_attachment=True,
        filename=imports.file_name(checkpoint),
        content_type="application/octet-stream",
    )
    response["Content-Length"] = str(size)
    response["ETag"] = etag
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff.page
def import_new(request: HttpRequest) -> HttpResponse:
    """Ask for the file of a model; take it, and go to what a worker says of it."""
    error = ""
    if request.method == "POST":
        try:
            return redirect(imports.accept(request.FILES.get("file"), owner=request.user))
        except Refused as refused:
            error = str(refused)
    context = {"error": error, "recent": Import.objects.select_related("checkpoint")[:N_RECENT]}
    return render(request, "imports/new.html", context, status=422 if error else 200)


@require_GET
@never_cache
@staff.page
def import_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what became of a file."""
    row = get_object_or_404(Import.objects.select_related("checkpoint"), pk=pk)
    is_fragment = "fragment" in request.GET
    template = "imports/_fragment.html" if is_fragment else "imports/detail.html"
    return render(request, template, {"import": row})
