"""Do one thing to many items, each in a process that may die without harm.

The standard pool breaks as a whole when one of its processes is killed, and
does not say over which item. Here each process has a pipe of its own, so a
death, or a silence beyond the limit, is the outcome of one item.

A process ends when its caller does, even by a kill: no orphan stays.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
import time
import warnings
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from generator.errors import GeneratorError


class LostError(Exception):
    """An item has no value; the message says why, as part of a sentence."""


class SlowError(LostError):
    """An item took too long."""


class HeavyError(LostError):
    """An item took too much memory, or its process was killed."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one item: a value, or what went wrong."""

    index: int
    value: Any = None
    error: Exception | None = None


def each(
    function: Callable[[Any], Any],
    items: Sequence[Any],
    *,
    n_processes: int,
    limit_s: float,
    memory_bytes: int | None = None,
) -> Generator[Outcome, None, None]:
    """Call ``function`` on every item, and yield each outcome when it is there.

    Parameters
    ----------
    function : callable
        Found by its name in a fresh process, so it stands in a module.
    items : sequence
        The first are begun first.
    n_processes : int > 0
        How many work side by side.
    limit_s : float
        Seconds after which the process of an item is ended.
    memory_bytes : int, optional
        How much memory a process may take beside what it began with.

    Yields
    ------
    outcome : Outcome
        In the order in which they end. Closing the iterator ends all processes.
    """
    waiting = list(reversed(list(enumerate(items))))
    workers: list[_Worker] = []
    try:
        while waiting or any(worker.is_busy for worker in workers):
            _hand_out(waiting, workers, lambda: _Worker(function, memory_bytes), n_processes)
            _listen(workers, limit_s)
            for worker in workers:
                if (outcome := worker.outcome(limit_s)) is not None:
                    yield outcome
            workers = [worker for worker in workers if worker.is_alive]
    finally:
        for worker in workers:
            worker.end()


def _hand_out(
    waiting: list[tuple[int, Any]],
    workers: list[_Worker],
    hire: Callable[[], _Worker],
    n_processes: int,
) -> None:
    while waiting and len(workers) < n_processes:
        workers.append(hire())
    for worker in workers:
        if waiting and not worker.is_busy:
            worker.give(*waiting.pop())


def _listen(workers: list[_Worker], limit_s: float) -> None:
    """Sleep until a pipe has something, or the first limit is reached."""
    busy = [worker for worker in workers if worker.is_busy]
    first = min((worker.began for worker in busy), default=time.monotonic())
    wait([worker.pipe for worker in busy], max(0.0, first + limit_s - time.monotonic()))


class _Worker:
    """A process that does one item at a time."""

    def __init__(self, function: Callable[[Any], Any], memory_bytes: int | None) -> None:
        # Spawned, not forked: a fork of a process that has run TensorFlow hangs.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(theirs, function, memory_bytes), daemon=True
        )
        self.process.start()
        theirs.close()  # so that the pipe ends with the process
        self.index: int | None = None
        self.began = 0.0
        self.is_alive = True

    @property
    def is_busy(self) -> bool:
        return self.index is not None

    def give(self, index: int, item: Any) -> None:
        self.index, self.began = index, time.monotonic()
        try:
            self.pipe.send(item)
        except OSError:
            return  # it died between two items; outcome() will say so

    def outcome(self, limit_s: float) -> Outcome | None:
        """Return what became of the item at hand, or None while nothing did."""
        if self.index is None:
            return None
        index = self.index
        if self.pipe.poll():
            return self._received(index)
        if time.monotonic() - self.began >= limit_s:
            self.end()
            return Outcome(index=index, error=SlowError(f"it took more than {limit_s:g} seconds"))
        return None

    def _received(self, index: int) -> Outcome:
        self.index = None
        try:
            value, error = self.pipe.recv()
        except (EOFError, OSError):
            self.end()
            how = f"the process at work on it ended with code {self.process.exitcode}"
            return Outcome(index=index, error=HeavyError(how))
        return Outcome(index=index, value=value, error=error)

    def end(self) -> None:
        self.index, self.is_alive = None, False
        self.process.terminate()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.pipe.close()


def _serve(pipe: Connection, function: Callable[[Any], Any], memory_bytes: int | None) -> None:
    """Answer items until the pipe ends. Runs in the child."""
    if memory_bytes:
        _limit_memory(memory_bytes)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    warnings.simplefilter("ignore")  # there is nobody here to read them
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        try:
            answer: tuple[Any, Exception | None] = (function(item), None)
        except GeneratorError as error:
            answer = None, error
        except MemoryError:
            answer = None, HeavyError("it takes too much memory")
        except Exception as error:  # whatever it is, it is what became of this item
            answer = None, LostError(f"{type(error).__name__}: {error}")
        pipe.send(answer)


def _limit_memory(n_bytes: int) -> None:
    """Let this process take ``n_bytes`` more; beyond, Python raises MemoryError."""
    pages = int(Path("/proc/self/statm").read_text().split()[5])  # data and stacks
    high = pages * resource.getpagesize() + n_bytes
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    high = high if most == resource.RLIM_INFINITY else min(high, most)
    resource.setrlimit(resource.RLIMIT_DATA, (high, most))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
