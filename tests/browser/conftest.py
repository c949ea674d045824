"""Debian's Chromium, and a live server with a shelf to compose from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.webapp.conftest import Shelf
from tests.webapp.factories import make_checkpoint, make_primer

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 20_000

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
