"""How long a training will take: by what was measured here, or else elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from generator.config import NotesTrainingConfig, TrainingConfig
from generator.models.shape import SHAPES
from tests.webapp.factories import FIGURES, make_training
from tests.webapp.orders import training_order
from webapp import pace
from webapp.models import Status, Training

pytestmark = pytest.mark.django_db


@pytest.fixture
def gauged(settings: Any, tmp_path: Any) -> None:
    """A machine that was found to teach the LSTM 5,000 notes a second."""
    settings.CACHE_ROOT = tmp_path
    pace.gauge_file().parent.mkdir()
    pace.gauge_file().write_text('{"lstm": 5000.0}')


def test_before_anything_was_trained_the_estimate_owns_to_be_from_elsewhere(staff, corpus, broker):
    """A figure from another machine is said to be one, and a worker is asked for one of ours."""
    answer = staff.post(
        reverse("training-new") + "?fragment=1", training_order(corpus, estimate="1")
    )

    text = answer.content.decode()
    assert "About" in text
    assert "as measured on another machine" in text
    assert "2 pieces with 30,000 notes" in text
    assert not Training.objects.exists()
    message = json.loads(broker.lindex("preparation", 0))
    assert "worker.gauge" == message["headers"]["task"]

    staff.post(reverse("training-new") + "?fragment=1", training_order(corpus, estimate="1"))
    assert 1 == broker.llen("preparation")


def test_the_estimate_is_what_was_measured_here_by_then(staff, corpus, gauged):
    """A smaller network and the published recipe are reckoned from it."""
    text = staff.post(
        reverse("training-new") + "?fragment=1", training_order(corpus, estimate="1")
    ).text

    assert "5,000 notes a second" in text
    assert "as measured on this machine" in text
    assert pace.Pace(5000.0, "gauged") == pace.known("notes", "lstm", pace.USUAL["lstm"])
    assert pace.known("notes", "lstm", (64, 1)).speed > 5000
    published = pace.known("chords", "lstm", pace.USUAL["lstm"])
    there = pace.ELSEWHERE
    expected = 5000 * there["chords", "lstm"] / there["notes", "lstm"]
    assert expected == pytest.approx(published.speed)


@pytest.mark.parametrize("kept", ["", "[]", "{", "null"])
def test_a_damaged_measurement_is_none(settings, tmp_path, kept):
    """It is measured again."""
    settings.CACHE_ROOT = tmp_path
    pace.gauge_file().parent.mkdir()
    pace.gauge_file().write_text(kept)

    assert {} == pace.gauged()


def test_the_estimate_is_what_the_last_trainings_measured(corpus):
    """The first epoch, in which the network is compiled, does not count."""
    config = NotesTrainingConfig(epochs=10, focus=0.5)
    make_training(
        Status.CANCELLED, recipe="notes", config=NotesTrainingConfig().to_dict(), figures=FIGURES
    )

    told = pace.estimate(
        corpora=[corpus], composer="chopin", recipe="notes", network="lstm", config=config
    )

    assert pace.Pace(505.0, "here") == told.pace
    work = 10 * (30_000 + 0.5 * 20_000) * (1 - config.held_out_share)
    assert work / 505 * pace.BESIDE + pace.BEGINNING_S == pytest.approx(told.seconds)


def test_a_network_of_another_size_is_scaled(corpus):
    """A smaller one is faster than the one that was measured, and it is said to be reckoned."""
    make_training(
        Status.SUCCEEDED, recipe="notes", config=NotesTrainingConfig().to_dict(), figures=FIGURES
    )

    small = pace.known("notes", "lstm", (64, 1))

    assert "scaled" == small.source
    assert small.speed > 505


def test_only_the_composers_tokens_count_in_the_published_recipe(corpus):
    """Four fifths of the windows are learned; the other composers are not read."""
    config = TrainingConfig(epochs=2)

    told = pace.estimate(
        corpora=[corpus], composer="mozart", recipe="chords", network="lstm", config=config
    )

    assert (1, 10_000) == (told.n_pieces, told.n_notes)
    windows = 2 * 10_000 * pace.TOKENS_A_NOTE * 0.8
    assert windows / told.pace.speed * pace.BESIDE + pace.BEGINNING_S == told.seconds


def test_the_usual_sizes_are_the_librarys():
    """The web may not ask the library, and says the same."""
    assert {name: (s.width, s.depth) for name, s in SHAPES.items()} == pace.USUAL
