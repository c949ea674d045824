"""One attempt at a job: claimed, kept alive, and brought to one of its ends.

    claim ── the work ─┬─ done ─────────────▶ succeed
       │               ├─ a known error ────▶ fail, with its code and its values
       │               ├─ any other error ──▶ fail, "internal"; the traceback goes to the log
       │               ├─ cancelled ────────▶ stop
       │               ├─ taken away ───────▶ nothing, but its own files go
       │               └─ killed ───────────▶ lose, by the parent process or by the sweep
       └─ a thread beats all the while

What another worker may have taken over is never written: every move names its
attempt, and says whether the row was still this attempt's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from generator.errors import GeneratorError, Stopped
from webapp import jobs, queue
from webapp.messages import Refused
from webapp.models import Job
from worker import storage
from worker.errors import LostError

logger = logging.getLogger(__name__)

PAUSE_S = 0.25  # between two writes of progress

# The database does not answer, which says nothing about the work.
AWAY = (InterfaceError, OperationalError)

Row = TypeVar("Row", bound=Job)


class Attempt:
    """One worker's hold on one row.

    ``report``, ``beat`` and ``publish`` raise :class:`Stopped` once the row is
    cancelled or another attempt's. The work is expected to end then; it need not
    know which of the two it was.
    """

    def __init__(self, row: Job) -> None:
        self.row = row
        self._is_over = threading.Event()
        self._is_taken = threading.Event()
        self._stage, self._written_at = "", 0.0
        self._heart = threading.Thread(target=self._live, name=f"heart of {row.pk}", daemon=True)

    def __enter__(self) -> Attempt:
        self._heart.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._heart.join()

    def report(self, stage: str, done: int, total: int, **beside: Any) -> None:
        """Store how far the work is: a new stage at once, a step when the last is old enough.

        ``beside`` are further fields of the row that are stored with it.
        """
        if stage != self._stage or monotonic() - self._written_at >= PAUSE_S:
            self._stage, self._written_at = stage, monotonic()
            self.beat(stage=stage, done=done, total=total, **beside)
        self.check()

    def beat(self, **progress: Any) -> None:
        """Give a sign of life, and learn whether to go on."""
        self._beat(**progress)
        self.check()

    def publish(self, **fields: Any) -> None:
        """Store a part of the result that may be shown before the end."""
        if not jobs.publish(self.row, **fields):
            self._is_taken.set()
        self.check()

    def check(self) -> None:
        """Raise :class:`Stopped` if this attempt should end."""
        if self._is_taken.is_set():
            raise Stopped

    def _live(self) -> None:
        try:
            while not self._is_over.wait(settings.BEAT_S):
                self._beat()
        finally:
            connection.close()  # a thread has a connection of its own

    def _beat(self, **progress: Any) -> None:
        try:
            if not jobs.beat(self.row, **progress):
                self._is_taken.set()
        except AWAY:
            # A database that starts again must not end an hour of work, nor the heart.
            logger.warning("job %s: a sign of life was not stored", self.row.pk, exc_info=True)
            connection.close()


def carry_out(
    model: type[Row], job_id: str, work: Callable[[Row, Attempt], dict[str, Any]]
) -> None:
    """Claim a job, do ``work``, and conclude; or do nothing if it is not there to claim.

    Parameters
    ----------
    model : type of Job
        Where the job stands.
    job_id : str
        Its key.
    work : callable
        Given the claimed row and the attempt; returns what the row holds in the end.
    """
    row = jobs.claim(model, job_id)
    if row is None:
        logger.info("job %s is not waiting any more; nothing to do", job_id)
        return
    with Attempt(row) as attempt:
        _conclude(row, lambda: work(row, attempt))


def lose(model: type[Job], job_id: str, *, attempt: int | None = None) -> None:
    """Give a job whose worker is known to be dead to the next one, at once."""
    if jobs.lose(model, job_id, attempt=attempt):
        queue.enqueue(model._default_manager.get(pk=job_id))


def _conclude(row: Job, work: Callable[[], dict[str, Any]]) -> None:
    """Turn how ``work`` ended into how its job ended."""
    try:
        is_ours = jobs.succeed(row, **work())
    except Stopped:
        is_ours = jobs.stop(row)
    except (GeneratorError, Refused) as error:
        logger.info("job %s failed: %s", row.pk, error)
        is_ours = jobs.fail(row, error.code, error.values)
    except LostError as error:
        logger.warning("job %s is lost: %s", row.pk, error)
        lose(type(row), str(row.pk), attempt=row.attempt)
        return
    except AWAY:
        # The row falls silent, and the sweep gives the job on.
        logger.exception("job %s cannot be concluded", row.pk)
        return
    except Exception:  # whatever it was, the row must come to an end
        # Not raised again: Celery ends its parent process on a MemoryError.
        logger.exception("job %s failed by a fault of ours", row.pk)
        is_ours = jobs.fail(row, "internal", {})
    if is_ours:
        storage.keep_only(row)
    else:
        storage.discard(row)
