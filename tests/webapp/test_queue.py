"""The one door to the workers: what goes through it, and what happens when it is shut."""

import json
import time

import pytest
from redis import RedisError

from tests.webapp.factories import MAKERS, again, make_piece
from webapp import queue
from webapp.models import Piece, Status, Training


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "name", "task"),
    [(Piece, "generation", "worker.compose"), (Training, "training", "worker.train")],
)
def test_each_kind_of_job_has_a_queue_of_its_own(
    broker, django_capture_on_commit_callbacks, model, name, task
):
    """The message names the row, and the row remembers when it was sent."""
    with django_capture_on_commit_callbacks(execute=True):
        row = MAKERS[model]()
        queue.enqueue(row)

        assert 0 == queue.length(name)

    assert 1 == queue.length(name)
    message = json.loads(broker.lindex(name, 0))
    assert (task, str(row.pk)) == (message["headers"]["task"], message["headers"]["id"])
    assert again(row).sent_at is not None


@pytest.mark.django_db
def test_without_a_broker_the_row_waits_and_nobody_else_does(django_capture_on_commit_callbacks):
    """Whoever asked is answered at once; the sweeper sends it later."""
    before = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        piece = make_piece()
        queue.enqueue(piece)

    assert (Status.QUEUED, None) == (again(piece).status, again(piece).sent_at)
    assert time.monotonic() - before < 5


def test_a_broker_that_does_not_answer_cannot_be_counted():
    """Nobody takes silence for an empty queue."""
    with pytest.raises(RedisError):
        queue.length(queue.GENERATION)


@pytest.mark.django_db
def test_the_files_of_an_example_can_be_asked_for(broker, django_capture_on_commit_callbacks):
    """With a task of its own, on a queue where no visitor's piece waits."""
    with django_capture_on_commit_callbacks(execute=True):
        queue.request_files(make_piece(Status.SUCCEEDED, is_example=True))

    message = json.loads(broker.lindex("preparation", 0))
    assert "worker.complete" == message["headers"]["task"]


@pytest.mark.django_db(transaction=True)
def test_an_order_without_a_broker_is_taken_all_the_same(client):
    """202, and it waits."""
    make_piece(Status.SUCCEEDED)  # brings a model and an opening

    r = client.post("/api/pieces", "{}", content_type="application/json")

    assert (202, "queued") == (r.status_code, r.json()["status"])
