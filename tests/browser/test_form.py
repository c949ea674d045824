"""The form in a real browser: what the scripts add, and what works without them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from webapp.models import Piece

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 720}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_button_is_in_sight_without_scrolling(visit, shelf, size, locale):
    """The one main action stands above the fold, and nothing runs over the edge."""
    page = visit("/", viewport=size, locale=locale)

    button = page.locator(".button--main").bounding_box()

    assert button["y"] + button["height"] <= size["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_click_leads_to_the_piece(visit, shelf):
    """What the form shows is what the row gets, the seed too."""
    page = visit()
    seed = page.get_by_label("Seed").input_value()

    page.get_by_role("button", name="Compose").click()

    expect(page).to_have_url(re.compile(r"/pieces/[0-9a-f-]{36}/$"))
    expect(page.get_by_text("Waiting for the machine to be free").first).to_be_visible()
    assert int(seed) == Piece.objects.get().config["seed"]


def test_the_form_needs_no_script(visit, shelf):
    """Without JavaScript the seed is empty, the server draws one, and a link refreshes."""
    page = visit("/", java_script_enabled=False)
    assert "" == page.get_by_label("Seed").input_value()

    page.get_by_role("button", name="Compose").click()

    page.get_by_role("link", name="Refresh to see how far it is").click()
    assert isinstance(Piece.objects.get().config["seed"], int)


def test_the_seed_is_random_until_it_is_touched(visit, shelf):
    """Touched it stays, over a reload of an address that carries it; one button lets go."""
    page = visit()
    seed, field = page.get_by_label("Seed"), page.locator("seed-field")
    again = page.get_by_role("button", name="redraw")
    expect(field).to_have_attribute("data-state", "random")
    expect(again).to_be_hidden()

    seed.fill("42")
    expect(field).to_have_attribute("data-state", "locked")

    again.click()
    expect(field).to_have_attribute("data-state", "random")
    assert "42" != seed.input_value()

    page.goto("/?seed=42")
    expect(field).to_have_attribute("data-state", "locked")
    expect(seed).to_have_value("42")


def test_slider_and_number_say_the_same_temperature(visit, shelf):
    """Each follows the other."""
    page = visit()
    slider, number = page.get_by_role("slider"), page.get_by_label("Temperature", exact=True)

    number.fill("1.5")
    expect(slider).to_have_value("1.5")

    slider.fill("0.7")
    expect(number).to_have_value("0.7")


def test_the_keyboard_comes_first_to_a_way_past_the_head(visit, shelf):
    """The first Tab shows the link that skips to the content."""
    page = visit()

    page.keyboard.press("Tab")

    expect(page.locator(":focus")).to_have_text("Skip to the content")
    expect(page.locator(":focus")).to_be_in_viewport()
