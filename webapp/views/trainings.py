"""Trainings, for staff: what was begun, beginning one, watching it learn."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from generator.errors import ChoiceError
from webapp import pace, staff, trainings
from webapp.messages import Refused, sentence
from webapp.models import Status, Training
from webapp.training_form import TrainingForm, first_choices
from webapp.views import media
from webapp.views.checkpoints import plot

MOST = 100  # rows of the list
OPEN = (Status.RUNNING, Status.QUEUED)


@staff.page
@require_GET
@never_cache
def training_list(request: HttpRequest) -> HttpResponse:
    """Show what runs, what waits, and what is done, the newest first."""
    rows = Training.objects.select_related("checkpoint")[:MOST]
    ordered = sorted(rows, key=lambda row: OPEN.index(row.status) if row.status in OPEN else 2)
    return render(request, "trainings/list.html", {"trainings": ordered})


@staff.page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def training_new(request: HttpRequest) -> HttpResponse:
    """Show the form; take it, and go to the training; or say how long one would take."""
    asks = "estimate" in request.POST or "estimate" in request.GET
    form = TrainingForm(request.POST or (request.GET if asks else None), initial=first_choices())
    if request.method == "POST" and not asks and form.is_valid():
        try:
            return redirect(trainings.start(**form.order, owner=_person(request)))
        except ChoiceError as error:
            form.add_error(None, sentence(error.code, error.values))
        except Refused as error:
            form.add_error(None, str(error))
    template = "trainings/_estimate.html" if "fragment" in request.GET else "trainings/new.html"
    status = 422 if form.is_bound and not form.is_valid() and not asks else 200
    estimate = form.estimate()
    if estimate and estimate.pace.source == "elsewhere":
        pace.ask_to_gauge(form.order["network"])
    context = {"form": form, "estimate": estimate}
    return render(request, template, context, status=status)


@staff.page
@require_GET
@never_cache
def training_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a training: the whole page, or with ``?fragment`` only the parts that change."""
    training = get_object_or_404(Training.objects.select_related("checkpoint", "start"), pk=pk)
    template = "trainings/_fragment.html" if "fragment" in request.GET else "trainings/detail.html"
    return render(request, template, {"training": training})


@staff.page
@require_POST
def training_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a training, with the best so far or without, and go back to it."""
    training = get_object_or_404(Training, pk=pk)
    if not trainings.end(training, keeps_best="keep" in request.POST):
        messages.info(request, gettext("The training had ended already."))
    return redirect(training)


@staff.page
@require_safe
def training_file(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """Send a file of an audition, whole or in part."""
    training = get_object_or_404(Training, pk=pk)
    return media.job_file(request, training, name)


@staff.page
@require_safe
def training_plot(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """Send a plot that matplotlib drew of a training that made a model."""
    checkpoint = get_object_or_404(Training, pk=pk).checkpoint
    if checkpoint is None:
        raise Http404
    return plot(checkpoint, name)


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
