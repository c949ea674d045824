"""A piece that is being made, on a page that nobody reloads."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.webapp.factories import make_file, make_piece
from webapp import jobs
from webapp.models import Piece, Status

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297"><path d="M9 9h99"/></svg>'


@pytest.fixture
def piece(shelf) -> Piece:
    """Store a piece that a worker is composing."""
    return make_piece(Status.RUNNING, stage="composing", done=10, total=100)


def engraved(piece: Piece) -> None:
    """Do what a worker does when the score is there."""
    make_file(piece, "score-1.svg", SVG, "svg")
    jobs.beat(piece, stage="sounding", done=0, total=1)


def sounded(piece: Piece) -> None:
    """Do what a worker does when the sound is there."""
    make_file(piece, "piece.mp3", b"", "mp3")


def test_score_and_sound_appear_as_they_are_made(visit, piece):
    """First the count, then the pages, then the player, and the progress is gone at the end."""
    page = visit(piece.get_absolute_url())
    expect(page.get_by_text("10 of 100 notes.")).to_be_visible()

    engraved(piece)
    expect(page.get_by_alt_text("Score of Sonata in C, page 1 of 1")).to_be_visible()
    expect(page.locator("audio")).to_have_count(0)

    sounded(piece)
    expect(page.locator("score-player")).to_be_visible()

    jobs.succeed(piece)
    expect(page.locator("progress")).to_have_count(0)
    expect(page.get_by_role("link", name="Change something")).to_be_visible()
    expect(page.get_by_text("The piece is ready: press Play.").first).to_be_visible()


def test_what_is_there_already_is_left_alone(visit, piece):
    """The player that came with the sound is the very same element at the end."""
    engraved(piece)
    sounded(piece)
    page = visit(piece.get_absolute_url())
    page.evaluate("document.querySelector('audio').dataset.mark = 'mine'")

    jobs.succeed(piece)

    expect(page.locator("progress")).to_have_count(0)
    expect(page.locator("audio")).to_have_attribute("data-mark", "mine")


def test_only_a_change_of_stage_is_spoken(visit, piece):
    """The words for the ear do not follow the count."""
    page = visit(piece.get_absolute_url())
    words = page.locator("[data-live-words]")

    jobs.beat(piece, done=50)
    expect(page.get_by_text("50 of 100 notes.")).to_be_visible()
    expect(words).to_have_text("")

    engraved(piece)
    expect(words).to_have_text("Recording the sound")

    jobs.succeed(piece)
    expect(words).to_have_text("The piece is ready.")


def test_it_stops_asking_when_the_piece_is_final(visit, piece):
    """The last answer says that it is the last."""
    page = visit(piece.get_absolute_url())
    asked = []
    page.on("request", lambda request: "fragment" in request.url and asked.append(request.url))

    jobs.succeed(piece)
    expect(page.locator("progress")).to_have_count(0)
    n_asked = len(asked)
    page.wait_for_timeout(1500)

    assert n_asked == len(asked)


def test_a_deleted_piece_is_said_to_be_gone(visit, piece, complaints):
    """And not asked for any more."""
    page = visit(piece.get_absolute_url())

    Piece.objects.all().delete()

    expect(page.get_by_text("This piece has been deleted.")).to_be_in_viewport()
    assert ["404"] == [word for line in complaints for word in line.split() if word == "404"]
    complaints.clear()  # the browser notes the 404 itself


def test_a_lost_connection_is_said_and_found_again(visit, piece, complaints):
    """It keeps asking, and goes on where it was."""
    page = visit(piece.get_absolute_url())
    page.context.set_offline(True)
    expect(page.get_by_text("The connection is gone. We keep asking.")).to_be_visible()

    jobs.beat(piece, done=60)
    page.context.set_offline(False)

    expect(page.get_by_text("60 of 100 notes.")).to_be_visible()
    expect(page.locator("[data-live-words]")).to_have_text("")
    complaints.clear()  # the browser notes each question that it could not send


def test_it_asks_often_at_first_and_then_less(visit, piece):
    """Every 0.3 s for 5 s, then each second, then every 3 s."""
    page = visit(piece.get_absolute_url())
    script = "import('/static/js/live-fragment.js').then((m) => [0, 4.9, 5, 29, 31].map(m.pause))"

    assert [0.3, 0.3, 1, 1, 3] == page.evaluate(script)
