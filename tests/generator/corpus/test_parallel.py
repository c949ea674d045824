"""Work in processes that may die, hang or be left alone."""

import multiprocessing
import operator
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.corpus.parallel import each
from generator.errors import CorpusError


def refuse(name):
    """Raise what a reader raises; the processes find it under its name."""
    raise CorpusError("file_missing", file=name)


def run(function, items, *, n_processes=2, limit_s=60.0):
    outcomes = each(function, items, n_processes=n_processes, limit_s=limit_s)
    return sorted(outcomes, key=lambda outcome: outcome.index)


class TestEach:
    def test_gives_every_item_its_value(self):
        """More items than processes: each is done once, and known by its place."""
        assert [1, 2, 3, 4, 5] == [outcome.value for outcome in run(abs, [-1, -2, -3, -4, -5])]

    def test_needs_no_process_for_no_item(self):
        """Nothing to do is done at once."""
        assert [] == run(abs, [], n_processes=0)

    def test_gives_back_an_error_of_the_library_as_it_is(self):
        """Code and values come through, so that they can be stored."""
        (outcome,) = run(refuse, ["a.mid"])

        assert ("file_missing", {"file": "a.mid"}) == (outcome.error.code, outcome.error.values)

    def test_goes_on_after_an_error(self):
        """What cannot be done is told by its kind; the next item is done."""
        first, second = run(operator.neg, ["text", 7], n_processes=1)

        assert str(first.error).startswith("TypeError: bad operand")
        assert -7 == second.value

    def test_goes_on_after_a_death(self):
        """A process that ends in the middle costs one item, and never hangs the rest."""
        outcomes = run(os._exit, [3, 4, 5], n_processes=1)

        assert [3, 4, 5] == [int(str(outcome.error).split()[-1]) for outcome in outcomes]

    def test_names_the_item_over_which_a_process_was_killed(self):
        """Killed as the system kills what takes too much memory."""
        slow = each(time.sleep, [60, 0], n_processes=2, limit_s=60.0)
        second = next(slow)
        for child in multiprocessing.active_children():
            os.kill(child.pid, signal.SIGKILL)
        first = next(slow)

        assert (1, None) == (second.index, second.error)
        assert (0, "the process at work on it ended with code -9") == (
            first.index,
            str(first.error),
        )

    def test_gives_up_on_an_item_that_takes_too_long(self):
        """The limit holds for each item; the others are done."""
        outcomes = run(time.sleep, [60, 0], limit_s=3.0, n_processes=2)

        assert ["it took more than 3 seconds", "None"] == [str(o.error) for o in outcomes]

    def test_leaves_no_process_behind(self):
        """Closed in the middle, as when the caller asked for a stop."""
        outcomes = each(time.sleep, [0, 60, 60], n_processes=2, limit_s=60.0)
        next(outcomes)

        outcomes.close()

        assert [] == multiprocessing.active_children()

    def test_ends_with_its_caller(self):
        """A caller killed outright takes its processes with it, whatever they are doing."""
        program = (
            "import multiprocessing, time\n"
            "from generator.corpus.parallel import each\n"
            "work = each(time.sleep, [0, 600, 600], n_processes=2, limit_s=600)\n"
            "next(work)\n"
            "print([c.pid for c in multiprocessing.active_children()], flush=True)\n"
            "next(work)\n"
        )
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as caller:
            pids = [int(pid) for pid in caller.stdout.readline().strip(b"[]\n").split(b",")]
            caller.kill()

        assert 2 == len(pids)
        deadline = time.monotonic() + 30
        while any(_is_alive(pid) for pid in pids):
            if time.monotonic() > deadline:
                pytest.fail("a process outlived its caller by 30 seconds")
            time.sleep(0.02)


def _is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # ended, and waiting to be taken note of
