"""A training outlives whoever works at it: power fails, memory runs out, the site is restarted."""

import os
import signal

import numpy as np
import pytest

from generator import checkpoint
from generator.config import TrainingConfig
from tests.worker.factories import make_training
from tests.worker.sites import has_learned, history, is_alive, is_final, trainer, until
from webapp import queue, trainings
from webapp.models import Status, Training

pytestmark = pytest.mark.slow

MANY = 20  # epochs: enough time to kill whoever trains


def like(training):
    """Another training, by the same choices."""
    names = ("corpus", "composer", "recipe", "network", "config")
    return Training.objects.create(**{name: getattr(training, name) for name in names})


def without_time(figures):
    """Figures that must be the same again."""
    timed = ("seconds", "speed")
    return [{name: row[name] for name in row if name not in timed} for row in figures]


def weights(training):
    """The arrays of the model that it made."""
    return checkpoint.load(training.checkpoint.path).weights


def test_a_worker_killed_while_it_trains_costs_at_most_an_epoch(site):
    """Power fails: its process ends with it, and the next goes on from the last whole epoch."""
    training = make_training(site.home, epochs=MANY)
    queue.enqueue(training)
    doomed = site.start_worker(queue.TRAINING)
    site.wait_for(training, has_learned, "has learned for an epoch")
    learned, orphan = training.figures, trainer(training)

    doomed.kill()
    until(lambda: not is_alive(orphan), "the process of the killed worker has ended")
    site.start_worker(f"{queue.TRAINING},{queue.GENERATION}")
    site.sweep_until(training, is_final, "ends")

    assert (Status.SUCCEEDED, 2, 1) == (training.status, training.attempt, training.n_lost)
    assert list(range(1, MANY + 1)) == [row["epoch"] for row in training.figures]
    # The very seconds it took are still those of the first attempt.
    assert learned == training.figures[: len(learned)]
    assert training.figures == history(training.checkpoint.path)
    undisturbed = like(training)
    queue.enqueue(undisturbed)
    site.wait_for(undisturbed, is_final, "ends")
    assert without_time(undisturbed.figures) == without_time(training.figures)
    assert weights(undisturbed).keys() == weights(training).keys()
    for name, array in weights(undisturbed).items():
        np.testing.assert_array_equal(array, weights(training)[name])


def test_a_training_survives_any_number_of_restarts(site):
    """Who ends the site by Ctrl-C has lost nothing: it waits, and no loss is counted."""
    training = make_training(site.home, epochs=MANY)
    queue.enqueue(training)
    worker = site.start_worker(queue.TRAINING)
    site.wait_for(training, has_learned, "has learned for an epoch")
    process = trainer(training)

    worker.process.send_signal(signal.SIGQUIT)
    worker.process.wait(30)

    training.refresh_from_db()
    assert (Status.QUEUED, 0) == (training.status, training.n_lost), site.logs()
    until(lambda: not is_alive(process), "its process has ended")


def test_a_killed_training_process_is_followed_by_another_at_once(site):
    """Memory runs out: its worker sees it end by a signal, and the training goes on."""
    training = make_training(site.home, epochs=MANY)
    queue.enqueue(training)
    site.start_worker(queue.TRAINING, IMPROMPTU_SILENCE_S="600")
    site.wait_for(training, has_learned, "has learned for an epoch")
    learned = training.figures

    os.kill(trainer(training), signal.SIGKILL)
    site.wait_for(training, is_final, "ends")

    assert (Status.SUCCEEDED, 2, 1) == (training.status, training.attempt, training.n_lost)
    assert learned == training.figures[: len(learned)]


def test_what_was_asked_of_a_killed_worker_is_done_by_the_next(site):
    """It was to keep its best: the next attempt reads so, and ends where the first was."""
    training = make_training(site.home, epochs=1000)
    queue.enqueue(training)
    doomed = site.start_worker(queue.TRAINING)
    site.wait_for(training, has_learned, "has learned for an epoch")

    os.kill(trainer(training), signal.SIGSTOP)
    trainings.end(training, keeps_best=True)
    doomed.kill()
    os.kill(trainer(training), signal.SIGKILL)
    site.start_worker(f"{queue.TRAINING},{queue.GENERATION}")
    site.sweep_until(training, is_final, "ends")

    assert (Status.SUCCEEDED, 2) == (training.status, training.attempt), site.logs()
    assert len(training.figures) < 1000
    assert training.checkpoint


def test_auditions_can_be_heard_and_outlive_a_kill(site):
    """Sound and a page after each epoch; the attempt that wins has those of the one before it."""
    config = TrainingConfig(epochs=3, batch_size=64, min_count=1, audition=1).to_dict()
    training = make_training(site.home, config=config)
    queue.enqueue(training)
    site.start_worker(queue.TRAINING, IMPROMPTU_SILENCE_S="600")
    site.wait_for(training, lambda row: row.auditions, "is heard")

    os.kill(trainer(training), signal.SIGKILL)
    site.wait_for(training, is_final, "ends")

    assert Status.SUCCEEDED == training.status, site.logs()
    assert [1, 2, 3] == [one["epoch"] for one in training.auditions]
    folder = site.media / str(training.pk) / str(training.attempt)
    for one in training.auditions:
        assert {"midi", "mp3", "ogg", "svg"} == one["files"].keys()
        assert all((site.media / path).stat().st_size for path in one["files"].values())
    assert all((site.media / path).parent == folder for path in training.file_paths())
    assert 12 == len(list(folder.iterdir()))
    assert {"corpus", "config", "versions", "machine"} == training.provenance.keys()
