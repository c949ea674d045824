"""The tweak loop on a running site: compose, change one thing, listen, compare, go back.

The tests are one visit, in the order of the file: each goes on where the one before
it left off, so that few pieces are composed.
"""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.sounds import HEAR
from tests.serving import started

pytestmark = pytest.mark.slow

COMPOSE_MS = 120_000  # a take of eight bars is made in two seconds; a busy machine may take longer
UPBEAT = "Mozart: Sonata in A major, K. 331, Alla turca"


@pytest.fixture(scope="module")
def visit(browser, tmp_path_factory):
    """Start a site of its own, and open one window on it for the whole visit."""
    with started(tmp_path_factory.mktemp("site") / "home") as site:
        context = browser.new_context(
            base_url=site.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        page = context.new_page()
        page.remembered = {}
        yield page
        context.close()


@pytest.fixture
def page(visit):
    """The window; a script that breaks fails the test."""
    faults: list[str] = []
    visit.on("pageerror", lambda error: faults.append(str(error)))
    yield visit
    assert [] == faults


def finished(page, n: int) -> None:
    """Wait until so many takes can be heard."""
    expect(page.locator(".take audio")).to_have_count(n, timeout=COMPOSE_MS)


def bars(page) -> list[dict]:
    """Return the engraved bars of the piece on the page, in order."""
    expect(page.locator(".score--wide")).to_have_attribute("data-state", "ready")
    return json.loads(page.request.get(page.locator(".score--wide").get_attribute("src")).body())[
        "bars"
    ]


def middle(page, bar) -> tuple[float, float]:
    """Return where in the window the middle of a bar is."""
    marks = page.locator(".score--wide .marks").nth(bar["page"])
    box = marks.bounding_box()
    scale = box["width"] / marks.evaluate("(marks) => marks.viewBox.baseVal.width")
    x, y = bar["x"] + bar["sx"] / 2, bar["y"] + bar["sy"] / 2
    return box["x"] + x * scale, box["y"] + y * scale


def asked(page) -> tuple[str, str]:
    """Return the bars that the form has."""
    return page.locator("#from_bar").input_value(), page.locator("#to_bar").input_value()


def test_takes_are_shown_as_each_is_ready(page):
    """Two of one click, from a seed that is locked; the second has another."""
    page.goto("/")
    page.get_by_label("It begins as").select_option(label=UPBEAT)
    page.get_by_label("Length in bars").fill("8")
    page.get_by_text("More choices").click()
    page.get_by_label("Seed").fill("42")
    page.get_by_label("Takes").fill("2")

    page.get_by_role("button", name="Compose", exact=True).click()

    expect(page.get_by_role("heading", name="2 takes")).to_be_visible()
    expect(page.locator(".take__name")).to_have_text(["Take 1", "Take 2"])
    # Each by itself: one is heard while the page still asks for the other.
    page.wait_for_function(
        "() => document.querySelector('live-fragment')"
        " && document.querySelectorAll('.take audio').length === 1",
        timeout=COMPOSE_MS,
    )
    finished(page, 2)
    seeds = page.locator(".take data").all_text_contents()
    assert "42" == seeds[0] != seeds[1]


def test_remix_use_seed_and_use_all_fill_the_form(page):
    """Each from the page of a take; what the form held before is one press away."""
    page.get_by_role("link", name="Open this one").first.click()
    expect(page.locator("bars-form")).to_be_attached()
    page.remembered["piece"] = page.url

    page.get_by_role("link", name="Change something").click()
    expect(page.get_by_text("and its seed is kept: only what you change")).to_be_visible()
    page.get_by_text("More choices").click()
    expect(page.get_by_label("Seed")).to_have_value("42")
    expect(page.locator("seed-field")).to_have_attribute("data-state", "locked")
    expect(page.get_by_label("Length in bars")).to_have_value("8")

    page.get_by_role("button", name="redraw").click()
    expect(page.locator("seed-field")).to_have_attribute("data-state", "random")
    page.get_by_label("Length in bars").fill("12")
    page.goto(page.remembered["piece"])
    page.get_by_role("link", name="Remix: the same with new dice").click()
    expect(page.locator("seed-field")).to_have_attribute("data-state", "random")
    expect(page.get_by_label("Length in bars")).to_have_value("8")
    page.get_by_role("button", name="Put my earlier choices back").click()
    expect(page.get_by_label("Length in bars")).to_have_value("12")
    expect(page.get_by_text("but the seed, which is new")).to_be_hidden()

    page.goto(page.remembered["piece"])
    page.get_by_role("link", name="Use only its seed").click()
    expect(page.locator("#id_seed")).to_have_value("42")
    expect(page.get_by_label("Length in bars")).to_have_value("12")


def test_a_bar_is_chosen_in_the_score_and_gone_on_from(page):
    """It has the number that is printed, after an upbeat; four ways stand beside what there was."""
    page.goto(page.remembered["piece"])
    measures = bars(page)

    page.mouse.click(*middle(page, measures[11]))

    assert ("11", "11") == asked(page)
    expect(page.locator("chosen-bars output")).to_have_text("bar 11")
    expect(page.locator(".score--wide .marks__chosen")).to_have_count(1)
    expect(page.locator(".dock [data-deed=go-on]")).to_contain_text("all before bar 11 stays")
    page.locator(".dock [data-deed=go-on]").click()
    expect(page.get_by_role("heading", name="From bar 11 on, in four ways")).to_be_visible()
    expect(page.get_by_text("all before bar 11 stays")).to_be_visible()
    finished(page, 5)
    expect(page.locator(".take__name").first).to_have_text("As it was")


def test_bars_are_rewritten_by_dragging_over_them(page):
    """Nothing plays meanwhile; what there was stands first, and four others beside it."""
    page.goto(page.remembered["piece"])
    measures = bars(page)

    page.mouse.move(*middle(page, measures[12]))
    page.mouse.down()
    for bar in measures[11:9:-1]:
        page.mouse.move(*middle(page, bar), steps=3)
    page.mouse.up()

    assert ("10", "12") == asked(page)
    expect(page.locator(".score--wide .marks__chosen")).to_have_count(3)
    assert page.locator("audio").evaluate("(audio) => audio.paused")
    page.locator(".dock [data-deed=rewrite]").click()
    expect(page.get_by_role("heading", name="Bars 10 to 12 in four ways")).to_be_visible()
    finished(page, 5)
    expect(page.locator(".take__name").first).to_have_text("As it was")


def test_what_was_and_what_is_are_compared_in_place(page):
    """The other goes on where the one was, which falls silent; one link leads back."""
    sounds = page.locator(".take audio")
    begin = float(page.locator("[data-begin]").first.get_attribute("data-begin"))

    first = sounds.nth(0).evaluate(HEAR)
    other = sounds.nth(1).evaluate(HEAR)

    assert begin > 0
    assert begin - 0.1 <= first <= other + 0.1 < first + 5
    assert sounds.nth(0).evaluate("(audio) => audio.paused")
    # And back again: the first does not begin where it was left, but where the other is.
    sounds.nth(1).evaluate("(audio) => { audio.currentTime += 3; }")
    back = sounds.nth(0).evaluate(HEAR)
    assert other + 2.5 <= back
    page.get_by_role("link", name="Back to how it was").click()
    expect(page).to_have_url(page.remembered["piece"])


def test_only_what_is_new_is_shown_and_can_be_heard_alone(page):
    """Bars 10 to 12 and what stands around them, marked, as large as a phone has them."""
    page.go_back()
    finished(page, 5)
    excerpts = page.locator(".excerpt")
    expect(excerpts).to_have_count(5)
    names = excerpts.locator("svg[role=img]").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('aria-label'))"
    )
    assert all(name.endswith("bars 10 to 12 in the score") for name in names)
    assert excerpts.first.bounding_box()["height"] < 800

    new = page.get_by_role("link", name=re.compile("Hear what is new ?: Take 2"))
    new.click()

    page.wait_for_function("() => !document.querySelectorAll('.take audio')[2].paused")
    heard = page.locator(".take audio").nth(2).evaluate("(audio) => audio.currentTime")
    begin = float(new.get_attribute("data-hear"))
    until = float(new.get_attribute("data-until"))
    assert begin - 0.1 <= heard < until
    # It ends by itself, a bar after what is new.
    page.locator(".take audio").nth(2).evaluate(
        "(audio, at) => (audio.currentTime = at)", until - 1
    )
    page.wait_for_function("() => document.querySelectorAll('.take audio')[2].paused")
    ended = page.locator(".take audio").nth(2).evaluate("(audio) => audio.currentTime")
    assert until <= ended < until + 1


