"""Bringing music in a real browser: files chosen and dropped, and the verdicts that come."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from tests.worker.factories import song, zipped
from webapp import jobs
from webapp.models import Corpus, Intake, Status
from worker import intake as intakes
from worker.lifecycle import carry_out

DROP = """([name, content, selector]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(content)], name));
  const place = document.querySelector(selector);
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files });
    place.dispatchEvent(event);
  }
}"""


@pytest.fixture
def music() -> bytes:
    """A zip of two composers, with three bad files in it."""
    return zipped(
        {
            "chopin/waltz.mid": song(*range(48, 84)),
            "bach/fugue.mid": song(*range(50, 70)),
            "chopin/letter.mid": b"Dear friend",
            "chopin/cut.mid": song(60, 62, 64)[:60],
            "bach/nothing.mid": b"",
        }
    )


def read_what_waits() -> None:
    """Do what a worker does, beside the server and by the same connection, as the server does.

    Two connections to a database in memory do not wait for each other.
    """
    shared = connections["default"]

    def work() -> None:
        connections["default"] = shared
        for row in Intake.objects.filter(status=Status.QUEUED):
            carry_out(Intake, str(row.pk), intakes.take_in)

    shared.inc_thread_sharing()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(120)
    shared.dec_thread_sharing()


def describe(page: Page) -> None:
    """Fill in whom to thank."""
    page.locator("#uploaded-title").fill("Ours")
    page.locator("#uploaded-attribution").fill("Us, example.org")
    page.locator("#uploaded-licence").fill("CC0")


def test_a_dropped_zip_is_read_and_every_verdict_is_shown(staff_visit, music):
    """Three are refused with their reasons, before two that were taken; nobody reloads."""
    page = staff_visit("/corpora/new/")
    page.evaluate(DROP, ["music.zip", list(music), "drop-files"])
    expect(page.locator("drop-files")).to_contain_text("music.zip")
    describe(page)
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_text("Waiting for the machine to be free")).to_be_visible()

    read_what_waits()

    expect(page.locator("[data-stage]")).to_have_text("2 files were taken, 3 were refused.")
    rows = page.locator(".ledger--files tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(0)).to_contain_text("nothing.mid cannot be read as music: it is empty.")
    expect(rows.nth(1)).to_contain_text("it ends in the middle of a track.")
    expect(rows.nth(2)).to_contain_text("it is neither MIDI nor MusicXML.")
    expect(rows.nth(3)).to_contain_text("bach/fugue.mid")
    expect(page.locator(".bars svg")).to_have_count(2)
    corpus = Corpus.objects.get()
    assert ["fugue.mid", "waltz.mid"] == sorted(p.name for p in corpus.path.rglob("*.mid"))


def test_single_files_are_dropped_one_after_the_other(staff_visit):
    """The second is added to the first; both are by the one who is named."""
    page = staff_visit("/corpora/new/")
    for name in ("a.mid", "b.mid"):
        page.evaluate(DROP, [name, list(song(60, 62, 64)), "drop-files"])
    expect(page.locator("drop-files")).to_contain_text("a.mid, b.mid")
    page.locator("#uploaded-composer").fill("Erik Satie")
    describe(page)

    page.get_by_role("button", name="Upload and read").click()
    page.wait_for_url("**/corpora/*-*/")

    dropped = Path(Intake.objects.get().dropped)
    assert ["a.mid", "b.mid"] == sorted(path.name for path in dropped.rglob("*.mid"))


def test_it_works_without_a_script(staff_visit, music):
    """The field alone takes the files, and a link shows how far it is."""
    page = staff_visit("/corpora/new/", java_script_enabled=False)
    file = {"name": "music.zip", "mimeType": "application/zip", "buffer": music}
    page.locator("#uploaded-files").set_input_files(file)
    describe(page)

    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_text("Waiting for the machine to be free")).to_be_visible()
    read_what_waits()
    page.get_by_role("link", name="Refresh to see how far it is").click()

    expect(page.locator("[data-stage]")).to_have_text("2 files were taken, 3 were refused.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_room_for_all_of_it(staff_visit, music, scheme):
    """Nothing runs out of the page at the side."""
    options = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    page = staff_visit("/corpora/new/", **options)
    file = {"name": "music.zip", "mimeType": "application/zip", "buffer": music}
    page.locator("#uploaded-files").set_input_files(file)
    describe(page)
    widths = [page.evaluate("document.documentElement.scrollWidth")]
    page.get_by_role("button", name="Upload and read").click()
    page.wait_for_url("**/corpora/*-*/")
    read_what_waits()
    expect(page.locator(".ledger--files")).to_be_visible()

    widths.append(page.evaluate("document.documentElement.scrollWidth"))

    assert [390, 390] == widths


def test_a_broken_download_is_said_and_can_be_tried_again(staff_visit):
    """While one looks on: the sentence, and the button."""
    page = staff_visit("/corpora/new/")
    page.get_by_role("button", name="Fetch it").click()
    expect(page.get_by_text("Waiting for the machine to be free")).to_be_visible()
    intake = jobs.claim(Intake, Intake.objects.get().pk)

    jobs.fail(intake, "host_gone", {"host": "example.org", "reason": "it is gone"})
    stage = page.locator("[data-stage]")
    expect(stage).to_contain_text("example.org cannot be reached: it is gone.")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("Waiting for the machine to be free")).to_be_visible()
    assert 2 == Intake.objects.count()
