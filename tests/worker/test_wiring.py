"""The web, the workers and docker-compose.yml must mean the same names."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from webapp import queue
from worker.celery import app

ROOT = Path(__file__).parents[2]
ROUTES = [route for route in vars(queue).values() if isinstance(route, queue.Route)]


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_task_the_web_sends_is_one_a_worker_knows(route):
    """Tasks go by name, so an unknown one would wait for ever."""
    app.loader.import_default_modules()

    assert route.task in app.tasks


@pytest.mark.parametrize("route", ROUTES, ids=str)
@pytest.mark.parametrize("file", ["docker-compose.yml"])
def test_every_queue_the_web_fills_is_one_a_worker_empties(route, file):
    """A queue that no service names would only ever grow."""
    if not (ROOT / file).exists():
        pytest.skip(f"there is no {file}")
    emptied = re.findall(r"(?:-Q|--queues)[\s\",=]+(\w+)", (ROOT / file).read_text())

    assert route.queue in emptied


def test_the_clock_sweeps_every_minute_by_the_name_and_queue_of_the_sweep():
    """Celery beat sends it; a generation worker does it."""
    clock = app.conf.beat_schedule["sweep"]

    assert ("worker.sweep", 60.0) == (clock["task"], clock["schedule"])
    assert "generation" == clock["options"]["queue"]


def test_a_task_is_acknowledged_on_receipt_and_never_held_back():
    """Late acknowledgement runs a long job twice; prefetching hides one from idle workers."""
    assert (False, True, True) == (
        app.conf.task_acks_late,
        app.conf.worker_disable_prefetch,
        app.conf.task_ignore_result,
    )


@pytest.mark.parametrize(
    "loaded", ["worker.tasks", "worker.composing", "worker.completing", "worker.training"]
)
def test_a_worker_never_loads_tensorflow(loaded):
    """Half a gigabyte and seven seconds: only the process that trains may pay for it."""
    code = (
        f"import sys, worker.celery, {loaded};"
        "print(*{'tensorflow', 'keras', 'jax', 'torch'} & set(sys.modules))"
    )

    heavy = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
    ).stdout

    assert "" == heavy.strip()
