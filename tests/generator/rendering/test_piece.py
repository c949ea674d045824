"""All the files of a piece, and what is kept when a program is missing."""

import json
import xml.etree.ElementTree as ET

import pytest

from generator import files
from generator.errors import RenderingError
from generator.rendering import piece
from generator.score import Note, Score, Tempo

SCORE = Score(notes=tuple(Note(i * 0.5, 0.5, 60 + i) for i in range(8)))
PAGE = {"musicxml", "pdf", "png", "svg", "thumbnail", "card", "positions"}
NARROW = {"narrow", "positions_narrow"}
SOUND = {"wav", "ogg", "mp3", "flac"}

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
    assert sorted(map(sorted, [PAGE, SOUND, NARROW])) == sorted(map(sorted, told[1:]))
    assert {"midi"} | PAGE | SOUND | NARROW == set(made)


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


def test_the_places_on_the_page_are_timed_by_the_tempi(tmp_path):
    """A cursor follows the rubato, and an upbeat stands where it sounds, not at zero."""
    late = tuple(Note(3.0 + i, 1.0, 60 + i) for i in range(9))
    score = Score(notes=late, tempi=(Tempo(4.0, 60.0),))

    made = piece.render(score, tmp_path, title="Late")

    places = json.loads(made["positions"].read_text())
    assert [3.0 + i for i in range(9)] == [place["position"] for place in places["segments"][:9]]
    assert [3.0, 4.0, 8.0] == [bar["position"] for bar in places["bars"]]
    assert [1.5, 2.0, 3.0, 4.0] == [place["seconds"] for place in places["segments"][:4]]


def test_what_is_printed_may_be_counted_otherwise_than_what_sounds(tmp_path):
    """Free playing keeps its own time in the MIDI, and has its beats on the page."""
    page = Score(notes=tuple(Note(float(i), 1.0, 60 + i) for i in range(8)), tempo_qpm=91.0)

    made = piece.render(SCORE, tmp_path, title="Free", page=page)

    assert 91 == round(float(ET.parse(made["musicxml"]).find(".//sound").get("tempo")))  # noqa: S314
    assert SCORE.notes == files.read_score(made["midi"]).notes
