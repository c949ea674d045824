"""The gallery, and what may be done with what stands in it. Each page works without JavaScript."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from webapp import gallery, keeping, ownership, packing
from webapp.gallery_forms import FindForm
from webapp.messages import Refused
from webapp.models import Piece
from webapp.spoken import spoken
from webapp.templatetags.cards import called
from webapp.templatetags.notices import UNDO, UNDO_IN_LIST, undo


@require_safe
@cache_control(private=True, max_age=0)
def piece_list(request: HttpRequest) -> HttpResponse:
    """Show what there is, or what is looked for, a page at a time."""
    form = FindForm(request.GET)
    visitor = ownership.visitor(request)
    cursor = request.GET.get("cursor", "")
    try:
        wish = form.wish()
        page = gallery.page(visitor, cursor=cursor, **wish)
    except Refused as error:
        raise Http404 from error
    context = {
        "form": form,
        "pieces": page.pieces,
        "next": _address(request.GET, cursor=page.next) if page.next else "",
        "newest": _address(request.GET),
        "is_first": not cursor,
        "is_mine": wish["mine"],
        "is_favourites": wish["favourites"],
        "sort": wish["sort"],
        "may_choose": wish["mine"] and any(visitor.owns(piece) for piece in page.pieces),
    }
    return render(request, "pieces/list.html", context)


@require_POST
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Store a new title, a note, or who may see the piece; go back to it."""
    piece = ownership.piece_to_change(request, pk)
    private, title = request.POST.get("private"), piece.title
    try:
        keeping.change(
            piece,
            title=_new_title(request, piece),
            note=request.POST.get("note"),
            is_private=None if private is None else private == "1",
        )
    except Refused as error:
        messages.error(request, str(error))
    else:
        if piece.title != title and keeping.is_printed(piece):
            words = gettext("In a few seconds the new title stands above the music too.")
            messages.success(request, words)
    return redirect(piece)


def _new_title(request: HttpRequest, piece: Piece) -> str | None:
    """Return what a piece is to be called; None where its title stays as the page said it."""
    title = request.POST.get("title")
    return None if title == spoken(piece.title) else title


@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a piece composed once more that failed or was cancelled, and go back to it."""
    piece = ownership.piece_to_change(request, pk)
    try:
        keeping.retry(piece)
    except Refused as error:
        messages.error(request, str(error))
    return redirect(piece)


@require_POST
def favourite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a piece a star, or take it back; go back to where the star stood."""
    piece = ownership.piece_to_see(request, pk)
    owner = ownership.owner_of(request) or ownership.new_owner()
    keeping.like(owner, piece, is_liked=request.POST.get("liked") == "1")
    if "quiet" not in request.POST and request.POST.get("liked") == "1":
        messages.success(request, render_to_string("pieces/_kept.html", request=request))
    response = redirect(way_back(request, f"#piece-{piece.pk}") or piece)
    ownership.remember(response, owner)
    return response


@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lay a piece aside, and go to the gallery, where it can be had back."""
    piece = ownership.piece_to_change(request, pk, gallery.light())
    try:
        keeping.delete([piece])
    except Refused as error:
        messages.error(request, str(error))
        return redirect(piece)
    _say_deleted(request, [piece], UNDO)
    return redirect("piece-list")


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Give back what was deleted a moment ago, and go back to where one was."""
    visitor = ownership.visitor(request)
    pieces = [p for p in keeping.restorable(_ids(request)) if visitor.may_change(p)]
    keeping.restore(pieces)
    if not pieces:
        messages.error(request, gettext("It is too late: what was deleted is gone for good."))
        return redirect("piece-list")
    text = ngettext("The piece is back.", "{n} pieces are back.", len(pieces))
    messages.success(request, text.format(n=len(pieces)))
    if back := way_back(request, f"#piece-{pieces[0].pk}"):
        return redirect(back)
    return redirect(pieces[0]) if len(pieces) == 1 else redirect("piece-list")


@require_POST
def several(request: HttpRequest) -> HttpResponseBase:
    """Delete the chosen pieces of one's own, or send their files in one zip."""
    visitor = ownership.visitor(request)
    back = way_back(request) or "piece-list"
    try:
        pieces = _chosen(request, visitor)
        if request.POST.get("action") == "zip":
            return packing.answer(pieces)
        keeping.delete(pieces)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(back)
    _say_deleted(request, pieces, UNDO_IN_LIST)
    return redirect(back)


def _chosen(request: HttpRequest, visitor: ownership.Visitor) -> list[Piece]:
    """Return the chosen pieces; what is another's is passed over, as if it were not there."""
    ids = _ids(request)
    if len(ids) > packing.MOST:
        raise Refused("too_many", value=len(ids), high=packing.MOST)
    pieces = [p for p in gallery.light().filter(pk__in=ids) if visitor.may_change(p)]
    if not pieces:
        raise Refused("none_chosen")
    return pieces


def _say_deleted(request: HttpRequest, pieces: list[Piece], way: str) -> None:
    n = len(pieces)
    if n == 1:
        text = gettext("{piece} is deleted.").format(piece=called(pieces[0]))
    else:
        text = ngettext("{n} piece is deleted.", "{n} pieces are deleted.", n).format(n=n)
    messages.success(request, text, extra_tags=undo(pieces, way))


def _ids(request: HttpRequest) -> list[UUID]:
    try:
        return list(dict.fromkeys(UUID(text) for text in request.POST.getlist("piece")))
    except ValueError as error:
        raise Http404 from error


def _address(asked: QueryDict, **changes: str) -> str:
    """Return the address of the list with what was asked, and another place to begin."""
    query = asked.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


def way_back(request: HttpRequest, anchor: str = "") -> str:
    """Return the address of ours that a form names as its own page; empty without one."""
    address = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return ""
    return address.partition("#")[0] + anchor
