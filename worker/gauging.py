"""How fast this machine teaches a network, measured once for whoever plans a training."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from django.conf import settings

from webapp import pace
from worker import child

logger = logging.getLogger(__name__)


def gauge(network: str) -> None:
    """Measure and keep how fast ``network`` learns here, in a process of its own.

    It gives way to everything else: on a busy machine it says how fast a training
    is that does so too. What cannot be measured is left for another day.
    """
    if network in pace.gauged():
        return
    command = (sys.executable, "-m", "generator", "gauge", "--json", "--model", network)
    folder = Path(settings.CACHE_ROOT, "gauge")
    with child.running(
        command, cwd=settings.BASE_DIR, folder=folder, on_wait=lambda: None
    ) as process:
        for _ in process.lines():
            pass
        status = process.finish()
    if status or "speed" not in process.last:
        logger.warning("%s was not gauged:\n%s", network, child.tail(folder))
        return
    _keep(pace.gauged() | {network: process.last["speed"]})


def _keep(speeds: dict[str, float]) -> None:
    place = pace.gauge_file()
    aside = place.with_suffix(".partial")
    aside.write_text(json.dumps(speeds), encoding="utf-8")
    aside.replace(place)
