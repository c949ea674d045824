"""Which model visitors get: given by a person, taken back by one click, held by rows alone."""

from __future__ import annotations

import json
import shutil

import pytest

from generator.errors import CheckpointError
from tests.webapp.factories import (
    again,
    make_checkpoint,
    make_kept_checkpoint,
    make_piece,
    make_primer,
    make_training,
)
from webapp import checkpoints, duels, rehearsals, services
from webapp.messages import Refused
from webapp.models import Activation, Checkpoint, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def models():
    """Three models, the first of them what visitors get."""
    first = make_kept_checkpoint(is_active=True, title="First")
    return first, *(
        make_kept_checkpoint(title=title, is_offered=False, origin="trained")
        for title in ("Second", "Third")
    )


def active() -> str:
    return Checkpoint.objects.get(is_active=True).title


def test_what_is_given_is_what_the_next_piece_gets(models):
    """The piece before keeps its own; no process is told anything."""
    make_primer()
    before = services.compose()
    checkpoints.give(models[1])
    after = services.compose()

    assert ("First", "Second") == (again(before).checkpoint.title, again(after).checkpoint.title)
    assert again(models[1]).is_offered


def test_rolling_back_leads_step_by_step_to_where_one_came_from(models):
    """Twice back is two steps, and not to and fro."""
    for model in models[1:]:
        checkpoints.give(again(model))

    assert ["Second", "First"] == [checkpoints.roll_back().title for _ in range(2)]
    assert "First" == active()
    with pytest.raises(Refused, match="no earlier model"):
        checkpoints.roll_back()


def test_after_a_way_back_one_may_go_on_and_back_again(models):
    """The way is that of what was given, without what was taken back."""
    _, second, third = models
    checkpoints.give(second)
    checkpoints.roll_back()
    checkpoints.give(again(third))
    checkpoints.give(again(second))

    assert ["Third", "First"] == [checkpoints.roll_back().title for _ in range(2)]


def test_a_step_whose_model_is_gone_is_passed_over(models):
    """Its folder was lost, or holds another by now."""
    for model in models[1:]:
        checkpoints.give(again(model))
    shutil.rmtree(models[1].path)

    assert "First" == checkpoints.roll_back().title


def test_a_model_whose_folder_is_gone_is_not_given(models):
    """Visitors keep what they have."""
    shutil.rmtree(models[1].path)

    with pytest.raises(CheckpointError, match="no checkpoint"):
        checkpoints.give(models[1])
    assert "First" == active()


def test_every_change_is_kept_with_who_made_it(models, admin_user):
    """And whether it was a way back."""
    checkpoints.give(models[1], by=admin_user)
    checkpoints.roll_back(by=admin_user)

    told = [(one.checkpoint.title, one.is_return) for one in Activation.objects.all()]
    assert [("First", True), ("Second", False)] == told
    assert {admin_user} == {one.by for one in Activation.objects.all()}


def test_what_is_active_already_is_no_step(models):
    """A second click changes nothing."""
    checkpoints.give(models[1])
    checkpoints.give(again(models[1]))

    assert 1 == Activation.objects.count()


def test_a_finished_training_is_offered_to_nobody(models):
    """It is registered again without being offered by it, and the day it is offered it stays so."""
    Checkpoint.objects.filter(pk=models[1].pk).delete()
    made = checkpoints.register(models[1].path, origin=Checkpoint.Origin.TRAINED)
    assert ("trained", False) == (made.origin, made.is_offered)

    checkpoints.offer(made)
    assert checkpoints.register(made.path, origin=Checkpoint.Origin.TRAINED).is_offered


def test_a_model_made_here_is_offered_to_nobody_at_first(tmp_path):
    """Until staff say so; taken in again it stays as they left it."""
    facts = ("hash", "name", "title", "recipe", "network", "composer")
    (tmp_path / "card.json").write_text(json.dumps(dict.fromkeys(facts, "x")))
    made = checkpoints.register(tmp_path, origin=Checkpoint.Origin.TRAINED)
    assert (False, "trained") == (made.is_offered, made.origin)

    checkpoints.activate(made)

    assert checkpoints.register(tmp_path).is_offered
    assert "trained" == again(made).origin


