"""A renamed piece is printed anew, by the real MuseScore."""

import json

import pytest
from django.conf import settings

from generator.score import Note, Score
from tests.webapp.conftest import owner_client
from tests.webapp.factories import again, make_file, make_piece, make_primer
from webapp import queue
from webapp.models import Status
from webapp.templatetags import music
from worker import printing

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NOTES = tuple(Note(i * 0.5, 0.5, 60 + i) for i in range(16))
SCORE = Score(notes=NOTES, seam=4.0).to_dict()


@pytest.fixture
def piece():
    """Alice's, finished, with pages under the title before and a sound."""
    primer = make_primer(title="Sonata in C")
    piece = make_piece(
        Status.SUCCEEDED, score=SCORE, primer=primer, owner="alice", title="Evening in C"
    )
    for name, kind in (("piece.pdf", "pdf"), ("piece.mp3", "mp3"), ("piece-1.svg", "svg")):
        make_file(piece, name, b"before", kind)
    return piece


def content(piece, kind):
    """Return what lies in the file, or the first page, of ``kind``."""
    path = again(piece).files[kind]
    return (settings.MEDIA_ROOT / (path if isinstance(path, str) else path[0])).read_bytes()


def test_the_pages_have_the_new_title(piece):
    """For paper and for a phone, with the machine's place; what sounds is left alone."""
    assert printing.print_anew(str(piece.pk))

    assert b"Evening in C" in content(piece, "musicxml")
    assert content(piece, "pdf").startswith(b"%PDF")
    for kind in ("svg", "narrow"):
        assert b"<svg" in content(piece, kind)
    assert len(json.loads(content(piece, "positions"))["bars"])
    assert b"before" == content(piece, "mp3")
    assert [] == list(settings.MEDIA_ROOT.glob("*/*/print-*"))


def test_a_browser_fetches_them_anew(piece):
    """Their addresses are others, and lead there; a download too."""
    before = music.pages(piece)[0].picture

    printing.print_anew(str(piece.pk))

    page = music.pages(again(piece))[0]
    assert before != page.picture
    alice = owner_client("alice")
    files = [one for group in music.downloads(again(piece)) for one in group.files]
    pdf = alice.get(next(one.url for one in files if one.label == "PDF"))
    assert "attachment" in pdf["Content-Disposition"]
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert b"<svg" in b"".join(alice.get(page.picture).streaming_content)


def test_without_a_program_the_old_pages_stay(piece, monkeypatch, tmp_path):
    """Nothing is lost for a title."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not printing.print_anew(str(piece.pk))
    assert b"before" == content(piece, "svg")
    assert 0 == again(piece).prints


def test_renaming_asks_for_it_until_a_worker_begins(
    piece, broker, django_capture_on_commit_callbacks
):
    """Once for several titles, of which it prints the last; a note asks for nothing."""
    alice, place = owner_client("alice"), f"/pieces/{piece.pk}/change/"

    def rename(title):
        with django_capture_on_commit_callbacks(execute=True):
            return alice.post(place, {"title": title, "note": "At last."}, follow=True).text

    assert "In a few seconds" not in rename("Evening in C")
    assert 0 == broker.llen(queue.GENERATION)
    for title in ("Night in C", "Day", "Night in C"):
        assert "In a few seconds" in rename(title)
    assert 1 == broker.llen(queue.GENERATION)

    printing.print_anew(str(piece.pk))

    assert b"Night in C" in content(piece, "musicxml")
    rename("Day")
    assert 2 == broker.llen(queue.GENERATION)
