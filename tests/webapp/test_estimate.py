"""How long it may still take: by the median of recent runs, or not at all."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tests.webapp.factories import make_piece
from webapp import estimate
from webapp.models import Status

pytestmark = pytest.mark.django_db


def make_run(seconds):
    """Store a piece that took ``seconds``."""
    end = now()
    start = end - timedelta(seconds=seconds)
    return make_piece(Status.SUCCEEDED, started_at=start, finished_at=end)


def test_before_the_first_run_nothing_is_known():
    """A guess out of the air is none."""
    assert estimate.eta_s(make_piece()) is None


def test_a_waiting_piece_waits_for_those_before_it():
    """Each as long as the median run, and then its own."""
    for seconds in (2, 3, 100):
        make_run(seconds)
    make_piece(Status.RUNNING)
    make_piece()

    assert 9 == pytest.approx(estimate.eta_s(make_piece()))


def test_a_running_piece_needs_what_is_left():
    """And never less than nothing."""
    make_run(10)
    early = make_piece(Status.RUNNING, started_at=now() - timedelta(seconds=4))
    late = make_piece(Status.RUNNING, started_at=now() - timedelta(seconds=40))

    assert 6 == pytest.approx(estimate.eta_s(early), abs=0.5)
    assert 0 == estimate.eta_s(late)


def test_a_finished_piece_has_nothing_left(django_assert_num_queries):
    """And nothing is asked to know it."""
    piece = make_run(3)

    with django_assert_num_queries(0):
        assert estimate.eta_s(piece) is None


def test_examples_do_not_count():
    """They were never run here."""
    make_piece(Status.SUCCEEDED, is_example=True)

    assert estimate.eta_s(make_piece()) is None
