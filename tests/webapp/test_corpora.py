"""Corpora: who may see and change them, and what staff can do with one."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.webapp.factories import (
    make_corpus_file,
    make_empty_corpus,
    make_intake,
    make_piece,
    make_primer,
    make_training,
)
from tests.webapp.orders import upload
from webapp import corpora, holdings
from webapp.models import Corpus, Intake, Primer, Status, Training

pytestmark = pytest.mark.django_db

PAGES = ("/corpora/", "/corpora/new/")
BUTTONS = ("corpus-add", "corpus-read", "corpus-cancel", "corpus-delete", "corpus-openings")


# Who may.


@pytest.mark.parametrize("address", PAGES)
def test_visitors_are_sent_to_log_in(client, address):
    """What is for staff is not shown to others."""
    response = client.get(address)

    assert (302, True) == (response.status_code, response.url.startswith("/admin/login/"))


@pytest.mark.parametrize("name", BUTTONS)
def test_no_button_works_for_visitors(client, name):
    """Nor for who is logged in and not of the staff."""
    corpus = make_empty_corpus()
    client.force_login(get_user_model().objects.create_user("somebody"))

    response = client.post(reverse(name, args=[corpus.pk]))

    assert 302 == response.status_code
    assert "/admin/login/" in response.url
    assert Corpus.objects.filter(pk=corpus.pk).exists()
    assert not Intake.objects.exists()


def test_only_staff_find_the_way_there(client, staff):
    """One word more in the head of every page."""
    assert b'href="/corpora/"' not in client.get("/pieces/").content
    assert b'href="/corpora/"' in staff.get("/pieces/").content


# What can be done.


def test_an_empty_list_offers_the_one_thing_to_do(staff):
    """Bring music."""
    assert 'href="/corpora/new/"' in staff.get("/corpora/").text


def test_a_failed_download_can_be_tried_again_with_what_came(staff):
    """The new intake has the old one's folder, in which the first half lies."""
    corpus = make_empty_corpus(source="fetched")
    values = {"host": "example.org", "reason": "it is gone"}
    old = make_intake(
        corpus,
        Status.FAILED,
        error_code="host_gone",
        error_values=values,
        url="https://example.org/a.zip",
    )
    old.folder.mkdir(parents=True)
    (old.folder / "half").write_bytes(b"1")
    page = staff.get(corpus.get_absolute_url()).text
    assert "example.org cannot be reached" in page
    assert "Try again" in page

    staff.post(reverse("corpus-read", args=[corpus.pk]))

    new = corpora.latest(corpus)
    assert ("queued", old.url) == (new.status, new.url)
    assert (new.folder / "half").exists()


def test_nothing_is_tried_again_that_went_well(staff):
    """There is nothing to repeat."""
    corpus = make_empty_corpus()
    make_intake(corpus)

    staff.post(reverse("corpus-read", args=[corpus.pk]))

    assert 1 == corpus.intakes.count()


def test_more_files_can_be_added(staff):
    """In a second intake."""
    corpus = make_empty_corpus()
    make_intake(corpus)

    staff.post(reverse("corpus-add", args=[corpus.pk]), {"files": [upload()]})

    assert 2 == corpus.intakes.count()


@pytest.mark.parametrize("is_named", [True, False])
def test_nothing_is_changed_while_a_training_uses_it(staff, is_named):
    """However the training names it; the sentence says so, and the page offers nothing."""
    corpus = make_empty_corpus()
    file = make_corpus_file(corpus, "bach/a.mid")
    training: Training = make_training(Status.RUNNING, corpus=[corpus.folder] if is_named else [])
    if not is_named:
        training.corpora.add(corpus)

    for response in (
        staff.post(reverse("corpus-delete", args=[corpus.pk]), follow=True),
        staff.post(reverse("file-delete", args=[corpus.pk, file.pk]), follow=True),
    ):
        assert "A training uses Ours." in response.text
    answer = staff.post(reverse("corpus-add", args=[corpus.pk]), {"files": [upload()]})
    assert (422, 1, True) == (answer.status_code, corpus.files.count(), corpus.path.exists())
    assert "A training is learning from this music" in staff.get(corpus.get_absolute_url()).text


def test_nothing_is_removed_while_it_is_read(staff):
    """First it is cancelled."""
    corpus = make_empty_corpus()
    make_intake(corpus, Status.RUNNING)

    response = staff.post(reverse("corpus-delete", args=[corpus.pk]), follow=True)

    assert "Ours is being read." in response.text
    assert Corpus.objects.exists()


def test_an_intake_can_be_cancelled(staff):
    """One that runs is asked to stop."""
    corpus = make_empty_corpus()
    intake = make_intake(corpus, Status.RUNNING)

    staff.post(reverse("corpus-cancel", args=[corpus.pk]))

    intake.refresh_from_db()
    assert intake.cancel_requested


def test_a_file_can_be_taken_out(staff):
    """It is gone from the disk, and from the sums."""
    corpus = make_empty_corpus()
    file, other = make_corpus_file(corpus, "bach/a.mid"), make_corpus_file(corpus, "bach/b.mid")
    holdings.settle(corpus)
    before = corpus.fingerprint

    staff.post(reverse("file-delete", args=[corpus.pk, file.pk]))

    corpus.refresh_from_db()
    assert [other.path] == [row.path for row in corpus.files.all()]
    assert not (corpus.path / file.path).exists()
    assert (100, True) == (corpus.summary["notes"], before != corpus.fingerprint)


def test_a_removed_corpus_takes_its_folder_along(staff, django_capture_on_commit_callbacks):
    """Its own, and what was left of its intakes."""
    corpus = make_empty_corpus()
    make_corpus_file(corpus, "bach/a.mid")

    with django_capture_on_commit_callbacks(execute=True):
        staff.post(reverse("corpus-delete", args=[corpus.pk]))

    assert not Corpus.objects.exists()
    assert not corpus.path.exists()


def test_openings_of_a_composer_are_asked_for(staff):
    """Of one who is there; others are refused with a sentence."""
    corpus = make_empty_corpus()
    make_corpus_file(corpus, "bach/a.mid")

    staff.post(reverse("corpus-openings", args=[corpus.pk]), {"composer": "bach"})
    assert "bach" == corpora.latest(corpus).openings_by

    Intake.objects.all().delete()
    page = staff.post(
        reverse("corpus-openings", args=[corpus.pk]), {"composer": "liszt"}, follow=True
    ).text
    assert "Ours holds no file by Liszt that was taken." in page


def test_openings_are_taken_back(staff):
    """They stay with the pieces that begin so, and are offered no longer."""
    corpus = make_empty_corpus()
    file = make_corpus_file(corpus, "bach/a.mid")
    holdings.settle(corpus)
    primer = make_primer(name=corpora.opening_name(file))
    make_piece(primer=primer)
    assert "1 opening" in staff.get(corpus.get_absolute_url()).text

    values = {"composer": "bach", "withdraw": "1"}
    staff.post(reverse("corpus-openings", args=[corpus.pk]), values)

    assert not Primer.objects.get(name=primer.name).is_offered
