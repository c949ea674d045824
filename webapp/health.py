"""Whether the site is alive, and whether all that it needs answers."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from webapp import queue

logger = logging.getLogger(__name__)

LEAST_FREE = 200 * 2**20  # bytes; a long piece takes a tenth of it
ROLL_CALL_S = 1.0  # how long workers have to answer


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say of each part whether it answers: 200 if all do, or else 503."""
    found = {name: _answers(name, ask) for name, ask in PARTS.items()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def database_answers() -> bool:
    """Whether a query is answered, and the tables are there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM webapp_piece LIMIT 1")
    return True


def broker_answers() -> bool:
    """Whether Redis answers."""
    return bool(queue.redis().ping())


def workers_answer() -> bool:
    """Whether each queue has a worker that empties it."""
    roll = queue.client().control.inspect(timeout=ROLL_CALL_S).active_queues() or {}
    emptied = {entry["name"] for entries in roll.values() for entry in entries}
    return set(queue.QUEUES) <= emptied


def disk_has_room() -> bool:
    """Whether files can be written, and not the last ones."""
    home = Path(settings.HOME)
    return os.access(home, os.W_OK) and shutil.disk_usage(home).free >= LEAST_FREE


PARTS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "broker": broker_answers,
    "workers": workers_answer,
    "disk": disk_has_room,
}


def _answers(name: str, ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (DatabaseError, *queue.DOWN) as error:
        logger.warning("%s does not answer: %s", name, error)
        return False
