"""A training, in a process of its own, by real workers."""

import pytest

from tests.worker.factories import make_notes_checkpoint, make_training
from tests.worker.sites import has_learned, history, is_alive, is_final, trainer, until
from webapp import jobs, queue, trainings
from webapp.models import Corpus, Status, Training
from worker.training import _command

pytestmark = pytest.mark.slow

OPTIONS = (
    *("--corpus", "--composer", "--recipe", "--model", "--epochs", "--batch-size"),
    *("--min-count", "--resume", "--to"),
)

CREDITS = ("attribution", "licence", "start")


def test_a_training_makes_a_checkpoint_and_tells_its_epochs(site):
    """Figures in the row while it runs; at the end a model that can be chosen."""
    training = make_training(site.home, epochs=2)
    queue.enqueue(training)
    site.start_worker(queue.TRAINING)

    site.wait_for(training, is_final, "ends")

    assert (Status.SUCCEEDED, 1) == (training.status, training.attempt), site.logs()
    assert [1, 2] == [row["epoch"] for row in training.figures]
    made = training.checkpoint
    assert site.home / "checkpoints" / made.hash == made.path
    assert ("nobody", "chords", "lstm") == (made.composer, made.recipe, made.network)
    assert training.figures == history(made.path)
    until(lambda: not training.folder.exists(), "what it went on from is gone")


def test_a_running_training_can_be_cancelled(site):
    """The worker asks once a second, and its process ends in the middle of an epoch."""
    training = make_training(site.home, epochs=1000)
    queue.enqueue(training)
    site.start_worker(queue.TRAINING)
    site.wait_for(training, has_learned, "has learned for an epoch")
    process = trainer(training)

    jobs.cancel(Training, training.pk)
    site.wait_for(training, is_final, "ends")

    assert Status.CANCELLED == training.status
    assert not is_alive(process)
    assert [] == list((site.home / "checkpoints").iterdir())


def test_a_running_training_can_be_asked_to_keep_its_best(site):
    """It ends in the middle of an epoch and succeeds, with a model that nobody is offered yet."""
    training = make_training(site.home, epochs=1000)
    queue.enqueue(training)
    site.start_worker(queue.TRAINING)
    site.wait_for(training, has_learned, "has learned for an epoch")

    assert trainings.end(training, keeps_best=True)
    site.wait_for(training, is_final, "ends")

    assert (Status.SUCCEEDED, True) == (training.status, training.keeps_best), site.logs()
    n_epochs = len(training.figures)
    assert n_epochs < 1000
    made = training.checkpoint
    assert (False, "trained") == (made.is_offered, made.origin)
    assert n_epochs == made.card["figures"]["epochs"]
    assert training.best["epoch"] == made.card["figures"]["epoch"]


def test_a_corpus_without_the_composer_fails_with_its_sentence(site):
    """The library's error crosses two processes as a code with values."""
    training = make_training(site.home, composer="chopin")
    queue.enqueue(training)
    site.start_worker(queue.TRAINING)

    site.wait_for(training, is_final, "ends")

    assert (Status.FAILED, "corpus_empty") == (training.status, training.error_code), site.logs()
    assert "chopin" == training.error_values["composer"]


def test_whom_the_music_is_owed_to_reaches_the_command(site):
    """Once each; and the model that it goes on from, by its folder."""
    start = make_notes_checkpoint(site.home / "checkpoints" / "start")
    row = make_training(site.home, start=start)
    for title, whom, licence in (("A", "Ann.", "CC0"), ("B", "Bob", "CC BY 4.0"), ("C", "", "")):
        facts = {"title": title, "attribution": whom, "licence": licence}
        row.corpora.add(Corpus.objects.create(folder="/there", **facts))

    command = _command(row, "/there")

    said = {option: command[command.index(f"--{option}") + 1] for option in CREDITS}
    assert said == {
        "attribution": "Learned from Ann, CC0, and Bob, CC BY 4.0.",
        "licence": "CC0; CC BY 4.0",
        "start": str(start.path),
    }


def test_what_the_form_chose_reaches_the_command(site):
    """Numbers from the row are the command's own options."""
    row = make_training(site.home, epochs=7)

    command = _command(row, "/there")

    chosen = {option: command[command.index(option) + 1] for option in OPTIONS}
    assert chosen == {
        "--corpus": str(site.home / "corpus"),
        "--composer": "nobody",
        "--recipe": "chords",
        "--model": "lstm",
        "--epochs": "7",
        "--batch-size": "64",
        "--min-count": "1",
        "--resume": str(row.folder),
        "--to": "/there",
    }
