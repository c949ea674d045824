"""Music on disk: what is read is what was written, and what is hostile is refused in a sentence."""

import io
import os
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import mido
import pytest

from generator import files, midi
from generator.errors import CorpusError
from generator.score import Chord, Note, Origin, Score, TimeSignature

ROOT = Path(__file__).parents[2]
CHOPIN = ROOT.parent / "shared/datasets/classical-music-midi/chopin"

ORIGIN = Origin(
    model="Chopin", opening="Sonata K. 331", attribution="Frédéric, CC BY-SA",
    temperature=1.0, top_p=1.0, seed=7,
)  # fmt: skip
PIECE = Score(
    notes=(Note(0.0, 1.0, 48, 60), Note(0.0, 0.5, 64, 80), Note(0.5, 1 / 3, 67, 70)),
    tempo_qpm=100.0,
    time_signatures=(TimeSignature(0.0, 3, 4), TimeSignature(3.0, 2, 4)),
    seam=0.5,
    origin=ORIGIN,
)

MUSICXML = """<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="4.0">
  <part-list><score-part id="P1"><part-name>Piano</part-name></score-part></part-list>
  <part id="P1"><measure number="1">
    <attributes><divisions>2</divisions><time><beats>3</beats><beat-type>4</beat-type></time>
    </attributes>
    <direction><sound tempo="90"/></direction>
    <note><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration>
      <tie type="start"/></note>
    <note><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration>
      <tie type="stop"/></note>
    <note><grace/><pitch><step>F</step><octave>4</octave></pitch></note>
    <note><pitch><step>E</step><octave>4</octave></pitch><duration>2</duration></note>
    <note><chord/><pitch><step>G</step><octave>4</octave></pitch><duration>2</duration></note>
  </measure></part>
</score-partwise>
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """``PIECE`` as a MIDI file."""
    path = tmp_path / "piece.mid"
    files.write_midi(PIECE, path)
    return path


def file_of(tmp_path: Path, content: bytes, name: str = "given.mid") -> Path:
    """Return a file that holds ``content``."""
    path = tmp_path / name
    path.write_bytes(content)
    return path


def played(*messages: mido.Message) -> bytes:
    """Return a MIDI file of one track, 480 ticks a quarter."""
    held = io.BytesIO()
    mido.MidiFile(tracks=[mido.MidiTrack(messages)]).save(file=held)
    return held.getvalue()


def refusal(path: Path) -> str:
    """Return the sentence that refuses ``path``."""
    with pytest.raises(CorpusError) as refused:
        files.read_score(path)
    return str(refused.value)


class TestWritingMidi:
    def test_what_is_written_is_read_again(self, written):
        """Notes, tempo and metres come back; a triplet to a tick."""
        read = files.read_score(written)

        assert [n[2:] for n in PIECE.notes] == [n[2:] for n in read.notes]
        assert [n.onset for n in PIECE.notes] == [n.onset for n in read.notes]
        assert [n.duration for n in PIECE.notes] == pytest.approx([n.duration for n in read.notes])
        assert pytest.approx(100.0, rel=1e-6) == read.tempo_qpm
        assert PIECE.time_signatures == read.time_signatures

    def test_the_same_score_gives_the_same_bytes_in_another_process(self, written):
        """No date, no hash order, no chance."""
        code = (
            "import sys\nfrom tests.generator.test_files import PIECE\nfrom generator import midi\n"
            "sys.stdout.buffer.write(midi.bytes_of(PIECE))"
        )
        env = os.environ | {"PYTHONHASHSEED": "5"}
        other = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=True
        )

        assert written.read_bytes() == other.stdout

    def test_the_origin_is_a_text_event_and_there_is_no_title(self, written):
        """Who made it, from what, with which seed; accents survive."""
        conductor = mido.MidiFile(written, charset="utf-8").tracks[0]

        assert [ORIGIN.sentence()] == [m.text for m in conductor if m.type == "text"]
        assert [] == [m for m in conductor if m.type == "track_name"]

    def test_the_seam_is_a_marker(self, written):
        """Where the machine begins can be found in any editor."""
        marks, now = [], 0
        for message in mido.MidiFile(written).tracks[0]:
            now += message.time
            if message.type == "marker":
                marks.append((now, message.text))

        assert [(240, midi.SEAM_MARKER)] == marks

    def test_a_key_struck_while_held_ends_its_earlier_note(self, tmp_path):
        """Otherwise the first release would silence the second note."""
        path = tmp_path / "again.mid"
        files.write_midi(Score(notes=(Note(0.0, 4.0, 60), Note(1.0, 1.0, 60))), path)

        notes = files.read_score(path).notes

        assert [(0.0, 1.0), (1.0, 1.0)] == [(n.onset, n.duration) for n in notes]
        piano = [m.type for m in mido.MidiFile(path).tracks[1] if m.type.startswith("note")]
        assert ["note_on", "note_off", "note_on", "note_off"] == piano

    def test_a_pitch_struck_twice_at_once_is_one_note(self):
        """The longer and the louder of the two."""
        notes = midi.as_played([Note(0.0, 1.0, 60, 90), Note(0.0, 2.0, 60, 50)])

        assert [Note(0.0, 2.0, 60, 90)] == notes

    def test_writing_loads_no_parser(self):
        """Composing starts in a second: no music21, no pretty_midi."""
        code = (
            "import sys\nfrom generator import files\n"
            "print(sorted({'music21', 'pretty_midi'} & set(sys.modules)))"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
        )

        assert "[]\n" == run.stdout


class TestReadingMidi:
    def test_drums_are_left_out(self, tmp_path):
        """Channel 10, which MIDI counts as 9."""
        content = played(
            mido.Message("note_on", note=60, velocity=70),
            mido.Message("note_on", note=36, velocity=70, channel=9),
            mido.Message("note_off", note=60, time=480),
            mido.Message("note_off", note=36, channel=9),
        )

        assert (Note(0.0, 1.0, 60, 70),) == files.read_score(file_of(tmp_path, content)).notes

    def test_the_tempo_is_the_one_of_the_first_note(self, tmp_path):
        """A tempo before it that is replaced at once, and one that comes later, do not count."""
        content = played(
            mido.MetaMessage("set_tempo", tempo=1_000_000),
            mido.MetaMessage("set_tempo", tempo=600_000, time=480),
            mido.Message("note_on", note=60, velocity=70),
            mido.MetaMessage("set_tempo", tempo=300_000, time=240),
            mido.Message("note_off", note=60, time=240),
        )
        score = files.read_score(file_of(tmp_path, content))

        assert pytest.approx(100.0) == score.tempo_qpm
        assert [(1.0, 1.0)] == [(n.onset, n.duration) for n in score.notes]


class TestReadingMusicXML:
    def test_ties_are_joined_and_grace_notes_come_before_the_beat(self, tmp_path):
        """Four notes sound: a half note, a grace note and a third."""
        score = files.read_score(file_of(tmp_path, MUSICXML.encode(), "a.musicxml"))

        sounding = [(n.onset, n.duration, n.pitch) for n in score.notes]
        assert [(0.0, 2.0, 60), (1.875, 0.125, 65), (2.0, 1.0, 64), (2.0, 1.0, 67)] == sounding
        assert 90.0 == score.tempo_qpm
        assert (TimeSignature(0.0, 3, 4),) == score.time_signatures

    def test_a_compressed_file_reads_as_the_plain_one(self, tmp_path):
        """MXL is a zip with a description beside the score."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("META-INF/container.xml", "<container/>")
            archive.writestr("score.xml", MUSICXML)

        plain = files.read_score(file_of(tmp_path, MUSICXML.encode(), "a.xml"))
        packed = files.read_score(file_of(tmp_path, held.getvalue(), "a.mxl"))

        assert plain == packed

    def test_a_zip_that_explodes_is_refused(self, tmp_path):
        """Unpacking stops at the limit, whatever the zip says of itself."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("score.xml", MUSICXML + " " * 9_000_000)

        assert "cannot be read as music" in refusal(file_of(tmp_path, held.getvalue(), "a.mxl"))

    def test_a_file_that_defines_entities_is_refused(self, tmp_path):
        """They can grow to any size, and music needs none."""
        bomb = MUSICXML.replace(
            "<score-partwise", '<!DOCTYPE s [<!ENTITY a "b">]><score-partwise', 1
        )

        assert "cannot be read as music" in refusal(file_of(tmp_path, bomb.encode(), "a.xml"))


class TestRefusing:
    def test_every_truncation_of_a_file_reads_or_is_refused(self, written, tmp_path):
        """Never another error than ours."""
        whole = written.read_bytes()

        for length in range(1, len(whole), 3):
            with suppress(CorpusError):
                files.read_score(file_of(tmp_path, whole[:length]))

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "it is empty"),
            (b"\x00" * 500, "it is damaged, or neither MIDI nor MusicXML"),
            (b"Dear Sir", "it is damaged, or neither MIDI nor MusicXML"),
            (b"PK\x03\x04 no zip", "it is damaged, or neither MIDI nor MusicXML"),
            (b"MThd\x00\x00\x00\x06\x00\x01\x00\x00\x01\xe0", "it is damaged"),
            (played(mido.Message("program_change", program=3)), "it holds no notes"),
        ],
    )
    def test_what_is_no_music_is_refused_with_the_reason(self, tmp_path, content, reason):
        """The sentence names the file and says what is wrong with it."""
        said = refusal(file_of(tmp_path, content))

        assert f"given.mid cannot be read as music: {reason}" in said

    def test_a_large_file_is_refused_unread(self, tmp_path):
        """The sentence names the size and the bound."""
        said = refusal(file_of(tmp_path, b"MThd" + bytes(2_000_000)))

        assert "given.mid has 2,000,004 bytes, and at most 2,000,000 are read." == said

    def test_more_notes_than_the_limit_are_refused(self, tmp_path, monkeypatch):
        """The limit is lowered here, to keep the test short."""
        monkeypatch.setattr(files, "MAX_NOTES", 2)
        path = tmp_path / "given.mid"
        files.write_midi(PIECE, path)

        assert "has 3 notes, and at most 2 are read" in refusal(path)

    def test_a_missing_file_is_named(self, tmp_path):
        """Not a traceback."""
        assert "none.mid is not there." == refusal(tmp_path / "none.mid")


class TestChords:
    def test_what_begins_together_is_one_chord(self, tmp_path):
        """Pitches rise, and each chord has its own length."""
        path = tmp_path / "chords.mid"
        notes = (Note(0.0, 1.0, 64, 60), Note(0.0, 1.0, 60, 60), Note(1.0, 0.5, 72, 80))
        files.write_midi(Score(notes=notes), path)

        chords = files.read_chords(path)

        assert [Chord(0.0, 1.0, (60, 64), 60), Chord(1.0, 0.5, (72,), 80)] == chords

    def test_a_prelude_by_chopin_has_its_chords(self):
        """The seventh prelude of Opus 28, as music21 10.5 flattens it."""
        if not CHOPIN.is_dir():
            pytest.skip("the Chopin files are not here")

        chords = files.read_chords(CHOPIN / "chpn-p7.mid")

        assert sorted(chords, key=lambda c: c.onset) == chords
        assert all(c.duration > 0 and c.pitches == tuple(sorted(c.pitches)) for c in chords)
        assert all(1 <= c.velocity <= 127 for c in chords)

    def test_musicxml_is_refused_where_the_recipe_wants_midi(self, tmp_path):
        """The recipe is defined on MIDI."""
        with pytest.raises(CorpusError, match="it is not a MIDI file"):
            files.read_chords(file_of(tmp_path, MUSICXML.encode(), "a.xml"))

    def test_chords_become_music21s_own_and_keep_their_places(self):
        """One pitch is a note, several are a chord."""
        made = files.to_music21([Chord(0.0, 0.5, (60,), 70), Chord(0.5, 0.5, (60, 64), 90)])

        assert ["Note", "Chord"] == [type(each).__name__ for each in made]
        assert [0.0, 0.5] == [each.offset for each in made]
        assert [70, 90] == [each.volume.velocity for each in made]
        assert [0.5, 0.5] == [each.quarterLength for each in made]


SHOW = """
import warnings
from music21 import environment, stream
from generator.files import set_up_music21, to_music21
from generator.score import Chord
{before}
set_up_music21()
set_up_music21()
piece = stream.Stream(to_music21([Chord(i / 2, 0.5, (60 + i, 67 + i)) for i in range(8)]))
piece.show()
piece.show("midi")
"""


def shown(home: Path, before: str = "", **variables: str) -> list[str]:
    """Return what ``show`` prints in a fresh interpreter, whose user has no settings."""
    usual = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env = usual | {"HOME": str(home), "TMPDIR": str(home)} | variables
    code = SHOW.format(before=before)
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=env, capture_output=True, check=True, text=True, timeout=300,
    )  # fmt: skip
    return run.stdout.splitlines()


@pytest.mark.slow
class TestShowing:
    def test_without_a_display_the_pages_and_the_midi_are_written_and_named(self, tmp_path):
        """Nothing is opened, nothing hangs, and the user's settings are not touched."""
        png, mid = map(Path, shown(tmp_path))

        assert b"\x89PNG" == png.read_bytes()[:4]
        assert b"MThd" == mid.read_bytes()[:4]
        assert not list(tmp_path.glob(".music21rc*"))

    def test_with_a_display_the_program_that_the_user_chose_opens_both(self, tmp_path):
        """MuseScore's place is filled in only where the user named none."""
        viewer = tmp_path / "viewer"
        viewer.write_text('#!/bin/sh\necho "opened $1"\n')
        viewer.chmod(0o700)
        chosen = "\n".join(
            f"environment.Environment()[{key!r}] = {str(viewer)!r}"
            for key in ("musicxmlPath", "midiPath")
        )

        lines = shown(tmp_path, chosen, DISPLAY=":99")

        assert ["opened", "opened"] == [line.split()[0] for line in lines]
        assert [".musicxml", ".mid"] == [Path(line.split()[1]).suffix for line in lines]
