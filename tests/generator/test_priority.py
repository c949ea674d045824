"""Processes that give way, and their sessions with them."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator import priority

GROUPS = Path("/proc/self/autogroup")


@pytest.fixture
def sleeper() -> Iterator[int]:
    """A process that leads a session of its own."""
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield process.pid
    process.kill()
    process.wait()


def test_a_process_gives_way(sleeper):
    """By the niceness that was asked for."""
    priority.give_way(sleeper, 7)

    assert 7 == os.getpriority(os.PRIO_PROCESS, sleeper)


@pytest.mark.skipif(not GROUPS.exists(), reason="this system shares its cores out without groups")
def test_its_session_gives_way_with_it(sleeper):
    """Or the niceness of its processes would count for nothing beside other sessions."""
    priority.give_way(sleeper, 7)

    assert Path(f"/proc/{sleeper}/autogroup").read_text().endswith("nice 7\n")


def test_where_there_are_no_groups_nothing_happens():
    """A process that is gone has none, for one."""
    gone = subprocess.Popen(["true"])
    pid = gone.pid
    priority.tell_session(pid)
    gone.wait()
