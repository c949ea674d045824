"""The pages of the tweak loop: sets of takes, pieces out of a piece, and reproductions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from generator.errors import GeneratorError
from webapp import estimate, family, gallery, keeping, ownership, queue, takes
from webapp.forms import BarsForm
from webapp.messages import Refused
from webapp.models import Piece, Reproduction, Status
from webapp.templatetags.notices import clear, undo

FRESH = timedelta(minutes=1)  # a reproduction so young answers for the next one who asks


Make = Callable[[Piece, str], Sequence[Piece]]


class Filled(NamedTuple):
    """Out of which piece the form is filled, and with what: all, a remix, or the seed."""

    piece: Piece
    kind: str


@require_POST
def piece_strip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have the opening and the seed of a piece composed at five temperatures."""
    return _make(request, pk, lambda piece, owner: takes.strip_of(piece, owner=owner))


@require_POST
def piece_go_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a piece gone on with from a bar, in four ways."""
    bars = BarsForm(request.POST)
    bars.full_clean()
    if "from_bar" not in bars.cleaned_data:
        return _refuse(request, pk, gettext("Say from which bar on, please."))
    first = bars.cleaned_data["from_bar"]
    return _make(request, pk, lambda piece, owner: takes.go_on(piece, owner=owner, from_bar=first))


@require_POST
def piece_rewrite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have some bars of a piece rewritten, in four ways."""
    bars = BarsForm(request.POST)
    if not bars.is_valid():
        return _refuse(request, pk, gettext("Say from which bar to which, please."))
    first, last = bars.cleaned_data["from_bar"], bars.cleaned_data["to_bar"]
    last = first if last is None else last

    def make(piece: Piece, owner: str) -> Sequence[Piece]:
        return takes.rewrite(piece, owner=owner, from_bar=first, to_bar=last)

    return _make(request, pk, make)


@require_GET
@never_cache
def set_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the takes of one click side by side: the page, or only the parts that change."""
    looking = ownership.visitor(request)
    rows = Piece.objects.select_related("checkpoint", "primer")
    found = ownership.set_to_see(request, pk, gallery.starred(rows, looking.owner))
    kind, parent = family.kind(found), family.parent_to_see(found[0], looking)
    context = {
        "takes": found,
        "pk": pk,
        "kind": kind,
        "parent": parent,
        "before": parent if kind in family.KEEPS_BARS else None,
        "n_ready": sum(piece.status == Status.SUCCEEDED for piece in found),
        "is_final": all(piece.is_final for piece in found),
        "may_change": all(looking.may_change(piece) for piece in found),
        "eta_s": max((estimate.eta_s(piece) or 0 for piece in found), default=None),
    }
    template = "sets/_fragment.html" if "fragment" in request.GET else "sets/detail.html"
    return render(request, template, context)


@require_POST
def set_choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a take that was chosen; the others stay, and can be cleared away from there."""
    chosen, others = _one_of_set(request, pk)
    if others:
        words = ngettext(
            "This take is chosen, and {n} other stays as well.",
            "This take is chosen, and {n} others stay as well.",
            len(others),
        )
        tags = clear(pk, chosen, len(others))
        messages.success(request, words.format(n=len(others)), extra_tags=tags)
    return redirect(chosen)


@require_POST
def set_keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep one take, and lay the others aside."""
    kept, others = _one_of_set(request, pk)
    keeping.delete(others)
    words = ngettext(
        "This take is kept, and {n} other is deleted.",
        "This take is kept, and {n} others are deleted.",
        len(others),
    )
    messages.success(request, words.format(n=len(others)), extra_tags=undo(others))
    return redirect(kept)


@require_POST
def piece_reproduce(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a piece composed again, and go to the answer."""
    piece = ownership.piece_to_see(request, pk)
    if piece.status != Status.SUCCEEDED:
        return _refuse(request, pk, str(Refused("not_ready")))
    recent = piece.reproductions.filter(created_at__gt=now() - FRESH).first()
    if recent is None:
        recent = Reproduction.objects.create(piece=piece)
        queue.enqueue(recent)
    return redirect(recent)


@require_GET
@never_cache
def reproduction_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say whether a piece that was composed again is the same."""
    row = get_object_or_404(Reproduction.objects.select_related("piece"), pk=pk)
    piece = ownership.piece_to_see(request, row.piece_id)
    name = "_fragment" if "fragment" in request.GET else "detail"
    return render(request, f"reproductions/{name}.html", {"row": row, "piece": piece})


def place_of(pieces: Sequence[Piece]) -> str:
    """Return the address where new pieces are shown: a page of their own for several."""
    first = pieces[0]
    return reverse("set-detail", args=[first.batch]) if first.batch else first.get_absolute_url()


def parent_of(request: HttpRequest, pk: UUID | None) -> Piece | None:
    """Return the piece that a tweak says it is of; None for one that is not there."""
    if pk is None:
        return None
    try:
        return ownership.piece_to_see(request, pk)
    except Http404:
        return None


def filled(request: HttpRequest) -> Filled | None:
    """Return out of which piece an address fills the form; None where it says none."""
    told = request.GET.get("parent") or request.GET.get("of") or ""
    try:
        piece = parent_of(request, UUID(told))
    except ValueError:
        return None
    if piece is None:
        return None
    if "parent" not in request.GET:
        return Filled(piece, "seed")
    return Filled(piece, "all" if "seed" in request.GET else "remix")


def _one_of_set(request: HttpRequest, pk: UUID) -> tuple[Piece, list[Piece]]:
    """Return the take that a form names, and the others of its set; all are the visitor's own."""
    found = ownership.set_to_see(request, pk)
    looking = ownership.visitor(request)
    one = next((piece for piece in found if str(piece.pk) == request.POST.get("piece")), None)
    if one is None:
        raise Http404
    if not all(looking.may_change(piece) for piece in found):
        raise PermissionDenied
    return one, [piece for piece in found if piece is not one]


def _make(request: HttpRequest, pk: UUID, make: Make) -> HttpResponse:
    """Make pieces out of one, and go where they are shown; or say why not, and go back."""
    piece = ownership.piece_to_see(request, pk)
    owner = ownership.owner_of(request) or ownership.new_owner()
    try:
        made = make(piece, owner)
    except (GeneratorError, Refused) as error:
        return _refuse(request, pk, str(error))
    response = redirect(place_of(made))
    ownership.remember(response, owner)
    return response


def _refuse(request: HttpRequest, pk: UUID, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("piece-detail", pk=pk)
