"""The body of an import: a file is looked at, and its model stored if it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator import exchange
from webapp import checkpoints
from webapp.models import Checkpoint, Import
from worker import storage
from worker.lifecycle import Attempt


def take_in(row: Import, attempt: Attempt) -> dict[str, Any]:
    """Take in the model in the file of ``row``; it is offered to nobody yet.

    One that is here already stays as it is.
    """
    dropped = Path(row.dropped)
    with storage.new_checkpoint(row) as folder:
        try:
            made = exchange.take_in(dropped, folder, name=row.name)
        finally:
            attempt.check()  # if this attempt was given up, the next one needs the file
            dropped.unlink(missing_ok=True)
        known = Checkpoint.objects.filter(pk=made.hash).first()
        if known is None:
            place = storage.keep_checkpoint(folder, made.hash)
            known = checkpoints.register(place, origin=Checkpoint.Origin.IMPORTED)
    return {"checkpoint": known}
