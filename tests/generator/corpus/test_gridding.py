"""From the bytes of a MIDI file to the grid: the yardstick's notes, and nothing to trip over."""

import numpy as np
import pytest

from generator import canonical, corpus
from generator.corpus.gridding import LOOSEST, read_piece
from generator.errors import CorpusError
from generator.grid import Metre

# The bytes of messages, each after the time before it; 0x83 0x60 is 480 ticks, a quarter.
ON, OFF = bytes([0, 0x90, 60, 80]), bytes([0x83, 0x60, 0x80, 60, 0])
QUARTER = bytes([0x83, 0x60])

ODD = {
    "a note": [ON + OFF],
    "no track": [],
    "an empty track": [b"", ON + OFF],
    "a status that holds on": [ON + QUARTER + bytes([60, 0, 0, 64, 70]) + QUARTER + bytes([64, 0])],
    "a release as a strike of velocity 0": [ON + QUARTER + bytes([0x90, 60, 0])],
    "a note struck twice, released twice": [ON + QUARTER + ON[1:] + OFF + OFF],
    "a note struck twice at once": [ON + bytes([0, 0x90, 60, 90]) + OFF + OFF],
    "a note released twice": [ON + OFF + OFF],
    "a note without an end": [ON + bytes([0, 0x90, 64, 80]) + OFF],
    "a note of no length": [ON + bytes([0, 0x80, 60, 0])],
    "drums": [bytes([0, 0x99, 60, 80]) + QUARTER + bytes([0x89, 60, 0]) + ON + OFF],
    "one key on two channels": [ON + bytes([0, 0x91, 60, 90]) + OFF + bytes([0, 0x81, 60, 0])],
    "one key on two tracks": [ON + OFF, QUARTER + ON[1:] + OFF],
    "data bytes beyond 127": [bytes([0, 0x90, 60, 200]) + OFF],
    "a pitch beyond 127": [bytes([0, 0x90, 230, 80]) + OFF],
    "pitches beyond the piano": [bytes([0, 0x90, 20, 80]) + QUARTER + bytes([0x80, 20, 0])],
    "the lowest key": [bytes([0, 0x90, 21, 80]) + QUARTER + bytes([0x80, 21, 0])],
    "a chord from the top down": [bytes([0, 0x90, 64, 80]) + ON + OFF + bytes([0, 0x80, 64, 0])],
    "onsets between two steps": [bytes([10, 0x90, 60, 80, 30, 60, 0, 5, 64, 9, 2, 64, 0])],
    "pressure, bend and program": [b"\5\xd0\1\5\xe0\1\2\5\xc0\3\5\xa0\1\2" + ON + OFF],
    "messages to the system": [b"\5\xf0\2\1\xf7\5\xf2\1\2\5\xf6\5\xf3\1" + ON + OFF],
    "a meta event of an unknown kind": [bytes([50, 0xFF, 0x60, 1, 7]) + ON + OFF],
    "a meta event in a running status": [ON + b"\5\xff\1\2ab" + QUARTER + bytes([60, 0])],
    "music after the end of the track": [b"\0\xff\x2f\0" + ON + OFF],
}

HOSTILE = {
    "nothing": b"",
    "text": b"no music at all",
    "half a header": b"MThd\0\0\0\6\0\1",
    "a header that says it is endless": b"MThd\xff\xff\xff\xff" + 6 * b"\0",
    "no track where one was promised": b"MThd\0\0\0\6\0\1\0\1\1\xe0",
    "a track cut off": b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\x40\0\x90",
    "film frames": b"MThd\0\0\0\6\0\1\0\0\xe7\x28",
    "no ticks": b"MThd\0\0\0\6\0\1\0\0\0\0",
}

BROKEN_TRACKS = {
    "a message that ends early": b"\0\x90\x3c",
    "data before any status": b"\0\x3c\x40",
    "a length without end": 9 * b"\xff",
    "a message that runs over the end": b"\0\xff\1\x7fab",
    "a kind that is none": b"\0\xf5",
    "a rest of a century": 3 * (b"\xff\xff\xff\x7f\x90\x3c\x40"),
}


@pytest.fixture
def grid(raw_midi):
    return lambda *tracks, **header: corpus.read_grid(raw_midi(*tracks, **header), name="a.mid")


