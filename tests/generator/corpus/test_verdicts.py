"""What is said of a file: taken, taken with remarks, or refused with the reason."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import mido
import numpy as np
import pytest

from generator import corpus
from generator.corpus import gridding, verdicts
from generator.corpus.verdicts import RHYTHM, Verdict, judge

NOTE = b"\x00\x90\x3c\x50\x83\x60\x80\x3c\x40"  # a quarter of middle C
END = b"\x00\xff\x2f\x00"
METRE = b"\x00\xff\x58\x04\x03\x02\x18\x08"
MUSICXML = """<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="3.1">
  <part-list><score-part id="P1"><part-name>Piano</part-name></score-part></part-list>
  <part id="P1"><measure number="1">
    <attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time>
    </attributes>
    <note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note>
    <note><pitch><step>E</step><octave>4</octave></pitch><duration>3</duration></note>
  </measure></part>
</score-partwise>
"""


@pytest.fixture(name="said")
def _said(tmp_path):
    """Return a function that writes a file and says what becomes of it."""

    def say(content: bytes, name: str = "a.mid") -> Verdict:
        path = tmp_path / name
        path.write_bytes(content)
        return judge(path)

    return say


def codes(verdict: Verdict) -> list[str]:
    return [remark.code for remark in verdict.remarks]


def slow(path: Path) -> Verdict:
    """Stand for a reader that never ends; found by its name in a fresh process."""
    time.sleep(600)
    return judge(path)


def greedy(path: Path) -> Verdict:
    """Stand for a reader that a file makes take all memory there is."""
    return Verdict(n_notes=len(bytearray(8_000_000_000)))


class TestTaken:
    def test_a_plain_file_is_taken_without_a_word(self, said, raw_midi):
        """Two notes of different loudness in a metre of its own."""
        louder = NOTE.replace(b"\x50", b"\x60")
        verdict = said(raw_midi(METRE + NOTE + louder + END))

        assert (None, (), 2, 1.0) == (
            *(verdict.refusal, verdict.remarks, verdict.n_notes, verdict.seconds),
        )
        assert ({60: 2}, {24: 1}) == (verdict.pitches, verdict.rhythm)

    def test_drum_notes_are_counted_and_left_out(self, said, raw_midi):
        """The sentence says how many."""
        drums = NOTE.replace(b"\x90", b"\x99").replace(b"\x80", b"\x89") * 2
        verdict = said(raw_midi(METRE + NOTE + drums + END))

        assert "2 drum notes left out" in [str(remark) for remark in verdict.remarks]
        assert 1 == verdict.n_notes

    def test_notes_beyond_the_keys_are_left_out(self, said, raw_midi):
        """A piano begins at A0."""
        verdict = said(raw_midi(METRE + NOTE + NOTE.replace(b"\x3c", b"\x14") + END))

        assert "1 note beyond the piano's keys left out" in map(str, verdict.remarks)

    def test_notes_without_an_end_are_left_out(self, said, raw_midi):
        """A key that is never let go has no length."""
        verdict = said(raw_midi(METRE + NOTE + b"\x00\x90\x40\x50" + END))

        assert "unended_left_out" in codes(verdict)

    def test_another_instrument_is_told_of(self, said, raw_midi):
        """A violin's part is read, but it is none for the piano."""
        verdict = said(raw_midi(METRE + b"\x00\xc0\x28" + NOTE + END))

        assert "other_instruments" in codes(verdict)
        assert "other_instruments" not in codes(said(raw_midi(b"\x00\xc0\x00" + NOTE + END)))

    def test_a_file_without_a_metre_or_loudness_says_so(self, said, raw_midi):
        """Both are assumed, and whoever brings the file may know better."""
        assert ["metre_unsaid", "evenly_loud"] == codes(said(raw_midi(NOTE + NOTE + END)))

    def test_musicxml_becomes_midi(self, said, tmp_path):
        """The notes are the same, and what a training reads lies in the verdict."""
        verdict = said(MUSICXML.encode(), "a.musicxml")

        assert "from_musicxml" in codes(verdict)
        assert verdict.midi
        assert [[0, 39, 24], [24, 43, 72]] == (
            gridding.read_piece(verdict.midi).notes[:, :3].tolist()
        )

    def test_compressed_musicxml_becomes_midi(self, said):
        """What MuseScore saves by default elsewhere."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("META-INF/container.xml", "<container/>")
            archive.writestr("score.xml", MUSICXML)

        assert 2 == said(packed.getvalue(), "a.mxl").n_notes


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "a.mid cannot be read as music: it is empty."),
            (b"Dear friend", "a.mid cannot be read as music: it is neither MIDI nor MusicXML."),
            (b"MThd\0\0\0\6\0\1\0\1\1\xe0", "a.mid cannot be read as music: a track is missing."),
            (b"<html/>", "it is damaged, or neither MIDI nor MusicXML."),
            (b"PK\3\4 no zip", "it is damaged, or neither MIDI nor MusicXML."),
        ],
        ids=["empty", "text", "cut off", "html", "no zip"],
    )
    def test_what_is_no_music_says_why(self, said, content, words):
        """A sentence that names the file."""
        assert str(said(content).refusal).endswith(words)

    def test_a_file_of_drums_alone_holds_no_notes(self, said, raw_midi):
        """They are all left out."""
        drums = NOTE.replace(b"\x90", b"\x99").replace(b"\x80", b"\x89")

        assert "it holds no notes" in str(said(raw_midi(drums + END)).refusal)

    def test_a_file_too_large_is_not_read(self, said):
        """The bound is in the sentence."""
        refusal = said(b"MThd" + bytes(2_000_000)).refusal

        assert ("file_too_large", 2_000_000) == (refusal.code, refusal.values["high"])

    def test_too_many_notes(self, said, raw_midi, monkeypatch):
        """One above the limit."""
        monkeypatch.setattr(gridding, "MOST_NOTES", 2)

        assert "file_crowded" == said(raw_midi(NOTE * 3 + END)).refusal.code

    def test_too_many_minutes(self, said, raw_midi):
        """A tempo of six seconds a quarter note makes hours of a few bytes."""
        slowly = b"\x00\xff\x51\x03\x5b\x8d\x80"
        late = b"\xc8\x00" + NOTE[1:]  # 9,216 ticks: 19 quarters later
        verdict = said(raw_midi(slowly + late * 100 + END))

        assert ("file_too_long", 200) == (
            verdict.refusal.code,
            round(verdict.refusal.values["value"], -1),
        )

    def test_what_was_played_freely(self, said):
        """Onsets of chance have no bars."""
        rng = np.random.default_rng(0)
        track = mido.MidiTrack()
        for gap in rng.integers(50, 500, 200).tolist():
            track.append(mido.Message("note_on", note=60, velocity=80, time=gap))
            track.append(mido.Message("note_off", note=60, time=20))
        file = io.BytesIO()
        mido.MidiFile(tracks=[track], ticks_per_beat=480).save(file=file)

        assert "file_played_freely" == said(file.getvalue()).refusal.code


class TestHostile:
    """Whatever is in a file, it is a matter of seconds, and of one sentence."""

    LONG = b"\xff\xff\xff\x7f"  # the longest time between two events

    @pytest.mark.parametrize(
        "track",
        [
            b"\x00\x90" + b"\x3c\x50\x00" * 600_000,  # one status for all, and no note ends
            (b"\x00\x90\x3c\x50" + b"\x01\x3c\x00") * 280_000,  # more notes than are read
            LONG + b"\x90\x3c\x50" + LONG * 200_000,  # times that add up beyond all bounds
            b"\x00\xff\x51\x03\xff\xff\xff" * 280_000 + NOTE,  # a tempo at every tick
            b"\x00\xff\x01" + LONG,  # a text as long as a length can say
            b"\x00\xf0" + b"\xff" * 1_000_000,
            b"\x00\xb0\x40\x7f\x00\xb0\x40\x00" * 240_000 + NOTE,  # a pedal that trembles
        ],
        ids=["running", "crowded", "overflow", "tempi", "text", "sysex", "pedal"],
    )
    def test_no_file_takes_long(self, said, raw_midi, track):
        """Refused or taken, within the time that one file has, many times over."""
        began = time.monotonic()

        said(raw_midi(track))

        assert time.monotonic() - began < 15

    def test_ten_million_notes_are_too_many_bytes(self, said, raw_midi):
        """Thirty megabytes are refused unread."""
        content = raw_midi(b"\x00\x90" + b"\x3c\x50\x00" * 10_000_000)

        assert "file_too_large" == said(content).refusal.code

    def test_a_bomb_of_entities_is_refused(self, said):
        """XML that writes itself out is not followed."""
        bomb = '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "zzz">]><a>&b;</a>'

        assert said(bomb.encode(), "a.musicxml").refusal

    def test_a_bomb_of_compressed_musicxml_is_refused(self, said):
        """Zeros pack a thousandfold, and are read up to a limit."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("score.xml", b"<" + bytes(300_000_000))

        assert said(packed.getvalue(), "a.mxl").refusal


