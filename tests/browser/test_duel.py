"""A visitor hears two pieces without a name, says which is better, and learns who wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.sounds import DURATION
from tests.webapp.factories import make_checkpoint, make_file, make_piece
from webapp import duels
from webapp.models import Bout, Duel, Status


@pytest.fixture
def duel(shelf) -> Duel:
    """Two models, and a pair of real sounds that is ready to be judged."""
    models = [make_checkpoint(title=title) for title in ("Alpha", "Beta")]
    made = Duel.objects.create(one=models[0], other=models[1])
    sounds = sorted(Path(settings.EXAMPLES_ROOT).glob("*/piece.mp3"))
    pieces = []
    for model, sound in zip(models, sounds, strict=False):
        piece = make_piece(Status.SUCCEEDED, checkpoint=model, is_private=True)
        make_file(piece, "piece.mp3", sound.read_bytes(), "mp3")
        pieces.append(piece)
    Bout.objects.create(duel=made, piece_one=pieces[0], piece_other=pieces[1])
    return made


def test_a_visitor_listens_and_judges(visit, duel):
    """From the line on the first page to the names, by the keyboard alone once there."""
    page = visit("/")
    page.get_by_role("link", name="which is better").click()

    assert [] == [name for name in ("Alpha", "Beta") if name in page.content()]
    sounds = page.locator("audio")
    expect(sounds).to_have_count(2)
    assert all(sounds.nth(i).evaluate(DURATION) > 10 for i in range(2))
    button = page.get_by_role("button", name="The first is better")
    button.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Which was which")).to_be_visible()
    score = duels.score(duel)
    chosen = "Alpha" if score.one else "Beta"
    assert 1 == score.decided
    expect(page.get_by_text(f"You would rather hear “{chosen}” again.")).to_be_visible()

    page.goto("/duels/")
    expect(page.get_by_text("You have judged every pair there is.")).to_be_visible()


def test_a_narrow_page_shows_all_of_it(visit, duel):
    """Nothing is wider than a phone."""
    page = visit("/duels/", viewport={"width": 390, "height": 844})

    assert 390 == page.evaluate("document.documentElement.scrollWidth")
