"""The page of music with real rhythm: what an engraver would do with it."""

import xml.etree.ElementTree as ET
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from generator.files import read_score
from generator.notation import FIRST_QUARTER, to_musicxml
from generator.score import Note, Pedal, Score, TimeSignature

DATASETS = Path(__file__).parents[4] / "shared" / "datasets"
STEP = 1 / 24  # quarter notes
NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
VALUES = {"64th": 1 / 16, "32nd": 1 / 8, "16th": 1 / 4, "eighth": 1 / 2}
VALUES |= {"quarter": 1, "half": 2, "whole": 4, "breve": 8}


MAJOR = (0, 2, 4, 5, 7, 9, 11)


def page(notes, **fields):
    score = Score(notes=tuple(sorted(notes)), **fields)
    return ET.fromstring(to_musicxml(score, title="Test"))  # noqa: S314 - our own


def steps(*onsets, pitch=72, duration=None):
    """Notes at the given steps, each until the next or for ``duration`` steps."""
    ends = [*onsets[1:], onsets[-1] + 24]
    return [
        Note(a * STEP, (duration or b - a) * STEP, pitch + i % 3)
        for i, (a, b) in enumerate(zip(onsets, ends, strict=True))
    ]


def pitch_of(note):
    pitch = note.find("pitch")
    octave, alter = int(pitch.findtext("octave")), int(pitch.findtext("alter") or 0)
    return 12 * (octave + 1) + NATURAL[pitch.findtext("step")] + alter


def printed(root, staff=1):
    """(value in quarters, pitches) of what is struck on a staff; ties joined, rests left out."""
    found = []
    for note in root.iter("note"):
        if note.findtext("staff") != str(staff) or note.find("pitch") is None:
            continue
        if note.find("grace") is not None:
            continue
        ties = [tie.get("type") for tie in note.iter("tie")]
        if note.find("chord") is not None:
            found[-1][1].append(pitch_of(note))
        elif "stop" in ties:
            found[-1][0] += Fraction(int(note.findtext("duration")), 24)
        else:
            found.append([Fraction(int(note.findtext("duration")), 24), [pitch_of(note)]])
    return [(float(value), tuple(pitches)) for value, pitches in found]


def rests(root, staff=1):
    return [
        note.findtext("type") or "bar"
        for note in root.iter("note")
        if note.find("rest") is not None
        and note.findtext("staff") == str(staff)
        and note.get("print-object") != "no"
    ]


class TestLengths:
    @pytest.mark.parametrize(("sounds", "value"), [(5, 6), (7, 8), (11, 12), (23, 24)])
    def test_a_touch_short_of_a_value_is_the_value(self, sounds, value):
        """Keys are let go a little early; the page shows no crumbs of rests."""
        played = [Note(i * value * STEP, sounds * STEP, 72 + i % 2, 60 + i) for i in range(12)]

        root = page(played)

        assert [value / 24] * 12 == [length for length, _ in printed(root)]
        assert {"bar", "half", "quarter"} >= set(rests(root))

    def test_a_score_keeps_its_rests(self):
        """Where lengths are written and not played, an eighth and its rest are both printed."""
        root = page([Note(float(i), 0.5, 72) for i in range(8)])

        assert [0.5] * 8 == [length for length, _ in printed(root)]
        assert ["eighth"] * 8 == rests(root)

    def test_a_quarter_played_short_is_staccato(self):
        """In a performance a dot says what a rest would clutter."""
        root = page([Note(float(i), 0.3, 72, 60 + i) for i in range(8)])

        assert [1.0] * 8 == [length for length, _ in printed(root)]
        assert 8 == len(list(root.iter("staccato")))

    def test_a_last_breath_after_the_bar_line_stays_before_it(self):
        """A key struck a moment after the last bar has ended adds no bar, and is not lost."""
        root = page([*(Note(float(i), 1.0, 72) for i in range(4)), Note(4.02, 0.1, 74)])

        assert 1 == len(list(root.iter("measure")))
        assert 74 in [pitch_of(n) for n in root.iter("note") if n.find("pitch") is not None]