def test_a_take_lies_beside_what_was_before(page):
    """What differs is said in a line, and both are heard there."""
    page.get_by_role("link", name=re.compile("Compare with how it was ?: Take 1")).click()

    expect(page.locator(".page__lead")).to_have_text(
        "Bars 10 to 12 written anew · all else is the same"
    )
    expect(page.locator(".compare__parting")).to_have_text(
        re.compile("They differ in bars? 1[0-2]( to 1[12])? alone.")
    )
    expect(page.locator(".take audio")).to_have_count(2)
    page.goto(page.remembered["piece"])


def test_the_family_is_a_tree_to_walk(page):
    """Down to a way to go on, and up again."""
    tree = page.locator(".family__tree")
    expect(tree.get_by_text("goes on from bar 11")).to_have_count(4)
    expect(tree.get_by_text("bars 10 to 12 rewritten")).to_have_count(4)

    tree.get_by_role("link", name="goes on from bar 11").first.click()

    expect(page.locator(".family__tree [aria-current]")).to_contain_text("This piece")
    expect(
        page.get_by_text(re.compile("continued in the manner of .* from bar 11"))
    ).to_be_visible()
    page.get_by_role("link", name="Compare with the piece before").first.click()
    expect(page.locator(".page__lead")).to_contain_text("rom bar 11 on written anew")
    page.get_by_role("link", name=re.compile("Open this one ?: A")).click()
    expect(page).to_have_url(page.remembered["piece"])


def test_a_piece_is_composed_again_and_is_the_same(page):
    """From what is stored of it."""
    page.get_by_role("button", name="does its recipe give these notes again").click()

    answer = page.locator("[data-stage=identical]")
    expect(answer).to_contain_text("Identical: every note", timeout=COMPOSE_MS)
    page.get_by_role("link", name="Back to the piece").click()
    expect(page.get_by_role("heading", name="What was asked for")).to_be_in_viewport()


def test_one_click_gives_five_temperatures(page):
    """Calmer to wilder; they come one by one, and the first is waited for."""
    page.goto(page.remembered["piece"])
    page.get_by_role("button", name="At five temperatures").click()

    expect(page.get_by_role("heading", name="At five temperatures")).to_be_visible()
    names = page.locator(".take__name").all_text_contents()
    warmths = [float(re.search(r"[\d.]+", name)[0]) for name in names]
    assert 5 == len(warmths)
    assert sorted(warmths) == warmths
    page.locator(".take audio").first.wait_for(timeout=COMPOSE_MS)
