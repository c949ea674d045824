"""The training room in a browser: a form that answers, curves that grow, a network one hears."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from generator.config import NotesTrainingConfig
from tests.serving import ROOT, Site, started
from tests.webapp.factories import FIGURES, make_corpus, make_training
from tests.worker.factories import write_corpus
from webapp import jobs
from webapp.models import Status, Training

SOUND = ROOT / "webapp" / "examples" / "1-k331-3" / "piece.mp3"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297"><path d="M9 9h99"/></svg>'
LEARNS_MS = 240_000  # until a first epoch, on a busy machine
GROWN = "(n) => document.querySelector('polyline').points.numberOfItems > n"
PASSWORD = "a long password"  # noqa: S105


@pytest.fixture
def training(transactional_db) -> Training:
    """Store a training that a worker is at."""
    config = NotesTrainingConfig(epochs=20).to_dict()
    return make_training(Status.RUNNING, recipe="notes", stage="fitting", config=config)


def tell(training: Training, n: int) -> None:
    """Do what a worker does after ``n`` epochs: figures, and what can be heard of each."""
    folder = Path(settings.MEDIA_ROOT, str(training.pk), "1")
    folder.mkdir(parents=True, exist_ok=True)
    heard = []
    for epoch in range(1, n + 1):
        files = {"mp3": folder / f"audition-{epoch}.mp3", "svg": folder / f"audition-{epoch}.svg"}
        shutil.copy(SOUND, files["mp3"])
        files["svg"].write_text(SVG)
        names = {k: str(path.relative_to(settings.MEDIA_ROOT)) for k, path in files.items()}
        heard.append({"epoch": epoch, "opening": "K. 331", "seed": 0, "files": names})
    figures = [FIGURES[min(i, 2)] | {"epoch": i + 1} for i in range(n)]
    jobs.publish(training, figures=figures, auditions=heard)


def n_points(page) -> int:
    """How many epochs the first curve has."""
    return len(page.locator("polyline").first.get_attribute("points").split())


def test_curves_grow_and_the_slider_keeps_its_place_on_a_page_nobody_reloads(staff_visit, training):
    """What plays goes on, and is the same element, while epochs are added."""
    page = staff_visit(training.get_absolute_url())
    page.evaluate("document.body.dataset.mark = 'mine'")
    expect(page.get_by_text("The curves begin after the first epoch.")).to_be_visible()

    tell(training, 2)
    expect(page.locator("polyline")).to_have_count(4)
    assert 2 == n_points(page)
    slider = page.get_by_role("slider", name="Epoch to hear")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^Epoch 2: loss 3.500"))

    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^Epoch 1: loss 4.000"))
    expect(page.locator(".curve__heard.is-heard")).to_have_count(2)
    audio = page.locator("audio:visible")
    assert audio.evaluate("(audio) => audio.play().then(() => !audio.paused)")

    tell(training, 3)
    expect(slider).to_have_attribute("max", "2")
    assert 3 == n_points(page)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^Epoch 1"))
    assert audio.evaluate("(audio) => !audio.paused && audio.currentTime > 0")
    assert audio.evaluate("(audio) => audio.currentSrc").endswith("audition-1.mp3")

    slider.press("End")
    expect(page.get_by_alt_text("Score of what was composed after epoch 3")).to_be_visible()
    assert audio.evaluate("(audio) => audio.src").endswith("audition-3.mp3")
    assert "mine" == page.evaluate("document.body.dataset.mark")


def test_staff_end_a_training_and_keep_the_best(staff_visit, training):
    """One button; the page says what happens, and then what was kept."""
    tell(training, 3)
    page = staff_visit(training.get_absolute_url())

    page.get_by_role("button", name="End now, keep the best so far").click()

    expect(page.get_by_text("Comes to an end, and keeps the best epoch")).to_be_visible()
    assert Training.objects.get().keeps_best
    jobs.succeed(training)
    expect(page.locator(".training__stage", has_text="It has learned.")).to_be_visible()
    expect(page.get_by_text("The best, epoch 2, was kept.")).to_be_visible()


def test_what_was_opened_stays_open(staff_visit, training):
    """The table of figures is read while a row is added to it."""
    tell(training, 2)
    page = staff_visit(training.get_absolute_url())
    page.get_by_text("All figures").click()

    tell(training, 3)

    expect(page.locator("tbody tr:visible")).to_have_count(3)


def test_the_form_shows_what_the_recipe_knows_and_says_how_long_it_takes(
    staff_visit, transactional_db
):
    """The estimate follows the knobs, and composers those of the corpora that are ticked."""
    make_corpus("Both", chopin=20_000, mozart=90_000)
    make_corpus("One", chopin=20_000)
    page = staff_visit("/trainings/new/")
    estimate = page.locator("[data-estimate]")
    expect(estimate).to_contain_text("3 pieces with 130,000 notes")
    before = estimate.text_content()

    page.get_by_label("Epochs", exact=True).fill("400")
    expect(estimate).to_contain_text("hours")
    assert before != estimate.text_content()

    page.get_by_label("Epochs", exact=True).fill("0")
    expect(estimate).to_contain_text("A number from 1 to 1,000, please.")

    page.get_by_label("Both").uncheck()
    page.get_by_label("Epochs", exact=True).fill("3")
    expect(estimate).to_contain_text("1 pieces with 20,000 notes")
    expect(page.get_by_label("In the manner of").locator("option:enabled")).to_have_text(["Chopin"])

    page.get_by_text("More choices").click()
    expect(page.get_by_label("Width")).to_be_visible()
    page.get_by_label("What it learns").select_option("chords")
    expect(page.get_by_label("Width")).to_be_hidden()
    expect(page.get_by_label("Rare chords")).to_be_visible()


def test_without_a_script_everything_is_there(staff_visit, training):
    """A player for each audition, a link to look again, a button that asks how long it takes."""
    tell(training, 2)
    make_corpus(chopin=20_000)
    page = staff_visit(training.get_absolute_url(), java_script_enabled=False)

    expect(page.locator("audio:visible")).to_have_count(2)
    expect(page.get_by_role("link", name="Refresh to see how far it is")).to_be_visible()
    page.goto("/trainings/new/")
    page.get_by_role("button", name="How long will it take?").click()
    expect(page.get_by_text("1 pieces with 20,000 notes")).to_be_visible()


@pytest.mark.slow
def test_a_small_network_is_taught_watched_heard_and_kept(browser, tmp_path):
    """On a running site: begun from the form, with a real worker; ended with the best so far."""
    write_corpus(tmp_path / "corpus" / "nobody")
    with started(tmp_path / "home") as site, browser.new_context(base_url=site.url) as context:
        _make_staff_and_corpus(site, tmp_path / "corpus")
        page = context.new_page()
        page.goto("/admin/login/?next=/trainings/new/")
        page.get_by_label("Username").fill("staff")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()

        page.get_by_label("What it learns").select_option("chords")
        page.get_by_label("Epochs", exact=True).fill("1000")
        page.get_by_label("Audition every").fill("1")
        page.get_by_text("More choices").click()
        page.get_by_label("Rare chords").fill("1")
        page.get_by_role("button", name="Train", exact=True).click()

        page.evaluate("document.body.dataset.mark = 'mine'")
        slider = page.get_by_role("slider", name="Epoch to hear")
        expect(slider).to_be_visible(timeout=LEARNS_MS)
        page.wait_for_function(GROWN, arg=n_points(page), timeout=LEARNS_MS)
        expect(slider).not_to_have_attribute("max", "0", timeout=LEARNS_MS)
        slider.press("Home")
        assert page.locator("audio:visible").evaluate("(a) => a.play().then(() => !a.paused)")
        assert "mine" == page.evaluate("document.body.dataset.mark")

        page.get_by_role("button", name="End now, keep the best so far").click()
        expect(page.locator(".training__stage", has_text="It has learned.")).to_be_visible(
            timeout=LEARNS_MS
        )
        expect(page.get_by_text(re.compile("It ended when it was asked to"))).to_be_visible()
        expect(page.get_by_text("Its model is not offered to visitors yet.")).to_be_visible()


def _make_staff_and_corpus(site: Site, folder: Path) -> None:
    code = f"""
from django.contrib.auth import get_user_model
from webapp.models import Corpus, CorpusFile
get_user_model().objects.create_superuser("staff", password={PASSWORD!r})
corpus = Corpus.objects.create(title="Little", folder={str(folder)!r})
CorpusFile.objects.create(
    corpus=corpus, path="nobody/piece-0.mid", composer="nobody", notes=60, verdict="taken"
)
"""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env={**os.environ, "IMPROMPTU_HOME": str(site.home)},
        check=True,
    )
