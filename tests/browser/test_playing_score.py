"""A score that plays: the cursor is where the sound is, and the sound goes where one clicks."""

from __future__ import annotations

import json
from bisect import bisect_right
from itertools import pairwise

import mido
import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect

from generator.rendering.sounds import RATE
from tests.webapp.factories import make_file
from webapp.models import Piece

pytestmark = pytest.mark.slow

NEAR_S = 0.05
PHONE = {"width": 390, "height": 844}

# What is seen at one frame: when the sound is, and where the cursor stands.
LOOK = """() => new Promise((done) => requestAnimationFrame(() => {
    const score = [...document.querySelectorAll('playing-score')].find((one) => one.offsetParent);
    const cursor = score.querySelector('.marks__cursor');
    const pages = [...score.querySelectorAll('.marks')];
    const box = cursor.getBoundingClientRect();
    const sheet = cursor.parentNode.getBoundingClientRect();
    const scale = cursor.parentNode.viewBox.baseVal.width / sheet.width;
    done({ seconds: document.querySelector('audio').currentTime,
           page: pages.indexOf(cursor.parentNode),
           x: (box.x + box.width / 2 - sheet.x) * scale,
           y: (box.y - sheet.y) * scale,
           roll: parseFloat(document.querySelector('.roll__cursor').getAttribute('d').slice(1)) });
}))"""
LISTEN = """async (at) => {
    const audio = document.querySelector('audio');
    const context = new AudioContext({ sampleRate: 44100 });
    const source = context.createMediaElementSource(audio);
    const ear = context.createScriptProcessor(1024, 1, 1);
    const heard = [], times = [];
    ear.onaudioprocess = ({ inputBuffer }) => {
        times.push([heard.length, audio.currentTime]);
        heard.push(...inputBuffer.getChannelData(0));
    };
    source.connect(ear);
    ear.connect(context.destination);
    audio.currentTime = at;
    await audio.play();
    await new Promise((done) => setTimeout(done, 1600));
    audio.pause();
    const [begin, seconds] = times.find(([, time]) => time > at + 0.5);
    return { seconds, heard: heard.slice(begin, begin + 22050) };
}"""


@pytest.fixture
def piece(played_piece) -> Piece:
    """Store the finished piece, with all of its files."""
    return played_piece


@pytest.fixture
def page(visit, piece):
    """Open the page of the piece, its score ready to play."""
    page = visit(piece.get_absolute_url(), viewport={"width": 1280, "height": 800})
    expect(page.locator(".score--wide")).to_have_attribute("data-state", "ready")
    return page