@pytest.mark.slow
class TestInProcesses:
    def test_one_verdict_comes_for_every_file(self, tmp_path, raw_midi):
        """Good and bad side by side, each under its own path."""
        (tmp_path / "good.mid").write_bytes(raw_midi(NOTE + END))
        (tmp_path / "bad.mid").write_bytes(b"bad")

        told = dict(verdicts.verdicts(sorted(tmp_path.glob("*.mid"))))

        assert {"good.mid": True, "bad.mid": False} == {
            path.name: verdict.refusal is None for path, verdict in told.items()
        }

    def test_a_file_that_takes_too_long_is_given_up(self, tmp_path, raw_midi, monkeypatch):
        """The sentence says after how many seconds."""
        monkeypatch.setattr(verdicts, "judge", slow)
        (tmp_path / "a.mid").write_bytes(raw_midi(NOTE + END))

        [(_, verdict)] = verdicts.verdicts([tmp_path / "a.mid"], limit_s=1)

        assert "a.mid was given up after 1 seconds of reading." == str(verdict.refusal)

    def test_a_file_that_takes_too_much_memory_is_given_up(self, tmp_path, monkeypatch):
        """Eight gigabytes are asked for, and the process that asks has not so many."""
        monkeypatch.setattr(verdicts, "judge", greedy)
        (tmp_path / "a.mid").write_bytes(b"")

        [(_, verdict)] = verdicts.verdicts([tmp_path / "a.mid"])

        assert "file_heavy" == verdict.refusal.code


