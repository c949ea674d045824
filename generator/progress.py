"""How a command tells what it is doing: a bar for a person, JSON lines for a program."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Bar:
    """A progress bar on standard error, one line for each stage."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:>10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[told]}"),
            console=Console(stderr=True),
        )
        self._stages: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def report(self, stage: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` steps of ``stage`` are behind us."""
        if stage not in self._stages:
            self._stages[stage] = self._progress.add_task(stage, total=total, told="")
        self._progress.update(self._stages[stage], completed=done, total=total)

    def on_epoch(self, epoch: dict[str, Any], total: int) -> None:
        """Show the figures of an epoch beside its bar."""
        self.report("fitting", epoch["epoch"], total)
        told = (
            f"loss {epoch['loss']:.3f} accuracy {epoch['accuracy']:.3f} "
            f"test {epoch['val_loss']:.3f} {epoch['val_accuracy']:.3f}"
        )
        self._progress.update(self._stages["fitting"], told=told)


class Lines:
    """One JSON object a line on standard output, for the worker that started us."""

    def __enter__(self) -> Self:
        _end_with_standard_input()
        return self

    def __exit__(self, *_: object) -> None:
        return

    def report(self, stage: str, done: int, total: int) -> None:
        """Write where we are."""
        write({"stage": stage, "done": done, "total": total})

    def on_epoch(self, epoch: dict[str, Any], total: int) -> None:
        """Write where we are, with the figures of the epoch."""
        write({"stage": "fitting", "done": epoch["epoch"], "total": total, "epoch": epoch})


def write(values: dict[str, Any]) -> None:
    """Write ``values`` as one line of JSON, at once."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def _end_with_standard_input() -> None:
    """End this process when whoever started it is gone, so that no orphan writes on.

    Only a pipe is watched: a terminal or a file ends for other reasons.
    """
    if not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        return

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        os._exit(1)

    threading.Thread(target=watch, name="watch-stdin", daemon=True).start()