class TestDeleting:
    """A model goes when nothing needs it, and its folder with it."""

    def test_one_that_nothing_needs_goes_with_its_folder(
        self, models, django_capture_on_commit_callbacks
    ):
        """And what was heard of it."""
        with django_capture_on_commit_callbacks(execute=True):
            checkpoints.delete(models[2])

        assert not Checkpoint.objects.filter(pk=models[2].pk).exists()
        assert not models[2].path.exists()

    def test_a_folder_elsewhere_is_left_alone(self, tmp_path, django_capture_on_commit_callbacks):
        """A row never leads to the removal of what does not lie among the models."""
        elsewhere = make_checkpoint(origin="imported", folder=str(tmp_path / "kept"))
        elsewhere.path.mkdir()
        with django_capture_on_commit_callbacks(execute=True):
            checkpoints.delete(elsewhere)

        assert elsewhere.path.exists()

    @pytest.mark.parametrize(
        ("need", "code"),
        [
            (lambda one, _: checkpoints.give(one), "checkpoint_is_active"),
            (lambda one, _: make_piece(checkpoint=one), "checkpoint_has_pieces"),
            (lambda one, _: make_training(start=one), "checkpoint_is_taught"),
            (lambda one, _: rehearsals.start(one), "checkpoint_rehearses"),
            (lambda one, other: rehearsals.start(other, one), "checkpoint_rehearses"),
            (duels.start, "checkpoint_in_duels"),
        ],
    )
    def test_what_needs_it_is_said(self, models, need, code):
        """The active one, a piece, a training, a rehearsal, a duel."""
        make_primer()
        need(models[2], models[1])
        model = again(models[2])

        with pytest.raises(Refused) as caught:
            checkpoints.delete(model)
        assert code == caught.value.code
        assert Checkpoint.objects.filter(pk=model.pk).exists()

    def test_what_ships_stays(self, models):
        """It would be back with the next start."""
        make_kept_checkpoint(is_active=False)
        with pytest.raises(Refused, match="comes with Impromptu"):
            checkpoints.delete(Checkpoint.objects.filter(origin="shipped", is_active=False)[0])

    def test_a_training_that_is_over_needs_nothing(self, models):
        """Its weights have been learned from."""
        make_training(Status.SUCCEEDED, start=models[2])

        assert checkpoints.what_needs(models[2]) is None


class TestCalls:
    """POST /api/checkpoints/<id>/activate and /api/checkpoints/roll-back."""

    def test_staff_give_a_model_and_go_back(self, staff, models):
        """Each answers with the model that visitors get now."""
        given = staff.post(f"/api/checkpoints/{models[1].pk}/activate", headers=ORIGIN)
        back = staff.post("/api/checkpoints/roll-back", headers=ORIGIN)

        assert (200, "Second", True) == (
            given.status_code,
            given.json()["title"],
            given.json()["is_active"],
        )
        assert (200, "First") == (back.status_code, back.json()["title"])
        assert 422 == staff.post("/api/checkpoints/roll-back", headers=ORIGIN).status_code

    def test_nobody_else_does(self, client, alice, models):
        """403, with a sentence, and nothing is changed."""
        for visitor in (client, alice):
            for address in (f"{models[1].pk}/activate", "roll-back", f"{models[1].pk}/rehearse"):
                answer = visitor.post(f"/api/checkpoints/{address}", headers=ORIGIN)
                assert 403 == answer.status_code
                assert "staff" in answer.json()["errors"][0]["message"]
        assert "First" == active()

    def test_a_model_that_is_gone_is_said_to_be(self, staff, models):
        """409: the row is there, and its folder is not."""
        shutil.rmtree(models[1].path)

        answer = staff.post(f"/api/checkpoints/{models[1].pk}/activate", headers=ORIGIN)

        assert 409 == answer.status_code
        assert "First" == active()

    def test_an_unknown_model_is_none(self, staff, models):
        """404."""
        answer = staff.post(f"/api/checkpoints/{'0' * 64}/activate", headers=ORIGIN)

        assert 404 == answer.status_code

    def test_a_rehearsal_is_asked_for_and_shown(self, staff, models):
        """202 with its id; a second asking while it waits is the same."""
        address = f"/api/checkpoints/{models[1].pk}/rehearse"
        first, second = (staff.post(address, headers=ORIGIN) for _ in range(2))

        assert 202 == first.status_code
        assert first.json()["id"] == second.json()["id"]
        shown = staff.get(f"/api/rehearsals/{first.json()['id']}").json()
        assert ("queued", models[0].pk) == (shown["status"], shown["against"])


ORIGIN = {"Origin": "http://testserver"}
