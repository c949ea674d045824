"""The JSON API. What each address takes and answers is described in webapp.openapi."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from webapp import estimate, gallery, jobs, keeping, openapi, ownership, parameters, services
from webapp.models import Checkpoint, Piece, Primer
from webapp.presentation import checkpoint_json, piece_json, primer_json
from webapp.requests import endpoint, read_json

WISHES = ("q", "composer", "checkpoint", "temperature", "sort")


def compose(request: HttpRequest) -> HttpResponse:
    """Take an order for a piece, and give whoever is new a cookie to own it by."""
    chosen = parameters.read(read_json(request))
    owner = ownership.owner_of(request) or ownership.new_owner()
    piece = services.compose(owner=owner, **chosen)
    response = _piece(piece, status=202)
    response["Location"] = reverse("api-piece", args=[piece.pk])
    ownership.remember(response, owner)
    return response


def list_pieces(request: HttpRequest) -> HttpResponse:
    """List what the visitor may find and looks for, newest first unless asked otherwise."""
    wished: dict[str, Any] = {name: request.GET[name] for name in WISHES if name in request.GET}
    wished |= {name: request.GET.get(name) in ("1", "true") for name in ("mine", "favourites")}
    page = gallery.page(ownership.visitor(request), cursor=request.GET.get("cursor", ""), **wished)
    known = estimate.for_pieces(page.pieces)
    found = [piece_json(piece, known) for piece in page.pieces]
    return JsonResponse({"pieces": found, "next": page.next})


def show_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a piece, whatever it is at."""
    return _piece(ownership.piece_to_see(request, pk, gallery.light()))


def cancel_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a piece that waits, or ask a running one to end; a finished one stays as it is."""
    piece = ownership.piece_to_change(request, pk, gallery.light())
    jobs.cancel(Piece, piece.pk)
    return _piece(ownership.piece_to_see(request, pk, gallery.light()))


def change_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Store a new title, a note, or who may see the piece."""
    piece = ownership.piece_to_change(request, pk, gallery.light())
    keeping.change(piece, **parameters.read_changes(read_json(request)))
    return _piece(piece)


def retry_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a piece composed once more that failed or was cancelled; another stays as it is."""
    keeping.retry(ownership.piece_to_change(request, pk, gallery.light()))
    return _piece(ownership.piece_to_see(request, pk, gallery.light()))


def delete_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lay a piece aside; for ten minutes it can be had back."""
    keeping.delete([ownership.piece_to_change(request, pk, gallery.light())])
    return HttpResponse(status=204)


def restore_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give back a piece that was deleted a moment ago."""
    pieces = keeping.restorable([pk])
    if not pieces or not ownership.visitor(request).may_change(pieces[0]):
        raise Http404
    keeping.restore(pieces)
    return _piece(ownership.piece_to_see(request, pk, gallery.light()))


def like_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a piece a star, and give whoever is new a cookie to keep it by."""
    piece = ownership.piece_to_see(request, pk, gallery.light())
    owner = ownership.owner_of(request) or ownership.new_owner()
    keeping.like(owner, piece)
    response = HttpResponse(status=204)
    ownership.remember(response, owner)
    return response


def unlike_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one's own star back."""
    piece = ownership.piece_to_see(request, pk, gallery.light())
    keeping.like(ownership.owner_of(request), piece, is_liked=False)
    return HttpResponse(status=204)


def list_checkpoints(request: HttpRequest) -> HttpResponse:
    """List the models that can be chosen, the one taken by default first."""
    rows = Checkpoint.objects.filter(is_offered=True)
    return JsonResponse({"checkpoints": [checkpoint_json(row) for row in rows]})


def list_primers(request: HttpRequest) -> HttpResponse:
    """List the openings that can be chosen."""
    rows = Primer.objects.filter(is_offered=True).defer("opening")
    return JsonResponse({"primers": [primer_json(row) for row in rows]})


def describe(request: HttpRequest) -> HttpResponse:
    """Describe this API."""
    return JsonResponse(openapi.document())


def miss(request: HttpRequest, rest: str) -> HttpResponse:
    """Say of any other address under /api/ that nothing is there."""
    raise Http404


def _piece(piece: Piece, status: int = 200) -> HttpResponse:
    known = estimate.for_pieces([piece])
    return JsonResponse(piece_json(piece, known), status=status)


pieces = endpoint(GET=list_pieces, POST=compose)
piece = endpoint(GET=show_piece, PATCH=change_piece, DELETE=delete_piece)
piece_retry = endpoint(POST=retry_piece)
piece_restore = endpoint(POST=restore_piece)
piece_favourite = endpoint(PUT=like_piece, DELETE=unlike_piece)
piece_cancel = endpoint(POST=cancel_piece)
checkpoints = endpoint(GET=list_checkpoints)
primers = endpoint(GET=list_primers)
description = endpoint(GET=describe)
nothing = endpoint(**dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), miss))