class TestNotes:
    @pytest.mark.parametrize("tracks", ODD.values(), ids=ODD.keys())
    def test_are_the_yardstick_s(self, tracks, raw_midi, tmp_path):
        """Row for row, whatever a program may have written."""
        content = raw_midi(*tracks)
        (tmp_path / "a.mid").write_bytes(content)

        expected = canonical.exact(tmp_path / "a.mid")

        assert expected.tolist() == corpus.read_grid(content).notes.tolist()

    def test_close_the_oldest_first(self, grid):
        """Struck at 0 and 1, released at 2 and 3: two notes of two quarters."""
        notes = grid(ON + QUARTER + ON[1:] + OFF + OFF).notes

        assert [[0, 39, 48, 80], [24, 39, 48, 80]] == notes.tolist()

    def test_survive_whatever_damage(self, raw_midi, tmp_path):
        """Bytes changed by chance are the yardstick's notes, or are refused with a sentence."""
        rng = np.random.default_rng(1)
        whole = np.frombuffer(raw_midi(*[t for tracks in ODD.values() for t in tracks]), np.uint8)
        n_read = 0
        for _ in range(300):
            content = whole.copy()
            content[rng.integers(14, len(whole), 2)] = rng.integers(0, 256, 2)
            try:
                ours = corpus.read_grid(content.tobytes()).notes
            except CorpusError:
                continue
            if (theirs := _yardstick(content.tobytes(), tmp_path / "a.mid")) is not None:
                n_read += 1
                assert theirs.tolist() == ours.tolist()
        assert n_read > 20


class TestRefuses:
    @pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
    def test_what_is_no_midi_file(self, content):
        """The sentence names the file and says what is wrong with it."""
        with pytest.raises(CorpusError, match=r"^a\.mid cannot be read as music: .+\.$"):
            corpus.read_grid(content, name="a.mid")

    @pytest.mark.parametrize("track", BROKEN_TRACKS.values(), ids=BROKEN_TRACKS.keys())
    def test_a_broken_track(self, track, grid):
        """No length that a file claims is believed beyond its end."""
        with pytest.raises(CorpusError, match=r"^a\.mid cannot be read as music"):
            grid(track)

    def test_to_learn_from_a_file_without_notes(self, raw_midi):
        """It can be read, but there is nothing in it."""
        with pytest.raises(CorpusError, match="it holds no notes"):
            read_piece(raw_midi(b""), name="a.mid")

    def test_to_learn_from_what_was_played_freely(self, midi_played_at):
        """Onsets of chance have no beats, and so no bars."""
        rng = np.random.default_rng(0)
        content = midi_played_at(np.cumsum(rng.integers(50, 500, 200)))

        with pytest.raises(CorpusError, match=r"^a\.mid was played in freely"):
            read_piece(content, name="a.mid")

    def test_no_one_who_plays_to_a_click(self, midi_played_at):
        """A fiftieth of a quarter early or late is a human on the beat."""
        rng = np.random.default_rng(0)
        content = midi_played_at(np.arange(1, 200) * 240 + rng.normal(0, 10, 199).astype(int))

        assert 199 == len(read_piece(content).notes)


class TestLooseness:
    @pytest.mark.parametrize("n_parts", [1, 2, 3, 4, 6, 8])
    def test_is_nothing_on_any_division(self, n_parts):
        """Quarters to thirty-seconds, and their triplets."""
        onsets = np.arange(200) / n_parts

        assert 0 == pytest.approx(corpus.looseness(onsets))

    def test_is_a_quarter_by_chance(self):
        """Of the distance between two neighbouring parts."""
        onsets = np.random.default_rng(0).uniform(0, 500, 2000)

        assert 0.25 == pytest.approx(corpus.looseness(onsets), abs=0.02)

    def test_forgives_ornaments(self):
        """Where a third of the onsets lies anywhere, the others still tell the beat."""
        onsets = [*np.arange(200) / 4, *np.random.default_rng(0).uniform(0, 50, 100)]

        assert corpus.looseness(onsets) < LOOSEST

    def test_counts_a_chord_once(self):
        """Great chords on the beat do not hide that all else is free."""
        free = np.random.default_rng(0).uniform(0, 500, 500)

        assert corpus.looseness([*free, 0.0]) == corpus.looseness([*free, *1000 * [0.0]])

    def test_of_no_onset_is_nothing(self):
        """Silence is not free."""
        assert 0.0 == corpus.looseness([])


