"""The pages of the models: what each has learned, two side by side, which one visitors get."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from generator.errors import CheckpointError
from webapp import checkpoints, curves, gallery, ownership, staff
from webapp.messages import Refused, sentence
from webapp.models import Activation, Checkpoint, Piece, Rehearsal, Status
from webapp.spoken import spoken

PLOTS = ("accuracy.png", "loss.png")
N_SAMPLES = 3
N_STEPS = 8  # of the way that led to the active model
LARGEST_HISTORY = 4_000_000  # bytes


@require_GET
def checkpoint_list(request: HttpRequest) -> HttpResponse:
    """Show what the machine has learned: what is offered, or all of it to staff."""
    is_staff = ownership.visitor(request).is_staff
    rows = list(_seen(is_staff=is_staff))
    samples = _samples(rows)
    context = {
        "shown": [(row, samples.get(row.pk)) for row in rows],
        "is_staff": is_staff,
        "before": checkpoints.before() if is_staff else None,
        "can_compare": len(rows) > 1,
    }
    return render(request, "checkpoints/list.html", context)


@require_GET
def checkpoint_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one model: what it learned from, how well, its curves and its pieces."""
    checkpoint = ownership.checkpoint_to_see(request, pk)
    is_staff = ownership.visitor(request).is_staff
    pieces = gallery.light().filter(checkpoint=checkpoint, **PUBLIC).order_by("-created_at")
    context = {
        "checkpoint": checkpoint,
        "training": checkpoint.trainings.select_related("start").first(),
        "pieces": pieces[:N_SAMPLES],
        "charts": _charts(checkpoint),
        "is_staff": is_staff,
        "others": _seen(is_staff=is_staff).exclude(pk=checkpoint.pk),
    }
    if is_staff:
        context |= _for_staff(checkpoint)
    return render(request, "checkpoints/detail.html", context)


@require_GET
def checkpoint_compare(request: HttpRequest) -> HttpResponse:
    """Show two models side by side; the first two, where none are named."""
    is_staff = ownership.visitor(request).is_staff
    seen = list(_seen(is_staff=is_staff))
    named = {row.pk: row for row in seen}
    one = named.get(request.GET.get("one", ""), seen[0] if seen else None)
    rest = [row for row in seen if row != one]
    other = named.get(request.GET.get("other", ""), rest[0] if rest else None)
    if one is None or other is None:
        raise Http404
    samples = _samples([one, other])
    context = {
        **{"seen": seen, "one": one, "other": other, "both": [one, other]},
        "is_staff": is_staff,
        "samples": [samples.get(one.pk), samples.get(other.pk)],
        "rehearsal": _rehearsals(one, other) if is_staff else None,
    }
    return render(request, "checkpoints/compare.html", context)


@require_safe
def checkpoint_plot(request: HttpRequest, pk: str, name: str) -> HttpResponseBase:
    """Send a plot of a checkpoint's training. A checkpoint never changes, so it may be kept."""
    return plot(ownership.checkpoint_to_see(request, pk), name)


def plot(checkpoint: Checkpoint, name: str) -> HttpResponse:
    """Return a plot of a checkpoint's training as an answer."""
    place = checkpoint.path / name
    if name not in PLOTS or not place.is_file():
        raise Http404
    response = HttpResponse(place.read_bytes(), content_type="image/png")
    reach = "public" if checkpoint.is_offered else "private"
    response["Cache-Control"] = f"{reach}, max-age=31536000, immutable"
    return response


@require_POST
@staff.page
def activate(request: HttpRequest, pk: str) -> HttpResponse:
    """Give visitors this model."""
    checkpoint = ownership.checkpoint_to_see(request, pk)
    try:
        checkpoints.give(checkpoint, by=request.user)
    except CheckpointError as error:
        messages.error(request, sentence(error.code, error.values))
    else:
        text = gettext("{title} is what visitors get now.").format(title=spoken(checkpoint.title))
        messages.success(request, text)
    return redirect(checkpoint)


@require_POST
@staff.page
def roll_back(request: HttpRequest) -> HttpResponse:
    """Give visitors the model they had before."""
    try:
        checkpoint = checkpoints.roll_back(by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("checkpoint-list")
    text = gettext("Back at {title}: it is what visitors get again.")
    messages.success(request, text.format(title=spoken(checkpoint.title)))
    return redirect("checkpoint-list")


@require_POST
@staff.page
def offer(request: HttpRequest, pk: str) -> HttpResponse:
    """Let visitors choose this model, or with ``withdraw`` no more."""
    checkpoint = ownership.checkpoint_to_see(request, pk)
    try:
        if "withdraw" in request.POST:
            checkpoints.withdraw(checkpoint)
        else:
            checkpoints.offer(checkpoint)
    except CheckpointError as error:
        messages.error(request, sentence(error.code, error.values))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(checkpoint)


@require_POST
@staff.page
def delete(request: HttpRequest, pk: str) -> HttpResponse:
    """Delete a model that nothing needs, or say what does."""
    checkpoint = ownership.checkpoint_to_see(request, pk)
    try:
        checkpoints.delete(checkpoint)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(checkpoint)
    messages.success(request, gettext("{title} is deleted.").format(title=spoken(checkpoint.title)))
    return redirect("checkpoint-list")


PUBLIC = {"status": Status.SUCCEEDED, "is_private": False}


def _seen(*, is_staff: bool) -> QuerySet[Checkpoint]:
    """Return the models that are there for whoever asks."""
    rows = Checkpoint.objects.all()
    return rows if is_staff else rows.filter(is_offered=True)


def _samples(rows: list[Checkpoint]) -> dict[str, Piece]:
    """Return for each model the newest public piece that it wrote, in two queries."""
    theirs = Piece.objects.filter(checkpoint=OuterRef("pk"), **PUBLIC).order_by("-created_at")
    newest = Checkpoint.objects.filter(pk__in=[row.pk for row in rows])
    wanted = newest.annotate(sample=Subquery(theirs.values("pk")[:1])).values("sample")
    return {piece.checkpoint_id: piece for piece in gallery.light().filter(pk__in=wanted)}


def _charts(checkpoint: Checkpoint) -> dict[str, curves.Chart]:
    """Return the curves of how a model learned, where its history is there."""
    path = checkpoint.path / "history.json"
    try:
        small = path.stat().st_size <= LARGEST_HISTORY
        history = json.loads(path.read_bytes()) if small else []
    except (OSError, ValueError):
        return {}
    rows = history if isinstance(history, list) else []
    best = curves.best(rows)
    drawn = {name: curves.chart(rows, name, best=best) for name in ("loss", "accuracy")}
    return {name: one for name, one in drawn.items() if one}


def _for_staff(checkpoint: Checkpoint) -> dict[str, Any]:
    rehearsed = Rehearsal.objects.filter(checkpoint=checkpoint).select_related("against")
    steps = Activation.objects.select_related("checkpoint", "by")
    return {
        "rehearsals": rehearsed[:N_SAMPLES],
        "needed": checkpoints.what_needs(checkpoint),
        "before": checkpoints.before() if checkpoint.is_active else None,
        "activations": steps.filter(checkpoint=checkpoint)[:N_STEPS],
    }


def _rehearsals(one: Checkpoint, other: Checkpoint) -> Rehearsal | None:
    """Return the newest rehearsal of the two against each other."""
    both = (one, other)
    return Rehearsal.objects.filter(checkpoint__in=both, against__in=both).first()
