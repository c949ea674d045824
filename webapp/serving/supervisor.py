"""Keeps programs running, and ends them all.

A program that ends by itself is started again, after a second, then two, then
four, up to half a minute; one that ran for a minute counts as well again.
"""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from webapp.serving import guard
from webapp.serving.places import Home, Refused
from webapp.serving.programs import Program

MAX_PAUSE_S = 30.0
WELL_S = 60.0
LIMIT_S = 5.0  # to end by itself when asked to
TRIES = 3  # of a program that has never yet been up long enough for the site to be ready
LINES = 15  # of a log, shown where its program cannot start


class Child:
    """A program, the process that runs it now, and how often it has failed."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.n_failures = 0
        self.started_at = 0.0
        self.due_at = 0.0  # when to start it again

    def has_ended(self) -> bool:
        """Say whether its process is over, and this was not yet taken note of."""
        return self.process is not None and self.process.poll() is not None


class Supervisor:
    """The programs of one site.

    Parameters
    ----------
    home : Home
        Where their logs go.
    base : Path
        The folder they run in.
    environment : Mapping of str to str
        What they find in their environment.
    say : Callable
        Takes a sentence for whoever looks on.
    """

    def __init__(
        self, home: Home, base: Path, environment: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self._home = home
        self._base = base
        self._say = say
        self._mark = uuid.uuid4().hex
        self._environment = {**environment, guard.MARK: self._mark, "PYTHONUNBUFFERED": "1"}
        self._children: list[Child] = []
        self._guard = subprocess.Popen(
            [sys.executable, "-S", guard.__file__, self._mark],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self.is_ready = False

    def start(self, program: Program) -> None:
        """Start ``program``, and keep it running from now on."""
        child = Child(program)
        self._children.append(child)
        self._run(child)

    def look(self) -> None:
        """Start again what has ended and is due.

        Raises
        ------
        Refused
            If a program cannot start at all.
        """
        for child in self._children:
            if child.has_ended():
                self._note_end(child)
            if child.process is None and time.monotonic() >= child.due_at:
                self._run(child)

    def stop(self, is_hurried: Callable[[], bool] = lambda: False) -> None:
        """End every program and whatever it started.

        Parameters
        ----------
        is_hurried : Callable
            Asked meanwhile; once true, nobody is waited for.
        """
        for is_last in (False, True):
            group = [child for child in self._children if child.program.ends_last is is_last]
            self._stop(group, is_hurried)
        guard.end(self._mark)
        self._guard.communicate()

    def _run(self, child: Child) -> None:
        child.process = self._popen(child.program)
        child.started_at = time.monotonic()

    def _popen(self, program: Program) -> subprocess.Popen[bytes]:
        with self._home.log(program.name).open("ab") as log:
            try:
                # In a session of its own it hears no Ctrl-C: the end is ours to order.
                return subprocess.Popen(
                    program.command,
                    cwd=self._base,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=program.descriptors,
                    start_new_session=True,
                )
            except FileNotFoundError:
                raise Refused(
                    f"{program.command[0]} is not installed. 'bin/setup run' installs it."
                ) from None

    def _note_end(self, child: Child) -> None:
        name, code = child.program.name, child.process.returncode if child.process else None
        now = time.monotonic()
        was_well = now - child.started_at > WELL_S
        child.n_failures = 1 if was_well else child.n_failures + 1
        child.process = None
        log = self._home.logs / f"{name}.log"
        if not self.is_ready and child.n_failures >= TRIES:
            raise Refused(f"{name} cannot start. Its log, {log}, ends:\n{self._last_lines(name)}")

        pause_s = min(2.0 ** (child.n_failures - 1), MAX_PAUSE_S)
        child.due_at = now + pause_s
        self._say(f"{name} ended ({code}); it starts again in {pause_s:.0f} s. Its log: {log}")

    def _last_lines(self, name: str) -> str:
        """Return the end of the log of the program ``name``."""
        with (self._home.logs / f"{name}.log").open(errors="replace") as lines:
            return "".join(f"  {line}" for line in deque(lines, LINES)).rstrip()

    def _stop(self, children: list[Child], is_hurried: Callable[[], bool]) -> None:
        running = [(child.process, child.program.stop) for child in children if child.process]
        for process, signal in running:
            process.send_signal(signal)

        until = time.monotonic() + LIMIT_S
        for process, _ in running:
            while process.poll() is None and time.monotonic() < until and not is_hurried():
                time.sleep(guard.PAUSE_S)
            process.kill()
            process.wait()
