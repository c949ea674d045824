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
    page.get_by_role("button", name="Choose all").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the chosen ones").click()
    downloading.value.save_as(tmp_path / "all.zip")
    assert 3 == len(zipfile.ZipFile(tmp_path / "all.zip").namelist())

    page.get_by_role("button", name="Delete the chosen ones").click()
    expect(page.get_by_text("You have composed nothing here yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".catalogue > li")).to_have_count(3)
