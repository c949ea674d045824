"""The openings that ship, and openings taken from a file."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import mido
import pytest

from generator import openings
from generator.errors import CorpusError, PrimerError
from generator.opening import Opening
from generator.score import Chord

MOZART = Path(__file__).parents[3] / "shared/datasets/classical-music-midi/mozart"

# Where the first note of each lies in the published file, in quarter notes: some begin with a
# pick-up bar. The file plays out the ornaments, which our openings leave out.
PUBLISHED = {
    "k330-1": ("mz_330_1", 0),
    "k331-1": ("mz_331_1", 0),
    "k331-3": ("mz_331_3", 1),
    "k332-1": ("mz_332_1", 0),
    "k333-1": ("mz_333_1", 3),
    "k545-1": ("mz_545_1", 0),
    "k545-2": ("mz_545_2", 0),
    "k570-1": ("mz_570_1", 0),
}


@pytest.fixture(params=openings.names())
def opening(request):
    return openings.load(request.param)


class TestShipped:
    def test_are_eight_by_mozart(self):
        """Enough to choose from, each under the name of its work."""
        assert sorted(PUBLISHED) == openings.names()

    def test_are_long_enough_for_the_forty_note_recipe(self, opening):
        """40 are read, and some of them a model may not know."""
        assert len(opening.chords) >= 56

    def test_say_what_they_are_and_what_may_be_done_with_them(self, opening):
        """Composer, title, attribution and licence are there for the page to show."""
        assert "Wolfgang Amadeus Mozart" == opening.composer
        assert opening.title in opening.attribution
        assert opening.licence.startswith("CC0 1.0")

    def test_are_in_order_and_on_the_piano(self, opening):
        """Onsets never fall, pitches of a chord rise, and each lasts a while."""
        assert 0.0 == opening.chords[0].onset
        assert all(one.onset <= two.onset for one, two in pairwise(opening.chords))
        for chord in opening.chords:
            assert list(chord.pitches) == sorted(set(chord.pitches))
            assert all(21 <= pitch <= 108 for pitch in chord.pitches)
            assert chord.duration > 0

    def test_are_in_the_score_s_own_time(self, opening):
        """Every onset and duration is a whole number of 32nds."""
        times = [time for chord in opening.chords for time in chord[:2]]

        assert all((8 * time).is_integer() for time in times)

    def test_have_both_hands(self, opening):
        """High notes and low notes sound together."""
        reached = {pitch < 60 for chord in opening.chords for pitch in chord.pitches}

        assert {True, False} == reached

    @pytest.mark.skipif(not MOZART.is_dir(), reason="the published corpus is not there")
    def test_hold_no_note_that_mozart_did_not_write(self, opening):
        """Every pitch and onset of ours stands in the published file too."""
        name, first = PUBLISHED[opening.name]

        ours = {
            (round(24 * (c.onset + first)), pitch) for c in opening.chords for pitch in c.pitches
        }

        assert set() == ours - _struck(MOZART / f"{name}.mid")


class TestLoad:
    def test_names_the_choices_for_a_name_it_does_not_know(self):
        """The sentence lists what there is."""
        with pytest.raises(PrimerError, match=r"no opening called k1\. There are: k330-1, "):
            openings.load("k1")

    def test_reads_no_file_outside_its_folder(self):
        """A name is a name and no path."""
        with pytest.raises(PrimerError):
            openings.load("../openings/k545-1")

    def test_loads_no_music21(self):
        """Composing from what ships starts at once."""
        program = "import sys; from generator import openings; openings.load('k545-1'); "
        program += "print('music21' in sys.modules, 'numpy' in sys.modules)"

        told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

        assert b"False False" == told.stdout.strip()


class TestOpening:
    def test_survives_json(self, opening):
        """To plain values and back, nothing is lost."""
        assert opening == Opening.from_dict(json.loads(json.dumps(opening.to_dict())))

    def test_takes_the_beginning_of_a_file(self, tmp_path):
        """The first notes, under the file's name."""
        path = _scale(tmp_path / "scale.mid", n_notes=10)

        opening = Opening.from_file(path, n_chords=3)

        assert ("scale", "scale") == (opening.name, opening.title)
        assert (
            Chord(0.0, 1.0, (60,), 80),
            Chord(1.0, 1.0, (61,), 80),
            Chord(2.0, 1.0, (62,), 80),
        ) == opening.chords

    def test_refuses_a_file_that_is_no_music(self, tmp_path):
        """The sentence names the file."""
        (tmp_path / "a.mid").write_text("no music")

        with pytest.raises(CorpusError, match=r"^a\.mid cannot be read as music"):
            Opening.from_file(tmp_path / "a.mid")


def _struck(path):
    """Return (onset in 24ths of a quarter, pitch) of every note of a MIDI file."""
    struck = set()
    file = mido.MidiFile(path)
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                struck.add((round(24 * now / file.ticks_per_beat), message.note))
    return struck


def _scale(path, *, n_notes):
    track = mido.MidiTrack()
    for step in range(n_notes):
        track.append(mido.Message("note_on", note=60 + step, velocity=80, time=0))
        track.append(mido.Message("note_off", note=60 + step, velocity=0, time=480))
    mido.MidiFile(tracks=[track], ticks_per_beat=480).save(path)
    return path