class TestOrnaments:
    def test_a_short_note_before_the_beat_is_a_grace_note(self):
        """One step before the beat: an acciaccatura, and no tuplet."""
        root = page(
            [*steps(0, 24), Note(47 * STEP, STEP, 71), Note(2.0, 1.0, 72), Note(3.0, 1.0, 74)]
        )

        graces = [note for note in root.iter("note") if note.find("grace") is not None]
        assert [71] == [pitch_of(note) for note in graces]
        assert "yes" == graces[0].find("grace").get("slash")
        assert [] == list(root.iter("tuplet"))

    def test_a_run_is_not_grace_notes(self):
        """32nds that go on at one pace are counted out."""
        root = page(steps(*range(0, 48, 3)))

        assert [] == list(root.iter("grace"))
        assert 16 == len(printed(root))

    def test_keys_struck_from_the_bass_up_and_held_are_a_rolled_chord(self):
        """Three keys a step apart are one chord with a wavy line, on the beat."""
        roll = [Note((21 + i * 1.5) * STEP, 2.0, pitch) for i, pitch in enumerate((60, 64, 67))]

        root = page([*steps(0, pitch=64), *roll, Note(3.0, 1.0, 72)])

        assert (60, 64, 67) in [pitches for _, pitches in printed(root)]
        assert 3 == len(list(root.iter("arpeggiate")))


