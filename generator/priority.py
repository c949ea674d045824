"""Processes that give way to others, also where each has a session of its own.

Linux shares the cores out among sessions first, and only then among the processes of
one by their niceness (man 7 sched, "The autogroup feature"). So the niceness of a
program in a session of its own counts for nothing until its session is told of it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def give_way(process: int, niceness: int) -> None:
    """Let ``process`` and its session give way by ``niceness``, 0 to 19."""
    os.setpriority(os.PRIO_PROCESS, process, niceness)
    tell_session(process)


def tell_session(process: int) -> None:
    """Let the session of ``process`` give way as the process itself does.

    Where the system knows no such groups, the niceness of the process is enough.
    """
    niceness = os.getpriority(os.PRIO_PROCESS, process)
    with contextlib.suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text(str(niceness))
