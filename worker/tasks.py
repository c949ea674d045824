"""What a worker can be asked to do, and nothing clever in it.

The library is imported inside a task, and so in the child process: what
Celery forks from stays small.
"""

from __future__ import annotations

import logging
import os
from multiprocessing import process

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import Task
from celery.app.task import Context
from celery.signals import (
    task_failure,
    task_retry,
    worker_init,
    worker_process_init,
    worker_ready,
)
from django.db import connections

from generator import priority
from webapp import duels, jobs, queue
from webapp.models import Import, Intake, Job, Piece, Rehearsal, Reproduction, Training, Upload
from worker import sweeping
from worker.celery import app
from worker.lifecycle import carry_out, lose

logger = logging.getLogger(__name__)

# A heart beats on in work that hangs, so that a piece has a limit too: far above
# the longest that can be asked for.
LONGEST_S = 1800

# As it is before Celery's pool forks; see may_have_children().
PYTHONS_OWN = process.current_process()

JOBS: dict[str, type[Job]] = {route.task: model for model, route in queue.ROUTES.items()}


@app.task(name=queue.COMPOSE.task, time_limit=LONGEST_S)
def compose(piece_id: str) -> None:
    """Compose, engrave and sound the piece ``piece_id``."""
    from worker import composing

    carry_out(Piece, piece_id, composing.compose)
    duels.prepare()


@app.task(name=queue.REPRODUCE.task, time_limit=LONGEST_S)
def reproduce(reproduction_id: str) -> None:
    """Compose a piece again, and say whether it is the same."""
    from worker import reproducing

    carry_out(Reproduction, reproduction_id, reproducing.reproduce)


@app.task(name=queue.TRAIN.task)
def train(training_id: str) -> None:
    """Train the model that ``training_id`` asks for."""
    from worker import training

    carry_out(Training, training_id, training.train)


@app.task(name=queue.TAKE_IN.task)
def take_in(intake_id: str) -> None:
    """Bring the music of ``intake_id`` into its corpus, and say what each file is."""
    from worker import intake

    carry_out(Intake, intake_id, intake.take_in)


@app.task(name=queue.REHEARSE.task, time_limit=LONGEST_S)
def rehearse(rehearsal_id: str) -> None:
    """Let a model compose a fixed batch, and lay it beside another's."""
    from worker import rehearsing

    carry_out(Rehearsal, rehearsal_id, rehearsing.rehearse)


@app.task(name=queue.TAKE_MODEL.task, time_limit=LONGEST_S)
def take_model(import_id: str) -> None:
    """Look at a file from elsewhere, and store the model in it if it is whole."""
    from worker import importing

    carry_out(Import, import_id, importing.take_in)


@app.task(name=queue.COMPLETE.task, time_limit=LONGEST_S)
def complete(piece_id: str) -> None:
    """Make the files that the shipped example ``piece_id`` does not bring with it."""
    from worker import completing

    if completing.complete(piece_id):
        sweeping.complete_an_example()


@app.task(name=queue.GAUGE.task, time_limit=LONGEST_S)
def gauge(network: str) -> None:
    """Measure how fast ``network`` learns on this machine, if that is not known."""
    from worker import gauging

    gauging.gauge(network)


@app.task(name=queue.PLAY.task, time_limit=LONGEST_S)
def play(piece_id: str, instrument: str) -> None:
    """Play the finished piece ``piece_id`` on another instrument."""
    from worker import sounding

    sounding.play_on(piece_id, instrument)


@app.task(name=queue.PRINT.task, time_limit=LONGEST_S)
def print_anew(piece_id: str) -> None:
    """Print the finished piece ``piece_id`` under the title that it has now."""
    from worker import printing

    printing.print_anew(piece_id)


@app.task(name=queue.BRING.task, time_limit=LONGEST_S)
def bring(upload_id: str) -> None:
    """Read a visitor's file, and show the opening that is in it."""
    from worker import openings

    carry_out(Upload, upload_id, openings.bring)


@app.task(name=queue.SHOW.task, time_limit=LONGEST_S)
def show(name: str) -> None:
    """Make picture and sound of the opening ``name``."""
    from worker import openings

    if openings.show(name):
        sweeping.show_an_opening()


@app.task(name=queue.SWEEP.task)
def sweep() -> None:
    """Give lost jobs to other workers, and send again what may have got lost on the way."""
    sweeping.sweep()


@task_failure.connect
def take_back_lost(
    sender: Task[..., None], exception: BaseException, args: list[str], **_: object
) -> None:
    """Give on the job of a child process that was killed, as for want of memory.

    No ``except`` runs in a killed process; Celery tells its parent instead.
    """
    if isinstance(exception, WorkerLostError | TimeLimitExceeded) and sender.name in JOBS:
        lose(JOBS[sender.name], args[0])
        # What is forked next must not share a connection with its parent.
        connections.close_all()


@task_retry.connect
def give_back_interrupted(*, sender: Task[..., None], request: Context, **_: object) -> None:
    """Let the job wait that a worker had to leave because it was told to end at once.

    No task of ours retries: Celery says so of what it ends by SIGQUIT.
    """
    if sender.name in JOBS and request.args:
        jobs.release(JOBS[sender.name], request.args[0])


@worker_init.connect
def give_way(**_: object) -> None:
    """Let the whole session give way as this program was told to, by ``nice``."""
    priority.tell_session(os.getpid())


@worker_ready.connect
def sweep_at_start(**_: object) -> None:
    """Look at once for what was lost while no worker ran."""
    queue.send(queue.SWEEP)


@worker_process_init.connect
def may_have_children(**_: object) -> None:
    """Let a pool's process start others: files that come from outside are read in those.

    Celery's pool puts a process of its own kind in the place of Python's, which
    may have no children, as those might outlive it. Ours end with whoever
    started them.
    """
    process._current_process = PYTHONS_OWN  # type: ignore[attr-defined]
