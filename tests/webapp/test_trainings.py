"""Trainings as staff see them: watched, ended; and nobody else may."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from generator.config import NotesTrainingConfig
from tests.webapp.factories import FIGURES, again, make_training
from webapp import jobs, trainings
from webapp.models import Status, Training

pytestmark = pytest.mark.django_db


def fragment(staff: Client, training: Training) -> str:
    """Return what the page asks for while a training runs, on one line."""
    text = staff.get(training.get_absolute_url() + "?fragment=1").content.decode()
    return re.sub(r"\s+", " ", text)


# Watching it.


def test_the_page_shows_stage_epoch_time_left_speed_and_both_curves(staff):
    """With the best epoch marked, and every number again in a table."""
    training = make_training(
        Status.RUNNING, recipe="notes", config=NotesTrainingConfig(epochs=20).to_dict(),
        stage="fitting", done=30, total=200, speed=1234.5, left_s=150.0, figures=FIGURES,
    )  # fmt: skip

    text = staff.get(training.get_absolute_url()).content.decode()

    for said in ("Learning", "Epoch 4 of 20", "2 minutes left", "1,234 notes a second"):
        assert said in text
    assert 4 == text.count("<polyline")
    assert "at best 3.500, in epoch 2" in text
    assert "3.700" in text
    assert "<live-fragment" in text


def test_the_fragment_ends_the_asking_when_the_training_is_final(staff):
    """The last answer says that it is the last."""
    running, done = make_training(Status.RUNNING), make_training(Status.SUCCEEDED)

    assert "data-final" not in fragment(staff, running)
    assert "data-final" in fragment(staff, done)


def test_an_early_end_is_told_on_the_page(staff):
    """Whether it was asked for or patience was lost."""
    facts = {"recipe": "notes", "config": NotesTrainingConfig(epochs=20).to_dict()}
    asked = make_training(Status.SUCCEEDED, figures=FIGURES, keeps_best=True, **facts)
    patient = make_training(Status.SUCCEEDED, figures=FIGURES, **facts)

    ended, lost = fragment(staff, asked), fragment(staff, patient)
    assert "ended when it was asked to, after 3 of 20 epochs. The best, epoch 2" in ended
    assert "Its patience ended it after 3 of 20 epochs" in lost


def test_a_failed_training_says_why_and_what_to_do(staff):
    """In words; the figures up to there are kept."""
    training = make_training(
        Status.FAILED, error_code="training_diverged", error_values={"epoch": 4}, figures=FIGURES
    )

    text = fragment(staff, training)

    assert "In epoch 4 the loss was no number any more" in text
    assert "Train again with a lower one" in text
    assert "<polyline" in text


def test_auditions_are_played_from_files_that_staff_alone_get(staff, client, settings):
    """With ranges, so that a browser can seek."""
    training = make_training(Status.RUNNING, figures=FIGURES)
    name = f"{training.pk}/1/audition-1.mp3"
    place = settings.MEDIA_ROOT / name
    place.parent.mkdir(parents=True)
    place.write_bytes(b"0123456789")
    training.auditions = [{"epoch": 1, "opening": "K. 545", "seed": 0, "files": {"mp3": name}}]
    training.save()
    url = reverse("training-file", args=[training.pk, "audition-1.mp3"])

    part = staff.get(url, headers={"Range": "bytes=2-4"})

    assert (206, b"234") == (part.status_code, b"".join(part.streaming_content))
    assert url in fragment(staff, training)
    assert 404 == staff.get(url.replace("audition-1", "audition-2")).status_code
    assert 302 == client.get(url).status_code


def test_what_runs_stands_first_in_the_list(staff):
    """Then what waits, then what is done, the newest first."""
    done, waits, runs = (
        make_training(status, composer=name)
        for status, name in (
            (Status.SUCCEEDED, "bach"),
            (Status.QUEUED, "haydn"),
            (Status.RUNNING, "grieg"),
        )
    )

    text = staff.get(reverse("training-list")).content.decode()

    places = [text.index(str(row.pk)) for row in (runs, waits, done)]
    assert sorted(places) == places


def test_an_empty_list_offers_the_one_thing_to_do(staff):
    """To begin the first."""
    assert "Begin the first one" in staff.get(reverse("training-list")).content.decode()


# Ending it.


def test_a_running_training_is_asked_to_keep_its_best(staff):
    """It is not cancelled: its worker brings it to an end that succeeds."""
    training = make_training(Status.RUNNING, figures=FIGURES)

    staff.post(reverse("training-end", args=[training.pk]), {"keep": "1"})

    stored = again(training)
    assert (True, False) == (stored.keeps_best, stored.cancel_requested)
    assert "Comes to an end, and keeps the best epoch" in fragment(staff, training)


def test_one_that_keeps_its_best_can_still_be_cancelled(staff):
    """At once, and without a model."""
    training = make_training(Status.RUNNING, keeps_best=True)

    staff.post(reverse("training-end", args=[training.pk]))

    assert again(training).cancel_requested


def test_one_that_has_not_begun_has_nothing_to_keep(staff):
    """It is cancelled, whatever was asked."""
    training = make_training(Status.QUEUED)

    assert trainings.end(training, keeps_best=True)

    assert Status.CANCELLED == again(training).status


def test_one_that_was_lost_and_waits_again_keeps_what_it_had():
    """Whoever takes it up finds the wish in the row."""
    training = make_training(Status.QUEUED, figures=FIGURES)

    trainings.end(training, keeps_best=True)

    assert (Status.QUEUED, True) == (
        again(training).status,
        jobs.claim(Training, training.pk).keeps_best,
    )


def test_one_that_has_ended_cannot_be_ended(staff):
    """And that is said."""
    training = make_training(Status.SUCCEEDED)

    answer = staff.post(reverse("training-end", args=[training.pk]), follow=True)

    assert "The training had ended already." in answer.content.decode()


# Whom it concerns.


@pytest.mark.parametrize("name", ["training-list", "training-new"])
def test_visitors_are_sent_to_log_in(client, alice, name):
    """And find no way there in the head of a page."""
    assert reverse("admin:login") in client.get(reverse(name))["Location"]
    assert reverse(name) not in client.get(reverse("piece-list")).content.decode()


def test_staff_find_the_way_in_the_head_of_every_page(staff):
    """Beside the pieces and the models."""
    assert reverse("training-list") in staff.get(reverse("piece-list")).content.decode()
