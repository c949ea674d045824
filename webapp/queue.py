"""The web's one door to the workers.

Tasks are sent by name. The web process never imports the code that runs them,
and so never loads a network. The queue is named here too: Celery lets the
sender decide it, and a route written in the worker alone is never read.

A message is only a nudge. Where the broker does not answer, the row stays
QUEUED and the sweeper sends it later; whoever asked is not made to wait.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any, NamedTuple

from celery import Celery
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from kombu.exceptions import OperationalError
from redis import Redis, RedisError

from webapp.models import (
    Import,
    Intake,
    Job,
    Piece,
    Rehearsal,
    Reproduction,
    Status,
    Training,
    Upload,
)

logger = logging.getLogger(__name__)

GENERATION = "generation"  # a visitor waits for it
PREPARATION = "preparation"  # staff wait for it: music is read, a model rehearses
TRAINING = "training"  # hours
QUEUES = (GENERATION, PREPARATION, TRAINING)

ASKED_S = 30  # for which the same sound is not asked for again
PATIENCE_S = 2.0  # how long Redis may take to answer a web request


class Route(NamedTuple):
    """Which task, and which workers look for it."""

    task: str
    queue: str


COMPOSE = Route("worker.compose", GENERATION)
COMPLETE = Route("worker.complete", PREPARATION)  # no visitor waits behind a shipped piece
COMPOSE_ASIDE = Route(COMPOSE.task, PREPARATION)  # nor behind one for a duel
REPRODUCE = Route("worker.reproduce", GENERATION)
PLAY = Route("worker.play", GENERATION)  # on another instrument
PRINT = Route("worker.print_anew", GENERATION)  # under another title
BRING = Route("worker.bring", GENERATION)  # an opening of one's own: a visitor waits for it
SHOW = Route("worker.show", GENERATION)  # an opening, to who looks at it
SHOW_ASIDE = Route(SHOW.task, PREPARATION)
SWEEP = Route("worker.sweep", GENERATION)
TAKE_IN = Route("worker.take_in", PREPARATION)
REHEARSE = Route("worker.rehearse", PREPARATION)
TAKE_MODEL = Route("worker.take_model", PREPARATION)
GAUGE = Route("worker.gauge", PREPARATION)
TRAIN = Route("worker.train", TRAINING)

ROUTES: dict[type[Job], Route] = {
    Piece: COMPOSE,
    Reproduction: REPRODUCE,
    Intake: TAKE_IN,
    Rehearsal: REHEARSE,
    Import: TAKE_MODEL,
    Upload: BRING,
    Training: TRAIN,
}

DOWN = (OperationalError, RedisError, OSError)


def enqueue(row: Job) -> None:
    """Send ``row`` to a worker, once it is there to be read."""
    transaction.on_commit(lambda: _nudge(row))


def route_of(row: Job) -> Route:
    """Return which task does ``row``, and where it waits."""
    if isinstance(row, Piece) and row.is_nobodys:
        return COMPOSE_ASIDE
    return ROUTES[type(row)]


def request_files(piece: Piece) -> None:
    """Ask for the files that a shipped example does not bring with it."""
    transaction.on_commit(lambda: send(COMPLETE, str(piece.pk)))


def request_sound(piece: Piece, instrument: str) -> None:
    """Ask for a piece on another instrument, once while it may still be on its way."""
    if _is_first(f"impromptu:playing:{piece.pk}:{instrument}"):
        transaction.on_commit(lambda: send(PLAY, str(piece.pk), instrument))


def request_print(piece: Piece) -> None:
    """Ask for the pages of a piece anew, once until a worker begins: it prints the newest title."""
    if _is_first(_printing(piece.pk)):
        transaction.on_commit(lambda: send(PRINT, str(piece.pk)))


def begin_print(piece_id: str) -> None:
    """Let a piece be asked for again: its title is read now, and what it is given later is not."""
    try:
        redis().delete(_printing(piece_id))
    except RedisError as error:
        logger.warning("%s is not asked for again for %s s: %s", piece_id, ASKED_S, error)


def _printing(piece_id: object) -> str:
    return f"impromptu:printing:{piece_id}"


def request_opening(name: str, *, is_looked_at: bool) -> None:
    """Ask for picture and sound of an opening, once while they may still be on their way."""
    route = SHOW if is_looked_at else SHOW_ASIDE
    if _is_first(f"impromptu:showing:{name}"):
        transaction.on_commit(lambda: send(route, name))


def _is_first(key: str) -> bool:
    """Whether nobody asked for ``key`` a moment ago; where Redis does not answer it may be so."""
    try:
        return bool(redis().set(key, 1, nx=True, ex=ASKED_S))
    except RedisError as error:
        logger.warning("%s may be asked for twice: %s", key, error)
        return True


def send(route: Route, *args: str, task_id: str | None = None) -> bool:
    """Send a task; False if the broker does not answer."""
    try:
        client().send_task(route.task, args=args, task_id=task_id, queue=route.queue, retry=False)
    except DOWN as error:
        logger.warning("%s %s is not sent: %s", route.task, args, error)
        return False
    return True


def length(queue: str) -> int:
    """Return how many messages wait in ``queue``; raises RedisError if Redis does not answer."""
    return int(redis().llen(queue))


@cache
def redis() -> Redis:
    """Return the connection to Redis, kept between calls."""
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
    )


@cache
def client() -> Celery:
    """Return the sender, kept between calls."""
    app = Celery("webapp", broker=settings.BROKER_URL, set_as_current=False)
    options: dict[str, Any] = {
        "socket_timeout": PATIENCE_S,
        "socket_connect_timeout": PATIENCE_S,
        "max_retries": 0,
    }
    app.conf.update(task_ignore_result=True, broker_transport_options=options)
    return app


def _nudge(row: Job) -> None:
    if send(route_of(row), str(row.pk), task_id=str(row.pk)):
        waiting = type(row)._default_manager.filter(pk=row.pk, status=Status.QUEUED)
        waiting.update(sent_at=now())
