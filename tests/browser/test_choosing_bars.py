"""Bars are chosen by hand: nothing moves meanwhile, and what comes of it is said before."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.webapp.factories import make_notes_checkpoint

pytestmark = pytest.mark.slow

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}
FINGER = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
# Where that stands which could move.
TOPS = """() => [".dock", "#from_bar", ".sheet"].map(
    (place) => document.querySelector(place).getBoundingClientRect().top)"""


@pytest.fixture
def measures(rendered) -> list[dict]:
    """Read where the bars of the printed score are."""
    return json.loads(rendered["positions"].read_text())["bars"]


@pytest.fixture
def open_score(visit, played_piece):
    """Return a way to open the piece, its score ready to play and its bars to be chosen."""
    played_piece.checkpoint = make_notes_checkpoint()
    played_piece.save()

    def open_it(**options):
        page = visit(played_piece.get_absolute_url(), **options)
        for name in ("wide", "narrow"):
            expect(page.locator(f".score--{name}")).to_have_attribute("data-state", "ready")
        return page

    return open_it


@pytest.fixture
def page(open_score):
    """Open it on a laptop."""
    return open_score(viewport=DESK)


def middle(page, bar, score="wide") -> tuple[float, float]:
    """Return where in the window the middle of a bar is."""
    marks = page.locator(f".score--{score} .marks").nth(bar["page"])
    box = marks.bounding_box()
    scale = box["width"] / marks.evaluate("(marks) => marks.viewBox.baseVal.width")
    x, y = bar["x"] + bar["sx"] / 2, bar["y"] + bar["sy"] / 2
    return box["x"] + x * scale, box["y"] + y * scale


def drag(page, *bars) -> None:
    page.mouse.move(*middle(page, bars[0]))
    page.mouse.down()
    for bar in bars[1:]:
        page.mouse.move(*middle(page, bar), steps=3)
    page.mouse.up()


def asked(page) -> list[int]:
    """Return which bars the form has, counted from the first of the score as 0."""
    first = int(page.locator(".score--wide").get_attribute("first-bar"))
    return [int(page.locator(name).input_value()) - first for name in ("#from_bar", "#to_bar")]


def awake(page) -> None:
    """Wait until the buttons of chosen bars are no longer held back from a second tap."""
    expect(page.locator("chosen-bars")).to_have_js_property("inert", False)


def second_page(measures) -> float:
    """Return when the music turns the page."""
    return next(b["seconds"] for a, b in pairwise(measures) if a["page"] != b["page"])


def go_to(page, seconds) -> None:
    page.evaluate("(at) => { document.querySelector('audio').currentTime = at }", seconds)


def scroll(page) -> float:
    return page.evaluate("scrollY")


def test_dragging_chooses_and_starts_no_sound(page, measures):
    """Within one bar too; a click does both."""
    expect(page.locator("chosen-bars")).to_be_hidden()

    drag(page, *measures[1:4])
    x, y = middle(page, measures[2])
    page.mouse.move(x - 10, y)
    page.mouse.down()
    page.mouse.move(x + 10, y, steps=3)
    page.mouse.up()

    expect(page.locator("audio")).to_have_js_property("paused", True)
    assert [2, 2] == asked(page)
    page.mouse.click(*middle(page, measures[1]))
    expect(page.locator("audio")).to_have_js_property("paused", False)
    assert [1, 1] == asked(page)


def lowest(page, measures) -> int:
    """Return the first bar of the lowest system of which something is seen over the player."""
    floor = page.locator("score-player").bounding_box()["y"]
    seen = [i for i, bar in enumerate(measures) if middle(page, bar)[1] < floor]
    bottom = max(middle(page, measures[i])[1] for i in seen)
    return next(i for i in seen if middle(page, measures[i])[1] == bottom)


def covered(page) -> list[bool]:
    """Return of each frame of chosen bars whether the panel hides something of it."""
    boxes = [frame.bounding_box() for frame in page.locator(".score--wide .marks__frame").all()]
    edge = page.locator("score-player").bounding_box()["y"]
    return [box["y"] + box["height"] > edge for box in boxes]


@pytest.mark.parametrize("height", [640, 720, 800])
def test_nothing_comes_up_under_a_hand_that_drags(open_score, measures, height):
    """At the bottom of the window least of all; only the marks go with it."""
    page = open_score(viewport={"width": 1280, "height": height}, reduced_motion="reduce")
    first = lowest(page, measures) + 1
    before = page.evaluate(TOPS)

    page.mouse.move(*middle(page, measures[first]))
    page.mouse.down()
    page.mouse.move(*middle(page, measures[first + 2]), steps=6)
    expect(page.locator(".score--wide .marks__chosen")).to_have_count(3)
    expect(page.locator("chosen-bars")).to_be_hidden()
    assert before == page.evaluate(TOPS)
    page.mouse.up()

    expect(page.locator("chosen-bars")).to_be_visible()
    assert [first, first + 2] == asked(page)
    page.wait_for_timeout(200)
    assert [False] == covered(page)


def test_a_bar_that_was_clicked_is_not_hidden_by_what_comes_up(open_score, measures):
    """The page makes room, once; the music is followed as before, when it is asked to be."""
    page = open_score(viewport=DESK, reduced_motion="reduce")
    third = sorted({bar["y"] for bar in measures if bar["page"] == 0})[2]
    bar = next(bar for bar in measures if bar["y"] == third)
    edge = page.locator("score-player").bounding_box()["y"]
    page.evaluate("(by) => scrollBy(0, by)", middle(page, bar)[1] - edge + 80)

    page.mouse.click(*middle(page, bar))

    expect(page.locator("chosen-bars")).to_be_visible()
    page.wait_for_timeout(200)
    assert [False] == covered(page)
    expect(page.get_by_role("button", name="Follow")).to_be_hidden()


def test_the_page_stays_while_bars_are_chosen(page, measures):
    """However far the music goes; one button follows it, and what is chosen stays chosen."""
    page.mouse.click(*middle(page, measures[2]))
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.3")
    before = scroll(page)

    go_to(page, second_page(measures) + 0.5)
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_be_visible()
    page.wait_for_timeout(800)
    assert before == scroll(page)
    expect(page.locator(".score--wide .marks__frame")).to_be_in_viewport()

    follow.click()
    expect(page.locator(".score--wide .marks__cursor")).to_be_in_viewport()
    expect(page.locator(".score--wide .marks__frame")).to_have_count(1)


def test_chosen_bars_are_framed_and_the_cursors_bar_is_not(page, measures):
    """One frame for those of a system, two over its end; none when none is chosen."""
    line = next(i for i, (a, b) in enumerate(pairwise(measures), 1) if a["y"] != b["y"])

    drag(page, measures[line - 2], measures[line - 1], measures[line])

    wide = page.locator(".score--wide")
    expect(wide.locator(".marks__chosen")).to_have_count(3)
    expect(wide.locator(".marks__frame")).to_have_count(2)
    awake(page)
    page.get_by_role("button", name="Choose none").click()
    expect(wide.locator(".marks__frame")).to_have_count(0)
    expect(page.locator("chosen-bars")).to_be_hidden()
    page.mouse.click(*middle(page, measures[1]))
    expect(wide.locator(".marks__bar")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(wide.locator(".marks__frame")).to_have_count(0)


def test_chosen_bars_are_heard_alone(page, measures):
    """From the first to the end of the last, and no further."""
    drag(page, *measures[3:5])

    awake(page)
    page.get_by_role("button", name="Hear these bars").click()

    begin, end = measures[3]["seconds"], measures[5]["seconds"]
    page.wait_for_function("(at) => document.querySelector('audio').currentTime > at", arg=begin)
    go_to(page, end - 0.4)
    expect(page.locator("audio")).to_have_js_property("paused", True)
    assert end <= page.locator("audio").evaluate("(audio) => audio.currentTime") < end + 0.5


def test_it_is_said_before_what_stays_and_what_cannot_be(page, measures):
    """Nothing stands before the first bar; the keyboard moves on from it."""
    page.mouse.click(*middle(page, measures[0]))
    on, anew = (page.locator(f".dock [data-deed={deed}]") for deed in ("go-on", "rewrite"))
    expect(on).to_be_disabled()
    expect(on).to_contain_text("not from the first bar")
    expect(anew).to_contain_text("not the first bar")

    awake(page)
    page.get_by_role("button", name="Begin a bar later").focus()
    for _ in range(3):
        page.keyboard.press("Enter")

    assert [3, 3] == asked(page)
    expect(on).to_contain_text("Go on from here: four ways")
    number = page.locator("#from_bar").input_value()
    expect(on).to_contain_text(f"all before bar {number} stays")
    expect(anew).to_contain_text("all but these bars stays")
    expect(anew).to_be_enabled()


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_panel_and_form_say_the_same(open_score, measures, locale):
    """From the first bar on, too; why nothing can be done with it stands in both, in one row."""
    page = open_score(viewport=DESK, locale=locale)
    row = "(all) => new Set(all.map((one) => Math.round(one.getBoundingClientRect().bottom))).size"

    for bars in (measures[:4], measures[2:4]):
        drag(page, *bars)

        assert [measures.index(bars[0]), 3] == asked(page)
        number = page.locator("#from_bar").input_value()
        expect(page.locator("[data-bar=from]")).to_have_text(number)
        for deed in ("go-on", "rewrite"):
            panel, form = (page.locator(f"{of} [data-deed={deed}]") for of in (".dock", "#bars"))
            assert panel.inner_text() == form.inner_text()
            assert (bars[0] is measures[0]) == panel.is_disabled() == form.is_disabled()
        assert 1 == page.locator("chosen-bars button:not([data-step])").evaluate_all(row)
    page.locator("#from_bar").fill("0")
    page.locator("#from_bar").press("Tab")
    assert [1, 3] == asked(page)
    expect(page.locator("[data-bar=from]")).to_have_text(page.locator("#from_bar").input_value())


def test_a_finger_chooses_several_bars(open_score, rendered):
    """By a tap and by steps; nothing of what comes up is cut off, and a finger still scrolls."""
    page = open_score(**FINGER)
    bars = json.loads(rendered["positions_narrow"].read_text())["bars"]

    page.touchscreen.tap(*middle(page, bars[1], "narrow"))
    awake(page)
    for _ in range(2):
        page.get_by_role("button", name="End a bar later").tap()

    assert [1, 3] == asked(page)
    expect(page.locator(".score--narrow .marks__chosen")).to_have_count(3)
    for button in page.locator("chosen-bars button").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert box["y"] + box["height"] <= PHONE["height"]
        assert min(box["width"], box["height"]) >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    touch = page.locator(".score--narrow .sheet").first.evaluate(
        "(sheet) => getComputedStyle(sheet).touchAction"
    )
    assert "auto" == touch


@pytest.mark.parametrize(
    ("options", "kind"),
    [({"viewport": DESK}, "positions"), (FINGER, "positions_narrow")],
    ids=["laptop", "phone"],
)
def test_two_systems_stand_on_the_first_screen(open_score, rendered, options, kind):
    """Between the title and the player."""
    page = open_score(**options)
    bars = json.loads(rendered[kind].read_text())["bars"]
    second = sorted({bar["y"] for bar in bars if bar["page"] == 0})[1]
    bar = next(bar for bar in bars if bar["y"] == second)
    _, y = middle(page, bar, "narrow" if kind.endswith("narrow") else "wide")

    box = page.locator(".score:visible .marks").first.bounding_box()
    half = bar["sy"] / 2 * box["width"] / json.loads(rendered[kind].read_text())["width"]
    assert y + half <= page.locator("score-player").bounding_box()["y"]


def test_the_length_stands_there_before_the_first_press(page, rendered, measures):
    """And one press on the loudest button of the player plays; it then pauses."""
    page_says = page.locator(".play__time").inner_text().split(" / ")
    assert "0:00" == page_says[0]
    minutes, seconds = (int(part) for part in page_says[1].split(":"))
    assert 60 * minutes + seconds > measures[-1]["seconds"]
    expect(page.locator("audio")).to_be_hidden()

    page.get_by_role("button", name="Play", exact=True).click()

    expect(page.locator(".play__time")).to_contain_text("0:01")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    slider = page.get_by_role("slider", name="Place in the music")
    slider.fill("12")
    page.wait_for_function("() => document.querySelector('audio').currentTime >= 12")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("audio")).to_have_js_property("paused", True)


def test_one_press_copies_the_link(page, played_piece):
    """Beside the title; the words under it say who sees the piece."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("link", name="Share").click()

    expect(page.get_by_text("Link copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(played_piece.get_absolute_url())


def test_a_phone_shares_by_its_own_sheet(open_score, played_piece):
    """And copies nothing."""
    page = open_score(**FINGER)
    page.evaluate("navigator.share = async (what) => { window.shared = what }")

    page.get_by_role("link", name="Share").tap()

    page.wait_for_function("() => window.shared")
    assert page.evaluate("window.shared.url").endswith(played_piece.get_absolute_url())
    expect(page.get_by_text("Link copied")).to_have_count(0)
