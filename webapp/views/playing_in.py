"""The page where an opening is played in: all that it does, it does in the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.playing_in import CountForm, LatencyForm, WritingForm


@require_safe
def play(request: HttpRequest) -> HttpResponse:
    """Show the keyboard, the click and the roll."""
    forms = {"count": CountForm, "writing": WritingForm, "latency": LatencyForm}
    context = {name: form(label_suffix="") for name, form in forms.items()}
    return render(request, "openings/play.html", context)
