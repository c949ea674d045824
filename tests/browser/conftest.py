"""Debian's Chromium, and a live server with a shelf to compose from."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from generator.rendering import piece as rendering
from generator.score import Score
from tests.webapp.conftest import Shelf
from tests.webapp.factories import make_checkpoint, make_piece, make_primer
from webapp.models import Piece, Status

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 20_000
EXAMPLE = Path(settings.EXAMPLES_ROOT, "1-k331-3", "piece.json")

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder; what a busy machine makes late is tried again."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
            if item.get_closest_marker("on_the_beat"):
                item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for all tests."""
    if not shutil.which(CHROMIUM):
        pytest.skip("Chromium is not installed")
    # Playwright keeps an event loop in this thread; the tests' own queries run beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def shelf(transactional_db) -> Shelf:
    """Store the active model and an opening, for the server's threads to see."""
    return Shelf(make_checkpoint(is_active=True), make_primer())


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """Collect what the browser complains of; whatever is left at the end fails the test."""
    lines: list[str] = []
    yield lines
    assert [] == lines


@pytest.fixture
def visit(browser, live_server, complaints) -> Iterator[Callable[..., Page]]:
    """Return a way to open a page in a window of one's own."""
    contexts: list[BrowserContext] = []

    def open_page(path: str = "/", **options) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def staff_visit(visit, live_server, transactional_db) -> Callable[..., Page]:
    """Return a way to open a page as one of the staff who is no superuser."""
    client = Client()
    client.force_login(get_user_model().objects.create_user("staff", is_staff=True))
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    cookie = {"name": session.key, "value": session.value, "url": live_server.url}

    def open_page(path: str, **options) -> Page:
        page = visit("/pieces/", **options)
        page.context.add_cookies([cookie])
        page.goto(path)
        return page

    return open_page


@pytest.fixture(scope="session")
def score() -> Score:
    """Read the notes of a shipped piece, six bars of them said again so that they fill pages."""
    told = Score.from_dict(json.loads(EXAMPLE.read_text(encoding="utf-8"))["score"])
    notes, end = told.notes, -(-told.end // 4) * 4
    again = [note._replace(onset=note.onset + end * i) for i in range(1, 5) for note in notes]
    return replace(told, notes=(*notes, *sorted(again)), pedals=())


@pytest.fixture(scope="session")
def rendered(score, tmp_path_factory) -> dict[str, Any]:
    """Engrave and sound it with the real programs, once."""
    folder = tmp_path_factory.mktemp("rendered")
    return rendering.render(score, folder, title="Impromptu")


@pytest.fixture
def played_piece(shelf, score, rendered) -> Piece:
    """Store that piece as a finished one, with all of its files."""
    run = {"length": 5, "work": "chpn_op23.mid", "composer": "chopin", "begin_note": 96}
    run |= {"first_bar": 95, "last_bar": 95, "piece_first_bar": 10, "piece_last_bar": 10}
    made = make_piece(Status.SUCCEEDED, score=score.to_dict(), originality=run)
    folder = Path(settings.MEDIA_ROOT, str(made.pk), "1")
    folder.mkdir(parents=True)
    for kind, entry in rendered.items():
        paths = entry if isinstance(entry, list) else [entry]
        names = [f"{made.pk}/1/{shutil.copy(path, folder) and path.name}" for path in paths]
        made.files[kind] = names if isinstance(entry, list) else names[0]
    made.save()
    return made
