"""The pages on which visitors look for an opening, choose bars of it, and bring their own."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp import cuts, openings, ownership, uploads
from webapp.messages import Refused
from webapp.models import Primer, Upload
from webapp.models.piece import BY_COMPOSER
from webapp.opening_forms import BringForm, ChoiceForm, OpeningsForm
from webapp.openings_api import check_pace
from webapp.spoken import spoken
from webapp.views import media

N_LISTED = 36  # on a page
FEW = 12  # openings that one finds without a search


@require_safe
def opening_list(request: HttpRequest) -> HttpResponse:
    """Show the openings to choose from: one's own, then the house's by composer."""
    owner = ownership.owner_of(request)
    form = OpeningsForm(request.GET)
    found = openings.found(owner, form["q"].value() or "")
    page = Paginator(found.order_by("-owner", *BY_COMPOSER), N_LISTED).get_page(
        request.GET.get("page")
    )
    shelves = [(name, list(rows)) for name, rows in groupby(page, key=_shelf)]
    if lacking := next((row for row in page if not row.files), None):
        openings.look_at(lacking)  # and then the others follow
    context = {"form": form, "page": page, "shelves": shelves}
    context["is_searched"] = bool(form["q"].value())
    context["is_long"] = context["is_searched"] or page.paginator.count > FEW
    return render(request, "openings/list.html", context)


@require_safe
@never_cache
def opening_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show an opening: the whole page, or with ``?fragment`` only the parts that change."""
    return _detail(request, ownership.primer_to_see(request, name))


@require_POST
def opening_cut(request: HttpRequest, name: str) -> HttpResponse:
    """Go to the form with the bars that were chosen of an opening."""
    primer = ownership.primer_to_see(request, name)
    form = ChoiceForm(request.POST, bars=cuts.bars(primer.opening))
    if form.is_valid():
        try:
            chosen = cuts.cut(primer, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{reverse('home')}?{urlencode({'primer': chosen.pk})}")
    return _detail(request, primer, form, status=422)


@require_POST
def opening_delete(request: HttpRequest, name: str) -> HttpResponse:
    """Take an opening of one's own away, and go to the list."""
    primer = ownership.primer_to_see(request, name)
    if not primer.owner:
        raise PermissionDenied
    openings.remove(primer)
    messages.success(request, gettext("“{title}” is deleted.").format(title=spoken(primer.title)))
    return redirect("opening-list")


@uploads.open_to_all(openings.MOST_UPLOADED)
@require_http_methods(["GET", "HEAD", "POST"])
def opening_upload(request: HttpRequest) -> HttpResponse:
    """Ask for a file; take it, and go to the page where a worker's verdict will stand."""
    if request.method != "POST":
        return render(request, "openings/new.html", {"form": BringForm()})
    form = BringForm(request.POST)
    owner = ownership.owner_of(request) or ownership.new_owner()
    if form.is_valid():
        try:
            primer = _brought(request, owner, form)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            response = redirect(primer)
            ownership.remember(response, owner)
            return response
    return render(request, "openings/new.html", {"form": form}, status=422)


@require_safe
def opening_file(request: HttpRequest, name: str, file: str) -> HttpResponseBase:
    """Send a file that the row of the opening names."""
    return media.job_file(request, ownership.primer_to_see(request, name), file)


def _brought(request: HttpRequest, owner: str, form: BringForm) -> Primer:
    files = uploads.files_of(request, "file")
    check_pace(request)
    return openings.accept(files[0] if files else None, owner=owner, **form.cleaned_data)


def _shelf(primer: Primer) -> str:
    return gettext("Your own") if primer.owner else spoken(primer.composer)


def _detail(
    request: HttpRequest, primer: Primer, form: ChoiceForm | None = None, status: int = 200
) -> HttpResponse:
    if primer.source:
        return redirect(primer)
    openings.look_at(primer)
    there, upload = cuts.bars(primer.opening), getattr(primer, "upload", None)
    context: dict[str, Any] = {"primer": primer, "upload": upload, "bars": there}
    if primer.opening:
        primer.score = cuts.score(primer.opening)
        asked = _asked(request, primer)
        context["form"] = form or ChoiceForm(initial=asked, bars=there)
    context["is_final"] = _is_final(primer, upload)
    context["is_own"] = ownership.visitor(request).owns(primer)
    is_fragment = "fragment" in request.GET
    template = "openings/_fragment.html" if is_fragment else "openings/detail.html"
    return render(request, template, context, status=status)


def _is_final(primer: Primer, upload: Upload | None) -> bool:
    """Whether nothing more comes: what could be made of an upload, or picture and sound."""
    return upload.is_final if upload else openings.is_whole(primer)


def _asked(request: HttpRequest, primer: Primer) -> dict[str, Any]:
    """Return the bars that an address names, or else those that one begins with."""
    begun = cuts.begun(primer.opening)
    usual = {"from_bar": begun.first, "to_bar": begun.last} if begun else {}
    return usual | {name: request.GET[name] for name in usual if name in request.GET}
