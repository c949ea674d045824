"""Openings taken from files: each a JSON file that comes back as the same opening."""

from __future__ import annotations

import json

import mido
import pytest

from generator.__main__ import main
from generator.errors import CorpusError
from generator.opening import Opening
from generator.openings.shelving import shelve, title_of

FACTS = {"attribution": "Us", "licence": "CC0"}


def write(file, *, title="", notes=(60, 64, 67, 72)):
    """Write quarter notes, four to a bar."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=title)])
    for pitch in notes:
        track.append(mido.Message("note_on", note=pitch, velocity=70))
        track.append(mido.Message("note_off", note=pitch, time=480))
    file.parent.mkdir(parents=True, exist_ok=True)
    song = mido.MidiFile(ticks_per_beat=480)
    song.tracks.append(track)
    song.save(file)
    return file


@pytest.fixture
def corpus(tmp_path):
    """Two works by Mozart, one by somebody else, and a file that is no music."""
    write(tmp_path / "corpus" / "mozart" / "k1.mid", title="Sonata in C")
    write(tmp_path / "corpus" / "mozart" / "k2.mid")
    write(tmp_path / "corpus" / "bach" / "bwv1.mid")
    (tmp_path / "corpus" / "mozart" / "k3.mid").write_bytes(b"MThd")
    return tmp_path / "corpus"


def test_the_works_of_a_composer_become_openings(corpus, tmp_path):
    """With whom to name, and what may be done; a file that cannot be read is named."""
    told = shelve([corpus], tmp_path / "to", composer="mozart", called="W. A. Mozart", **FACTS)

    assert ["k1", "k2"] == told["openings"]
    assert ["k3.mid"] == [one["file"] for one in told["rejected"]]
    values = json.loads((tmp_path / "to" / "k1.json").read_text(encoding="utf-8"))
    opening = Opening.from_dict(values)
    assert ("Sonata in C", "W. A. Mozart", "Us", "CC0") == (
        *(opening.title, opening.composer, opening.attribution, opening.licence),
    )
    assert values == opening.to_dict()


def test_a_work_without_a_title_is_called_as_its_file(corpus):
    """What a file calls itself comes first."""
    names = [title_of(corpus / "mozart" / name) for name in ("k1.mid", "k2.mid", "k3.mid")]

    assert ["Sonata in C", "k2", "k3"] == names


def test_nobody_of_that_name_is_said(corpus, tmp_path):
    """And no folder is made."""
    with pytest.raises(CorpusError, match="No MIDI file by liszt was found"):
        shelve([corpus], tmp_path / "to", composer="liszt", **FACTS)
    assert not (tmp_path / "to").exists()


def test_the_command_says_what_it_took(corpus, tmp_path, capsys):
    """One JSON object on the last line."""
    words = ["--corpus", str(corpus), "--attribution", "Us", "--licence", "CC0"]

    status = main(["openings", *words, "--to", str(tmp_path / "to")])

    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (0, ["k1", "k2"]) == (status, told["openings"])
    assert "Mozart" == json.loads((tmp_path / "to" / "k2.json").read_text())["composer"]
