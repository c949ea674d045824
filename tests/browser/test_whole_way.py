"""The whole way, in a browser, on a running site: press a button, read and hear a new piece."""

from __future__ import annotations

import io
import re
import time
from urllib.parse import urlsplit

import mido
import pytest
from playwright.sync_api import expect

from tests.browser.sounds import DURATION
from tests.serving import started

pytestmark = pytest.mark.slow

COMPOSE_MS = 120_000  # a warm worker takes three seconds; a busy machine may take longer
RING_S = 4  # at most, after the last note has ended

SEEK = """async (audio) => {
    const found = new Promise((done) => audio.onseeked = done);
    audio.currentTime = 12;
    await found;
    return audio.currentTime;
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Start a site of its own, with its Redis and workers."""
    with started(tmp_path_factory.mktemp("site") / "home") as site:
        yield site


@pytest.fixture
def window(browser, running):
    """Open windows on the running site, and note every address that they ask."""
    contexts, asked = [], []

    def open_window(path="/", **options):
        context = browser.new_context(base_url=running.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path)
        return page

    open_window.asked = asked
    yield open_window
    for context in contexts:
        context.close()


def test_a_visitor_presses_one_button_and_reads_and_hears_a_piece(window):
    """Score and sound appear without a reload; the sound can be sought in; a reload keeps both."""
    page = window("/")

    page.get_by_role("button", name="Compose").click()

    score = page.locator("img[src*='score-1.svg']")
    expect(score).to_be_visible(timeout=COMPOSE_MS)
    assert score.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 300
    sound = page.locator("audio")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=COMPOSE_MS)
    notes_s = seconds(page)
    assert notes_s > 20
    assert notes_s <= sound.evaluate(DURATION) <= notes_s + RING_S
    assert pytest.approx(12, abs=0.1) == sound.evaluate(SEEK)
    page.reload()
    expect(score).to_be_visible()


def seconds(page):
    """Return how long the piece's MIDI file lasts."""
    address = page.get_by_role("link", name="MIDI", exact=True).get_attribute("href")
    return mido.MidiFile(file=io.BytesIO(page.request.get(address).body())).length


def test_every_file_can_be_taken_along_and_the_gallery_keeps_the_piece(window):
    """What is downloaded is what it says; the newest piece comes first."""
    page = window("/")
    page.get_by_role("button", name="Compose").click()
    expect(page.get_by_role("link", name="WAV")).to_be_visible(timeout=COMPOSE_MS)

    begins = {}
    for name in ("MIDI", "MusicXML", "PDF", "PNG", "WAV", "OGG", "MP3"):
        # Of several pages each has a link: the first of them.
        address = page.get_by_role("link", name=re.compile(f"^{name}")).first.get_attribute("href")
        begins[name] = page.request.get(address).body()[:5]

    assert b"MThd" == begins["MIDI"][:4]
    assert b"<?xml" == begins["MusicXML"]
    assert b"%PDF-" == begins["PDF"]
    assert b"\x89PNG" == begins["PNG"][:4]
    assert [b"RIFF", b"OggS"] == [begins["WAV"][:4], begins["OGG"][:4]]
    assert begins["MP3"][:3] == b"ID3" or begins["MP3"][0] == 0xFF
    path = urlsplit(page.url).path
    page.goto("/pieces/")
    assert path == page.locator(".catalogue a[href^='/pieces/']").first.get_attribute("href")


def test_it_works_without_a_script(window):
    """The button, a link to look again, the score and the sound need none."""
    page = window("/", java_script_enabled=False)

    page.get_by_role("button", name="Compose").click()

    deadline = time.monotonic() + COMPOSE_MS / 1000
    while not page.locator("audio").count():
        assert time.monotonic() < deadline
        page.wait_for_timeout(300)
        again = page.get_by_role("link", name="Refresh to see how far it is")
        again.click() if again.count() else page.reload()
    assert page.locator("img[src*='score-1.svg']").count()


def test_finished_pieces_play_before_any_button_is_pressed(window):
    """The first page has three or four, each of which has a sound to play."""
    page = window("/")
    sounds = page.locator("audio")

    assert sounds.count() in (3, 4)
    assert sounds.first.evaluate(DURATION) > 10


def test_nobody_else_is_asked(window, running):
    """No address but the site's own is ever contacted."""
    page = window("/")
    page.goto("/pieces/")
    page.goto("/models/")

    assert {urlsplit(running.url).netloc} == {urlsplit(url).netloc for url in window.asked}
