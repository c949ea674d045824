"""All the files of a piece, and what is kept when a program is missing."""

import pytest

from generator.errors import RenderingError
from generator.rendering import piece
from generator.score import Note, Score

SCORE = Score(notes=tuple(Note(i * 0.5, 0.5, 60 + i) for i in range(8)))
PAGE = {"musicxml", "pdf", "png", "svg", "thumbnail", "positions"}
SOUND = {"wav", "ogg", "mp3"}

pytestmark = pytest.mark.slow


def test_the_notes_are_there_first_then_whatever_is_ready(tmp_path):
    """The caller hears of every file once, and each is whole by then."""
    told = []

    def on_files(files):
        flat = [p for v in files.values() for p in (v if isinstance(v, list) else [v])]
        assert all(path.stat().st_size for path in flat)
        told.append(set(files))

    made = piece.render(SCORE, tmp_path, title="Eight notes", on_files=on_files)

    assert {"midi"} == told[0]
    assert sorted(map(sorted, [PAGE, SOUND])) == sorted(map(sorted, told[1:]))
    assert {"midi"} | PAGE | SOUND == set(made)


def test_without_musescore_notes_and_sound_are_kept(tmp_path, monkeypatch):
    """The sentence names the package; what could be made was told, the page's source too."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("MUSESCORE", "")
    told = set()

    with pytest.raises(RenderingError, match="musescore3"):
        piece.render(SCORE, tmp_path, title="Eight notes", on_files=told.update)

    assert {"midi", "musicxml"} | SOUND == told


def test_what_the_caller_raises_reaches_the_caller(tmp_path):
    """A cancelled piece ends when its first file is told of."""

    def stop(files):
        raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        piece.render(SCORE, tmp_path, title="Eight notes", on_files=stop)
