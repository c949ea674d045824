"""Trainings by the API: begun, looked at, ended; for staff alone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from generator.config import NotesTrainingConfig, TrainingConfig
from tests.webapp.factories import again, make_training
from webapp import openapi, training_form, training_orders
from webapp.models import Status, Training

pytestmark = pytest.mark.django_db

JSON = "application/json"


def test_the_api_begins_a_training(staff, corpus):
    """Answered with 202 and the training, whose keys are those described."""
    asked = {"corpora": [str(corpus.pk)], "composer": "chopin", "epochs": 3, "audition": 1}

    answer = staff.post("/api/trainings", asked, JSON)

    told = answer.json()
    assert (202, f"/api/trainings/{told['id']}") == (answer.status_code, answer["Location"])
    assert ("queued", 3, "notes") == (told["status"], told["epochs"], told["recipe"])
    described = openapi.document()["components"]["schemas"]["Training"]["properties"]
    assert described.keys() == told.keys()
    assert told["id"] == staff.get(answer["Location"]).json()["id"]


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"epochs": 0}, "epochs", "must be from 1 to 1,000"),
        ({"epochs": 1.5}, "epochs", "must be a whole number"),
        ({"learning_rate": "fast"}, "learning_rate", "must be a number"),
        ({"recipe": "waltz"}, "recipe", "must be one of chords, notes"),
        ({"composer": "bach"}, "composer", "must be one of chopin, mozart"),
        ({"composer": None}, "composer", "must be text"),
        ({"corpora": []}, "corpora", "a list of 1 to 50"),
        ({"corpora": ["x"]}, "corpora", "There is no corpora called x"),
        ({"start": "x"}, "start", "There is no start called x"),
        ({"tempo": 3}, "tempo", "tempo is not known"),
        ({"recipe": "chords", "focus": 0.5}, "focus", "focus is not known"),
        ({"recipe": "chords", "network": "transformer"}, "network", "must be one of lstm"),
        ({"width": 40}, "width", "must be one of 32, 64, 96"),
    ],
)
def test_the_api_refuses_with_the_bound(staff, corpus, wrong, field, says):
    """422, the field, and a sentence."""
    asked = {"corpora": [str(corpus.pk)], "composer": "chopin"} | wrong

    answer = staff.post("/api/trainings", asked, JSON)

    assert 422 == answer.status_code
    (fault,) = [one for one in answer.json()["errors"] if one["field"] == field]
    assert says in fault["message"]
    assert not Training.objects.exists()


def test_the_api_is_for_staff(stranger, alice, corpus):
    """403 for all three calls."""
    training = make_training(Status.RUNNING)
    address = f"/api/trainings/{training.pk}"

    for answer in (
        stranger.post("/api/trainings", {}, JSON),
        stranger.get(address),
        stranger.post(f"{address}/cancel", {}, JSON),
        alice.get(address),
    ):
        assert 403 == answer.status_code
        assert "Only staff may do this." in answer.json()["errors"][0]["message"]


def test_the_api_cancels_or_keeps_the_best(staff):
    """By one word in the body; none cancels."""
    one, other = make_training(Status.RUNNING), make_training(Status.RUNNING)

    staff.post(f"/api/trainings/{one.pk}/cancel", {"keep_best": True}, JSON)
    staff.post(f"/api/trainings/{other.pk}/cancel", content_type=JSON)

    assert (True, False) == (again(one).keeps_best, again(one).cancel_requested)
    assert (False, True) == (again(other).keeps_best, again(other).cancel_requested)
    wrong = staff.post(f"/api/trainings/{one.pk}/cancel", {"keep_best": "yes"}, JSON)
    assert 422 == wrong.status_code
    assert 404 == staff.get(f"/api/trainings/{uuid.uuid4()}").status_code


@pytest.mark.parametrize("name", training_orders.NUMBERS)
def test_the_limits_are_the_librarys(name):
    """In the description of the API, and in the form where the form has it."""
    described = openapi.document()["components"]["schemas"]["TrainingOrder"]["properties"][name]
    limits = (NotesTrainingConfig.LIMITS | TrainingConfig.LIMITS)[name]

    assert limits == (described["minimum"], described["maximum"])
    field: Any = training_form.TrainingForm.base_fields.get(name)
    assert field is None or limits == (field.min_value, field.max_value)