class TestTuplets:
    @pytest.mark.parametrize(
        ("onsets", "numbers", "beats"),
        [
            ((0, 8, 16), {("3", "2")}, 4),
            ((0, 4, 8, 12, 16, 20), {("6", "4")}, 4),
            ((0, 5, 10, 14, 19), {("5", "4")}, 4),
            ((0, 16, 32), {("3", "2")}, 4),
            ((0, 7, 13, 20, 26, 33, 39, 46, 52, 59, 65, 72), {("11", "6")}, 6),
        ],
    )
    def test_equal_parts_have_one_bracket(self, onsets, numbers, beats):
        """Triplets, sextuplets, quintuplets, quarters in three, eleven in the time of six."""
        root = page(
            steps(*onsets, max(24, onsets[-1] // 24 * 24 + 24)),
            time_signatures=(TimeSignature(0.0, beats, 4),),
        )

        told = {
            (
                note.findtext("time-modification/actual-notes"),
                note.findtext("time-modification/normal-notes"),
            )
            for note in root.iter("note")
            if note.find("time-modification") is not None
        }
        assert numbers == told
        assert 1 == sum(edge.get("type") == "start" for edge in root.iter("tuplet"))

    def test_triplets_that_go_on_are_numbered_for_two_bars(self):
        """A reader who has seen eight threes needs no more."""
        root = page(steps(*range(0, 4 * 96, 8)))

        starts = [edge for edge in root.iter("tuplet") if edge.get("type") == "start"]
        hidden = [edge for edge in starts if edge.get("show-number") == "none"]
        assert (16, 8) == (len(starts), len(hidden))


class TestVoices:
    def test_a_held_bass_and_its_chords_are_two_voices(self):
        """The bass is printed as long as it is held, below the chords."""
        bars = [Note(3.0 * i, 3.0, 43) for i in range(4)]
        chords = [Note(3.0 * i + k, 1.0, p) for i in range(4) for k in (1, 2) for p in (55, 59)]
        tune = [Note(1.5 * i, 1.5, 79) for i in range(8)]

        root = page([*bars, *chords, *tune], time_signatures=(TimeSignature(0.0, 3, 4),))

        assert 4 == printed(root, staff=2).count((3.0, (43,)))
        assert 8 == printed(root, staff=2).count((1.0, (55, 59)))

    def test_a_second_voice_prints_no_rests(self):
        """Where it is silent, the first voice says what there is to count."""
        tune = [Note(float(i), 1.0, 72 + i % 3) for i in range(8)]
        bass = [Note(float(i), 1.0, 43 + i % 3) for i in range(8)]

        root = page([Note(1.0, 3.0, 67), *tune, *bass])

        shown = [
            n
            for n in root.iter("note")
            if n.find("rest") is not None and n.findtext("voice") == "2"
        ]
        assert shown
        assert {"no"} == {note.get("print-object") for note in shown}


class TestBeside:
    def test_dynamics_stand_where_the_music_changes_and_nowhere_else(self):
        """Four soft bars and four loud ones have two marks."""
        notes = [Note(float(i), 1.0, 72, 40 if i < 16 else 90) for i in range(32)]

        marked = {
            measure.get("number"): [mark.tag for mark in measure.find(".//dynamics")]
            for measure in page(notes).iter("measure")
            if measure.find(".//dynamics") is not None
        }

        assert {"1": ["p"], "5": ["ff"]} == marked

    def test_music_that_is_equally_loud_has_no_dynamics(self):
        """A score without touch is not called mezzoforte."""
        assert [] == list(page(steps(*range(0, 96, 12))).iter("dynamics"))

    def test_the_pedal_is_marked_at_what_is_struck_with_it(self):
        """Pressed a moment after the chord, it is printed below it, once the one before is up."""
        pedals = (Pedal(0.125, 1.875), Pedal(2.125, 1.5))

        root = page(steps(0, 24, 48, 72), pedals=pedals)

        assert ["start", "stop", "start", "stop"] == [
            pedal.get("type") for pedal in root.iter("pedal")
        ]

    def test_the_sign_of_the_pedal_stands_where_there_is_room_for_it(self):
        """Pressed again at once it is a hook in the line; for a moment, a line alone."""
        pedals = (Pedal(0.125, 3.875), Pedal(4.125, 0.875), Pedal(5.625, 0.875))

        root = page(steps(*range(0, 168, 12)), pedals=pedals)

        assert ["yes", "no", "no"] == [
            pedal.get("sign") for pedal in root.iter("pedal") if pedal.get("type") == "start"
        ]

    def test_a_left_hand_that_climbs_reads_in_the_treble_clef(self):
        """Eight bars around the second C above the middle need no ledger lines."""
        high = [Note(i / 2, 0.5, 76 + i % 5) for i in range(64)]
        low = [Note(i / 2, 0.5, 64 + i % 5) for i in range(64)]

        root = page([*high, *low])

        signs = {clef.get("number"): clef.findtext("sign") for clef in root.iter("clef")}
        assert {"1": "G", "2": "G"} == signs

    def test_a_passage_far_above_the_staff_stands_under_an_8va(self):
        """Eight notes around the highest C are written an octave lower."""
        notes = [
            Note(i / 2, 0.5, p) for i, p in enumerate([72] * 8 + [96, 93, 95, 96] * 2 + [72] * 8)
        ]

        root = page(notes)

        assert ["down", "stop"] == [shift.get("type") for shift in root.iter("octave-shift")]

    def test_of_a_bar_that_begins_in_silence_only_the_upbeat_is_printed(self):
        """The page says where it begins, so that a cursor can be mapped."""
        root = page([Note(float(i), 1.0, 72) for i in range(3, 16)])

        first = next(root.iter("measure"))
        assert ("0", "yes") == (first.get("number"), first.get("implicit"))
        assert ["3"] == [
            f.text for f in root.iter("miscellaneous-field") if f.get("name") == FIRST_QUARTER
        ]
        assert [] == rests(root)

    def test_a_long_section_far_away_has_its_own_signature(self):
        """Thirty bars of C major and thirty of E major: the signature changes once."""
        scale = (0, 4, 7, 5, 2, 11, 7, 0)
        home = [Note(i / 2, 0.5, 60 + scale[i % 8]) for i in range(240)]
        away = [Note(120 + i / 2, 0.5, 64 + scale[i % 8]) for i in range(240)]

        root = page([*home, *away])

        assert ["0", "4"] == [key.text for key in root.iter("fifths")]

    @pytest.mark.parametrize(("scale", "fifths"), [((0, 2, 4, 7, 9), ["3"]), (MAJOR, ["3", "1"])])
    def test_the_machine_keeps_the_signature_of_the_opening_until_another_is_clear(
        self, scale, fifths
    ):
        """After an opening in A, five notes of D and A are in A; all seven of G are in G."""
        opening = [Note(i / 2, 0.5, 69 + MAJOR[i % 7]) for i in range(32)]
        tonic = 62 if len(scale) == 5 else 67
        goes_on = [Note(16 + i / 2, 0.5, tonic + scale[i % len(scale)]) for i in range(96)]

        root = page([*opening, *goes_on], key=3, seam=16.0)

        assert fifths == [key.text for key in root.iter("fifths")]


REAL = [
    "classical-music-midi/chopin/chpn_op27_1.mid",  # a nocturne with recitatives in 10/4
    "classical-music-midi/chopin/chpn_op7_1.mid",  # a mazurka
    "classical-music-midi/chopin/chpn_op53.mid",  # a polonaise with bars of 13/16
    "classical-music-midi/chopin/chpn-p7.mid",  # a prelude with an upbeat
    "classical-music-midi/mozart/mz_331_1.mid",
    "classical-music-midi/mendelssohn/mendel_op30_5.mid",  # ends with a breath after the bar line
    "classical-music-midi/debussy/debussy_cc_1.mid",
    "classical-music-midi/bach/bach_846.mid",
    "chopin-first-editions/chopin/009-1-KI-001.mid",  # eleven and twenty-two in a bar of 6/4
    "chopin-first-editions/chopin/010-1b-Sm-011.mid",  # every chord is rolled
]


@pytest.mark.skipif(not DATASETS.is_dir(), reason="the corpus for development is not here")
@pytest.mark.parametrize("name", REAL)
class TestRealMusic:
    @pytest.fixture
    def score(self, name):
        read = read_score(DATASETS / name)
        return Score(
            notes=read.notes[:700],
            tempo_qpm=read.tempo_qpm,
            time_signatures=read.time_signatures,
            pedals=read.pedals,
        )

    @pytest.fixture
    def root(self, score):
        return page(score.notes, time_signatures=score.time_signatures, pedals=score.pedals)

    def test_every_voice_fills_every_bar(self, root):
        """Each voice adds up to its bar, exactly; no value is empty, or other than it looks."""
        divisions, bar = 24, Fraction(0)
        for measure in root.iter("measure"):
            divisions = int(measure.findtext(".//divisions") or divisions)
            if (time := measure.find(".//time")) is not None:
                bar = Fraction(int(time.findtext("beats")) * 4, int(time.findtext("beat-type")))
            lengths = Counter()
            for note in measure.iter("note"):
                if note.find("grace") is None and note.find("chord") is None:
                    length = Fraction(int(note.findtext("duration")), divisions)
                    assert length > 0
                    assert length == written(note, length)
                    lengths[note.findtext("voice")] += length
            assert 1 == len(set(lengths.values()))
            assert measure.get("implicit") == "yes" or {bar} == set(lengths.values())

    def test_every_note_is_printed_once(self, score, root):
        """Note heads, ties not counted, are the keys that were struck."""
        heads = Counter(
            pitch_of(note)
            for note in root.iter("note")
            if note.find("pitch") is not None
            and "stop" not in [tie.get("type") for tie in note.iter("tie")]
        )

        struck = Counter(
            pitch for _, pitch in {(round(n.onset * 24), n.pitch) for n in score.notes}
        )
        assert struck == heads

    def test_at_most_two_voices_share_a_staff(self, root):
        """More could not be read."""
        for measure in root.iter("measure"):
            assert {"1", "2", "5", "6"} >= {note.findtext("voice") for note in measure.iter("note")}


def written(note, length):
    """The length that a note's shape stands for; a bar's rest has no shape."""
    if note.find("type") is None:
        return length
    value = Fraction(VALUES[note.findtext("type")]) * (
        Fraction(3, 2) if note.find("dot") is not None else 1
    )
    if (change := note.find("time-modification")) is not None:
        value *= Fraction(
            int(change.findtext("normal-notes")), int(change.findtext("actual-notes"))
        )
    return value
