"""Sound in lists, on the first page and among takes: one at a time, and as long as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.webapp.factories import make_file, make_piece
from webapp.models import Status

EXAMPLE = Path(settings.EXAMPLES_ROOT, "2-k545-1")
LENGTH = "0:00 / 0:35"  # of notes that ring on


@pytest.fixture
def heard(shelf):
    """Two examples that sound."""
    score = json.loads((EXAMPLE / "piece.json").read_text())["score"]
    made = []
    for title in ("Valse", "Nocturne"):
        piece = make_piece(Status.SUCCEEDED, title=title, score=score, is_example=True)
        make_file(piece, "piece.mp3", (EXAMPLE / "piece.mp3").read_bytes(), "mp3")
        made.append(piece)
    return made


def wait_until_plays(page, n):
    """Wait until the n-th player of the page sounds, and no other."""
    page.wait_for_function(
        """(n) => [...document.querySelectorAll("audio")]
            .every((one, i) => one.paused === (i !== n))""",
        arg=n,
    )


def test_a_card_says_how_long_it_is_before_anything_is_loaded(visit, heard):
    """No request for a sound is made until it is asked for."""
    page = visit("about:blank")
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/pieces/")

    expect(page.locator(".card-player__time").first).to_have_text(LENGTH)
    assert page.locator("card-player audio").first.is_hidden()
    assert not [url for url in asked if url.endswith(".mp3")]


def test_one_player_pauses_the_other(visit, heard):
    """The button of each says what a press does now."""
    page = visit("/pieces/")
    page.get_by_role("button", name="Listen to Valse").click()
    wait_until_plays(page, 1)

    page.get_by_role("button", name="Listen to Nocturne").click()

    wait_until_plays(page, 0)
    expect(page.get_by_role("button", name="Listen to Valse")).to_be_visible()
    page.get_by_role("button", name="Pause Nocturne").click()
    expect(page.get_by_role("button", name="Listen to Nocturne")).to_be_visible()


def test_the_browsers_own_players_pause_each_other_too(visit, heard):
    """On a page that knows nothing of cards."""
    page = visit("/models/")
    page.evaluate(
        """(src) => document.querySelector("main").insertAdjacentHTML("beforeend",
            `<audio controls src="${src}"></audio>`.repeat(2))""",
        heard[0].file_url("piece.mp3"),
    )
    count = page.locator("audio").count()

    for n in (count - 2, count - 1):
        page.locator("audio").nth(n).evaluate("(audio) => audio.play()")
        wait_until_plays(page, n)


def test_a_card_is_heard_from_where_the_machine_begins(visit, heard):
    """And not from the same Mozart each time."""
    page = visit("/pieces/")
    begin = float(page.locator("[data-begin]").first.get_attribute("data-begin"))

    page.get_by_role("link", name=re.compile("From the machine.*Nocturne")).click()

    wait_until_plays(page, 0)
    assert begin > 5
    assert page.locator("audio").first.evaluate("(audio) => audio.currentTime") >= begin
    expect(page).to_have_url(re.compile("/pieces/$"))


def test_keys_alone_play_and_seek(visit, heard):
    """Space on the button; arrows in the piece; both say what they do."""
    page = visit("/pieces/")
    button = page.get_by_role("button", name="Listen to Nocturne")
    button.focus()
    page.keyboard.press("Space")
    wait_until_plays(page, 0)
    page.keyboard.press("Space")
    slider = page.get_by_role("slider", name="Place in Nocturne")
    slider.focus()
    page.keyboard.press("End")

    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0:3[345] of 0:35$"))
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0:00 of 0:35$"))


def test_without_a_script_there_is_the_browsers_own_player(visit, heard):
    """And the way into the machine's part is a plain address."""
    page = visit("/pieces/", java_script_enabled=False)

    expect(page.locator("audio[controls]").first).to_be_visible()
    link = page.get_by_role("link", name=re.compile("From the machine.*Nocturne"))
    assert re.search(r"piece\.mp3#t=\d", link.get_attribute("href"))


def test_a_sound_that_does_not_come_is_told(visit, heard, complaints):
    """In words, in the place of the time."""
    page = visit("/pieces/")
    page.route("**/*.mp3", lambda route: route.fulfill(body="no sound", content_type="audio/mpeg"))

    page.get_by_role("button", name="Listen to Nocturne").click()

    expect(page.locator(".card-player__time").first).to_have_text("This sound cannot be played.")
    complaints.clear()


@pytest.mark.parametrize("size", [(1280, 800), (390, 780)])
def test_the_first_screen_offers_sound_and_composing(visit, heard, size):
    """Both without scrolling, on a laptop as on a phone."""
    page = visit("/", viewport={"width": size[0], "height": size[1]})
    listen = page.locator(".compose__hear").get_by_role("button")

    expect(listen.get_by_text("Listen", exact=True)).to_be_visible()
    expect(listen).to_be_in_viewport(ratio=1)
    width = listen.bounding_box()["width"]
    expect(page.get_by_role("button", name="Compose", exact=True)).to_be_in_viewport(ratio=1)
    listen.click()
    wait_until_plays(page, 0)
    expect(listen.get_by_text("Pause", exact=True)).to_be_visible()
    assert width == listen.bounding_box()["width"]
