"""The JSON API. What each address takes and answers is described in webapp.openapi."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from webapp import estimate, gallery, jobs, openapi, ordering, ownership, parameters, services
from webapp.models import Checkpoint, Piece, Primer
from webapp.presentation import checkpoint_json, piece_json, primer_json
from webapp.requests import endpoint, read_json


def compose(request: HttpRequest) -> HttpResponse:
    """Take an order for a piece, and give whoever is new a cookie to own it by."""
    chosen = parameters.read(read_json(request))
    owner = ownership.owner_of(request) or ownership.new_owner()
    piece, *_others = ordering.order(request, owner, chosen)
    response = _piece(piece, status=202)
    response["Location"] = reverse("api-piece", args=[piece.pk])
    ownership.remember(response, owner)
    return response


def list_pieces(request: HttpRequest) -> HttpResponse:
    """List what the visitor may find, newest first."""
    page = gallery.page(
        ownership.visitor(request),
        q=request.GET.get("q", ""),
        composer=request.GET.get("composer", ""),
        checkpoint=request.GET.get("checkpoint", ""),
        cursor=request.GET.get("cursor", ""),
    )
    known = estimate.for_pieces(page.pieces)
    found = [piece_json(piece, known) for piece in page.pieces]
    return JsonResponse({"pieces": found, "next": page.next})


def show_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a piece, whatever it is at."""
    return _piece(ownership.piece_to_see(request, pk, gallery.light()))


def show_set(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the takes of one click, in their order."""
    found = ownership.set_to_see(request, pk)
    known = estimate.for_pieces(found)
    return JsonResponse({"pieces": [piece_json(piece, known) for piece in found]})


def cancel_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a piece that waits, or ask a running one to end; a finished one stays as it is."""
    piece = ownership.piece_to_change(request, pk, gallery.light())
    jobs.cancel(Piece, piece.pk)
    return _piece(ownership.piece_to_see(request, pk, gallery.light()))


def delete_piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a piece away, with its files."""
    services.delete(ownership.piece_to_change(request, pk, gallery.light()))
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
piece = endpoint(GET=show_piece, DELETE=delete_piece)
takes = endpoint(GET=show_set)
piece_cancel = endpoint(POST=cancel_piece)
checkpoints = endpoint(GET=list_checkpoints)
primers = endpoint(GET=list_primers)
description = endpoint(GET=describe)
nothing = endpoint(**dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), miss))
