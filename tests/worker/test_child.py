"""worker.child: a process that never outlives its work, and never writes beside another."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worker.sites import ROOT, is_alive, until
from worker import child
from worker.errors import LostError

# Says who it is, then ends when its input does, as `python -m generator train --json`.
OBEDIENT = "import os, sys; print('{\"pid\": %d}' % os.getpid(), flush=True); sys.stdin.read()"
# Says who it is, and never ends by itself.
DEAF = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('{\"pid\": %d}' % os.getpid(), flush=True); time.sleep(600)"
)


def running(code, folder: Path, on_wait=lambda: None):
    return child.running(
        [sys.executable, "-c", code], cwd=folder.parent, folder=folder, on_wait=on_wait
    )


def first_line(process):
    return next(line for line in process.lines() if line)


def test_it_yields_what_the_program_says_and_none_in_silence(tmp_path, monkeypatch):
    """Silence is heard too, so that a cancel is not missed in a long epoch."""
    monkeypatch.setattr(child, "IDLE_S", 0.2)
    code = "import time; print('{\"a\": 1}', flush=True); time.sleep(0.5); print('{\"b\": 2}')"

    with running(code, tmp_path / "f") as process:
        lines = list(process.lines())
        status = process.finish()

    assert [{"a": 1}, {"b": 2}] == [line for line in lines if line]
    assert None in lines
    assert 0 == status


@pytest.mark.parametrize("code", [OBEDIENT, DEAF])
def test_it_is_gone_when_the_block_ends(code, tmp_path, monkeypatch):
    """By itself when its input closes, or else by force."""
    monkeypatch.setattr(child, "POLITE_S", 0.5)
    monkeypatch.setattr(child, "STERN_S", 0.5)

    with running(code, tmp_path / "f") as process:
        pid = first_line(process)["pid"]

    assert not is_alive(pid)


def test_it_ends_when_its_worker_is_killed(tmp_path):
    """Nobody closes the pipe of a killed worker but the system itself."""
    folder = tmp_path / "f"
    code = (
        "import sys; from pathlib import Path; from worker import child\n"
        f"command = [sys.executable, '-c', {OBEDIENT!r}]\n"
        f"with child.running(command, cwd=Path('/'), folder=Path({str(folder)!r}),"
        " on_wait=lambda: None) as process:\n"
        "    for line in process.lines():\n"
        "        print((line or {}).get('pid', ''), flush=True)\n"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    pid = int(worker.stdout.readline())

    worker.kill()

    until(lambda: not is_alive(pid), "the child of the killed worker has ended")
    worker.communicate(timeout=10)


def test_the_next_waits_until_the_last_has_let_go(tmp_path):
    """Two processes that write the same state would spoil it."""
    waits = []
    with running(OBEDIENT, tmp_path / "f") as last:
        pid = first_line(last)["pid"]

        def on_wait():
            waits.append(is_alive(pid))
            last.process.stdin.close()

        with running(OBEDIENT, tmp_path / "f", on_wait) as process:
            assert pid != first_line(process)["pid"]
            assert not is_alive(pid)

    assert waits[0]


def test_an_orphan_that_does_not_end_is_killed(tmp_path, monkeypatch):
    """Its worker is dead, and its number is on the lock."""
    monkeypatch.setattr(child, "ORPHAN_S", 0.5)
    monkeypatch.setattr(child, "POLITE_S", 0.1)
    with running(DEAF, tmp_path / "f") as orphan:
        pid = first_line(orphan)["pid"]
        with running(OBEDIENT, tmp_path / "f") as process:
            first_line(process)
            until(lambda: not is_alive(pid), "the orphan is dead")


def test_a_lock_that_a_stranger_holds_is_waited_for_and_then_given_up(tmp_path, monkeypatch):
    """What runs on another machine cannot be killed from here."""
    monkeypatch.setattr(child, "ORPHAN_S", 0.2)
    monkeypatch.setattr(child, "STERN_S", 0.2)
    monkeypatch.setattr(child, "POLITE_S", 0.1)
    with running(DEAF, tmp_path / "f") as orphan:
        pid = first_line(orphan)["pid"]
        (tmp_path / "f" / child.LOCK).write_text(f"elsewhere {pid}")

        with pytest.raises(LostError), running(OBEDIENT, tmp_path / "f"):
            pytest.fail("started beside another")

        assert is_alive(pid)
        os.killpg(pid, signal.SIGKILL)
