"""Bringing music: from where it may come, what is asked for, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.webapp.orders import SAID, upload
from webapp import uploads
from webapp.models import Corpus, Intake

pytestmark = pytest.mark.django_db


def test_one_button_fetches_the_published_set(staff):
    """With whom to name and the licence filled in, and an intake that waits."""
    page = staff.get("/corpora/new/").text
    assert "Bernd Krueger" in page

    form = staff.get("/corpora/new/").context["fetched"]
    values = {name: form[name].value() for name in form.fields}
    response = staff.post("/corpora/new/", values | {"source": "fetched"})

    corpus = Corpus.objects.get()
    assert corpus.get_absolute_url() == response.url
    assert ("fetched", "CC BY-SA 3.0 DE") == (corpus.source, corpus.licence)
    assert corpus.intakes.get().url.endswith("classical-music-midi.zip")


def test_an_upload_lies_where_a_worker_finds_it(staff):
    """Moved, not copied; a name that leads elsewhere leads nowhere."""
    files = [upload("music.zip", b"PK1"), upload("../../x.mid", b"MThd")]
    response = staff.post(
        "/corpora/new/", SAID | {"source": "uploaded", "composer": "Beethoven", "files": files}
    )

    intake = Intake.objects.get()
    assert 302 == response.status_code
    found = sorted(path for path in Path(intake.dropped).rglob("*") if path.is_file())
    assert ["music.zip", "x.mid"] == [path.name for path in found]
    assert [b"PK1", b"MThd"] == [path.read_bytes() for path in found]
    assert "beeth" == intake.composer  # as corpora call the folder
    assert [] == list(Path(settings.UPLOADS_ROOT).iterdir())


@pytest.mark.parametrize("missing", ["title", "attribution", "licence"])
@pytest.mark.parametrize("source", ["uploaded", "folder"])
def test_title_attribution_and_licence_are_asked_for(staff, tmp_path, source, missing):
    """Nothing is taken without knowing whom to thank."""
    values = SAID | {"source": source, "files": [upload()], "folder": str(tmp_path), missing: ""}

    response = staff.post("/corpora/new/", values)

    assert 422 == response.status_code
    assert [missing] == [name for name in response.context[source].errors if name in SAID]
    assert not Corpus.objects.exists()


def test_single_files_need_a_composer(staff):
    """A zip says it by its folders, a file does not."""
    values = SAID | {"source": "uploaded", "files": [upload("a.mid")]}

    response = staff.post("/corpora/new/", values)

    assert 422 == response.status_code
    assert "Who composed these files?" in response.text


def test_an_upload_without_files_says_what_to_choose(staff):
    """The field is named."""
    response = staff.post("/corpora/new/", SAID | {"source": "uploaded"})

    assert 422 == response.status_code
    assert "No file came. Choose a zip" in response.text


def test_too_large_an_upload_is_stopped_while_it_comes(staff, monkeypatch):
    """Counted as it is written; the sentence says the bound, and nothing is kept."""
    monkeypatch.setattr(uploads, "MOST_ZIP_BYTES", 2_000_000)
    files = [upload("a.zip", bytes(1_500_000)), upload("b.zip", bytes(1_500_000))]

    response = staff.post("/corpora/new/", SAID | {"source": "uploaded", "files": files})

    assert 422 == response.status_code
    assert "That is more than 2 MB, which is the most at once." in response.text
    assert not Intake.objects.exists()
    assert [] == list(Path(settings.UPLOADS_ROOT).iterdir())


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("music", "must begin with /"),
        ("/nowhere/at/all", "There is no folder /nowhere/at/all on the server."),
        ("{empty}", "There is no MIDI file in"),
    ],
)
def test_a_folder_must_be_there_and_hold_music(staff, tmp_path, folder, words):
    """The sentence says what was found."""
    values = SAID | {"source": "folder", "folder": folder.format(empty=tmp_path / "home")}

    response = staff.post("/corpora/new/", values)

    assert 422 == response.status_code
    assert words in response.text


def test_a_folder_is_not_written_to(staff, tmp_path):
    """The corpus is the folder itself."""
    folder = tmp_path / "music" / "bach"
    folder.mkdir(parents=True)
    (folder / "a.mid").write_bytes(b"MThd")

    staff.post("/corpora/new/", SAID | {"source": "folder", "folder": str(folder.parent)})

    corpus = Corpus.objects.get()
    assert str(folder.parent) == corpus.folder
    assert 302 == staff.post(reverse("corpus-delete", args=[corpus.pk])).status_code
    assert Corpus.objects.exists()  # its intake waits still
    Intake.objects.all().delete()
    staff.post(reverse("corpus-delete", args=[corpus.pk]))
    assert not Corpus.objects.exists()
    assert (folder / "a.mid").exists()


def test_a_foreign_page_cannot_bring_music(staff):
    """The token is asked for, and an Origin of ours."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(staff.cookies)

    response = strict.post("/corpora/new/", SAID, headers={"Origin": "https://evil.example"})

    assert (403, 0) == (response.status_code, Corpus.objects.count())


def test_visitors_cannot_fill_the_disk(client, settings):
    """A file that comes from who is not of the staff is not written at all."""
    Path(settings.UPLOADS_ROOT).mkdir(parents=True)
    response = client.post("/corpora/new/", SAID | {"files": upload(content=bytes(100_000))})

    assert 302 == response.status_code
    assert [] == list(Path(settings.UPLOADS_ROOT).iterdir())
