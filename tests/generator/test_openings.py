"""The openings that ship, and openings taken from a file."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import mido
import pytest

from generator import corpus, openings
from generator.errors import CorpusError, PrimerError
from generator.files import write_midi
from generator.opening import Opening
from generator.score import Chord, Note, Score, TimeSignature

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
# Time signature, upbeat in quarter notes, sharps or flats, and what tempi are usual.
COUNTED = {
    "k330-1": ((2, 4), 0, 0, (56, 80)),
    "k331-1": ((6, 8), 0, 3, (56, 80)),
    "k331-3": ((2, 4), 1, 0, (120, 144)),
    "k332-1": ((3, 4), 0, -1, (132, 168)),
    "k333-1": ((4, 4), 1, -2, (116, 138)),
    "k545-1": ((4, 4), 0, 0, (120, 144)),
    "k545-2": ((3, 4), 0, 1, (48, 66)),
    "k570-1": ((3, 4), 0, -2, (138, 168)),
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

    def test_say_how_they_are_counted(self, opening):
        """Metre, upbeat, tempo and key as printed; K. 331 is in A major, three sharps."""
        metre, upbeat, key, tempi = COUNTED[opening.name]

        assert (metre, upbeat, key) == (opening.time_signature, opening.upbeat, opening.key)
        assert tempi[0] <= opening.tempo_qpm <= tempi[1]

    def test_lie_on_the_grid_with_every_note(self, opening):
        """None is lost but a pitch that both hands strike at once."""
        struck = {
            (round(24 * chord.onset), pitch) for chord in opening.chords for pitch in chord.pitches
        }
        grid = opening.grid()
        shift = grid.notes[0, 0]

        assert struck == {(onset - shift, pitch + 21) for onset, pitch, *_ in grid.notes.tolist()}
        assert (opening.tempo_qpm, opening.name) == (grid.tempo_qpm, grid.name)
        assert ((0, *opening.time_signature),) == grid.metres

    def test_begin_at_a_bar_line_but_for_the_upbeat(self, opening):
        """The first note lies where the upbeat begins in its bar."""
        grid = opening.grid()

        assert grid.notes[0, 0] == (grid.metres[0].bar - 24 * opening.upbeat) % grid.metres[0].bar

    def test_are_played_with_some_touch(self, opening):
        """The highest notes are louder than the rest, and none is loud or faint."""
        grid = opening.grid()
        high = grid.notes[:, 1] > 50

        assert grid.notes[high, 3].mean() > grid.notes[~high, 3].mean() + 3
        assert 40 <= grid.notes[:, 3].min() < grid.notes[:, 3].max() <= 70

    @pytest.mark.skipif(not MOZART.is_dir(), reason="the published corpus is not there")
    def test_lie_in_their_bars_as_the_published_files_do(self, opening):
        """The same metre, and the first note at the same place in it."""
        name, _ = PUBLISHED[opening.name]

        published = corpus.read_grid((MOZART / f"{name}.mid").read_bytes())
        grid = opening.grid()

        assert published.metres[0] == grid.metres[0]
        assert published.notes[0, 0] == grid.notes[0, 0]

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

    def test_of_an_earlier_version_is_counted_in_four(self, opening):
        """A site keeps openings as they were written; the missing facts have defaults."""
        values = opening.to_dict()
        for fact in ("time_signature", "tempo_qpm", "upbeat", "key", "is_free", "notes"):
            del values[fact]

        read = Opening.from_dict(values)

        assert opening.chords == read.chords
        assert ((4, 4), 120.0, 0.0, None) == (
            read.time_signature,
            read.tempo_qpm,
            read.upbeat,
            read.key,
        )

    def test_keeps_metre_tempo_and_velocities_of_a_file(self, tmp_path):
        """Two bars of three quarters, after an upbeat of one."""
        score = Score(
            notes=tuple(Note(2.0 + i, 1.0, 60 + i, 40 + i) for i in range(12)),
            tempo_qpm=90.0,
            time_signatures=(TimeSignature(0, 3, 4),),
        )
        write_midi(score, tmp_path / "a.mid")

        opening = Opening.from_file(tmp_path / "a.mid", bars=2)
        grid = opening.grid()

        assert ((3, 4), 90.0, 1.0) == (opening.time_signature, opening.tempo_qpm, opening.upbeat)
        assert [[48 + 24 * i, 39 + i, 24, 40 + i] for i in range(7)] == grid.notes.tolist()
        assert opening == Opening.from_dict(json.loads(json.dumps(opening.to_dict())))

    def test_counts_an_upbeat_that_has_a_metre_of_its_own(self, tmp_path):
        """A first bar of one quarter, then three to the bar."""
        score = Score(
            notes=tuple(Note(float(i), 1.0, 60 + i, 50) for i in range(8)),
            time_signatures=(TimeSignature(0, 1, 4), TimeSignature(1, 3, 4)),
        )
        write_midi(score, tmp_path / "a.mid")

        opening = Opening.from_file(tmp_path / "a.mid", bars=1)

        assert ((3, 4), 1.0) == (opening.time_signature, opening.upbeat)
        assert [48, 72, 96, 120] == opening.grid().notes[:, 0].tolist()

    def test_leaves_out_empty_bars_before_the_music(self, tmp_path):
        """An opening begins with its first note."""
        score = Score(notes=tuple(Note(8.0 + i, 1.0, 60 + i) for i in range(8)))
        write_midi(score, tmp_path / "a.mid")

        opening = Opening.from_file(tmp_path / "a.mid", bars=1)

        assert [0, 24, 48, 72] == opening.grid().notes[:, 0].tolist()

    def test_takes_the_beginning_of_musicxml(self, tmp_path):
        """A page becomes chords for one recipe and notes for the other."""
        (tmp_path / "a.musicxml").write_text(MUSICXML)

        opening = Opening.from_file(tmp_path / "a.musicxml")

        assert [(0.0, 2.0, (60, 64)), (2.0, 1.0, (67,))] == [c[:3] for c in opening.chords]
        assert [[0, 39, 48], [0, 43, 48], [48, 46, 24]] == opening.grid().notes[:, :3].tolist()
        assert (3, 4) == opening.time_signature

    def test_counts_the_pick_up_of_a_page(self, tmp_path):
        """A first bar that is marked as short does not move the bar lines."""
        pick_up = MUSICXML.replace('number="1"', 'number="0" implicit="yes"')
        pick_up = pick_up.replace("<duration>2<", "<duration>1<")
        whole = '<measure number="1"><note><rest/><duration>3</duration></note></measure>'
        (tmp_path / "a.musicxml").write_text(pick_up.replace("</part>\n", f"{whole}</part>\n"))

        opening = Opening.from_file(tmp_path / "a.musicxml")

        assert ((3, 4), 2.0) == (opening.time_signature, opening.upbeat)
        assert [24, 24, 48] == opening.grid().notes[:, 0].tolist()

    def test_played_in_freely_has_no_bars(self, tmp_path):
        """The 40-note recipe can go on from it, the other says why it cannot."""
        onsets = sorted({(7919 * i % 10007) / 100 for i in range(200)})
        notes = tuple(Note(onset, 0.1, 60 + i % 12) for i, onset in enumerate(onsets))
        write_midi(Score(notes=notes), tmp_path / "a.mid")

        opening = Opening.from_file(tmp_path / "a.mid")

        assert 64 == len(opening.chords)
        with pytest.raises(CorpusError, match=r"^a was played in freely"):
            opening.grid()

    def test_refuses_a_file_that_is_no_music(self, tmp_path):
        """The sentence names the file."""
        (tmp_path / "a.mid").write_text("no music")

        with pytest.raises(CorpusError, match=r"^a\.mid cannot be read as music"):
            Opening.from_file(tmp_path / "a.mid")


MUSICXML = """<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="3.1">
  <part-list><score-part id="P1"><part-name>Piano</part-name></score-part></part-list>
  <part id="P1">
    <measure number="1">
      <attributes>
        <divisions>1</divisions>
        <time><beats>3</beats><beat-type>4</beat-type></time>
      </attributes>
      <note><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration></note>
      <note><chord/><pitch><step>E</step><octave>4</octave></pitch><duration>2</duration></note>
      <note><pitch><step>G</step><octave>4</octave></pitch><duration>1</duration></note>
    </measure>
  </part>
</score-partwise>
"""


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
