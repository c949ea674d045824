"""Pieces side by side in a browser: by ear, by eye, on a phone, and without scripts."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.utils.timezone import now
from PIL import Image
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.sounds import HEAR
from tests.webapp.factories import make_file, make_piece
from webapp import comparing, ownership
from webapp.models import Piece, Status

EXAMPLE = Path(settings.EXAMPLES_ROOT, "1-k331-3")
PHONE = {"viewport": {"width": 390, "height": 780}, "reduced_motion": "reduce"}
WIDE = {"viewport": {"width": 1280, "height": 800}}
# A token as red, green and blue.
COLOUR = """(token) => {
    const pen = document.createElement('canvas').getContext('2d');
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(token);
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


@pytest.fixture
def pieces(shelf) -> list[Piece]:
    """Two pieces of alice's that are the same but for their last bars, with score and sound."""
    score = json.loads((EXAMPLE / "piece.json").read_text())["score"]
    end = score["notes"][-1][0]
    other = [[*n[:2], n[2] + 2 * (n[0] > end - 8), *n[3:]] for n in score["notes"]]
    made = []
    for title, notes, heat in (("Valse", score["notes"], 1.0), ("Nocturne", other, 1.45)):
        config = {"temperature": heat, "seed": 7}
        fields = {"score": score | {"notes": notes}, "owner": "alice", "config": config}
        made.append(_filed(make_piece(Status.SUCCEEDED, title=title, **fields)))
    return made


def _filed(piece: Piece) -> Piece:
    kinds = {"piece.mp3": "mp3", "score-1.svg": "svg", "positions.json": "positions"}
    for name, kind in kinds.items():
        make_file(piece, name, (EXAMPLE / name).read_bytes(), kind)
    return piece


@pytest.fixture
def alice(visit):
    """Open a page as alice does."""
    response = HttpResponse()
    ownership.remember(response, "alice")
    value = response.cookies[ownership.COOKIE].value

    def open_page(path, **options):
        page = visit("/openings/", **options)
        origin = page.evaluate("() => location.origin")
        page.context.add_cookies([{"name": ownership.COOKIE, "value": value, "url": origin}])
        page.goto(path)
        return page

    return open_page


def test_ticked_pieces_are_laid_side_by_side(alice, pieces):
    """From the list of one's own; what tells them apart stands at the top."""
    page = alice("/pieces/?mine=1", **WIDE)
    for title in ("Valse", "Nocturne"):
        page.get_by_label(f"Select: {title}").check()

    page.get_by_role("button", name="Compare the chosen ones").click()

    expect(page).to_have_url(re.compile(r"/compare/\?piece=[-0-9a-f]+&piece=[-0-9a-f]+$"))
    expect(page.locator(".page__lead")).to_contain_text("Temperature 1.")
    expect(page.locator(".compare__parting")).to_contain_text("They are the same up to bar")
    one, other = (page.locator(".take").nth(i).bounding_box() for i in range(2))
    assert one["y"] == other["y"]
    assert one["x"] + one["width"] < other["x"]


def test_one_stops_the_other_and_goes_on_at_the_same_second(alice, pieces):
    """There and back; a link begins where the machine does."""
    page = alice(comparing.address(pieces), **WIDE)
    sounds = page.locator("audio")

    first = sounds.nth(0).evaluate(HEAR)
    sounds.nth(0).evaluate("(audio) => { audio.currentTime = 9; }")
    other = sounds.nth(1).evaluate(HEAR)

    assert first < 5
    assert 9 <= other < 14
    assert sounds.nth(0).evaluate("(audio) => audio.paused")
    assert 9 <= sounds.nth(0).evaluate(HEAR)

    link = page.get_by_role("link", name=re.compile("From the machine ?: B"))
    link.click()
    page.wait_for_function("() => !document.querySelectorAll('audio')[1].paused")
    seam = float(link.get_attribute("data-hear"))
    assert seam - 0.1 <= sounds.nth(1).evaluate("(audio) => audio.currentTime") < seam + 5
    assert sounds.nth(0).evaluate("(audio) => audio.paused")


def test_pieces_that_share_nothing_begin_each_by_itself(alice, pieces):
    """The same second of another piece means nothing."""
    score = pieces[1].score
    pieces[1].score = score | {"notes": [[*n[:2], n[2] + 1, *n[3:]] for n in score["notes"]]}
    pieces[1].save()
    page = alice(comparing.address(pieces), **WIDE)
    sounds = page.locator("audio")

    sounds.nth(0).evaluate(HEAR)
    sounds.nth(0).evaluate("(audio) => { audio.currentTime = 9; }")

    assert sounds.nth(1).evaluate(HEAR) < 5


def test_on_a_phone_a_bar_under_the_thumb_switches(alice, pieces):
    """One under the other, nothing wider than the window; what is heard is pressed."""
    page = alice(comparing.address(pieces), **PHONE)
    page.locator("audio").evaluate_all("(all) => all.forEach((audio) => (audio.muted = true))")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    bar = page.get_by_role("group", name="Listen")
    a, b = (bar.get_by_role("button", name=re.compile(f"^{letter} ")) for letter in "AB")
    expect(a).to_be_in_viewport()

    a.click()
    expect(a).to_have_attribute("aria-pressed", "true")
    # What they share is not what one wants to hear first.
    seam = float(page.locator("[data-hear]").first.get_attribute("data-hear"))
    assert seam - 0.1 <= page.locator("audio").first.evaluate("(audio) => audio.currentTime")
    b.click()

    expect(b).to_have_attribute("aria-pressed", "true")
    expect(a).to_have_attribute("aria-pressed", "false")
    b.click()
    expect(b).to_have_attribute("aria-pressed", "false")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(bar).to_be_hidden()


def test_compare_with_nothing_or_one_ticked_stays_in_the_list(alice, pieces):
    """As the buttons beside it do."""
    page = alice("/pieces/?mine=1", **WIDE)
    for n in (0, 1):
        if n:
            page.get_by_label("Select: Valse").check()

        page.get_by_role("button", name="Compare the chosen ones").click()

        notice = page.get_by_role("status").filter(has_text="Choose 2 to 5 pieces")
        expect(notice).to_be_visible()
        expect(page).to_have_url(re.compile(r"/pieces/\?mine=1$"))
        page.goto("/pieces/?mine=1")


def test_stars_stand_in_one_line_after_one_was_given(alice, pieces):
    """What is said under it moves no other."""
    page = alice(comparing.address(pieces), **WIDE)
    stars = page.get_by_role("button", name="Favourite")

    stars.first.click()

    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    one, other = (star.bounding_box()["y"] for star in stars.all())
    assert one == other


def test_a_star_stays_where_it_was_given(alice, pieces):
    """Without a new page; it is there when one comes again."""
    page = alice(comparing.address(pieces), **WIDE)
    star = page.locator(".take").nth(1).get_by_role("button", name="Favourite")

    with page.expect_response(re.compile("/favourite/")):
        star.click()

    expect(star).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".take").nth(0).get_by_role("button", name="Favourite")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_without_scripts_it_is_read_and_heard_all_the_same(alice, pieces):
    """Two players, the bars of both, links that open the sound; no bar that does nothing."""
    page = alice(comparing.address(pieces), java_script_enabled=False, **PHONE)

    expect(page.locator("audio[controls]")).to_have_count(2)
    expect(page.locator(".excerpt svg").first).to_be_visible()
    expect(page.locator(".switch")).to_be_hidden()
    link = page.get_by_role("link", name=re.compile("From the machine ?: A")).get_attribute("href")
    assert re.search(r"piece\.mp3#t=[\d.]+$", link)
    page.locator(".take").nth(1).get_by_role("button", name="Favourite").click()
    expect(page).to_have_url(re.compile(rf"/compare/.*#piece-{pieces[1].pk}$"))


