"""Blind duels: a pair to be heard and judged, and for staff how the models stand."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from webapp import duels, limits, ownership, staff
from webapp.messages import Refused
from webapp.models import Bout, Checkpoint, Duel, Vote
from webapp.untagged import untagged
from webapp.views import media

ANSWERS = ("first", "second", "neither")
LETTERS = ("a", "b")
MOST_VOTES, WITHIN_S = 20, 60  # from one address


@require_GET
@never_cache
def duel_list(request: HttpRequest) -> HttpResponse:
    """Lead to a pair that this visitor has not judged; to staff, list the duels too."""
    voter = ownership.owner_of(request) or ownership.new_owner()
    bout = duels.next_bout(voter)
    is_staff = ownership.visitor(request).is_staff
    context = {
        "bout": bout,
        "has_voted": Vote.objects.filter(voter=voter).exists(),
        "is_open": Duel.objects.filter(is_open=True).exists(),
        "duels": [(duel, duels.score(duel)) for duel in _all_duels()] if is_staff else [],
        "is_staff": is_staff,
    }
    response = render(request, "duels/list.html", context)
    ownership.remember(response, voter)
    return response


@require_GET
@never_cache
def bout_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which was which, once this visitor has judged; before that, let them listen."""
    voter = ownership.owner_of(request)
    said = Vote.objects.filter(bout_id=pk, voter=voter).first() if voter else None
    if said is None:
        return redirect("duel-list")
    bout = _bout(pk)
    first, second = duels.heard(bout, voter)
    chosen = {Vote.Choice.ONE: bout.piece_one, Vote.Choice.OTHER: bout.piece_other}
    context = {
        **{"bout": bout, "first": first, "second": second},
        "chosen": chosen.get(Vote.Choice(said.choice)),
        "next": duels.next_bout(voter),
    }
    return render(request, "duels/told.html", context)


@require_POST
def vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what a visitor says of a pair, once."""
    bout, voter = _bout(pk), ownership.owner_of(request)
    answer = request.POST.get("answer")
    if not voter or answer not in ANSWERS or not _is_ready(bout):
        return redirect("duel-list")
    address = request.META.get("REMOTE_ADDR", "")
    if not limits.may("vote", address, most=MOST_VOTES, seconds=WITHIN_S):
        messages.error(request, str(Refused("votes_too_fast")))
        return redirect("duel-list")
    try:
        duels.vote(bout, voter, answer)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("bout-detail", pk=bout.pk)


@require_safe
def bout_sound(request: HttpRequest, pk: UUID, letter: str) -> HttpResponseBase:
    """Send what this visitor hears first or second; nothing in it says who wrote it."""
    bout, voter = _bout(pk), ownership.owner_of(request)
    if letter not in LETTERS or not voter or not _is_ready(bout):
        raise Http404
    piece = duels.heard(bout, voter)[LETTERS.index(letter)]
    try:
        content = untagged(Path(settings.MEDIA_ROOT, str(piece.files["mp3"])).read_bytes())
    except (OSError, KeyError) as error:
        raise Http404 from error
    asset = media.Asset(io.BytesIO(content), f"{letter}.mp3", len(content), 0, f'"{pk}-{letter}"')
    response = media.send(request, asset)
    response["Cache-Control"] = "private, no-store"  # the next listener hears another order
    return response


@require_POST
@staff.page
def duel_new(request: HttpRequest) -> HttpResponse:
    """Let two models meet."""
    one, other = (
        get_object_or_404(Checkpoint, pk=request.POST.get(name, "")) for name in ("one", "other")
    )
    try:
        return redirect(duels.start(one, other))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("duel-list")


@require_GET
@never_cache
@staff.page
def duel_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how a duel stands, and its pairs."""
    duel = get_object_or_404(_all_duels(), pk=pk)
    bouts = Bout.objects.filter(duel=duel).select_related("piece_one", "piece_other")
    context = {
        "duel": duel,
        "score": duels.score(duel),
        "bouts": bouts.prefetch_related("votes"),
        "n_bouts": duels.N_BOUTS,
    }
    return render(request, "duels/detail.html", context)


@require_POST
@staff.page
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask nobody any more about a duel."""
    duel = get_object_or_404(Duel, pk=pk)
    duels.close(duel)
    messages.success(request, gettext("The duel is closed. Its score stays."))
    return redirect(duel)


def _all_duels() -> QuerySet[Duel]:
    return Duel.objects.select_related("one", "other")


def _bout(pk: UUID) -> Bout:
    pieces = ("duel", "piece_one__checkpoint", "piece_other__checkpoint", "piece_one__primer")
    return get_object_or_404(Bout.objects.select_related(*pieces), pk=pk)


def _is_ready(bout: Bout) -> bool:
    return Bout.objects.filter(pk=bout.pk, **duels.READY).exists()
