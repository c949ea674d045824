"""The pages that everyone sees. Each works without JavaScript."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from generator.errors import GeneratorError
from webapp import duels, estimate, gallery, jobs, ownership, services
from webapp.forms import ComposeForm, settings_from
from webapp.messages import Refused
from webapp.models import Checkpoint, Piece

N_EXAMPLES = 4


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Show the form with examples under it; take the form, and go to the piece it makes."""
    if request.method != "POST":
        return _home(request, ComposeForm(initial=settings_from(request.GET)))
    form = ComposeForm(request.POST)
    if form.is_valid():
        owner = ownership.owner_of(request) or ownership.new_owner()
        try:
            piece = services.compose(owner=owner, **form.cleaned_data)
        except (GeneratorError, Refused) as error:
            form.add_error(None, str(error))
        else:
            response = redirect(piece)
            ownership.remember(response, owner)
            return response
    return _home(request, form, status=422)


@require_GET
def piece_list(request: HttpRequest) -> HttpResponse:
    """Show the gallery, newest first, a page at a time."""
    cursor = request.GET.get("cursor", "")
    try:
        page = gallery.page(ownership.visitor(request), cursor=cursor)
    except Refused as error:
        raise Http404 from error
    context = {"pieces": page.pieces, "next": page.next, "is_first": not cursor}
    return render(request, "pieces/list.html", context)


@require_GET
@never_cache
def piece_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a piece: the whole page, or with ``?fragment`` only the parts that change."""
    piece = ownership.piece_to_see(request, pk)
    template = "pieces/_fragment.html" if "fragment" in request.GET else "pieces/detail.html"
    context = {
        "piece": piece,
        "eta_s": estimate.eta_s(piece),
        "may_change": ownership.visitor(request).may_change(piece),
    }
    return render(request, template, context)


@require_POST
def piece_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a piece to end, and go back to it. A finished one stays as it is."""
    piece = ownership.piece_to_change(request, pk)
    jobs.cancel(Piece, piece.pk)
    return redirect(piece)


@require_POST
def piece_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete a piece and its files, and go to the gallery."""
    piece = ownership.piece_to_change(request, pk)
    try:
        services.delete(piece)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(piece)
    messages.success(request, gettext("The piece is deleted."))
    return redirect("piece-list")


def _home(request: HttpRequest, form: ComposeForm, status: int = 200) -> HttpResponse:
    examples = list(gallery.light().filter(is_example=True)[:N_EXAMPLES])
    context = {"form": form, "examples": examples, "attributions": _attributions()}
    context["has_duel"] = duels.is_ready(ownership.owner_of(request))
    return render(request, "home.html", context, status=status)


def _attributions() -> list[str]:
    """Return whom to name for the music that the offered models learned from, once each."""
    cards = Checkpoint.objects.filter(is_offered=True).values_list("card__attribution", flat=True)
    return list(dict.fromkeys(line for line in cards if line))