class TestAgreement:
    @pytest.fixture
    def folder(self, tmp_path, raw_midi):
        """A composer with one good file and four that are refused, each for its own reason."""
        home = tmp_path / "corpus" / "satie"
        home.mkdir(parents=True)
        scattered = b"".join(
            bytes((30 + i * 37 % 90,)) + NOTE[1:4] + b"\x11" + NOTE[6:] for i in range(200)
        )
        for name, content in {
            "good": raw_midi(METRE + NOTE * 60 + END),
            "free": raw_midi(scattered + END),
            "drums": raw_midi(NOTE.replace(b"\x90", b"\x99").replace(b"\x80", b"\x89") + END),
            "text": b"text",
            "large": b"MThd" + bytes(2_000_001),
        }.items():
            (home / f"{name}.mid").write_bytes(content)
        return tmp_path / "corpus"

    def test_a_training_passes_over_what_is_refused(self, folder):
        """Whatever the recipe: both readers take the very files that the verdict takes."""
        taken = {p.name for p in (folder / "satie").iterdir() if judge(p).refusal is None}

        by_notes = corpus.read_notes([folder])
        by_chords = corpus.read([folder], "satie")

        assert {"good.mid"} == taken
        assert taken == {piece.name for piece in by_notes.pieces}
        assert taken == {work.name for work in by_chords.works}
        refused = {"free.mid", "drums.mid", "text.mid", "large.mid"}
        assert refused == {one.name for one in by_chords.rejected}
        assert refused == {one.name for one in by_notes.rejected}

    def test_what_is_measured_on_may_be_played_freely(self, folder):
        """To be learned from is one thing, to be counted another."""
        found = corpus.read([folder], "satie", is_any_playing=True)

        assert {"good.mid", "free.mid"} == {work.name for work in found.works}


def test_rhythm_is_told_in_note_values(said, raw_midi):
    """A quarter is 24 steps; what lies between two values is the nearer one."""
    eighth = b"\x81\x70\x80\x3c\x40"
    verdict = said(raw_midi(NOTE + b"\x00\x90\x3c\x50" + eighth + NOTE + END))

    assert {24: 1, 12: 1} == verdict.rhythm
    assert set(verdict.rhythm) <= set(RHYTHM.tolist())