class Truth:
    """When each printed place sounds, by the tempo of the MIDI file: told by nobody of ours."""

    def __init__(self, rendered, kind="positions") -> None:
        positions = json.loads(rendered[kind].read_text())
        self.width = positions["width"]
        self.midi = mido.MidiFile(rendered["midi"])
        self.tempi = self._tempi()
        self.places = [place | {"at": self.seconds(place)} for place in positions["segments"]]
        self.bars = [bar | {"at": self.seconds(bar)} for bar in positions["bars"]]

    def _tempi(self) -> list[tuple[float, float, float]]:
        """Return quarter, second and seconds a quarter of each change of tempo."""
        changes, quarter, second, length = [(0.0, 0.0, 0.5)], 0.0, 0.0, 0.5
        for message in self.midi.tracks[0]:
            step = message.time / self.midi.ticks_per_beat
            quarter, second = quarter + step, second + step * length
            if message.type == "set_tempo":
                length = message.tempo / 1e6
                changes.append((quarter, second, length))
        return changes

    def seconds(self, place) -> float:
        i = bisect_right([quarter for quarter, *_ in self.tempi], place["position"]) - 1
        quarter, second, length = self.tempi[i]
        return second + (place["position"] - quarter) * length

    def when(self, seen) -> float:
        """Return when the place sounds that the cursor stands on."""
        bars = [bar for bar in self.bars if bar["page"] == seen["page"]]
        bar = min(bars, key=lambda bar: abs(bar["y"] - 60 - seen["y"]))
        line = [
            p for p in self.places if (p["page"], p["y"] // 50) == (bar["page"], bar["y"] // 50)
        ]
        stops = [(place["x"] + 15, place["at"]) for place in line]
        i = max(0, bisect_right(stops, (seen["x"] + 0.01,)) - 1)
        if i + 1 < len(stops):
            (x, at), (x2, at2) = stops[i : i + 2]
            return at + max(0.0, seen["x"] - x) / (x2 - x) * (at2 - at)
        later = [place["at"] for place in self.places if place["at"] > stops[i][1]]
        last = max((b for b in self.bars if b["y"] == bar["y"]), key=lambda b: b["x"])
        edge = last["x"] + last["sx"]
        share = (seen["x"] - stops[i][0]) / (edge - stops[i][0])
        return stops[i][1] + share * ((later[0] if later else stops[i][1]) - stops[i][1])


@pytest.fixture
def truth(rendered) -> Truth:
    """Read what the MIDI file says."""
    return Truth(rendered)


def watched(page, seconds: float) -> list[dict]:
    """Look at the cursor again and again while it plays."""
    seen = []
    for _ in range(int(seconds / 0.1)):
        seen.append(page.evaluate(LOOK))
        page.wait_for_timeout(100)
    return seen


def misplaced(seen, truth) -> list[tuple[dict, float]]:
    """Return what was seen of a cursor that is not where the sound is, and by how many seconds.

    Before the first note and after the last it waits on them.
    """
    first, last = truth.places[0]["at"], truth.places[-1]["at"]
    sounding = [one for one in seen if first <= one["seconds"] <= last]
    assert sounding
    apart = [(one, truth.when(one) - one["seconds"]) for one in sounding]
    return [pair for pair in apart if abs(pair[1]) > NEAR_S]


def is_playing(page) -> bool:
    return page.evaluate("() => !document.querySelector('audio').paused")


def place_of(page, place) -> tuple[float, float]:
    """Return where a place of the score is in the window, scrolled into it."""
    sheet = page.locator(".score--wide .sheet").nth(place["page"])
    sheet.evaluate(
        "(sheet, y) => scrollTo(0, sheet.getBoundingClientRect().top + scrollY + y"
        " * sheet.clientWidth / 2976.4 - 200)",
        place["y"],
    )
    box, scale = sheet.bounding_box(), sheet.bounding_box()["width"] / 2976.4
    return box["x"] + (place["x"] + 15) * scale, box["y"] + (place["y"] + 40) * scale


@pytest.mark.on_the_beat
def test_the_cursor_is_at_the_note_that_sounds(page, truth):
    """At the beginning, over the seam, from line to line, from page to page, at the end."""
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.3")
    lines = [a for a, b in zip(truth.bars, truth.bars[1:], strict=False) if a["y"] != b["y"]]
    turns = [a for a, b in zip(truth.bars, truth.bars[1:], strict=False) if a["page"] != b["page"]]
    assert turns

    seen = []
    for at in (truth.places[0]["at"], lines[0]["at"], turns[0]["at"], truth.bars[-3]["at"]):
        page.evaluate("(at) => { document.querySelector('audio').currentTime = at }", at)
        seen += watched(page, 2.0)

    assert len(seen) > 60
    assert [] == misplaced(seen, truth)
    assert [] == [one for one in seen if abs(one["roll"] - one["seconds"]) > NEAR_S]
    assert {0, 1} <= {one["page"] for one in seen}


@pytest.mark.on_the_beat
def test_what_is_heard_after_a_seek_is_what_the_clock_says(page, rendered):
    """The sound itself, held against the WAV: a browser that seeks by guessing is found out."""
    page.locator("h1").click()  # a browser sounds for whom it has met
    music, _ = soundfile.read(rendered["wav"], dtype="float32")

    told = page.evaluate(LISTEN, 27.3)

    begin = int((told["seconds"] - 1) * RATE)
    passage = music.mean(axis=1)[begin : begin + 3 * RATE : 4]
    heard = np.array(told["heard"])[::4]
    loudness = np.sqrt(np.correlate(passage**2, np.ones(len(heard)), "valid"))
    likeness = np.correlate(passage, heard, "valid") / loudness  # or the loudest is the likest
    heard_at = begin / RATE + 4 * int(likeness.argmax()) / RATE
    assert abs(heard_at - told["seconds"]) < NEAR_S + 0.03  # what lies ready to be heard


def test_a_click_on_a_note_plays_from_it(page, truth):
    """Anywhere in the score, on the second page too."""
    note = next(place for place in truth.places if place["page"] == 1)

    page.mouse.click(*place_of(page, note))

    page.wait_for_function("() => document.querySelector('audio').currentTime > 1")
    assert is_playing(page)
    assert note["at"] - 0.01 <= page.evaluate(LOOK)["seconds"] < note["at"] + 2
    page.locator("piano-roll").click(position={"x": 1, "y": 10})
    page.wait_for_function("() => document.querySelector('audio').currentTime < 2")


def test_keys_play_and_step(page, truth):
    """Space plays and pauses, an arrow goes a bar, with Shift a note, Home to the beginning."""

    def at() -> float:
        return page.evaluate("() => document.querySelector('audio').currentTime")

    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.1")
    page.keyboard.press("Space")
    assert not is_playing(page)

    page.keyboard.press("Home")
    for bar in truth.bars[1:4]:
        page.keyboard.press("ArrowRight")
        assert pytest.approx(bar["at"], abs=0.01) == at()
    page.keyboard.press("ArrowLeft")
    assert pytest.approx(truth.bars[2]["at"], abs=0.01) == at()
    page.keyboard.press("Shift+ArrowRight")
    later = min(place["at"] for place in truth.places if place["at"] > truth.bars[2]["at"] + 0.01)
    assert pytest.approx(later, abs=0.01) == at()
    page.keyboard.press("Home")
    assert 0 == at()


def test_the_seam_is_marked_and_heard_from_four_seconds_before(page, score, truth):
    """The line stands before the machine's first note; the button plays up to it."""
    seam = truth.seconds({"position": score.seam})
    first = next(place for place in truth.places if place["position"] >= score.seam)
    line = page.locator(".score--wide .marks__seam").evaluate("(line) => line.getBBox().x")
    assert 0 < first["x"] - line < 200

    page.get_by_role("link", name="Hear the machine").click()

    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
    assert seam - 4.01 <= page.evaluate(LOOK)["seconds"] < seam - 2
    expect(page.locator(".score--wide")).to_have_attribute("data-author", "opening")
    expect(page.locator(".score--wide")).to_have_attribute("data-author", "machine")


def test_the_shared_run_is_marked_named_and_played(page, score, truth):
    """A bracket over its notes, the work beside it, a link that plays it."""
    expect(page.locator(".score--wide .marks__shared")).to_be_attached()
    expect(page.locator(".score--wide .marks__words", has_text="Chopin, Op. 23")).to_be_attached()

    page.get_by_role("link", name="Hear it").click()

    begin = truth.seconds({"position": score.notes[96].onset})
    page.wait_for_function("(at) => document.querySelector('audio').currentTime >= at", arg=begin)
    assert page.evaluate(LOOK)["seconds"] < begin + 2


@pytest.mark.parametrize("way", ["wheel", "link"])
def test_pages_turn_until_the_visitor_scrolls_away(page, truth, way):
    """A line that begins comes into sight; once one went away none does, until Follow or Play."""
    turn = next(
        b for a, b in zip(truth.bars, truth.bars[1:], strict=False) if a["page"] != b["page"]
    )
    page.keyboard.press("Space")
    page.evaluate("(at) => { document.querySelector('audio').currentTime = at }", turn["at"] - 0.5)
    page.wait_for_function("() => scrollY > 600")
    expect(page.locator(".score--wide .marks__cursor")).to_be_in_viewport()
    page.wait_for_timeout(1300)  # until it has glided there

    if way == "wheel":
        page.mouse.wheel(0, -5000)
    else:
        page.evaluate("scrollTo(0, 0)")  # as a link to another place does
    page.wait_for_function("() => scrollY < 300")
    page.evaluate("(at) => { document.querySelector('audio').currentTime = at }", turn["at"] + 6)
    back = page.get_by_role("button", name="Follow")
    expect(back).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") < 300

    back.click()
    expect(page.locator(".score--wide .marks__cursor")).to_be_in_viewport()
    expect(back).to_be_hidden()
    page.wait_for_timeout(800)

    page.mouse.wheel(0, -5000)
    page.wait_for_function("() => scrollY < 300")
    for button in ("Pause", "Play"):
        page.get_by_role("button", name=button).click()
    expect(page.locator(".score--wide .marks__cursor")).to_be_in_viewport()


@pytest.mark.on_the_beat
def test_speed_changes_and_the_cursor_keeps_up(page, truth):
    """One and a half times as fast, without another file."""
    page.keyboard.press("Space")
    page.locator("[data-tempo] input").fill("150")

    seen = watched(page, 2.0)

    assert seen[-1]["seconds"] - seen[0]["seconds"] > 2.4
    assert [] == misplaced(seen, truth)


def test_another_piano_goes_on_from_the_same_place(page, piece, rendered):
    """The worker is waited for; then what plays is its file, from where the other was."""
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 1")

    page.get_by_label("Played on").select_option(label="Bright grand")
    expect(page.get_by_text("being played…")).to_be_visible()
    make_file(piece, "piece-bright.mp3", rendered["mp3"].read_bytes(), "mp3-bright")

    page.wait_for_function("() => document.querySelector('audio').currentSrc.includes('-bright')")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 1.5")
    assert is_playing(page)
    expect(page.get_by_text("being played…")).to_be_hidden()


def test_nothing_glides_for_whom_motion_disturbs(visit, piece, truth):
    """The cursor waits on each note, and goes to the next in one step."""
    page = visit(piece.get_absolute_url(), reduced_motion="reduce")
    expect(page.locator(".score--wide")).to_have_attribute("data-state", "ready")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.1")

    heads = {round(place["x"] + 15) for place in truth.places}
    assert {round(seen["x"]) for seen in watched(page, 1.5)} <= heads | {head + 1 for head in heads}


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_nothing_of_the_player_lies_over_another_thing(visit, piece, locale):
    """In a row, each begins after the one before; from a phone to a laptop, in both languages."""
    page = visit(piece.get_absolute_url(), locale=locale)
    row = """() => [...document.querySelectorAll(
        ".play__button, .play__time, .play__place, .play__volume, .dock__machine, .dock__tools"
    )].map((one) => one.getBoundingClientRect())
        .filter((box) => box.width > 1 && box.height > 1)
        .map(({ left, right, top }) => ({ left, right, top }))"""

    for width in (360, 390, 700, 940, 1024, 1120, 1210, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 700})
        boxes = page.evaluate(row)
        beside = [(one, next_) for one, next_ in pairwise(boxes) if next_["top"] - one["top"] < 30]
        assert all(one["right"] <= next_["left"] + 0.5 for one, next_ in beside), width
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), width


