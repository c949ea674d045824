"""How a command tells what it is doing: a bar for a person, JSON lines for a program."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

FINISH = b"finish"
PAUSE_S = 0.1  # between two steps of a stage that are written
PACE_S = 0.5  # between two speeds


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
        told = (
            f"epoch {epoch['epoch']} of {total}: "
            f"loss {epoch['loss']:.3f} accuracy {epoch['accuracy']:.3f} "
            f"test {epoch['val_loss']:.3f} {epoch['val_accuracy']:.3f}"
        )
        self._tell(told)

    def on_pace(self, speed: float, left_s: float) -> None:
        """Leave the time to the bar, which measures it itself."""

    def on_origin(self, origin: dict[str, Any]) -> None:
        """Leave what makes a training again to its card."""

    def on_audition(self, audition: dict[str, Any]) -> None:
        """Leave what was composed on the way where it is."""

    def has_heard_enough(self) -> bool:
        """Go on: who wants an end presses Ctrl-C."""
        return False

    def _tell(self, told: str) -> None:
        if "fitting" not in self._stages:
            self.report("fitting", 0, 1)
        self._progress.update(self._stages["fitting"], told=told)


class Lines:
    """One JSON object a line on standard output, for the worker that started us."""

    def __init__(self) -> None:
        self._enough = threading.Event()
        self._stage, self._written_at, self._paced_at = "", 0.0, 0.0

    def __enter__(self) -> Self:
        _follow_standard_input(self._enough)
        return self

    def __exit__(self, *_: object) -> None:
        return

    def report(self, stage: str, done: int, total: int) -> None:
        """Write where we are: a new stage and its end at once, a step when the last is old."""
        now = time.monotonic()
        if stage != self._stage or done == total or now - self._written_at >= PAUSE_S:
            self._stage, self._written_at = stage, now
            write({"stage": stage, "done": done, "total": total})

    def on_pace(self, speed: float, left_s: float) -> None:
        """Write how fast it goes: notes or windows a second, and how many seconds are left."""
        now = time.monotonic()
        if now - self._paced_at >= PACE_S:
            self._paced_at = now
            write({"speed": round(speed, 1), "left_s": round(left_s, 1)})

    def on_epoch(self, epoch: dict[str, Any], total: int) -> None:
        """Write the figures of an epoch."""
        write({"epoch": epoch})

    def on_origin(self, origin: dict[str, Any]) -> None:
        """Write what makes the training again."""
        write({"origin": origin})

    def on_audition(self, audition: dict[str, Any]) -> None:
        """Write which audition was held."""
        write({"audition": audition})

    def has_heard_enough(self) -> bool:
        """Whether ``finish`` was read: keep what there is, and come to an end."""
        return self._enough.is_set()


def write(values: dict[str, Any]) -> None:
    """Write ``values`` as one line of JSON, at once."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def _follow_standard_input(enough: threading.Event) -> None:
    """End this process when whoever started it is gone, so that no orphan writes on.

    The line ``finish`` asks for an early end that keeps what there is. Only a pipe
    is watched: a terminal or a file ends for other reasons.
    """
    if not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        return

    def watch() -> None:
        while heard := os.read(sys.stdin.fileno(), 4096):
            if FINISH in heard:
                enough.set()
        os._exit(1)

    threading.Thread(target=watch, name="watch-stdin", daemon=True).start()
