"""Openings that visitors bring: what is taken of a file and what is not, or why none is."""

from __future__ import annotations

import io
import zipfile

import mido
import numpy as np
import pytest

from generator.errors import GeneratorError
from generator.files import write_midi
from generator.openings.bringing import bring, read
from generator.score import Note, Score, Tempo, TimeSignature
from tests.generator.test_openings import MUSICXML

BOMB = '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><s>&b;</s>'


def quarters(n, *, pitch=60, velocity=None):
    """Return quarter notes one after the other."""
    return tuple(Note(float(i), 1.0, pitch + i % 12, velocity or 60 + i % 9) for i in range(n))


def song(path, *messages):
    """Write a MIDI file of one track."""
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=500_000), *messages])
    mido.MidiFile(tracks=[track], ticks_per_beat=480).save(path)
    return path


def struck(pitch, *, channel=0):
    """Return the two messages of a quarter note."""
    word = {"note": pitch, "channel": channel}
    return (
        mido.Message("note_on", velocity=70, **word),
        mido.Message("note_off", time=480, **word),
    )


def said(brought):
    """Return the remarks as a page has them in English."""
    return [str(remark) for remark in brought.remarks]


def refusal(path, content=None):
    """Return the sentence that refuses a file."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GeneratorError) as refused:
        read(path)
    return str(refused.value)


def zipped(name, content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


class TestWhatIsKept:
    def test_sixty_four_bars_to_choose_from_and_four_to_begin_with(self, tmp_path):
        """What comes later is counted, and said."""
        write_midi(Score(notes=quarters(4 * 70)), tmp_path / "a.mid")

        brought = read(tmp_path / "a.mid")

        assert (16, 256) == (len(brought.opening.notes), len(brought.opening.work))
        assert brought.opening.notes == brought.opening.work[:16]
        assert ["24 notes after bar 64 left out: there are 64 bars to choose from at most"] == said(
            brought
        )

    def test_the_bars_before_a_change_of_metre(self, tmp_path):
        """An opening has one metre; an upbeat is no bar."""
        metres = TimeSignature(0, 1, 4), TimeSignature(1, 3, 4), TimeSignature(10, 4, 4)
        write_midi(Score(notes=quarters(20), time_signatures=metres), tmp_path / "a.mid")

        brought = read(tmp_path / "a.mid")

        assert ((3, 4), 1.0, 10) == (
            *(brought.opening.time_signature, brought.opening.upbeat, len(brought.opening.notes)),
        )
        assert ["10 notes after bar 3 left out, as the metre changes there"] == said(brought)

    def test_no_more_than_two_thousand_notes(self, tmp_path):
        """In whole bars."""
        notes = tuple(Note(i // 2 / 8, 1 / 8, 40 + i % 40, 50 + i % 2) for i in range(64 * 40))
        write_midi(Score(notes=notes), tmp_path / "a.mid")

        brought = read(tmp_path / "a.mid")

        assert 31 * 64 == len(brought.opening.work)
        assert said(brought)[-1].startswith("576 notes after bar 31 left out: there are 2000")

    def test_one_note_is_a_beginning(self, tmp_path):
        """One bar, and nothing that was left out."""
        path = song(tmp_path / "a.mid", *struck(64))

        brought = read(path)

        assert [Note(0.0, 1.0, 64, 70)] == list(brought.opening.notes)
        assert () == brought.opening.work


class TestWhatIsSaid:
    def test_drums_keys_and_other_tempi_are_left_out(self, tmp_path):
        """Each with how many there were."""
        later = mido.MetaMessage("set_tempo", tempo=400_000)
        path = song(
            *(tmp_path / "a.mid", *struck(60), later, *struck(38, channel=9), *struck(5)),
            *struck(62),
        )

        words = said(read(path))

        assert "1 drum note left out" in words
        assert "1 note beyond the piano's keys left out" in words
        assert "1 change of tempo left out: all is played as it begins" in words
        assert "no time signature, so it is counted in 4/4" in words

    def test_a_tempo_that_nobody_named(self, tmp_path):
        """It is the one that MIDI means by that."""
        track = mido.MidiTrack([*struck(60), *struck(62)])
        mido.MidiFile(tracks=[track]).save(tmp_path / "a.mid")

        brought = read(tmp_path / "a.mid")

        assert 120 == brought.opening.tempo_qpm
        assert "no tempo, so it is played at 120 quarter notes a minute" in said(brought)

    def test_of_free_playing_which_beats_were_heard(self, tmp_path):
        """Each beat came a little early or late: the tempo is the player's own."""
        rng = np.random.default_rng(1)
        beats = np.cumsum(0.63 + rng.normal(0, 0.012, 64))
        notes = tuple(
            Note(2 * second, 1.0, 60 - 24 * (i % 4 == 0) + i % 5, 60 + 30 * (i % 4 == 0))
            for i, second in enumerate(beats)
        )
        write_midi(Score(notes=notes), tmp_path / "a.mid")

        brought = read(tmp_path / "a.mid")

        assert not brought.opening.is_free
        assert brought.opening.tempo_qpm == pytest.approx(60 / 0.63, rel=0.03)
        assert (
            f"played in freely: its beats were found by ear, {round(brought.opening.tempo_qpm)} "
            "a minute, 4 to the bar"
        ) in said(brought)

    def test_title_and_composer_of_a_page(self, tmp_path):
        """As MusicXML names them; an entity of XML is a letter again."""
        head = (
            "<work><work-title>Träumerei &amp; more</work-title></work><identification>"
            '<creator type="composer">R. Schumann</creator></identification><part-list>'
        )
        content = MUSICXML.replace("<part-list>", head, 1)
        (tmp_path / "a.mxl").write_bytes(zipped("a.musicxml", content))

        brought = read(tmp_path / "a.mxl")

        assert ("Träumerei & more", "R. Schumann") == (
            *(brought.opening.title, brought.opening.composer),
        )
        assert (3, 4) == brought.opening.time_signature
        assert "turned from MusicXML into MIDI; repeats are not played" in said(brought)
        assert "no tempo, so it is played at 120 quarter notes a minute" in said(brought)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "a.mid cannot be read as music: it is empty."),
            (b"Dear friend, here is no music", "it is neither MIDI nor MusicXML."),
            (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\1\0\0\x90", "it ends in the middle of a track."),
            (b"\0" * 2_000_001, "it is neither MIDI nor MusicXML."),
            (b"MThd" + b"\0" * 2_000_000, "has 2000004 bytes, and at most 2000000 are read."),
            (BOMB.encode(), "it is damaged, or neither MIDI nor MusicXML."),
            (zipped("a.xml", b" " * 9_000_000), "it is damaged, or neither MIDI nor MusicXML."),
            (zipped("a.txt", b"hello"), "it is damaged, or neither MIDI nor MusicXML."),
        ],
        ids=["empty", "text", "cut", "zeroes", "huge", "entities", "bomb", "no page"],
    )
    def test_what_is_no_music(self, tmp_path, content, words):
        """One sentence that names the file and the reason."""
        assert words in refusal(tmp_path / "a.mid", content)

    def test_drums_alone(self, tmp_path):
        """They are left out, and nothing is left."""
        path = song(tmp_path / "a.mid", *struck(38, channel=9))

        assert "it holds no notes but those of drums." in refusal(path)

    def test_free_playing_without_a_beat(self, tmp_path):
        """Chance follows none."""
        onsets = sorted({(7919 * i % 10007) / 100 for i in range(200)})
        notes = tuple(Note(onset, 0.1, 60 + i % 12) for i, onset in enumerate(onsets))
        write_midi(Score(notes=notes), tmp_path / "a.mid")

        assert "no regular beat can be heard in it" in refusal(tmp_path / "a.mid")

    def test_free_playing_of_a_few_notes(self, tmp_path):
        """The sentence says how many it takes."""
        notes = tuple(Note(i * 1.37 + 0.07 * (i % 3), 1.0, 60 + i) for i in range(10))
        write_midi(Score(notes=notes, tempi=(Tempo(0, 120),)), tmp_path / "a.mid")

        assert "in 16 strikes at least; it has 10." in refusal(tmp_path / "a.mid")

    def test_what_takes_too_long(self, tmp_path):
        """The process is ended, and the file named."""
        (tmp_path / "a.musicxml").write_text(MUSICXML)

        with pytest.raises(GeneratorError, match=r"a\.musicxml was given up after 0\.01 seconds"):
            bring(tmp_path / "a.musicxml", limit_s=0.01)
