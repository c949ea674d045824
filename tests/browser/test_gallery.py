"""The gallery in a browser: what is kept is found again, named, liked, hidden, taken along."""

from __future__ import annotations

import re
import zipfile

import pytest
from django.http import HttpResponse
from playwright.sync_api import expect

from tests.webapp.factories import make_file, make_piece
from webapp import ownership
from webapp.models import Status


@pytest.fixture
def alice(visit, shelf):
    """Open pages as alice does, who has three pieces, each with a MIDI file."""
    for title, heat in (("Barcarolle", 0.5), ("Valse", 1.0), ("Nocturne", 1.5)):
        config = {"temperature": heat, "seed": 7}
        piece = make_piece(Status.SUCCEEDED, title=title, owner="alice", config=config)
        make_file(piece, "piece.mid", b"MThd", "midi")
    response = HttpResponse()
    ownership.remember(response, "alice")
    value = response.cookies[ownership.COOKIE].value

    def open_page(path):
        page = visit("/pieces/")
        page.context.add_cookies([{"name": ownership.COOKIE, "value": value, "url": page.url}])
        page.goto(path)
        return page

    return open_page


def titles(page):
    """The pieces of a list, in its order."""
    return page.locator(".catalogue h2, .catalogue h3").all_inner_texts()


def test_a_piece_is_found_by_its_title_and_sorted_among_others(alice):
    """By the search line; then all of them, from the calmest to the wildest."""
    page = alice("/pieces/")
    page.get_by_label("Title, composer, opening or model").fill("nocturn")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile("q=nocturn"))
    assert ["Nocturne"] == titles(page)

    page.goto("/pieces/?sort=title")
    assert ["Barcarolle", "Nocturne", "Valse"] == titles(page)


def test_a_piece_is_named_liked_and_hidden_by_its_owner(alice, visit):
    """Where it stands, by a star, and by one button: a stranger finds it no more."""
    page = alice("/pieces/?mine=1")
    page.get_by_role("link", name="Valse", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/pieces/[0-9a-f-]{36}/"))
    address = page.url

    page.get_by_text("Edit or delete").click()
    page.get_by_label("Title", exact=True).fill("Valse triste")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Valse triste")).to_be_visible()
    page.get_by_role("button", name="Favourite").click()
    expect(page.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Make it private").click()
    expect(page.get_by_text("Only you can see it")).to_be_in_viewport()

    page.goto("/pieces/?favourites=1")
    assert ["Valse triste"] == titles(page)
    stranger = visit("/pieces/")
    assert ["Nocturne", "Barcarolle"] == titles(stranger)
    assert 404 == stranger.request.get(address).status


def test_several_are_taken_along_deleted_and_had_back(alice, tmp_path):
    """All by one tick; what was deleted stands again after one press."""
    page = alice("/pieces/?mine=1")
    page.get_by_role("button", name="Select all").click()
    expect(page.get_by_text("3 chosen")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()
    downloading.value.save_as(tmp_path / "all.zip")
    assert 3 == len(zipfile.ZipFile(tmp_path / "all.zip").namelist())

    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("You have composed nothing here yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".catalogue > li")).to_have_count(3)


def test_one_that_is_deleted_and_had_back_leaves_one_where_one_was(alice):
    """In the list, in its order; the notice has said which one it was."""
    page = alice("/pieces/?mine=1&sort=title")
    page.get_by_role("checkbox", name=re.compile("Select.*Nocturne")).check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Nocturne” is deleted.")).to_be_visible()

    page.get_by_role("button", name="Undo").click()

    expect(page).to_have_url(re.compile(r"/pieces/\?mine=1&sort=title#piece-"))
    assert ["Barcarolle", "Nocturne", "Valse"] == titles(page)


@pytest.mark.parametrize("size", [(1280, 800), (390, 780)])
def test_what_can_be_done_with_ticked_pieces_stays_in_sight(alice, size):
    """However far down the piece stands that is ticked; with none ticked it is out of the way."""
    page = alice("/pieces/?mine=1")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    last = page.get_by_role("checkbox").last
    last.scroll_into_view_if_needed()
    delete = page.get_by_role("button", name="Delete")
    expect(delete).not_to_be_in_viewport()

    last.check()

    expect(delete).to_be_in_viewport()
    expect(page.get_by_text("1 chosen")).to_be_in_viewport()
    last.uncheck()
    expect(delete).not_to_be_in_viewport()


def test_star_and_tick_are_large_and_apart_on_a_phone(alice):
    """A thumb meets the one and not the other."""
    page = alice("/pieces/?mine=1")
    page.set_viewport_size({"width": 390, "height": 780})
    card = page.locator(".catalogue > li").first

    star, sign = card.locator(".star").bounding_box(), card.locator(".star__sign").bounding_box()
    label, box = card.locator("label").bounding_box(), card.get_by_role("checkbox").bounding_box()

    assert min(star["height"], label["height"]) >= 44
    assert min(sign["height"], box["height"], box["width"]) >= 24
    assert label["x"] - (star["x"] + star["width"]) >= 24


def test_a_star_says_where_the_piece_is_kept(alice):
    """Politely, once, with the way there; taken back, it says nothing."""
    page = alice("/pieces/")
    card = page.locator(".catalogue > li").first
    said = card.get_by_role("status")

    card.get_by_role("button", name="Favourite").click()

    expect(said).to_have_text(
        "Kept in this browser, under Pieces → Favourites. An account keeps it everywhere."
    )
    card.get_by_role("button", name="Favourite").click()
    expect(said).to_be_empty()
    card.get_by_role("button", name="Favourite").click()
    said.get_by_role("link", name="Pieces → Favourites").click()
    expect(page.locator(".catalogue > li")).to_have_count(1)
    expect(page.locator(".notices")).to_have_count(0)


def test_the_time_of_day_is_the_visitors_own(alice, browser, live_server):
    """As the clock on the wall has it, wherever the wall is."""
    page = alice("/pieces/?mine=1")
    state = page.context.storage_state()
    far = browser.new_context(
        base_url=live_server.url, storage_state=state, timezone_id="Asia/Kolkata", locale="en-GB"
    )
    elsewhere = far.new_page()
    elsewhere.goto("/pieces/?mine=1")

    time = elsewhere.locator("local-time time").first
    expect(time).to_have_text(re.compile("^(today|yesterday), "))
    theirs = time.evaluate(
        """(e) => new Intl.DateTimeFormat("en", {timeStyle: "short", timeZone: "Asia/Kolkata"})
            .format(new Date(e.dateTime))"""
    )
    assert theirs in time.inner_text()
    far.close()
