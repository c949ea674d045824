"""Nothing waits for ever: what was lost, by a worker or on the way to one, is sent again."""

from __future__ import annotations

import logging
import random

from webapp import accounts, duels, jobs, keeping, openings, queue
from webapp.models import FINAL, Job, Piece, Status

logger = logging.getLogger(__name__)

# Every kind of file that a whole piece has.
WHOLE = {"midi", "musicxml", "pdf", "png", "svg", "positions", "card"}
WHOLE |= {"wav", "ogg", "mp3", "flac"}


def sweep() -> None:
    """Take back what silent workers held, send what waits unsent, remove, complete an example."""
    for model, route in queue.ROUTES.items():
        # Counted first: the messages sent below are not the ones it would have waited for.
        is_empty = queue.length(route.queue) == 0
        _take_back_silent(model)
        if is_empty:
            _send_again(model)
    duels.prepare()
    keeping.remove_deleted()
    openings.sweep()
    accounts.forget_failures()
    complete_an_example()
    show_an_opening()


def complete_an_example() -> None:
    """Ask for the missing files of one shipped example, if no one waits for a piece."""
    if _somebody_waits():
        return
    examples = Piece.objects.filter(is_example=True, status=Status.SUCCEEDED)
    lacking = [piece for piece in examples if WHOLE - set(piece.files)]
    if lacking:
        # Any of them: one that cannot be completed must not stand before the others.
        queue.request_files(random.choice(lacking))  # noqa: S311 - chance, not secrecy


def show_an_opening() -> None:
    """Ask for picture and sound of one opening that lacks them, if no one waits for a piece."""
    if not _somebody_waits() and (names := openings.lacking()):
        queue.request_opening(random.choice(names), is_looked_at=False)  # noqa: S311 - no secret


def _somebody_waits() -> bool:
    return Piece.objects.exclude(status__in=FINAL).exists() or openings.is_reading()


def _take_back_silent(model: type[Job]) -> None:
    for job_id in jobs.requeue_silent(model):
        queue.enqueue(model._default_manager.get(pk=job_id))


def _send_again(model: type[Job]) -> None:
    for row in jobs.unsent(model):
        logger.info("job %s was sent and not taken; it is sent again", row.pk)
        queue.enqueue(row)
