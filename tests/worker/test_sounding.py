"""A finished piece on another instrument, by the real FluidSynth."""

import numpy as np
import pytest
import soundfile
from django.conf import settings

from generator.score import Note, Score
from tests.webapp.factories import again, make_file, make_piece
from webapp.models import Status
from worker import sounding

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SCORE = Score(notes=tuple(Note(i * 0.5, 0.5, 60 + i) for i in range(8))).to_dict()


@pytest.fixture
def piece():
    """A finished piece with the sound it was made with."""
    piece = make_piece(Status.SUCCEEDED, score=SCORE)
    make_file(piece, "piece.mp3", b"m", "mp3")
    return piece


def test_each_instrument_sounds_otherwise(piece):
    """Both files are named beside those that are there, and no two instruments are the same."""
    for instrument in ("bright", "upright", "harpsichord"):
        assert sounding.play_on(str(piece.pk), instrument)

    files = again(piece).files
    assert {"mp3", *(f"{kind}-bright" for kind in ("mp3", "ogg"))} <= set(files)
    played = [
        soundfile.read(settings.MEDIA_ROOT / files[f"ogg-{name}"], dtype="float32")[0][:60_000, 0]
        for name in ("bright", "upright", "harpsichord")
    ]
    assert all(abs(sound).max() > 0.1 for sound in played)
    likeness = np.corrcoef(played)[np.triu_indices(3, 1)]
    assert max(abs(likeness)) < 0.9


def test_it_is_played_once(piece):
    """A message delivered twice does no harm."""
    assert [True, False] == [sounding.play_on(str(piece.pk), "bright") for _ in range(2)]


@pytest.mark.parametrize("instrument", ["grand", "kazoo", "../x"])
def test_nothing_else_is_played(piece, instrument):
    """Neither what is there, nor what is not known."""
    assert not sounding.play_on(str(piece.pk), instrument)


def test_a_piece_that_runs_is_left_to_its_own_worker():
    """Two would write one row."""
    piece = make_piece(Status.RUNNING, score=SCORE)

    assert not sounding.play_on(str(piece.pk), "bright")