def test_it_plays_on_a_phone(visit, piece, rendered):
    """On pages of its own, in staves that can be read; nothing runs over the edge."""
    truth = Truth(rendered, "positions_narrow")
    page = visit(piece.get_absolute_url(), viewport=PHONE, has_touch=True, is_mobile=True)
    expect(page.locator(".score--wide")).to_have_attribute("data-state", "ready")

    page.get_by_role("link", name="Hear the machine").tap()

    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
    assert [] == misplaced(watched(page, 1.5), truth)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    bar, sheet = truth.bars[0], page.locator(".score--narrow .sheet").first.bounding_box()
    assert bar["sy"] * sheet["width"] / truth.width > 80  # pixels for two staves
    expect(page.get_by_role("button", name="Pause")).to_be_in_viewport()


def test_without_a_script_it_is_read_and_heard(visit, piece):
    """The pages open, the player plays, the seam is marked and a link begins before it."""
    page = visit(piece.get_absolute_url(), java_script_enabled=False)

    expect(page.locator("audio")).to_be_visible()
    expect(page.locator(".score--wide .marks__seam")).to_be_attached()
    assert ".mp3#t=" in page.get_by_role("link", name="Hear the machine").get_attribute("href")
    assert ".png" in page.locator("a.sheet").first.get_attribute("href")
