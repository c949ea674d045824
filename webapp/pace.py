"""How long a training will take on this machine, before it is begun.

What a network learned here before tells its speed; of another size it is scaled by
the weights. Where nothing was trained yet, a worker teaches the network noise for a
few seconds (:mod:`worker.gauging`); until that is done it is a figure that was
measured elsewhere, and the page says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from django.conf import settings

from generator.config import NotesTrainingConfig, TrainingConfig
from webapp import queue, trainings
from webapp.models import Checkpoint, Corpus, Training

RECENT = 30  # trainings that are looked at
BEGINNING_S = 15.0  # until the first batch: the libraries are loaded, the network is compiled
BESIDE = 1.1  # works held out and auditions take this much more
TOKENS_A_NOTE = 0.62  # of the 40-note recipe: the published corpus has 48,088 of 77,280 notes
# Notes, or windows, a second of two cores that know bfloat16: the notes by `python -m generator
# gauge`, the windows of the 40-note recipe by docs/decisions/0004.
ELSEWHERE = {("notes", "lstm"): 6870.0, ("notes", "transformer"): 3600.0, ("chords", "lstm"): 920.0}
ELSEWHERE_CORES = 2
REST = 74_000
ASK_AGAIN_S = 180  # after a measurement was asked for and did not come
# Numbers in a state and levels where a config says nothing, as generator.models.shape has them.
USUAL = {"lstm": (384, 2), "transformer": (256, 4)}


class Pace(NamedTuple):
    """How fast it will go, and how that is known: here, scaled, gauged or elsewhere."""

    speed: float  # notes, or windows, a second
    source: str


class Estimate(NamedTuple):
    """What is said before the press."""

    seconds: float
    pace: Pace
    n_pieces: int
    n_notes: int  # of which it learns


def estimate(
    *,
    corpora: Sequence[Corpus],
    composer: str,
    recipe: str,
    network: str,
    config: TrainingConfig | NotesTrainingConfig,
    start: Checkpoint | None = None,
) -> Estimate | None:
    """Return how long such a training takes; None where there is nothing to learn from."""
    held = [of for one in trainings.holdings(corpora).values() for of in one.items()]
    if recipe == "chords":
        held = [(name, of) for name, of in held if name == composer]
    n_pieces, n_notes = (sum(of[i] for _, of in held) for i in (0, 1))
    if not n_notes:
        return None
    by_composer = sum(notes for name, (_, notes) in held if name == composer)
    pace = known(recipe, network, _size(network, config.to_dict(), start))
    seconds = _work(config, n_notes, by_composer) / pace.speed * BESIDE + BEGINNING_S
    return Estimate(seconds, pace, n_pieces, n_notes)


def known(recipe: str, network: str, size: tuple[int, int]) -> Pace:
    """Return how fast a network of ``size`` (width, depth) learns here, as far as is known."""
    measured = _measured(recipe, network)
    if size in measured:
        return Pace(median(measured[size]), "here")
    if measured:
        nearest = min(measured, key=lambda other: abs(_weights(other) - _weights(size)))
        scale = _weights(nearest) / _weights(size)
        return Pace(median(measured[nearest]) * scale, "scaled")
    scale = _weights(USUAL[network]) / _weights(size)
    if speed := gauged().get(network):
        there = ELSEWHERE["notes", network]
        return Pace(speed * ELSEWHERE[recipe, network] / there * scale, "gauged")
    cores = min(os.cpu_count() or 1, 2 * ELSEWHERE_CORES) / ELSEWHERE_CORES
    return Pace(ELSEWHERE[recipe, network] * scale * cores, "elsewhere")


def gauged() -> dict[str, float]:
    """Return how many notes a second each network of the usual size was found to learn here."""
    try:
        told = json.loads(gauge_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def gauge_file() -> Path:
    """Return where that is kept."""
    return Path(settings.CACHE_ROOT, "gauge", "speeds.json")


def ask_to_gauge(network: str) -> None:
    """Ask a worker to measure ``network``, once in a while; where Redis is away, not now."""
    try:
        is_first = queue.redis().set(f"gauge:{network}", 1, nx=True, ex=ASK_AGAIN_S)
    except queue.DOWN:
        return
    if is_first:
        queue.send(queue.GAUGE, network)


def _measured(recipe: str, network: str) -> dict[tuple[int, int], list[float]]:
    """Return the speed of each recent training by the size of its network.

    Of an epoch in which the network was compiled the speed says little: it is left
    out where there are others.
    """
    rows = Training.objects.filter(recipe=recipe, network=network).exclude(figures=[])
    found: dict[tuple[int, int], list[float]] = {}
    for row in rows.select_related("start").order_by("-created_at")[:RECENT]:
        speeds = [one["speed"] for one in row.figures if one.get("speed")]
        if speeds:
            size = _size(network, row.config, row.start)
            found.setdefault(size, []).append(median(speeds[1:] or speeds))
    return found


def _size(network: str, config: dict[str, Any], start: Checkpoint | None) -> tuple[int, int]:
    shape = start.card.get("shape", {}) if start else {}
    width, depth = USUAL[network]
    return (
        config.get("width") or shape.get("width", width),
        config.get("depth") or shape.get("depth", depth),
    )


def _weights(size: tuple[int, int]) -> float:
    """Return what the work for a note grows with: layers by the square of the width, and the rest.

    The rest, the layers that read and decide, is what makes one level of 64 learn 4.7 times as
    fast as two of 384, and not 72 times.
    """
    width, depth = size
    return float(depth * width**2 + REST)


def _work(config: TrainingConfig | NotesTrainingConfig, n_notes: int, by_composer: int) -> float:
    """Return the notes, or windows, that all epochs together learn."""
    if isinstance(config, TrainingConfig):
        return config.epochs * n_notes * TOKENS_A_NOTE * (1 - config.test_share)
    learned = n_notes * (1 - config.held_out_share)
    again = by_composer * (1 - config.held_out_share) * config.focus
    return config.epochs * (learned + again)
