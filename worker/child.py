"""A program of ours in a process of its own, which never outlives the work it does.

It ends when its standard input closes, and the system closes that when we
die, however we die. Until it has ended it holds a lock on the folder it writes
to, so that the next attempt waits for it rather than writes beside it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from generator import priority
from worker.errors import LostError

LOCK = "lock"
LOG = "log.txt"

IDLE_S = 1.0  # how long `lines` waits before it says that nothing came
POLITE_S = 10.0  # to end by itself, before it is asked by a signal
STERN_S = 5.0  # to end by a signal that it can catch, before it is killed
ORPHAN_S = 20.0  # for the last attempt's child to see that its worker is dead
NICE = 19  # of 19: a training takes what nobody else wants


class Child:
    """A running program that speaks in JSON lines."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.last: dict[str, Any] = {}

    def lines(self) -> Iterator[dict[str, Any] | None]:
        """Yield every line it says, and None for each second in which it says nothing."""
        assert self.process.stdout is not None  # noqa: S101 - it was opened as a pipe
        pipe, unread = self.process.stdout.fileno(), b""
        while True:
            if not select.select([pipe], [], [], IDLE_S)[0]:
                yield None
                continue
            heard = os.read(pipe, 65536)
            if not heard:
                return
            *whole, unread = (unread + heard).split(b"\n")
            for line in whole:
                self.last = json.loads(line)
                yield self.last

    def say(self, word: str) -> None:
        """Write a line to its standard input; one that has ended does not hear it."""
        assert self.process.stdin is not None  # noqa: S101
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{word}\n".encode())
            self.process.stdin.flush()

    def finish(self) -> int:
        """Wait for the end of a program that has said all it had to say."""
        self._ends_within(POLITE_S)
        return self.end()

    def end(self) -> int:
        """Close its input, wait, and use force if need be; return its exit status."""
        assert self.process.stdin is not None  # noqa: S101
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        if not self._ends_within(POLITE_S):
            self._signal(signal.SIGTERM)
            self._ends_within(STERN_S)
        # Its group may hold processes of its own, which are to end with it.
        self._signal(signal.SIGKILL)
        return self.process.wait()

    def _ends_within(self, limit_s: float) -> bool:
        try:
            self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@contextmanager
def running(
    command: Sequence[str], *, cwd: Path, folder: Path, on_wait: Callable[[], None]
) -> Iterator[Child]:
    """Start ``command``, which alone writes to ``folder`` while it runs, and end it after.

    ``on_wait`` is called while the process of an earlier attempt still holds the
    folder; what it raises ends the waiting.

    Raises
    ------
    LostError
        If that process does not let go of the folder.
    """
    lock = _take(folder, on_wait)
    try:
        child = _start(command, cwd, folder, lock)
    finally:
        # Only the child holds the lock now, however it or we end.
        os.close(lock)
    try:
        yield child
    finally:
        child.end()
        assert child.process.stdout is not None  # noqa: S101
        child.process.stdout.close()


def tail(folder: Path) -> str:
    """Return the end of what the child said on its standard error."""
    return (folder / LOG).read_text(errors="replace")[-4000:]


def _start(command: Sequence[str], cwd: Path, folder: Path, lock: int) -> Child:
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,  # a group of its own, to be ended as one
        )
    priority.give_way(process.pid, NICE)
    os.truncate(lock, 0)
    os.pwrite(lock, f"{socket.gethostname()} {process.pid}".encode(), 0)
    return Child(process)


def _take(folder: Path, on_wait: Callable[[], None]) -> int:
    """Return an open file that locks ``folder`` for as long as any process keeps it open."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(lock, on_wait)
    except BaseException:
        os.close(lock)
        raise
    return lock


def _wait_for(lock: int, on_wait: Callable[[], None]) -> None:
    patient_until = monotonic() + ORPHAN_S
    while monotonic() < patient_until + STERN_S:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if monotonic() > patient_until:
            _kill_holder(lock)
        on_wait()
        sleep(0.1)
    raise LostError("the process of an earlier attempt does not end")


def _kill_holder(lock: int) -> None:
    """Kill the process group that holds ``lock``; while it is held, its number is not reused."""
    host, _, number = os.pread(lock, 1000, 0).decode().partition(" ")
    # Elsewhere, as in another container, the number means another process.
    if host == socket.gethostname() and number.isdecimal():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(int(number), signal.SIGKILL)