class TestMetres:
    def test_are_four_four_where_none_is_told(self, grid):
        """As MIDI says; and one that comes later does not reach back."""
        assert (Metre(0, 4, 4),) == grid(ON + OFF).metres
        assert (Metre(0, 4, 4), Metre(24, 3, 8)) == grid(QUARTER + _metre(3, 3)).metres

    def test_are_read_from_any_track_and_in_order(self, grid):
        """The last of several at one place holds."""
        tracks = [QUARTER + _metre(2, 2), b"\0" + _metre(5, 2) + b"\0" + _metre(3, 2)]

        assert (Metre(0, 3, 4), Metre(24, 2, 4)) == grid(*tracks).metres

    def test_that_say_nothing_new_are_left_out(self, grid):
        """At a bar line the same metre again changes nothing; elsewhere it moves the bar line."""
        again = [b"\0" + _metre(2, 2) + QUARTER + _metre(2, 2)]
        at_line = [b"\0" + _metre(1, 2) + QUARTER + _metre(1, 2)]

        assert (Metre(0, 2, 4), Metre(24, 2, 4)) == grid(*again).metres
        assert (Metre(0, 1, 4),) == grid(*at_line).metres

    def test_beyond_belief_are_left_out(self, grid):
        """No metre has no beats, or parts of 2 to the 200th."""
        assert (Metre(0, 4, 4),) == grid(b"\0" + _metre(0, 2) + b"\0" + _metre(3, 200)).metres


class TestTempo:
    def test_is_the_first(self, grid):
        """In time, whichever track tells it."""
        tracks = [QUARTER + _tempo(60), b"\0" + _tempo(90) + b"\0" + _tempo(30)]

        assert 90 == pytest.approx(grid(*tracks).tempo_qpm, abs=0.001)

    def test_is_120_where_none_is_told(self, grid):
        """As MIDI says; a quarter of no length is no tempo."""
        assert 120.0 == grid(ON + OFF).tempo_qpm == grid(b"\0\xff\x51\3\0\0\0").tempo_qpm

    def test_is_brought_back_to_what_can_be_played(self, grid):
        """A quarter of one microsecond is no music."""
        assert 600.0 == grid(b"\0\xff\x51\3\0\0\1").tempo_qpm


class TestPedals:
    def test_are_down_from_64_on(self, grid):
        """Half-way is down; below is up; what is down already stays."""
        track = _pedal(64) + _pedal(127) + _pedal(63) + _pedal(0) + _pedal(90) + _pedal(0)

        assert [[24, 72], [120, 144]] == grid(track).pedals.tolist()

    def test_of_two_channels_are_one(self, grid):
        """Down while it is down on either; drums have none."""
        one = _pedal(90) + _pedal(90) + _pedal(0)
        other = _pedal(0, 1) + _pedal(90, 1) + _pedal(90, 1) + _pedal(0, 1)

        assert [[24, 96]] == grid(one, other, _pedal(90, 9)).pedals.tolist()

    def test_that_are_never_released_end_with_the_music(self, grid):
        """So that the last chord rings as long as it is held."""
        assert [[24, 48]] == grid(_pedal(90) + ON + OFF).pedals.tolist()
        assert [] == grid(ON + OFF + _pedal(90)).pedals.tolist()

    def test_too_short_for_the_grid_are_left_out(self, grid):
        """Down and up within one step is no pedal."""
        assert [] == grid(_pedal(90) + b"\1\xb0\x40\0").pedals.tolist()


@pytest.fixture
def midi_played_at(raw_midi):
    """Return a function that strikes a key at each of the ticks given."""

    def play(ticks):
        ticks = np.unique(ticks)
        gaps = np.diff(ticks, prepend=0) - np.arange(len(ticks)).clip(max=1)
        events = [_length(gap) + b"\x90\x3c\x50\1\x3c\0" for gap in gaps.tolist()]
        return raw_midi(b"".join(events))

    return play


def _length(value):
    return bytes([0x80 | value >> 14 & 0x7F, 0x80 | value >> 7 & 0x7F, value & 0x7F])


def _metre(numerator, power):
    return bytes([0xFF, 0x58, 4, numerator, power, 24, 8])


def _tempo(qpm):
    return b"\xff\x51\3" + round(60_000_000 / qpm).to_bytes(3)


def _pedal(value, channel=0):
    return QUARTER + bytes([0xB0 | channel, 64, value])


def _yardstick(content, path):
    path.write_bytes(content)
    try:
        return canonical.exact(path)
    except Exception:  # whatever mido makes of damage
        return None
