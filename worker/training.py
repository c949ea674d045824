"""The body of a training job: it runs in a process of its own, and we pass on what it says."""

from __future__ import annotations

import signal
import sys
from typing import Any

from django.conf import settings

from generator.errors import GeneratorError
from webapp import checkpoints
from webapp.models import Checkpoint, Stage, Training
from worker import child, storage
from worker.child import Child
from worker.errors import LostError
from worker.lifecycle import Attempt

# What a training's config may hold and the command takes.
CHOICES = ("epochs", "batch_size", "min_count", "test_share", "learning_rate", "focus", "seed")


def train(row: Training, attempt: Attempt) -> dict[str, Any]:
    """Train in a process of its own, which goes on from its last whole epoch.

    That process alone loads TensorFlow, gives its memory back when it ends, and
    may be killed without harm to us.
    """
    with storage.new_checkpoint(row) as made:
        command = _command(row, str(made))

        def wait() -> None:
            attempt.report(Stage.READING, 0, 0)

        with child.running(
            command, cwd=settings.BASE_DIR, folder=row.folder, on_wait=wait
        ) as process:
            for line in process.lines():
                _pass_on(line, row, attempt)
            content_hash = _outcome(process, row)
        folder = storage.keep_checkpoint(made, content_hash)
    return {"checkpoint": checkpoints.register(folder, origin=Checkpoint.Origin.TRAINED)}


def _command(row: Training, to: str) -> list[str]:
    """Return the command line of the library that does what ``row`` asks for."""
    corpora = [word for folder in row.corpus for word in ("--corpus", folder)]
    choices = [
        word
        for name in CHOICES
        if row.config.get(name) is not None
        for word in (f"--{name.replace('_', '-')}", str(row.config[name]))
    ]
    return [
        *(sys.executable, "-m", "generator", "train", "--json"),
        *corpora,
        *("--composer", row.composer, "--recipe", row.recipe, "--model", row.network),
        *choices,
        *("--cache", str(settings.CACHE_ROOT)),
        *("--resume", str(row.folder), "--to", to),
    ]


def _pass_on(line: dict[str, Any] | None, row: Training, attempt: Attempt) -> None:
    """Store what the process said; in silence, only look whether it should end."""
    if line is None:
        attempt.beat()
    elif "stage" in line:
        attempt.report(line["stage"], line["done"], line["total"])
    if line and "epoch" in line:
        epoch = line["epoch"]
        # An epoch that a killed attempt had told of may be told of again.
        earlier = [one for one in row.figures if one["epoch"] < epoch["epoch"]]
        row.figures = [*earlier, epoch]
        attempt.publish(figures=row.figures)


def _outcome(process: Child, row: Training) -> str:
    """Return the hash of the checkpoint that was made, or raise what hindered it."""
    status = process.finish()
    if error := process.last.get("error"):
        raise GeneratorError(error["code"], **error["values"])
    if status < 0:
        raise LostError(f"the training process was ended by {signal.Signals(-status).name}")
    if status or "checkpoint" not in process.last:
        raise RuntimeError(f"the training process ended with {status}:\n{child.tail(row.folder)}")
    return str(process.last["hash"])