@pytest.fixture
def takes(pieces) -> list[Piece]:
    """Two takes of one click, of which one is still being recorded."""
    batch, fields = uuid4(), {"owner": "alice", "score": pieces[0].score, "parent": pieces[0]}
    done = _filed(make_piece(Status.SUCCEEDED, batch=batch, **fields))
    running = {"stage": "sounding", "done": 1, "total": 2, "take": 1}
    return [done, make_piece(Status.RUNNING, batch=batch, **running, **fields)]


@pytest.fixture
def lay(pieces):
    """Return a way to make so many takes of one click that are done; returns their address."""

    def made(n: int, **fields) -> str:
        fields = {"owner": "alice", "score": pieces[0].score, "batch": uuid4()} | fields
        for take in range(n):
            _filed(make_piece(Status.SUCCEEDED, take=take, **fields))
        return f"/sets/{fields['batch']}/"

    return made


def boxes(page, places: str) -> list[dict]:
    return [one.bounding_box() for one in page.locator(places).all()]


@pytest.mark.parametrize(
    ("n", "rows"), [(2, [2]), (3, [3]), (4, [2, 2]), (5, [3, 2]), (6, [3, 3]), (8, [4, 4])]
)
def test_takes_stand_in_rows_of_which_none_is_ragged(alice, lay, n, rows):
    """Name, sound and deeds of a row in one line each, on one screen; the sheets end in one."""
    page = alice(lay(n), **WIDE)
    lines = {}
    for place in (".take__name", ".take audio", ".take__presses", ".take__deeds", ".excerpt"):
        tops = [box["y"] for box in boxes(page, place)]
        assert rows == [tops.count(top) for top in sorted(set(tops))], place
        lines[place] = sorted(set(tops))
    assert len(rows) == len({box["y"] + box["height"] for box in boxes(page, ".excerpt")})
    for name, deeds in zip(lines[".take__name"], lines[".take__deeds"], strict=True):
        assert deeds - name < 300


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_of_takes_shuts_no_one_out(alice, lay, scheme):
    """By day and by night, in Russian, on a phone too."""
    page = alice(lay(4), locale="ru-RU", color_scheme=scheme, **WIDE)
    assert [] == violations(page)

    page.set_viewport_size(PHONE["viewport"])
    # At the end, where the bar under the thumb lies over nothing else.
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    assert [] == violations(page)


