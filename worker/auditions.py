"""What a network composed on its way, engraved and sounded: a few bars, the same each time."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from generator.errors import RenderingError
from generator.rendering import piece as rendering
from generator.score import Score
from webapp.models import Training
from worker import storage

logger = logging.getLogger(__name__)

FOLDER = "auditions"  # in the folder of a training's state, one file an audition
KEPT = ("midi", "svg", "ogg", "mp3")


def catch_up(row: Training) -> None:
    """Bring ``row.auditions`` to where the state of the training is.

    What another attempt rendered is taken over; what it had no time for is made.
    """
    epochs = {figures["epoch"] for figures in row.figures}
    done = [int(path.stem) for path in (row.folder / FOLDER).glob("*.json")]
    known = {one["epoch"]: one for one in row.auditions}
    row.auditions = []
    for epoch in sorted(epochs.intersection(done)):
        taken = _taken_over(row, known[epoch]) if epoch in known else None
        if taken:
            row.auditions = [*row.auditions, taken]
        else:
            take(row, f"{epoch}.json")


def take(row: Training, name: str) -> None:
    """Render the audition in the file ``name`` and put it into ``row.auditions``."""
    told = json.loads((row.folder / FOLDER / name).read_text())
    made = {
        "epoch": told["epoch"],
        "opening": told["opening"],
        "seed": told["seed"],
        "files": _rendered(row, told["epoch"], Score.from_dict(told["score"])),
    }
    others = [one for one in row.auditions if one["epoch"] != made["epoch"]]
    row.auditions = sorted([*others, made], key=lambda one: int(one["epoch"]))


def _rendered(row: Training, epoch: int, score: Score) -> dict[str, str]:
    """Return the files of one audition, the first page alone; what cannot be made is left out."""
    folder = storage.folder(row)
    scratch = folder / f".audition-{epoch}"
    made: dict[str, Any] = {}
    try:
        rendering.render(score, scratch, title=f"Epoch {epoch}", on_files=made.update)
    except RenderingError as error:
        logger.warning(
            "training %s: the audition of epoch %s lacks files: %s", row.pk, epoch, error
        )
    firsts = {
        kind: made[kind][0] if isinstance(made[kind], list) else made[kind]
        for kind in KEPT
        if made.get(kind)
    }
    files = {
        kind: path.replace(folder / f"audition-{epoch}{path.suffix}")
        for kind, path in firsts.items()
    }
    shutil.rmtree(scratch, ignore_errors=True)
    return {kind: _named(path) for kind, path in files.items()}


def _taken_over(row: Training, audition: dict[str, Any]) -> dict[str, Any] | None:
    """Return an audition with its files in this attempt's folder; None if they are not there."""
    root, folder = Path(settings.MEDIA_ROOT), storage.folder(row)
    files = {}
    for kind, name in audition["files"].items():
        path = root / name
        if not path.is_file():
            return None
        if path.parent != folder:
            shutil.copy2(path, folder / path.name)
        files[kind] = _named(folder / path.name)
    return audition | {"files": files}


def _named(path: Path) -> str:
    return path.relative_to(settings.MEDIA_ROOT).as_posix()
