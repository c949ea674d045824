"""The form in a real browser: what the scripts add, and what works without them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from generator.config import GenerationConfig
from tests.webapp.factories import make_notes_checkpoint, make_piece, make_primer
from webapp import checkpoints
from webapp.models import Piece, Status
from webapp.templatetags import tweaking

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 720}
EVEN = "Even eighth notes · 40-note recipe"


@pytest.fixture
def models(shelf):
    """Store two models that know rhythm beside the 40-note recipe, one of them the default."""
    checkpoints.activate(make_notes_checkpoint())
    make_notes_checkpoint(network="transformer", composers=["bach", "liszt"], composer="liszt")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_button_is_in_sight_without_scrolling(visit, models, size, locale):
    """The one main action stands above the fold, and nothing runs over the edge."""
    page = visit("/", viewport=size, locale=locale)

    button = page.locator(".button--main").bounding_box()

    assert button["y"] + button["height"] <= size["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("size", [{"width": 390, "height": 780}, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_button_is_in_sight_where_a_piece_fills_the_form(visit, models, size, locale):
    """With what is said of the piece, and the way back to what one had."""
    model = make_notes_checkpoint()
    config = GenerationConfig.for_model({"seed": 7}, **model.abilities).to_dict()
    piece = make_piece(Status.SUCCEEDED, checkpoint=model, config=config)
    page = visit("/", viewport=size, locale=locale)
    page.locator("#id_bars").fill("12")

    page.goto(tweaking.all_url(piece))

    expect(page.locator("[data-filled] button")).to_be_visible()
    button = page.locator(".button--main").bounding_box()
    assert button["y"] + button["height"] <= size["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_what_one_had_comes_back_whole(visit, models):
    """The line of the piece goes with it; where nothing is another, there is no way back."""
    piece = make_piece(Status.SUCCEEDED, checkpoint=make_notes_checkpoint())
    page = visit("/")
    page.get_by_label("Length in bars").fill("12")
    page.get_by_text("More choices").click()
    page.get_by_label("Seed").fill("42")

    page.goto(tweaking.remix_url(piece))
    expect(page.locator("seed-field")).to_have_attribute("data-state", "random")
    page.get_by_role("button", name="Put my earlier choices back").click()

    expect(page.get_by_label("Length in bars")).to_have_value("12")
    expect(page.locator("#id_seed")).to_have_value("42")
    expect(page.locator("[data-filled]")).to_have_count(0)
    expect(page.locator("#id_parent")).to_have_value("")
    page.goto("/?bars=12&seed=42")
    expect(page.locator("#id_seed")).to_have_value("42")
    expect(page.get_by_role("button", name="Put my earlier choices back")).to_have_count(0)


def test_several_takes_are_asked_for_once(visit, models):
    """All else is as it was left; the next click makes one piece again."""
    page = visit("/")
    page.get_by_label("Length in bars").fill("12")
    page.get_by_label("Takes").fill("4")

    page.goto(f"/?primer={make_primer(name='other', title='Rondo').pk}")

    expect(page.get_by_label("Length in bars")).to_have_value("12")
    expect(page.get_by_label("Takes")).to_have_value("1")


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
    page.get_by_text("More choices").click()
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


def test_the_fields_follow_the_chosen_model(visit, models):
    """Rhythm or not, and whom it knows; what is not shown is not sent."""
    page = visit()
    page.get_by_text("More choices").click()
    model, composer = page.get_by_label("It goes on with"), page.get_by_label("In the manner of")
    rhythm = [composer, page.get_by_label("Length in bars"), page.get_by_label("With pedal")]
    for field in rhythm:
        expect(field).to_be_visible()
    expect(page.get_by_label("Length in notes")).to_be_hidden()
    expect(composer).to_have_value("chopin")

    model.select_option(label="Rhythm, dynamics and bars · Transformer")
    expect(composer).to_have_value("liszt")
    assert ["Bach", "Liszt"] == composer.locator("option:enabled").all_inner_texts()

    model.select_option(label=EVEN)
    for field in rhythm:
        expect(field).to_be_hidden()
    expect(page.get_by_label("Length in notes")).to_have_value("100")


def test_what_is_chosen_for_one_model_is_not_sent_to_another(visit, models):
    """A length that only the one has may even be nonsense."""
    page = visit()
    page.get_by_label("Length in bars").fill("1")
    page.get_by_label("It goes on with").select_option(label=EVEN)

    page.get_by_role("button", name="Compose").click()

    expect(page).to_have_url(re.compile(r"/pieces/"))
    assert {"notes": 100, "bars": None}.items() <= Piece.objects.get().config.items()


def test_notes_and_rhythm_follow_the_temperature_until_they_are_moved(visit, models):
    """Left alone they are not sent; moved they stay; emptied they follow again."""
    page = visit()
    page.get_by_text("More choices").click()
    main = page.get_by_label("Temperature", exact=True)
    slider = page.get_by_role("slider", name="Temperature of the notes, from calmer to wilder")
    number = page.get_by_label("Temperature of the notes", exact=True)

    main.fill("1.5")
    expect(slider).to_have_value("1.5")
    expect(number).to_have_attribute("placeholder", "1.5")
    slider.fill("0.7")
    main.fill("0.9")
    expect(number).to_have_value("0.7")
    number.fill("")
    expect(slider).to_have_value("0.9")
    slider.fill("0.4")
    page.get_by_role("button", name="Compose").click()

    expect(page).to_have_url(re.compile(r"/pieces/"))
    config = Piece.objects.get().config
    chosen = ("temperature", "pitch_temperature", "rhythm_temperature")
    assert [0.9, 0.4, None] == [config[name] for name in chosen]


def test_without_a_script_every_field_is_there_and_explained(visit, models):
    """What a model does not know is passed over."""
    page = visit("/", java_script_enabled=False)
    words = page.locator("noscript p")  # Playwright looks for no text in there
    expect(words).to_be_visible()
    expect(words).to_contain_text("The 40-note recipe counts its length in notes")
    page.get_by_label("Length in notes").fill("1")
    page.get_by_text("More choices").click()
    page.get_by_label("With rubato").uncheck()

    page.get_by_role("button", name="Compose").click()

    expect(page).to_have_url(re.compile(r"/pieces/"))
    config = Piece.objects.get().config
    assert (32, True, False) == (config["bars"], config["pedal"], config["rubato"])


def test_the_keyboard_reaches_every_choice_in_the_order_of_the_page(visit, models):
    """The further choices too, once Enter has opened them."""
    page = visit()
    page.get_by_label("It begins as").focus()
    names = []
    for _ in range(18):
        names.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
        if names[-1] == "SUMMARY":
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")

    temperatures = [name for name in names if "temperature" in name or name == "top_p"]
    assert ["temperature", "pitch_temperature", "rhythm_temperature", "top_p"] == temperatures
    assert ["primer", "checkpoint", "composer", "bars"] == names[:4]
    assert ["seed", "pedal", "rubato", "BUTTON"] == [
        name for name in names if name in ("seed", "pedal", "rubato", "BUTTON")
    ]


def test_the_keyboard_comes_first_to_a_way_past_the_head(visit, shelf):
    """The first Tab shows the link that skips to the content."""
    page = visit()

    page.keyboard.press("Tab")

    expect(page.locator(":focus")).to_have_text("Skip to the content")
    expect(page.locator(":focus")).to_be_in_viewport()
