"""Models that come and go as files: taken in by a worker, packed up by the web."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction

from generator.config import CHECKPOINT_FILES, EXCHANGED, MOST_EXCHANGED
from webapp import queue
from webapp.messages import Refused
from webapp.models import Checkpoint, Import

DATE = (1980, 1, 1, 0, 0, 0)  # the same checkpoint makes the same file
DROPPED = ".import-"  # begins the name of a file that nobody has looked at
LONGEST_NAME = 120
NEEDED = ("card.json", "history.json", "weights.npz")  # the rest is not in every model


def accept(uploaded: Any, *, owner: Any = None) -> Import:
    """Lay an uploaded file aside and have a worker look at it.

    Raises Refused without one, or for one that is too large.
    """
    if uploaded is None:
        raise Refused("import_no_file")
    name = Path(str(uploaded.name)).name[-LONGEST_NAME:]
    if (uploaded.size or 0) > 2 * MOST_EXCHANGED:
        raise Refused("import_too_large", file=name, member=name, high=2 * MOST_EXCHANGED)
    pk = uuid.uuid4()
    dropped = Path(settings.CHECKPOINTS_ROOT, f"{DROPPED}{pk}")
    dropped.parent.mkdir(parents=True, exist_ok=True)
    with dropped.open("xb") as file:
        for chunk in uploaded.chunks():
            file.write(chunk)
    with transaction.atomic():
        row = Import.objects.create(pk=pk, dropped=str(dropped), name=name, owner=owner)
        queue.enqueue(row)
    return row


def export(checkpoint: Checkpoint) -> BinaryIO:
    """Return the checkpoint in one file, at its end; not packed tight, for weights are noise.

    Raises FileNotFoundError where its folder holds it no more.
    """
    paths = [checkpoint.path / name for name in sorted(CHECKPOINT_FILES)]
    if missing := next(
        (path for path in paths if path.name in NEEDED and not path.is_file()), None
    ):
        raise FileNotFoundError(missing)
    target = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed with the answer
    with zipfile.ZipFile(target, "w") as archive:
        for path in filter(Path.is_file, paths):
            name = path.name
            with path.open("rb") as file, archive.open(zipfile.ZipInfo(name, DATE), "w") as member:
                shutil.copyfileobj(file, member)
    return target


def file_name(checkpoint: Checkpoint) -> str:
    """Return what an exported checkpoint is called."""
    return f"{checkpoint.name}-{checkpoint.hash[:8]}{EXCHANGED}"
