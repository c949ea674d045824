"""Ends what a site started, also where the one who started it was killed.

Every program of a site carries a mark in its environment, and so does whatever
it starts in turn, in whichever session or process group. Run as a script, this
module waits until its standard input closes, as it does when the process that
holds the other end is gone, and then ends all that bear the mark. Only the
standard library is imported: it starts in a moment and is a few megabytes.

Other systems than Linux show no environment of other processes; there nothing
is found, and the direct children are ended by who started them.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

MARK = "IMPROMPTU_SITE"
PAUSE_S = 0.02


def marked(mark: str) -> list[int]:
    """Return the ids of the processes that carry ``mark``, zombies left out."""
    wanted = f"{MARK}={mark}".encode()
    return [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if wanted in _environment(entry) and int(entry.name) != os.getpid()
    ]


def end(mark: str) -> None:
    """Kill every process that carries ``mark``, and those it starts meanwhile."""
    while pids := marked(mark):
        for pid in pids:
            _kill(pid)
        time.sleep(PAUSE_S)


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended, or is someone else's
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.stdin.buffer.read()
    end(sys.argv[1])