def test_on_a_phone_takes_are_switched_under_the_thumb(alice, pieces, lay):
    """From what is new in one to the same second of another, and of the piece as it was."""
    page = alice(lay(3, parent=pieces[0], from_bar=10), **PHONE)
    bar = page.get_by_role("group", name="Listen")
    expect(bar).to_be_in_viewport(ratio=1)

    was, second = (bar.get_by_role("button", name=name) for name in ("Before", "2"))

    second.click()
    expect(second).to_have_attribute("aria-pressed", "true")
    new = float(page.locator("[data-hear]").nth(2).get_attribute("data-hear"))
    was.click()

    expect(was).to_have_attribute("aria-pressed", "true")
    expect(second).to_have_attribute("aria-pressed", "false")
    assert new - 0.1 <= page.locator("audio").first.evaluate("(audio) => audio.currentTime")


@pytest.mark.parametrize(("last", "words"), [(12, "bars 10 to 12"), (None, "bars 10 to 15")])
def test_the_piece_as_it_was_stands_first_beside_its_takes(alice, pieces, lay, last, words):
    """Beside both rows of four; where bars were rewritten, and where it was gone on with."""
    fields = {"parent": pieces[0], "source": pieces[0].score, "from_bar": 10, "to_bar": last}
    page = alice(lay(4, **fields), **WIDE)

    before, *takes = boxes(page, ".take")
    expect(page.locator(".take__name").first).to_have_text("As it was")
    assert 4 == len(takes)
    assert [before["y"], before["y"]] == [take["y"] for take in takes[:2]]
    assert takes[2]["y"] == takes[3]["y"] > takes[0]["y"]
    assert all(before["x"] + before["width"] < take["x"] for take in takes)
    excerpt = page.locator(".excerpt [role=img]").first
    expect(excerpt).to_have_attribute("aria-label", f"As it was: {words} in the score")
    page.set_viewport_size(PHONE["viewport"])
    assert 1 == len({box["x"] for box in boxes(page, ".take")})
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_nothing_moves_when_the_last_take_is_ready(alice, takes):
    """What to keep comes where there was room for it."""
    page = alice(f"/sets/{takes[0].batch}/", **WIDE)
    first = page.locator(".take").first
    places = ".take__name, .take__sound, .take__presses, .take__deeds, .excerpt svg"
    box = "(one) => { const at = one.getBoundingClientRect(); return [at.top, at.height]; }"
    boxes = f"(take) => [...take.querySelectorAll('{places}')].map({box})"
    expect(page.get_by_text("Recording the sound")).to_be_visible()
    before = first.evaluate(boxes)

    _filed(takes[1])
    Piece.objects.filter(pk=takes[1].pk).update(status=Status.SUCCEEDED, finished_at=now())

    expect(page.get_by_text("Choose this one")).to_have_count(2)
    assert before == first.evaluate(boxes)
    assert 5 == len(before)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_progress_has_the_colour_of_the_machine(alice, takes, scheme):
    """Not the browser's blue: on the page of takes and on that of a piece."""
    for address in (f"/sets/{takes[0].batch}/", takes[1].get_absolute_url()):
        page = alice(address, color_scheme=scheme)
        bar = Image.open(BytesIO(page.locator("progress").screenshot())).convert("RGB")
        shown = bar.getpixel((bar.width // 4, bar.height // 2))
        wanted = page.evaluate(COLOUR, "--seam")
        assert max(abs(a - b) for a, b in zip(shown, wanted, strict=True)) < 4


def test_a_take_is_starred_where_it_stands(alice, takes):
    """While another is still being made, too; what is said of it moves nothing."""
    page = alice(f"/sets/{takes[0].batch}/", **WIDE)
    star = page.get_by_role("button", name=re.compile("Favourite ?: Take"))
    expect(star).to_have_count(1)
    before = boxes(page, ".take audio, .take__presses, .take__deeds, .excerpt")

    with page.expect_response(re.compile("/favourite/")):
        star.press("Enter")

    expect(star).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    assert before == boxes(page, ".take audio, .take__presses, .take__deeds, .excerpt")
    Piece.objects.filter(pk=takes[1].pk).update(status=Status.SUCCEEDED, finished_at=now())
    expect(star).to_have_count(2)
    one, other = boxes(page, ".take .star")
    assert one["y"] == other["y"]
    assert [takes[0]] == list(Piece.objects.filter(favourites__owner="alice"))


def test_all_but_one_take_go_and_come_back(alice, takes):
    """What goes is said before, and one press brings it back."""
    Piece.objects.filter(pk=takes[1].pk).update(status=Status.SUCCEEDED, finished_at=now())
    page = alice(f"/sets/{takes[0].batch}/", **WIDE)
    page.get_by_role("button", name=re.compile("Choose this one ?: Take 1")).click()
    expect(page).to_have_url(re.compile(takes[0].get_absolute_url()))
    expect(page.locator(".notice")).to_contain_text("This take is chosen, and 1 other stays")
    expect(page.locator(".notice")).to_contain_text("For ten minutes you can have that back.")
    assert 2 == Piece.objects.filter(batch=takes[0].batch).count()
    assert [] == violations(page)

    page.get_by_role("button", name="Delete the other take").click()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("The piece is back.")).to_be_visible()
    assert 2 == Piece.objects.filter(batch=takes[0].batch).count()
