"""A finished piece that was renamed: its pages are engraved anew, under the new title."""

from __future__ import annotations

import logging
from pathlib import Path

from django.db.models import F

from generator.errors import GeneratorError
from generator.rendering import piece as rendering
from generator.score import Score
from webapp import queue
from webapp.models import FINAL, Piece
from worker import composing, storage

logger = logging.getLogger(__name__)


def print_anew(piece_id: str) -> bool:
    """Engrave a piece once more, and put the pages in the place of those before; True if done.

    Made aside and moved file by file, so that there are pages at every moment.
    """
    queue.begin_print(piece_id)
    piece = Piece.objects.filter(pk=piece_id, status__in=FINAL, score__isnull=False).first()
    if piece is None:
        return False
    folder, (title, subtitle) = storage.folder(piece), composing.heading(piece)
    score, begin = Score.from_dict(piece.score or {}), composing.own_from(piece)
    with storage.aside(folder, "print") as aside:
        try:
            made = rendering.engrave(score, aside, title=title, subtitle=subtitle, begin=begin)
        except GeneratorError as error:
            logger.warning("%s keeps its pages under the title before: %s", piece.pk, error)
            return False
        return _put(piece, made, folder)


def _put(piece: Piece, made: storage.Files, folder: Path) -> bool:
    if not storage.name(piece, storage.move(made, folder)):
        storage.discard(piece)  # deleted meanwhile
        return False
    Piece.objects.filter(pk=piece.pk).update(prints=F("prints") + 1)
    return True
