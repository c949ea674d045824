"""The files that a shipped example does not bring with it, made when nothing else waits."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from pathlib import Path

from generator.errors import GeneratorError
from generator.rendering import piece as rendering
from generator.score import Score
from webapp.models import Piece, Status
from worker import storage
from worker.child import NICE

logger = logging.getLogger(__name__)

ASIDE = "complete-"  # begins the name of the folder that is worked in


def complete(piece_id: str) -> bool:
    """Render an example anew, and name in its row what was made; True if that is all of it.

    Made aside and moved file by file, so that what the row already names is
    there at every moment. What cannot be made is left for another day. It is
    done by the worker that trains, and gives way to a piece that is composed.
    """
    piece = Piece.objects.filter(pk=piece_id, is_example=True, status=Status.SUCCEEDED).first()
    if piece is None or piece.score is None:
        return False
    folder = storage.folder(piece)
    for left in folder.parent.glob(f"{ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)  # by a worker that was ended meanwhile
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=ASIDE))
    os.setpriority(os.PRIO_PROCESS, 0, NICE)  # of this thread, and of all that it starts
    try:
        _render(piece, aside, folder)
    except GeneratorError as error:
        logger.warning("the example %s stays without some of its files: %s", piece.title, error)
        return False
    finally:
        shutil.rmtree(aside)
    return True


def _render(piece: Piece, aside: Path, folder: Path) -> None:
    def keep(files: storage.Files) -> None:
        storage.name(piece, storage.move(files, folder))

    rendering.render(
        Score.from_dict(piece.score or {}),
        aside,
        title="Impromptu",
        subtitle=f"after {piece.primer.title}",
        on_files=keep,
    )
