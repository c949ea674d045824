"""The JSON API. What each address takes and answers is described in webapp.openapi."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from webapp import (
    checkpoints as checkpoints_,
)
from webapp import (
    estimate,
    gallery,
    jobs,
    keeping,
    openapi,
    ordering,
    ownership,
    parameters,
    rehearsals,
    staff,
    training_orders,
    trainings,
)
from webapp.models import Checkpoint, Piece, Rehearsal, Training
from webapp.presentation import (
    checkpoint_json,
    piece_json,
    rehearsal_json,
)
from webapp.requests import Malformed, endpoint, read_json

WISHES = ("q", "composer", "checkpoint", "temperature", "sort")


def compose(request: HttpRequest) -> HttpResponse:
    """Take an order for a piece, and give whoever is new a cookie to own it by."""
    owner = ownership.owner_of(request) or ownership.new_owner()
    chosen = parameters.read(read_json(request), owner=owner)
    piece, *_others = ordering.order(request, owner, chosen)
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


@staff.call
def train(request: HttpRequest) -> HttpResponse:
    """Begin a training."""
    training = trainings.start(**training_orders.read(read_json(request)), owner=request.user)
    response = _training(training, status=202)
    response["Location"] = reverse("api-training", args=[training.pk])
    return response


@staff.call
def show_training(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a training, whatever it is at."""
    return _training(get_object_or_404(Training, pk=pk))


@staff.call
def cancel_training(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a training: at once, or with ``{"keep_best": true}`` after the epoch it is at."""
    training = get_object_or_404(Training, pk=pk)
    asked = read_json(request) if request.body else {}
    if not isinstance(asked.get("keep_best", False), bool) or asked.keys() - {"keep_best"}:
        raise Malformed(422, "not_a_switch", field="keep_best")
    trainings.end(training, keeps_best=asked.get("keep_best", False))
    return _training(get_object_or_404(Training, pk=pk))


@staff.call
def activate_checkpoint(request: HttpRequest, pk: str) -> HttpResponse:
    """Give visitors a model."""
    row = ownership.checkpoint_to_see(request, pk)
    checkpoints_.give(row, by=request.user)
    return JsonResponse(checkpoint_json(row))


@staff.call
def go_back(request: HttpRequest) -> HttpResponse:
    """Give visitors the model that they had before."""
    return JsonResponse(checkpoint_json(checkpoints_.roll_back(by=request.user)))


@staff.call
def rehearse_checkpoint(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a model rehearse, beside the one that visitors have."""
    row = rehearsals.start(ownership.checkpoint_to_see(request, pk))
    return JsonResponse(rehearsal_json(row), status=202)


@staff.call
def show_rehearsal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a rehearsal, whatever it is at."""
    row = Rehearsal.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return JsonResponse(rehearsal_json(row))


def describe(request: HttpRequest) -> HttpResponse:
    """Describe this API."""
    return JsonResponse(openapi.document())


def miss(request: HttpRequest, rest: str) -> HttpResponse:
    """Say of any other address under /api/ that nothing is there."""
    raise Http404


def _training(training: Training, status: int = 200) -> HttpResponse:
    return JsonResponse(training_orders.training_json(training), status=status)


def _piece(piece: Piece, status: int = 200) -> HttpResponse:
    known = estimate.for_pieces([piece])
    return JsonResponse(piece_json(piece, known), status=status)


pieces = endpoint(GET=list_pieces, POST=compose)
piece = endpoint(GET=show_piece, PATCH=change_piece, DELETE=delete_piece)
piece_retry = endpoint(POST=retry_piece)
piece_restore = endpoint(POST=restore_piece)
piece_favourite = endpoint(PUT=like_piece, DELETE=unlike_piece)
takes = endpoint(GET=show_set)
piece_cancel = endpoint(POST=cancel_piece)
training_list = endpoint(POST=train)
training = endpoint(GET=show_training)
training_cancel = endpoint(POST=cancel_training)
checkpoints = endpoint(GET=list_checkpoints)
activate = endpoint(POST=activate_checkpoint)
roll_back = endpoint(POST=go_back)
rehearse = endpoint(POST=rehearse_checkpoint)
rehearsal = endpoint(GET=show_rehearsal)
description = endpoint(GET=describe)
nothing = endpoint(**dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), miss))
