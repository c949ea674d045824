"""On a running site: a model rehearses, is given to visitors, composes, and is rolled back."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.serving import ROOT, started

pytestmark = pytest.mark.slow

WAIT_MS = 300_000  # a rehearsal of one pair takes a quarter of a minute; a busy machine longer
NAME, PASSWORD = "staff", "a long password"
NEW, OLD = "Transformer, rhythm and dynamics", "LSTM, rhythm and dynamics"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Start a site whose rehearsals are short, with a member of staff."""
    with started(tmp_path_factory.mktemp("site") / "home", REHEARSAL_PIECES="1") as site:
        words = ("--noinput", "--username", NAME, "--email", "staff@example.org")
        own = {"IMPROMPTU_HOME": str(site.home), "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        subprocess.run(
            [sys.executable, "manage.py", "createsuperuser", *words],
            cwd=ROOT,
            env=os.environ | own,
            check=True,
        )
        yield site


@pytest.fixture
def page(browser, running):
    """A window of the staff's."""
    context = browser.new_context(base_url=running.url)
    page = context.new_page()
    page.goto("/admin/login/?next=/models/")
    page.fill("#id_username", NAME)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/models/")
    yield page
    context.close()


def active(running) -> str:
    """Return what a visitor gets who chooses nothing."""
    return next(
        row["title"] for row in running.get("/api/checkpoints")["checkpoints"] if row["is_active"]
    )


def bits_per_note(name: str) -> list[float]:
    """Return what the card of a model that ships says, for each corpus."""
    card = json.loads((ROOT / "generator" / "pretrained" / name / "card.json").read_text())
    return [told["bits_per_note"] for told in card["figures"]["evaluations"]]


def test_rehearse_give_compose_and_roll_back(page, running):
    """Each is a button; a piece is by the model that was active when it was asked for."""
    assert OLD == active(running)
    page.get_by_role("link", name=NEW).first.click()
    page.get_by_role("button", name="Rehearse").click()

    # Figures and players come in without a reload.
    report = page.locator(".report")
    expect(report).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("audio")).to_have_count(2, timeout=WAIT_MS)
    known = page.get_by_role("row", name="What it knows of music it never saw")
    for bits in bits_per_note("transformer"):
        expect(known).to_contain_text(f"{bits:.2f}")
    give = page.get_by_role("button", name="Give it to visitors")
    expect(give).to_be_visible(timeout=WAIT_MS)
    give.click()

    expect(page.get_by_text(f"{NEW} is what visitors get now.")).to_be_visible()
    assert NEW == active(running)
    piece = running.final(running.compose())
    assert ("succeeded", NEW) == (piece["status"], model_of(running, piece))

    page.get_by_role("button", name=f"Roll back to “{OLD}”").click()

    expect(page.get_by_text(f"Back at {OLD}")).to_be_visible()
    assert OLD == active(running)
    piece = running.final(running.compose())
    assert ("succeeded", OLD) == (piece["status"], model_of(running, piece))


def model_of(running, piece) -> str:
    """Return the title of the model that a piece names."""
    rows = running.get("/api/checkpoints")["checkpoints"]
    return next(row["title"] for row in rows if row["id"] == piece["parameters"]["checkpoint"])
