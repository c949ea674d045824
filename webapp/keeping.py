"""What becomes of a piece after it was composed: renamed, hidden, liked, deleted, had back."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.timezone import now

from webapp import jobs, queue
from webapp.messages import Refused
from webapp.models import Bout, Favourite, Piece, Status
from webapp.models.piece import LONGEST_NOTE, UNDO
from webapp.services import MOST_WAITING, QueueFull
from webapp.titles import LONGEST_TITLE

logger = logging.getLogger(__name__)

OPEN = (Status.QUEUED, Status.RUNNING)
AT_ONCE = 200  # pieces that one sweep removes for good


def change(
    piece: Piece,
    *,
    title: str | None = None,
    note: str | None = None,
    is_private: bool | None = None,
) -> None:
    """Store what the owner changed; None stays as it is. Raises Refused, and stores nothing."""
    changed: dict[str, Any] = {}
    if title is not None:
        changed["title"] = _title(title)
    if note is not None:
        changed["note"] = _note(note)
    if is_private is not None:
        changed["is_private"] = is_private
    for name, value in changed.items():
        setattr(piece, name, value)
    if changed:
        piece.save(update_fields=list(changed))
    if "title" in changed and is_printed(piece):
        queue.request_print(piece)


def is_printed(piece: Piece) -> bool:
    """Whether a piece has pages with its title on them."""
    return piece.is_final and "svg" in piece.files


def retry(piece: Piece) -> None:
    """Have a piece composed that failed or was cancelled: the same row, and the same parameters.

    Raises QueueFull; a piece that is neither stays as it is.
    """
    with transaction.atomic():
        waiting = Piece.objects.filter(owner=piece.owner, status__in=OPEN)
        if piece.owner and waiting.count() >= MOST_WAITING:
            raise QueueFull("queue_full", limit=MOST_WAITING)
        if jobs.retry(Piece, piece.pk):
            queue.enqueue(piece)


def like(owner: str, piece: Piece, *, is_liked: bool = True) -> None:
    """Give a piece the star of ``owner``, or take it back; to do so twice changes nothing."""
    if is_liked:
        Favourite.objects.get_or_create(owner=owner, piece=piece)
    else:
        Favourite.objects.filter(owner=owner, piece=piece).delete()


def delete(pieces: Iterable[Piece]) -> None:
    """Lay pieces aside. From now on they are nowhere, and for a while they can be had back.

    A worker that is at one finds no row, and stops. Raises Refused, and deletes none, where
    a duel is decided by one of them.
    """
    pieces = list(pieces)
    _check_free_of_duels(pieces)
    Piece.objects.filter(pk__in=[piece.pk for piece in pieces]).update(deleted_at=now())


def restore(pieces: Iterable[Piece]) -> None:
    """Give deleted pieces back as they were; what waited to be composed waits again."""
    for piece in pieces:
        if Piece.with_deleted.filter(pk=piece.pk, deleted_at__isnull=False).update(deleted_at=None):
            piece.deleted_at = None
            if piece.status == Status.QUEUED:
                queue.enqueue(piece)


def restorable(ids: Iterable[UUID]) -> list[Piece]:
    """Return those of ``ids`` that are deleted, and can still be had back."""
    deleted = Piece.with_deleted.filter(pk__in=list(ids), deleted_at__gt=now() - UNDO)
    return list(deleted.defer("score"))


def remove_deleted() -> None:
    """Remove for good what was deleted too long ago to be had back."""
    gone = Piece.with_deleted.filter(deleted_at__lte=now() - UNDO).defer("score")
    for piece in gone[:AT_ONCE]:
        try:
            remove(piece)
        except (ProtectedError, Refused):
            logger.warning("%s stays aside: something else is made of it", piece.pk)


def remove(piece: Piece) -> None:
    """Take a piece away for good, with its files; raises Refused for one of a duel."""
    _check_free_of_duels([piece])
    folder = Path(settings.MEDIA_ROOT, str(piece.pk))
    piece.delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def _check_free_of_duels(pieces: Iterable[Piece]) -> None:
    held = [piece.pk for piece in pieces]
    if Bout.objects.filter(Q(piece_one__in=held) | Q(piece_other__in=held)).exists():
        raise Refused("piece_in_duel")


def _title(text: str) -> str:
    title = " ".join(text.replace("\0", "").split())
    if not title:
        raise Refused("title_empty")
    if len(title) > LONGEST_TITLE:
        raise Refused("title_long", value=len(title), high=LONGEST_TITLE)
    return title


def _note(text: str) -> str:
    note = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise Refused("note_long", value=len(note), high=LONGEST_NOTE)
    return note
