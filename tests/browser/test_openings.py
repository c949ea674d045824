"""An opening in a real browser: found, heard, cut and gone on from; one of one's own brought."""

from __future__ import annotations

import json
import re
import wave
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.webapp.factories import make_file, make_notes_checkpoint, make_primer
from tests.webapp.own_openings import OPENING
from webapp import checkpoints, jobs, openings
from webapp.models import Piece, Primer, Upload

LINE = Path(__file__).parents[2] / "static" / "img" / "staves.svg"
PAGE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2976.4 4209.4"/>'
SECONDS = 0.5  # a quarter note


def bar(number: int, page: int = 0) -> dict[str, float]:
    """Return where a bar of four quarters stands on a line of four."""
    place = {"id": number, "page": page, "x": 300 + 600 * number, "y": 500, "sx": 600, "sy": 200}
    return place | {"top": 480, "position": 4.0 * number, "seconds": 4 * SECONDS * number}


def shown(primer: Primer) -> Primer:
    """Give an opening the files of its page, its sound eight seconds of silence."""
    places = {"width": 2976.4, "height": 4209.4, "bars": [bar(i) for i in range(4)]}
    places["segments"] = [bar(i) | {"sx": 40} for i in range(4)]
    make_file(primer, "score-1.svg", PAGE, "svg")
    make_file(primer, "thumbnail.svg", LINE.read_bytes(), "thumbnail")
    make_file(primer, "positions.json", json.dumps(places).encode(), "positions")
    sound = make_file(primer, "piece.mp3", b"", "mp3")
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 8))
    return primer


def test_it_is_found_heard_cut_and_gone_on_from(visit, shelf):
    """From the form to the list, to its page, and back with the bars that were chosen."""
    shown(make_primer(name="k1", title="Rondo", opening=OPENING))
    checkpoints.activate(make_notes_checkpoint())
    page = visit("/")
    page.get_by_role("link", name="Browse, or bring your own").click()
    page.get_by_role("link", name="Rondo", exact=True).click()
    expect(page.locator(".score--wide")).to_have_attribute("data-state", "ready")
    assert 4 == page.locator(".marks__chosen").count()

    page.get_by_label("From bar").fill("2")
    page.get_by_label("to bar").fill("3")
    page.get_by_label("to bar").blur()
    assert 2 == page.locator(".marks__chosen").count()
    page.get_by_role("button", name="Hear these bars").click()
    audio = page.locator("audio")
    expect(audio).to_have_js_property("paused", False)
    assert 2 <= audio.evaluate("audio => audio.currentTime") < 5
    audio.evaluate("audio => { audio.currentTime = 5.7 }")
    expect(audio).to_have_js_property("paused", True)
    assert 6 <= audio.evaluate("audio => audio.currentTime") < 7

    page.get_by_role("button", name="Begin with these bars").click()
    expect(page).to_have_url(re.compile(r"/\?primer=k1--2-3$"))
    page.get_by_role("button", name="Compose", exact=True).click()
    expect(page).to_have_url(re.compile(r"/pieces/"))
    assert "k1--2-3" == Piece.objects.get().primer_id


def test_two_clicks_with_shift_choose_bars(visit, shelf):
    """The first says from where, the second to where."""
    shown(make_primer(name="k1", title="Rondo", opening=OPENING))
    page = visit("/openings/k1/")
    expect(page.locator(".score--wide")).to_have_attribute("data-state", "ready")
    sheet = page.locator(".sheet").bounding_box()
    scale = sheet["width"] / 2976.4

    for x in (1800, 1200):
        place = {"x": x * scale, "y": 600 * scale}
        page.locator(".sheet").click(position=place, modifiers=["Shift"])

    assert ("2", "3") == (
        page.get_by_label("From bar").input_value(),
        page.get_by_label("to bar").input_value(),
    )
    expect(page.locator("audio")).to_have_js_property("paused", True)


def test_ones_own_is_brought_judged_and_begun_with(visit, shelf, tmp_path):
    """The page fills itself with what the worker says; then it is in the form."""
    (tmp_path / "waltz.mid").write_bytes(b"MThd")
    page = visit("/openings/")
    page.get_by_role("link", name="Bring your own").click()
    page.get_by_label("File").set_input_files(tmp_path / "waltz.mid")
    expect(page.locator("drop-files")).to_contain_text("waltz.mid")
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_text("Waiting for the machine to be free")).to_be_visible()

    upload = jobs.claim(Upload, Upload.objects.get().pk)
    primer = openings.keep(upload, OPENING, [{"code": "drums_left_out", "values": {"n": 1}}])
    shown(primer)
    jobs.succeed(upload)

    expect(page.get_by_text("1 drum note left out.")).to_be_visible()
    expect(page.locator(".score--wide")).to_have_attribute("data-state", "ready")
    page.get_by_role("button", name="Begin with these bars").click()
    expect(page.get_by_label("It begins as").locator(":checked")).to_have_text("Yours: Mine")


def test_a_file_is_named_that_was_chosen_before_the_script_came(visit, shelf, tmp_path):
    """On a slow line people are faster than the page."""
    (tmp_path / "waltz.mid").write_bytes(b"MThd")
    page, held = visit("/openings/"), []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/drop-files*.js", hold)
    with page.expect_request("**/drop-files*.js"):
        page.get_by_role("link", name="Bring your own").click()
    page.get_by_label("File").set_input_files(tmp_path / "waltz.mid")
    held[0].continue_()
    expect(page.locator("drop-files")).to_contain_text("waltz.mid")


def test_everything_is_there_without_a_script_and_on_a_phone(visit, shelf):
    """The list, the numbers, the button; nothing runs over the edge."""
    shown(make_primer(name="k1", title="Rondo", opening=OPENING))
    size = {"width": 360, "height": 740}
    page = visit("/openings/", java_script_enabled=False, viewport=size, locale="ru")
    page.get_by_role("link", name="Rondo", exact=True).click()
    page.locator("[name=from_bar]").fill("4")
    page.locator(".choice .button--main").click()
    assert page.url.endswith("/?primer=k1--4-4")
    for place in ("/openings/", "/openings/k1/", "/openings/upload/"):
        wide = visit(place, viewport=size, locale="ru")
        assert wide.evaluate("document.documentElement.scrollWidth") <= size["width"]
