"""The form that begins a training: what it stores, and what it says instead."""

from __future__ import annotations

import pytest
from django.urls import reverse

from generator.config import NotesTrainingConfig, TrainingConfig
from generator.errors import ChoiceError
from tests.webapp.factories import make_corpus, make_notes_checkpoint
from tests.webapp.orders import training_order
from webapp import trainings
from webapp.models import Intake, Training

pytestmark = pytest.mark.django_db


def test_a_training_is_begun_from_the_page(staff, corpus):
    """What was chosen stands in the row, and what was not is the library's default."""
    chosen = training_order(corpus, epochs="7", patience="3", width="64")

    answer = staff.post(reverse("training-new"), chosen)

    training = Training.objects.get()
    assert (302, training.get_absolute_url()) == (answer.status_code, answer["Location"])
    expected = NotesTrainingConfig(epochs=7, patience=3, width=64).to_dict()
    assert expected == training.config
    assert ([corpus], [corpus.folder]) == (list(training.corpora.all()), training.corpus)
    assert ("chopin", "notes", "staff") == (
        training.composer,
        training.recipe,
        training.owner.username,
    )


def test_no_training_begins_while_music_comes_in(staff, corpus):
    """It would learn from half of it: the page says so, and nothing is stored."""
    Intake.objects.create(corpus=corpus)

    page = staff.post(reverse("training-new"), training_order(corpus))

    assert 422 == page.status_code
    assert f"{corpus.title} is being read." in page.text
    assert not Training.objects.exists()


def test_what_the_recipe_does_not_know_is_passed_over(staff, corpus):
    """Without a script all fields are on the page."""
    chosen = training_order(
        corpus, recipe="chords", network="transformer", focus="9", min_count="5"
    )

    staff.post(reverse("training-new"), chosen)

    training = Training.objects.get()
    assert TrainingConfig(min_count=5).to_dict() == training.config
    assert "lstm" == training.network


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("epochs", "0", "A number from 1 to 1,000, please."),
        ("learning_rate", "2", "A number from 1e-06 to 1, please."),
        ("width", "33", "width is 33, and must be one of 32, 64, 96, …, 768."),
        ("composer", "mozart", "There is no music by Mozart in what is chosen."),
        ("corpora", [], "Choose at least one corpus."),
    ],
)
def test_the_page_says_what_cannot_be_and_names_the_bound(staff, field, value, says):
    """The form comes back with 422, and nothing is begun."""
    corpus = make_corpus(chopin=9)
    make_corpus("Other", mozart=9)

    answer = staff.post(reverse("training-new"), training_order(corpus) | {field: value})

    assert 422 == answer.status_code
    assert says in answer.content.decode()
    assert not Training.objects.exists()


def test_a_model_of_another_network_is_no_start(staff, corpus):
    """Neither from the page nor from the service."""
    start = make_notes_checkpoint(network="transformer", name="wide")

    answer = staff.post(reverse("training-new"), training_order(corpus, start=start.pk))

    assert "A training cannot go on from wide: its network is transformer." in (
        answer.content.decode()
    )
    with pytest.raises(ChoiceError):
        trainings.start(composer="chopin", corpora=[corpus], recipe="notes", start=start)


def test_a_training_goes_on_from_a_model(staff, corpus):
    """The row names whose weights it begins from."""
    start = make_notes_checkpoint()

    staff.post(reverse("training-new"), training_order(corpus, start=start.pk))

    assert start == Training.objects.get().start


def test_without_music_the_page_says_what_a_corpus_is(staff):
    """And there is no form to press in vain."""
    text = staff.get(reverse("training-new")).content.decode()

    assert "There is no music to learn from yet." in text
    assert "<fieldset" not in text
