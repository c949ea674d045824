"""Where the files of an attempt lie, and which of them may go.

Every attempt at a job writes into a folder of its own, ``<id>/<attempt>/``
under the media folder, so that a worker that was taken for dead and wakes
again writes beside the winner and never over it.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from webapp.models import Job, Piece, Primer, Training

Files = Mapping[str, Path | list[Path]]

OLD_S = 3600  # after which nobody is at work any more


def folder(row: Job) -> Path:
    """Return the folder that is this attempt's alone, and make it if need be."""
    path = _home(row) / str(row.attempt)
    path.mkdir(parents=True, exist_ok=True)
    return path


def relative(files: Files) -> dict[str, str | list[str]]:
    """Return ``files`` as a row names them: seen from the media folder."""
    root = Path(settings.MEDIA_ROOT)

    def name(path: Path) -> str:
        return path.relative_to(root).as_posix()

    return {
        kind: [name(path) for path in paths] if isinstance(paths, list) else name(paths)
        for kind, paths in files.items()
    }


def name(row: Piece | Primer, files: Files) -> bool:
    """Name further files in the row of a finished piece or an opening; False where it is gone.

    The row is read anew and held: another worker may name files of its own.
    """
    with transaction.atomic():
        held = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
        if held is None:
            return False
        held.files |= relative(files)
        held.save(update_fields=["files"])
    return True


def move(files: Files, to: Path) -> Files:
    """Move ``files`` into the folder ``to``, each over its earlier self; return where they are."""

    def place(path: Path) -> Path:
        return path.replace(to / path.name)

    return {
        kind: [place(path) for path in paths] if isinstance(paths, list) else place(paths)
        for kind, paths in files.items()
    }


@contextmanager
def aside(folder: Path, purpose: str) -> Iterator[Path]:
    """Give a folder below ``folder`` to work in, which is gone afterwards.

    What a worker that was ended left behind for the same purpose goes too, after a while.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{purpose}-*"):
        if left.stat().st_mtime < time.time() - OLD_S:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=f"{purpose}-") as path:
        yield Path(path)


def discard(row: Job) -> None:
    """Remove what this attempt wrote."""
    shutil.rmtree(_home(row) / str(row.attempt), ignore_errors=True)


def keep_only(row: Job) -> None:
    """Remove what other attempts at this job wrote, and what only a next one would need."""
    if isinstance(row, Training):
        shutil.rmtree(row.folder, ignore_errors=True)
    for path in _home(row).glob("*"):
        if path.name != str(row.attempt):
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def new_checkpoint(row: Job) -> Iterator[Path]:
    """Give a folder for a checkpoint in the making, which is gone afterwards."""
    path = Path(settings.CHECKPOINTS_ROOT, f".{row.pk}-{row.attempt}")
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def keep_checkpoint(made: Path, content_hash: str) -> Path:
    """Give a finished checkpoint its place, named by its content; return it."""
    path = made.with_name(content_hash)
    if not path.exists():
        made.rename(path)
    return path


def _home(row: Job) -> Path:
    return Path(settings.MEDIA_ROOT) / str(row.pk)
