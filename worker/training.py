"""The body of a training job: it runs in a process of its own, and we pass on what it says.

Auditions are engraved and sounded here, between two lines of that process: it goes
on learning meanwhile, and waits for us only if it has very much to say.
"""

from __future__ import annotations

import os
import signal
import sys
from time import monotonic
from typing import Any

from django.conf import settings

from generator.errors import GeneratorError
from webapp import checkpoints
from webapp.models import Checkpoint, Stage, Training
from worker import auditions, child, storage
from worker.child import Child
from worker.errors import LostError
from worker.lifecycle import Attempt

# What a training's config may hold and the command takes.
CHOICES = (
    *("epochs", "seed", "patience", "audition", "batch_size", "min_count", "test_share"),
    *("learning_rate", "focus", "width", "depth", "dropout", "averaging"),
    *("streams", "steps", "held_out_share"),
)

LOOK_S = 1.0  # between two looks whether it is to end early


def train(row: Training, attempt: Attempt) -> dict[str, Any]:
    """Train in a process of its own, which goes on from its last whole epoch.

    That process alone loads TensorFlow, gives its memory back when it ends, and
    may be killed without harm to us.
    """
    # For what is rendered here too: composing goes first.
    os.setpriority(os.PRIO_PROCESS, 0, child.NICE)
    with storage.new_checkpoint(row) as made:
        command = _command(row, str(made))

        def wait() -> None:
            attempt.report(Stage.READING, 0, 0)

        with child.running(
            command, cwd=settings.BASE_DIR, folder=row.folder, on_wait=wait
        ) as process:
            listener = _Listener(row, attempt, process)
            for line in process.lines():
                listener.hear(line)
            content_hash = _outcome(process, row)
        folder = storage.keep_checkpoint(made, content_hash)
    learned = checkpoints.register(folder, origin=Checkpoint.Origin.TRAINED)
    return {"checkpoint": learned, "left_s": None}


class _Listener:
    """What the process says goes into the row; what the row asks for goes to the process."""

    def __init__(self, row: Training, attempt: Attempt, process: Child) -> None:
        self.row, self.attempt, self.process = row, attempt, process
        self._has_asked, self._looked_at = False, 0.0
        self._pace: dict[str, float] = {}
        auditions.catch_up(row)
        attempt.publish(auditions=row.auditions)

    def hear(self, line: dict[str, Any] | None) -> None:
        """Store what the process said; in silence, only look whether it should end."""
        self._ask()
        if line is None:
            self.attempt.beat()
            return
        if "stage" in line:
            self.attempt.report(line["stage"], line["done"], line["total"], **self._pace)
        if "speed" in line:
            self._pace = {"speed": line["speed"], "left_s": line["left_s"]}
        if "origin" in line:
            self.attempt.publish(provenance=line["origin"])
        if "epoch" in line:
            self._add(line["epoch"])
        if "audition" in line:
            auditions.take(self.row, line["audition"]["file"])
            self.attempt.publish(auditions=self.row.auditions)

    def _ask(self) -> None:
        """Ask for an early end, once, if the row does."""
        if self._has_asked or monotonic() - self._looked_at < LOOK_S:
            return
        self._looked_at = monotonic()
        self.row.refresh_from_db(fields=["keeps_best"])
        if self.row.keeps_best:
            self._has_asked = True
            self.process.say("finish")

    def _add(self, epoch: dict[str, Any]) -> None:
        # An epoch that a killed attempt had told of may be told of again.
        earlier = [one for one in self.row.figures if one["epoch"] < epoch["epoch"]]
        self.row.figures = [*earlier, epoch]
        self.attempt.publish(figures=self.row.figures)


def _command(row: Training, to: str) -> list[str]:
    """Return the command line of the library that does what ``row`` asks for."""
    corpora = [word for folder in row.corpus for word in ("--corpus", folder)]
    choices = [
        word
        for name in CHOICES
        if row.config.get(name) is not None
        for word in (f"--{name.replace('_', '-')}", str(row.config[name]))
    ]
    start = ("--start", str(row.start.path)) if row.start else ()
    return [
        *(sys.executable, "-m", "generator", "train", "--json"),
        *corpora,
        *("--composer", row.composer, "--recipe", row.recipe, "--model", row.network),
        *choices,
        *start,
        *_credits(row),
        *("--cache", str(settings.CACHE_ROOT)),
        *("--resume", str(row.folder), "--to", to),
    ]


def _credits(row: Training) -> tuple[str, ...]:
    """Return the options that name whom the music is owed to, and what may be done with it."""
    told = [(corpus.attribution, corpus.licence) for corpus in row.corpora.order_by("title")]
    named = [", ".join(filter(None, (whom.rstrip("."), what))) for whom, what in told]
    sources = ", and ".join(dict.fromkeys(filter(None, named)))
    licences = "; ".join(dict.fromkeys(what for _, what in told if what))
    return (
        *(("--attribution", f"Learned from {sources}.") if sources else ()),
        *(("--licence", licences) if licences else ()),
    )


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
