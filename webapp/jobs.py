"""The life of a job. Nothing else in the project writes ``status``.

    create ──▶ QUEUED ── claim ──▶ RUNNING ─┬─ succeed ──▶ SUCCEEDED
                │  ▲                │       ├─ fail ─────▶ FAILED ◀── the third loss
                │  └──── requeue ───┘       └─ stop ──┐
                └─ cancel ──────────────────────────▶ CANCELLED

    retry: FAILED or CANCELLED ──▶ QUEUED, as if it were asked for now

Every move is one conditional UPDATE: it names the state it leaves, and a
worker's move names its attempt too, and counts the rows it changed. Two
workers may race for a job, or a cancel may cross a success; one of them
changes the row, the others change none and are told so. A worker that was
taken for dead and wakes again holds an old attempt, and changes nothing.

A training that is asked to end early and keep its best epoch is not cancelled:
it goes on to the end of what it has begun, and SUCCEEDS with the model that it
made. Its row says that it was asked (``keeps_best``); whoever takes it up after a
loss reads that too. A cancel after it ends it at once, without a model.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from webapp.models import Job, Status

logger = logging.getLogger(__name__)

J = TypeVar("J", bound=Job)

SILENCE = timedelta(seconds=settings.SILENCE_S)  # a worker silent for this long is lost
RESEND = timedelta(seconds=60)  # a message unanswered for this long may be lost
MOST_LOSSES = 3
LOST = "worker_lost"
# What a row says that waits again.
WAITING: dict[str, Any] = {
    **{"status": Status.QUEUED, "stage": "", "done": 0, "total": 0},
    **{"sent_at": None, "started_at": None, "heartbeat_at": None},
}


def claim(model: type[J], job_id: UUID | str) -> J | None:
    """Take a waiting job, or return None if it is not there to be taken.

    The row is read first and the attempt counted up from what was read, so
    that the attempt returned is the one that this call made.
    """
    row: J | None = model._default_manager.filter(pk=job_id, status=Status.QUEUED).first()
    if row is None:
        return None
    moment = now()
    changes: dict[str, Any] = {
        "status": Status.RUNNING,
        "attempt": row.attempt + 1,
        "started_at": moment,
        "heartbeat_at": moment,
    }
    waiting = model._default_manager.filter(pk=row.pk, status=Status.QUEUED, attempt=row.attempt)
    if not waiting.update(**changes):
        return None
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def beat(row: Job, **progress: Any) -> bool:
    """Store ``progress`` and a sign of life. False means: stop now."""
    wanted = _held(row).filter(cancel_requested=False)
    return bool(wanted.update(heartbeat_at=now(), **progress))


def publish(row: Job, **fields: Any) -> bool:
    """Store what is made already, such as score and files, before the job ends.

    False means that the row belongs to another attempt, or to none.
    """
    return bool(_held(row).update(heartbeat_at=now(), **fields))


def lay_by(model: type[Job], job_id: UUID | str, **fields: Any) -> bool:
    """Store what was made ahead for a job that still waits; False where it waits no more."""
    waiting = model._default_manager.filter(pk=job_id, status=Status.QUEUED)
    return bool(waiting.update(**fields))


def succeed(row: Job, **fields: Any) -> bool:
    """Finish a running job with what it made."""
    return _finish(row, Status.SUCCEEDED, **fields)


def fail(row: Job, code: str, values: dict[str, Any] | None = None) -> bool:
    """Finish a running job with the error that ended it, as a code and its values."""
    return _finish(row, Status.FAILED, error_code=code, error_values=_plain(values or {}))


def stop(row: Job) -> bool:
    """Finish a running job that was asked to stop, and has."""
    return _finish(row, Status.CANCELLED)


def cancel(model: type[Job], job_id: UUID | str) -> bool:
    """End a waiting job now, or ask a running one to stop at its next beat."""
    waiting = model._default_manager.filter(pk=job_id, status=Status.QUEUED)
    if waiting.update(status=Status.CANCELLED, finished_at=now()):
        return True
    running = model._default_manager.filter(pk=job_id, status=Status.RUNNING)
    return bool(running.update(cancel_requested=True))


def retry(model: type[Job], job_id: UUID | str) -> bool:
    """Let a job wait again that failed or was cancelled; False where it is neither."""
    ended = model._default_manager.filter(pk=job_id, status__in=(Status.FAILED, Status.CANCELLED))
    anew: dict[str, Any] = {
        "finished_at": None,
        "error_code": "",
        "error_values": {},
        "cancel_requested": False,
    }
    return bool(ended.update(**model.AFRESH, **WAITING, **anew, n_lost=0, created_at=now()))


def requeue_silent(model: type[Job]) -> list[UUID]:
    """Take back every running job whose worker has gone silent; return what waits again."""
    moment = now()
    return [
        row.pk
        for row in _running(model).filter(heartbeat_at__lt=moment - SILENCE)
        # A worker may beat between the reading and this: then it is not lost.
        if _lose(row, _held(row).filter(heartbeat_at__lt=moment - SILENCE))
    ]


def lose(model: type[Job], job_id: UUID | str, *, attempt: int | None = None) -> bool:
    """Take back one job whose worker is known to have died; True if it waits again.

    ``attempt``, where the caller knows it, spares an attempt that began since.
    """
    row = _running(model).filter(pk=job_id).first()
    if row is None or attempt not in (None, row.attempt):
        return False
    return _lose(row, _held(row))


def release(model: type[Job], job_id: UUID | str) -> bool:
    """Take back one job whose worker was told to end; no loss is counted, for none is feared."""
    row = _running(model).filter(pk=job_id, cancel_requested=False).first()
    return row is not None and bool(_held(row).update(**type(row).AFRESH, **WAITING))


def unsent(model: type[J]) -> QuerySet[J]:
    """Return the waiting jobs that were last sent too long ago, or never; oldest first."""
    late = Q(sent_at__isnull=True) | Q(sent_at__lt=now() - RESEND)
    return model._default_manager.filter(late, status=Status.QUEUED).order_by("created_at")


def _held(row: Job) -> QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk, status=Status.RUNNING, attempt=row.attempt)


def _running(model: type[Job]) -> QuerySet[Any]:
    wanted = ("pk", "attempt", "n_lost", "cancel_requested")
    return model._default_manager.filter(status=Status.RUNNING).only(*wanted)


def _lose(row: Job, held: QuerySet[Any]) -> bool:
    changes: dict[str, Any] = type(row).AFRESH | {"n_lost": row.n_lost + 1}
    if row.cancel_requested:
        changes |= {"status": Status.CANCELLED, "finished_at": now()}
    elif row.n_lost + 1 >= MOST_LOSSES:
        changes |= {"status": Status.FAILED, "finished_at": now(), "error_code": LOST}
        changes |= {"error_values": {"times": MOST_LOSSES}}
    else:
        changes |= WAITING
    changed = bool(held.update(**changes))
    if changed:
        logger.warning("%s: attempt %s was lost, now %s", row.pk, row.attempt, changes["status"])
    return changed and changes["status"] == Status.QUEUED


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return ``values`` as every database can hold them: a failure must never fail."""
    return {
        name: value if isinstance(value, int) else str(value).replace("\0", "")
        for name, value in values.items()
    }


def _finish(row: Job, target: Status, **changes: Any) -> bool:
    if _held(row).update(status=target, finished_at=now(), **changes):
        return True
    logger.info("%s: attempt %s no longer runs, so it is not %s", row.pk, row.attempt, target)
    return False
