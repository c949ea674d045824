"""What everyone can use: no violation of WCAG 2.2 AA that axe finds, nothing heavy, no one else."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from tests.browser.axe import violations
from tests.webapp import world
from tests.webapp.factories import make_file, make_piece
from webapp import ownership
from webapp.models import Checkpoint, Status

# What moves where motion was asked not to be.
MOVES = """() => [...document.querySelectorAll("*")]
    .filter((one) => /[1-9]/.test(getComputedStyle(one).transitionDuration
        + getComputedStyle(one).animationDuration))
    .map((one) => `moves: ${one.outerHTML.slice(0, 100)}`)"""

HEAVIEST = 150_000  # bytes of the first page before any sound is asked for
LINE = Path(__file__).parents[2] / "static" / "img" / "staves.svg"


@pytest.fixture
def alice(live_server):
    """The state of a browser that holds the cookie of Alice."""
    response = HttpResponse()
    ownership.remember(response, "alice")
    value = response.cookies[ownership.COOKIE].value
    cookie = {"name": ownership.COOKIE, "value": value, "url": live_server.url}
    return [cookie]


@pytest.fixture
def staff(transactional_db, settings):
    """One of the staff, whose browser asks this server and the test's own."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("staff"))
    return client


@pytest.fixture
def pieces(shelf):
    """One of Alice's that is done, one that waits, one that failed, and a private one."""
    done = make_piece(Status.SUCCEEDED, owner="alice", is_example=True, note="For an evening.")
    for name, kind in (("score-1.svg", "svg"), ("thumbnail.svg", "thumbnail")):
        make_file(done, name, LINE.read_bytes(), kind)
    make_file(done, "piece.mp3", b"", "mp3")
    make_piece(Status.SUCCEEDED, owner="alice", title="Secret", is_private=True)
    waiting = make_piece(owner="alice")
    failed = make_piece(Status.FAILED, owner="alice")
    return {"done": done, "waiting": waiting, "failed": failed}


@pytest.fixture
def open_as(browser, live_server, alice):
    """Return a way to open a page as Alice does, or as a stranger."""
    contexts = []

    def open_page(path, is_alice=True, **options):
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        if is_alice:
            context.add_cookies(alice)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def every_page(transactional_db, staff):
    """Fill a site with a row of every kind; return all of its pages, and some that are asked for.

    The addresses of the site name them, so none can be forgotten.
    """
    rows = world.build()
    one, other = rows["models"][0], Checkpoint.objects.filter(recipe="notes")[1].pk
    asked = ("/pieces/?mine=1&sort=title", "/pieces/?q=zzz", "/nowhere/", "/broken/", "/refused/")
    compared = world.Page(f"/models/compare/?one={one}&other={other}", is_for_staff=False)
    return [
        *world.pages(rows, staff),
        *(world.Page(address, is_for_staff=False) for address in asked),
        compared,
    ]


@pytest.fixture
def windows(browser, live_server, alice, staff):
    """Return a way to get a window in a language, of alice's or of the staff's."""
    session = staff.cookies[settings.SESSION_COOKIE_NAME].value
    entry = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    contexts = []

    def answer(page, route):
        route.fulfill(body=page, content_type="text/html; charset=utf-8")

    def window(locale, is_for_staff, scheme):
        context = browser.new_context(
            base_url=live_server.url, locale=locale, color_scheme=scheme, reduced_motion="reduce"
        )
        context.add_cookies([entry] if is_for_staff else alice)
        with translation.override(locale[:2]):
            for address, name in (("/broken/", "500.html"), ("/refused/", "403.html")):
                page = render_to_string(name, request=RequestFactory().get(address))
                context.route(f"**{address}", partial(answer, page))
        contexts.append(context)
        return context.new_page()

    yield window
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("ru-RU", "dark")])
def test_no_page_shuts_anyone_out(every_page, windows, locale, scheme):
    """Every page there is, by day and by night; nothing moves for whom motion disturbs."""
    viewers = {
        is_for_staff: windows(locale, is_for_staff, scheme) for is_for_staff in (False, True)
    }
    found = {}
    for address, is_for_staff in every_page:
        page = viewers[is_for_staff]
        page.goto(address)
        found[address] = violations(page) + page.evaluate(MOVES)
        assert locale[:2] == page.locator("html").get_attribute("lang")

    assert len(found) > 40
    assert {} == {address: told for address, told in found.items() if told}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens_is_as_open_to_all(open_as, pieces, scheme):
    """The form of title and note, on a phone, in Russian; errors of a form; a notice to undo."""
    phone = {"viewport": {"width": 390, "height": 844}, "locale": "ru-RU", "color_scheme": scheme}
    page = open_as(pieces["done"].get_absolute_url(), **phone)
    page.locator(".edit summary").click()
    assert [] == violations(page)

    page = open_as("/account/sign-up/", **phone)
    page.locator("main form button").click()
    page.locator("[aria-invalid]").first.wait_for()
    assert [] == violations(page)

    page = open_as(pieces["failed"].get_absolute_url(), **phone)
    page.locator(".edit summary").click()
    page.get_by_role("button", name="Удалить эту пьесу").click()
    page.get_by_role("button", name="Вернуть").wait_for()
    assert [] == violations(page)


def test_axe_would_tell(open_as, pieces):
    """A picture without a text and a grey on grey are found: the check is no formality."""
    page = open_as("/models/")
    page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML("beforeend",
            "<img src='/static/img/icon.svg'><button></button>")"""
    )

    found = " ".join(violations(page))

    assert "image-alt" in found
    assert "button-name" in found


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
@pytest.mark.parametrize("path", ["/", "/pieces/", "/openings/"])
def test_the_first_page_is_light_and_asks_nobody_else(
    browser, live_server, transactional_db, path, locale
):
    """With all that ships on it, as a browser loads it: under 150 kB, from this site alone."""
    call_command("stock", verbosity=0)
    context = browser.new_context(base_url=live_server.url, locale=locale)
    page, answers = context.new_page(), []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - a builtin is no handler

    page.goto(path, wait_until="networkidle")

    weights = {urlsplit(answer.url).path: len(answer.body()) for answer in answers}
    hosts = {urlsplit(answer.url).netloc for answer in answers}
    context.close()
    assert {urlsplit(live_server.url).netloc} == hosts
    assert not [name for name in weights if name.endswith((".mp3", ".ogg", ".wav"))]
    assert sum(weights.values()) < HEAVIEST, weights
