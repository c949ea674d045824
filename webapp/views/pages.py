"""The pages that everyone sees. Each works without JavaScript."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from generator.config import INSTRUMENTS, STRIP
from generator.errors import GeneratorError
from webapp import duels, estimate, gallery, jobs, ownership, services, takes
from webapp.forms import ComposeForm, settings_from
from webapp.messages import Refused
from webapp.models import Checkpoint, Piece
from webapp.views import tweaks

N_EXAMPLES = 4


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Show the form with examples under it; take the form, and go to the piece it makes."""
    owner = ownership.owner_of(request)
    if request.method != "POST":
        return _home(request, ComposeForm(initial=settings_from(request.GET), owner=owner))
    form = ComposeForm(request.POST, owner=owner)
    if form.is_valid():
        owner = owner or ownership.new_owner()
        try:
            pieces = _ordered(request, owner, form.cleaned_data)
        except (GeneratorError, Refused) as error:
            form.add_error(None, str(error))
        else:
            response = redirect(tweaks.place_of(pieces))
            ownership.remember(response, owner)
            return response
    return _home(request, form, status=422)


@require_safe
@never_cache
def piece_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a piece: the whole page, or with ``?fragment`` only the parts that change."""
    visitor = ownership.visitor(request)
    kept = Piece.objects.select_related("checkpoint", "primer").defer("primer__opening")
    piece = ownership.piece_to_see(request, pk, gallery.starred(kept, visitor.owner))
    template = "pieces/_fragment.html" if "fragment" in request.GET else "pieces/detail.html"
    known = estimate.for_pieces([piece])
    context = {
        "piece": piece,
        "eta_s": known.eta_s(piece),
        "position": known.position(piece),
        "may_change": visitor.may_change(piece),
        "instrument": request.GET.get("instrument", ""),
    }
    return render(request, template, context)


@require_POST
def piece_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a piece to end, and go back to it. A finished one stays as it is."""
    piece = ownership.piece_to_change(request, pk)
    jobs.cancel(Piece, piece.pk)
    return redirect(piece)


@require_POST
def piece_sound(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a piece played on another instrument by whoever may see it, and go back to it."""
    piece = ownership.piece_to_see(request, pk)
    instrument = request.POST.get("instrument", "")
    if instrument not in INSTRUMENTS:
        return HttpResponseBadRequest()
    services.play_on(piece, instrument)
    return redirect(f"{piece.get_absolute_url()}?instrument={instrument}")


def _ordered(request: HttpRequest, owner: str, chosen: dict[str, Any]) -> list[Piece]:
    """Store what the form asks for: takes, or where that button was pressed a strip."""
    parent = tweaks.parent_of(request, chosen.pop("parent", None))
    if "strip" in request.POST:
        chosen = chosen | {"takes": None, "temperatures": STRIP}
    return takes.compose(owner=owner, parent=parent, **chosen)


def _home(request: HttpRequest, form: ComposeForm, status: int = 200) -> HttpResponse:
    examples = list(gallery.light().filter(is_example=True, is_private=False)[:N_EXAMPLES])
    context = {"form": form, "examples": examples, "attributions": _attributions()}
    context["filled"] = tweaks.filled(request)
    form.says_seed = context["filled"] is not None
    context["has_duel"] = duels.is_ready(ownership.owner_of(request))
    return render(request, "home.html", context, status=status)


def _attributions() -> list[str]:
    """Return whom to name for the music that the offered models learned from, once each."""
    cards = Checkpoint.objects.filter(is_offered=True).values_list("card__attribution", flat=True)
    return list(dict.fromkeys(line for line in cards if line))
