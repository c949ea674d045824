"""worker.completing: a shipped example gets the files that it did not bring with it."""

import pytest
from django.utils.timezone import now

from generator.score import Note, Score
from tests.worker.factories import make_piece
from webapp.models import Piece, Status
from worker import sweeping
from worker.completing import complete

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _at_full_speed(monkeypatch):
    """The tests that follow in this process are not to be slower for it."""
    monkeypatch.setattr("os.setpriority", lambda *_: None)


@pytest.fixture
def example(site) -> Piece:
    """Four bars, with a sound and nothing else."""
    notes = tuple(Note(i * 0.5, 0.5, 60 + i % 12) for i in range(32))
    piece = make_piece(
        site.home,
        is_example=True,
        status=Status.SUCCEEDED,
        finished_at=now(),
        score=Score(notes=notes).to_dict(),
    )
    sound = site.media / str(piece.pk) / "0" / "piece.mp3"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"as shipped")
    Piece.objects.filter(pk=piece.pk).update(files={"mp3": f"{piece.pk}/0/piece.mp3"})
    return piece


def test_it_makes_every_missing_file_and_leaves_nothing_else(example, site):
    """The row names what is there, and the example stays what it was."""
    assert complete(str(example.pk))

    example.refresh_from_db()
    assert Status.SUCCEEDED == example.status
    assert set() == sweeping.WHOLE - set(example.files)
    assert all((site.media / path).stat().st_size > 100 for path in example.file_paths())
    assert ["0"] == site.folders(example)


def test_what_a_worker_left_when_it_was_ended_is_cleared_away(example, site):
    """The next attempt finds the folder of the last one, and removes it."""
    (site.media / str(example.pk) / "complete-half").mkdir()

    complete(str(example.pk))

    assert ["0"] == site.folders(example)


def test_without_musescore_it_keeps_what_could_be_made(example, site, monkeypatch, tmp_path):
    """No worker fails over an example, and the page has the sound at least."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("MUSESCORE", "")

    assert not complete(str(example.pk))

    example.refresh_from_db()
    assert {"midi", "musicxml", "wav", "ogg", "mp3", "flac"} == set(example.files)
    assert ["0"] == site.folders(example)


def test_a_piece_of_a_visitor_is_not_its_business(site):
    """Only what shipped is completed."""
    piece = make_piece(site.home)

    complete(str(piece.pk))

    assert [] == site.folders(piece)
