"""MIDI bytes: notes, pedal and tempi come back as they were written, and nothing else is there."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import mido
import pytest

from generator import midi, pedalling, rubato
from generator.files import read_score
from generator.score import Note, Pedal, Score, Tempo, TimeSignature

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
FORTY_NOTES = Score(notes=tuple(Note(i / 2, 0.5, 48 + i * 11 % 36) for i in range(140)), seam=20.0)
PLAYED = Score(
    notes=tuple(Note(i / 2, 0.45, 48 + i * 7 % 30, 40 + i) for i in range(60)),
    tempo_qpm=96.0,
    time_signatures=(TimeSignature(0.0, 3, 4), TimeSignature(12.0, 6, 8)),
    pedals=(Pedal(0.125, 2.875), Pedal(3.125, 2.0), Pedal(8.0, 1.0)),
    tempi=(Tempo(3.0, 100.0), Tempo(6.0, 90.0)),
)


def from_piano_with(*messages):
    """The score of a file with one note a quarter long, and these messages on its track."""
    file = mido.MidiFile()
    note = (
        mido.Message("note_on", note=60, velocity=70),
        mido.Message("note_off", note=60, time=480),
    )
    file.tracks.append(mido.MidiTrack([*note, *messages]))
    return midi.score_of(content_of(file))


def content_of(file):
    held = io.BytesIO()
    file.save(file=held)
    return held.getvalue()


class TestRoundTrip:
    def test_pedal_and_tempi_come_back(self):
        """What is written is read, onset by onset."""
        read = midi.score_of(midi.bytes_of(PLAYED))

        assert PLAYED.pedals == read.pedals
        assert [t.onset for t in PLAYED.tempi] == [t.onset for t in read.tempi]
        assert [t.qpm for t in PLAYED.tempi] == pytest.approx([t.qpm for t in read.tempi], rel=1e-5)
        assert PLAYED.time_signatures == read.time_signatures
        assert pytest.approx(PLAYED.seconds, rel=1e-5) == read.seconds

    def test_the_notes_come_back(self):
        """To a tick, a 480th of a quarter note."""
        read = midi.score_of(midi.bytes_of(PLAYED))

        assert [n[2:] for n in PLAYED.notes] == [n[2:] for n in read.notes]
        for column in (0, 1):
            expected = [n[column] for n in PLAYED.notes]
            assert expected == pytest.approx([n[column] for n in read.notes], abs=1 / 960)

    def test_what_is_read_again_is_written_the_same(self):
        """Reading and writing once more changes no byte."""
        content = midi.bytes_of(PLAYED)

        assert content == midi.bytes_of(midi.score_of(content))

    def test_the_seam_comes_back(self):
        """A piece opened again shows where the machine begins."""
        assert 20.0 == midi.score_of(midi.bytes_of(FORTY_NOTES)).seam

    @pytest.mark.skipif(not DATASETS.is_dir(), reason="the corpus for development is not here")
    def test_a_pianists_file_survives(self):
        """A mazurka with 95 presses of the pedal and hundreds of tempi."""
        read = read_score(DATASETS / "classical-music-midi" / "chopin" / "chpn_op7_1.mid")

        again = midi.score_of(midi.bytes_of(read))

        assert len(read.pedals) == len(again.pedals) > 50
        assert len(read.tempi) == len(again.tempi) > 100
        assert pytest.approx(read.seconds, abs=0.01) == again.seconds

    def test_pedal_and_rubato_by_rule_survive(self):
        """What the rules add to a piece is there when it is opened again."""
        score = replace(PLAYED, pedals=(), tempi=())
        ruled = replace(score, pedals=pedalling.pedals(score), tempi=rubato.tempi(score))

        read = midi.score_of(midi.bytes_of(ruled))

        assert len(ruled.pedals) == len(read.pedals)
        assert len(ruled.tempi) == len(read.tempi)


class TestBytes:
    def test_a_piece_of_the_forty_note_recipe_keeps_its_bytes(self):
        """Without pedal and rubato the file is what it always was."""
        digest = hashlib.sha256(midi.bytes_of(FORTY_NOTES)).hexdigest()

        assert "3548d64cf8178c6a" == digest[:16]

    def test_a_changed_pedal_is_lifted_before_the_chord_and_pressed_after(self):
        """It holds the new harmony, and not the old."""
        score = Score(
            notes=(Note(0.0, 1.0, 60), Note(1.0, 1.0, 62)),
            pedals=(Pedal(0.0, 1.0), Pedal(1.0, 1.0)),
        )

        now, at_one = 0, []
        for message in mido.MidiFile(file=io.BytesIO(midi.bytes_of(score))).tracks[1]:
            now += message.time
            if now == 480:
                at_one.append((message.type, getattr(message, "value", None)))

        assert [
            ("note_off", None),
            ("control_change", midi.UP),
            ("note_on", None),
            ("control_change", midi.DOWN),
        ] == at_one


class TestReading:
    def test_a_pedal_on_any_track_is_the_pedal(self):
        """Some files keep it on a track of its own, on another channel."""
        file = mido.MidiFile()
        notes = (
            mido.Message("note_on", note=60, velocity=70),
            mido.Message("note_off", note=60, time=960),
        )
        pedal = (
            mido.Message("control_change", channel=3, control=64, value=127, time=240),
            mido.Message("control_change", channel=3, control=64, value=0, time=480),
        )
        file.tracks += [mido.MidiTrack(notes), mido.MidiTrack(pedal)]

        assert (Pedal(0.5, 1.0),) == midi.score_of(content_of(file)).pedals

    def test_a_pedal_pressed_twice_is_pressed_once(self):
        """Half-pedalling sends many values; the foot goes down at 64."""
        values = (10, 70, 100, 127, 80, 30)

        score = from_piano_with(
            *(mido.Message("control_change", control=64, value=v, time=120) for v in values)
        )

        assert (Pedal(1.5, 1.0),) == score.pedals

    def test_a_pedal_that_is_never_lifted_ends_with_the_music(self):
        """It was down when the recording stopped."""
        file = mido.MidiFile()
        down = mido.Message("control_change", control=64, value=127)
        notes = (
            mido.Message("note_on", note=60, velocity=70),
            mido.Message("note_off", note=60, time=960),
        )
        file.tracks.append(mido.MidiTrack([down, *notes]))

        assert (Pedal(0.0, 2.0),) == midi.score_of(content_of(file)).pedals

    def test_a_metre_on_any_track_is_believed(self):
        """Some programs write it beside the notes, and not first."""
        file = mido.MidiFile()
        metre = mido.MetaMessage("time_signature", numerator=6, denominator=4)
        notes = (
            mido.Message("note_on", note=60, velocity=70),
            mido.Message("note_off", note=60, time=480),
        )
        file.tracks += [mido.MidiTrack(), mido.MidiTrack([metre, *notes])]

        assert (TimeSignature(0.0, 6, 4),) == midi.score_of(content_of(file)).time_signatures

    def test_one_tempo_is_no_curve(self):
        """A file that keeps its tempo has nothing to tell of it."""
        assert () == midi.score_of(midi.bytes_of(FORTY_NOTES)).tempi
