"""What staff can do at /admin/."""

import pytest
from django.urls import reverse

from generator.config import NotesTrainingConfig
from tests.webapp.factories import (
    again,
    make_checkpoint,
    make_corpus,
    make_file,
    make_kept_checkpoint,
    make_notes_checkpoint,
    make_piece,
    make_primer,
    make_training,
    make_upload,
)
from webapp.models import Checkpoint, Piece, Status, Training

pytestmark = pytest.mark.django_db

EPOCH = {
    "epoch": 1,
    "loss": 3.25,
    "accuracy": 0.125,
    "val_loss": 3.5,
    "val_accuracy": 0.0625,
    "seconds": 61.0,
}


def act(client, model, action, *rows):
    """Choose ``rows`` in a list, and do ``action``."""
    address = reverse(f"admin:webapp_{model._meta.model_name}_changelist")
    chosen = [str(row.pk) for row in rows]
    data = {"action": action, "_selected_action": chosen, "post": "yes"}
    return client.post(address, data, follow=True)


@pytest.mark.parametrize("name", ["piece", "training", "upload", "checkpoint", "primer"])
def test_every_list_and_every_row_opens(staff, name):
    """In every state of a job."""
    make = {
        "piece": make_piece,
        "training": make_training,
        "upload": make_upload,
        "checkpoint": make_checkpoint,
        "primer": make_primer,
    }[name]
    is_job = name in ("piece", "training", "upload")
    rows = [make(status) for status in Status] if is_job else [make()]

    assert 200 == staff.get(reverse(f"admin:webapp_{name}_changelist")).status_code
    for row in rows:
        r = staff.get(reverse(f"admin:webapp_{name}_change", args=[row.pk]))
        assert 200 == r.status_code


def test_strangers_are_asked_to_log_in(client):
    """Nothing of it is shown."""
    r = client.get(reverse("admin:webapp_piece_changelist"))

    assert 302 == r.status_code


def test_retraining_queues_a_training_like_the_one_before(staff, settings):
    """The same composer, recipe and network, on the site's corpus."""
    model = make_checkpoint(card={"config": {"epochs": 3}})

    act(staff, Checkpoint, "retrain", model)

    training = Training.objects.get()
    assert (Status.QUEUED, "chopin", "chords", "lstm") == (
        training.status,
        training.composer,
        training.recipe,
        training.network,
    )
    assert (3, [str(settings.CORPUS_ROOT)]) == (training.config["epochs"], training.corpus)


def test_retraining_takes_the_music_that_the_model_learned_from(staff):
    """And not whatever else the site has by then."""
    learned, other = (make_corpus(title, chopin=9) for title in ("Its own", "Another"))
    model = make_checkpoint()
    earlier = make_training(Status.SUCCEEDED, checkpoint=model, corpus=[learned.folder])
    earlier.corpora.set([learned])

    act(staff, Checkpoint, "retrain", model)

    training = Training.objects.exclude(pk=earlier.pk).get()
    assert ([learned], [learned.folder]) == (list(training.corpora.all()), training.corpus)
    assert other.folder not in training.corpus


def test_a_model_that_ships_is_retrained_on_the_music_by_its_composer(staff):
    """Where it came from is not here; a corpus without music by him is left out."""
    his, other = make_corpus("His", chopin=100), make_corpus("Another", mozart=100)

    act(staff, Checkpoint, "retrain", make_checkpoint())

    assert [his.folder] == Training.objects.get().corpus
    assert other.title == "Another"


def test_a_model_that_went_on_from_another_elsewhere_is_retrained_from_nothing(staff):
    """Two gentle epochs were enough for it; from nothing they would teach little."""
    size = {"width": 480, "depth": 2}
    card = {"config": {"epochs": 2}, "start": {"name": "lstm", "hash": "0" * 64}, "shape": size}

    act(staff, Checkpoint, "retrain", make_notes_checkpoint(card=card))

    config = Training.objects.get().config
    assert size == {name: config[name] for name in size}
    assert NotesTrainingConfig().epochs == config["epochs"]


def test_a_model_that_went_on_here_is_retrained_from_the_same_start(staff):
    """As it was made, so it is made again."""
    start, model = make_notes_checkpoint(), make_notes_checkpoint(card={"config": {"epochs": 2}})
    make_training(Status.SUCCEEDED, checkpoint=model, recipe="notes", start=start, corpus=["music"])

    act(staff, Checkpoint, "retrain", model)

    training = Training.objects.get(status=Status.QUEUED)
    assert (start, 2) == (training.start, training.config["epochs"])


def test_a_model_of_the_notes_recipe_is_trained_again_by_its_own_settings(staff):
    """Those that its recipe knows; what another version wrote beside them is left out."""
    card = {"config": {"epochs": 7, "learning_rate": 0.001, "gone": 1}}
    model = make_notes_checkpoint(network="transformer", card=card)

    act(staff, Checkpoint, "retrain", model)

    training = Training.objects.get()
    assert ("notes", "transformer") == (training.recipe, training.network)
    expected = {"epochs": 7, "learning_rate": 0.001, "network": "transformer"}
    assert expected.items() <= training.config.items()
    assert {"gone", "min_count"}.isdisjoint(training.config)


def test_the_epochs_of_a_training_are_shown(staff):
    """One row each, as they arrive."""
    training = make_training(Status.RUNNING, figures=[EPOCH])

    r = staff.get(reverse("admin:webapp_training_change", args=[training.pk]))

    assert "<td>3.25</td><td>0.125</td><td>3.5</td>" in r.content.decode()


def test_one_model_is_chosen_and_not_two(staff):
    """A choice of two is no choice."""
    one, two = make_kept_checkpoint(is_active=True), make_kept_checkpoint()

    act(staff, Checkpoint, "activate", one, two)
    assert again(one).is_active

    act(staff, Checkpoint, "activate", two)
    assert (False, True) == (again(one).is_active, again(two).is_active)


def test_jobs_can_be_cancelled(staff):
    """By the same move as everywhere."""
    waiting, done = make_piece(), make_piece(Status.SUCCEEDED)

    act(staff, Piece, "cancel", waiting, done)

    assert ("cancelled", "succeeded") == (again(waiting).status, again(done).status)


def test_deleting_takes_the_files_away(staff, django_capture_on_commit_callbacks):
    """Also when many are chosen at once."""
    piece = make_piece(Status.SUCCEEDED)
    path = make_file(piece, "piece.wav", b"RIFF")

    with django_capture_on_commit_callbacks(execute=True):
        act(staff, Piece, "delete_selected", piece)

    assert not Piece.objects.exists()
    assert not path.exists()
