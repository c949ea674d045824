"""The page: what a pianist would check before playing from it."""

from fractions import Fraction
from pathlib import Path

import pytest

from generator import openings
from generator.files import read_score
from generator.grid import off_grid
from generator.notation import to_musicxml
from generator.notation.hands import split_hands
from generator.notation.keys import Key, estimate_key
from generator.notation.metre import Bar, lay_bars, split
from generator.notation.rhythm import fit
from generator.notation.spelling import spell, spell_chord
from generator.notation.strikes import gather
from generator.score import Note, Origin, Score, TimeSignature
from tests.generator.notation.printing import line, page, parse

CORPUS = Path(__file__).parents[3] / "shared" / "datasets" / "classical-music-midi"
COMMON = (48, 24, 12, 6, 3)  # joints of a 4/4 bar, in 24ths of a quarter
ORIGIN = Origin(
    model="Chopin, 40 notes",
    opening="Sonata in C",
    attribution="Files by B. Krueger & others",
    temperature=1.0,
    top_p=0.9,
    seed=7,
)


def values(root, staff):
    """(kind, value in quarters) of everything printed in a staff's first voice; chords once."""
    return [
        (
            "rest" if note.find("rest") is not None else "note",
            Fraction(int(note.findtext("duration")), 24),
        )
        for note in root.iter("note")
        if note.findtext("voice") == ("1", "5")[staff - 1] and note.find("chord") is None
    ]


class TestBars:
    def test_every_staff_fills_every_bar(self):
        """Whatever is played, each bar of each staff adds up to its length."""
        notes = [Note(i * 0.37, 0.2 + i % 3 * 0.4, 40 + i * 7 % 45) for i in range(120)]

        root = page(notes, time_signatures=(TimeSignature(0.0, 3, 4),))

        for measure in root.iter("measure"):
            for staff in (1, 2):
                assert 3 == sum(length for _, length in values(measure, staff))

    def test_a_short_first_bar_is_a_pick_up(self):
        """One quarter before a 3/4 time is bar 0, and no 1/4 is printed."""
        metres = (TimeSignature(0.0, 1, 4), TimeSignature(1.0, 3, 4))

        root = page(line([67, 69, 71, 72, 74, 76, 77, 79]), time_signatures=metres)

        first, second, *_ = root.iter("measure")
        assert ("0", "yes", "1") == (
            first.get("number"),
            first.get("implicit"),
            second.get("number"),
        )
        assert ["3"] == [beats.text for beats in root.iter("beats")]

    def test_a_change_of_metre_cuts_the_bar_before_it(self):
        """A bar that is cut short keeps the new bar line where the file has it."""
        bars = lay_bars([TimeSignature(0.0, 4, 4), TimeSignature(6.0, 3, 4)], end=9.0)

        assert [(0, 96), (96, 48), (144, 72)] == [(bar.start, bar.length) for bar in bars]

    def test_a_metre_after_the_music_adds_no_bar(self):
        """Some files go on changing metre long after the last note."""
        bars = lay_bars([TimeSignature(0.0, 4, 4), TimeSignature(400.0, 3, 4)], end=8.0)

        assert 2 == len(bars)

    def test_no_notes_are_one_bar_of_rests(self):
        """An empty score is a page, not an error."""
        root = page(())

        assert [("rest", 4)] == values(root, 1) == values(root, 2)

    def test_the_last_bar_line_is_heavy(self):
        """The piece ends where the page says so."""
        *_, last = page(line([60] * 20)).iter("measure")

        assert "light-heavy" == last.findtext("barline/bar-style")

    @pytest.mark.parametrize(
        ("numerator", "denominator"), [(6, 8), (12, 8), (5, 4), (7, 8), (2, 2), (3, 16), (9, 64)]
    )
    def test_any_metre_can_be_written(self, numerator, denominator):
        """Odd and rare metres give full bars too."""
        notes = [Note(i * 0.29, 0.3, 50 + i % 30) for i in range(60)]

        root = page(notes, time_signatures=(TimeSignature(0.0, numerator, denominator),))

        for measure in root.iter("measure"):
            lengths = [sum(length for _, length in values(measure, staff)) for staff in (1, 2)]
            assert lengths[0] == lengths[1]


class TestValues:
    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            (0, 96, [96]),  # a whole note
            (0, 72, [72]),  # a dotted half from the first beat
            (24, 72, [48]),  # a half on the second beat
            (12, 36, [24]),  # off the beat within a half bar
            (36, 60, [12, 12]),  # over the middle of the bar
            (18, 30, [6, 6]),  # sixteenths never hide a beat
            (6, 24, [18]),  # a dotted eighth up to the beat
            (0, 60, [48, 12]),  # no single value is that long
        ],
    )
    def test_a_note_shows_the_beats_it_crosses(self, start, end, expected):
        """Values are cut where a reader would lose the beat, and nowhere else."""
        assert expected == split(start, end, COMMON)

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [(24, 72, [24, 24]), (12, 36, [12, 12]), (0, 72, [48, 24]), (48, 96, [48])],
    )
    def test_a_rest_is_never_syncopated(self, start, end, expected):
        """Rests stand on the beats they replace."""
        assert expected == split(start, end, COMMON, is_rest=True)

    def test_a_tie_joins_what_a_bar_line_cuts(self):
        """A note over the bar line is two notes and one sound."""
        root = page(line([60], step=6.0))

        ties = [tie.get("type") for tie in root.iter("tie")]
        assert ["start", "stop"] == ties
        assert [("note", 4), ("note", 2), ("rest", 2)] == values(root, 1)

    def test_a_triplet_is_three_in_the_time_of_two(self):
        """Three thirds of a beat are eighths under one bracket."""
        root = page(line([72, 74, 76], step=1 / 3))

        first = next(root.iter("note"))
        assert ("eighth", "3", "2") == (
            first.findtext("type"),
            first.findtext("time-modification/actual-notes"),
            first.findtext("time-modification/normal-notes"),
        )
        assert ["start", "stop"] == [edge.get("type") for edge in root.iter("tuplet")]

    @pytest.mark.parametrize("shift", [-0.03, 0.0, 0.03])
    def test_a_performance_is_read_as_it_was_meant(self, shift):
        """Onsets a little early or late print as the sixteenths they are."""
        late = [Note(max(0.0, i / 4 + shift * (-1) ** i), 0.2, 72) for i in range(16)]

        assert [("note", Fraction(1, 4))] * 16 == values(page(late), 1)

    def test_a_detached_note_leaves_no_crumbs(self):
        """A quarter played short is printed as a quarter, not as a sixteenth and rests."""
        root = page(line([72, 74, 76, 77], step=1.0, duration=0.2))

        assert [("note", 1)] * 4 == values(root, 1)

    def test_two_notes_never_melt_into_one(self):
        """A short note before a long one keeps its own place on paper."""
        strikes = gather([Note(0.0, 0.1, 72), Note(0.125, 0.8, 74)])

        voice = fit(strikes, [Bar(0, 96, 4, 4)])

        assert [0, 3] == [chord.onset for chord in voice.chords]

    def test_a_long_syncopation_shows_each_beat(self):
        """In 3/4 a half note off the beat is tied from its first eighth."""
        assert [12, 36] == split(12, 60, (24, 12, 6, 3))


class TestHands:
    def test_a_wide_chord_is_shared_at_its_gap(self):
        """Bass octave to the left, close chord above to the right."""
        right, left = split_hands([Note(0.0, 1.0, pitch) for pitch in (36, 48, 64, 67, 72)])

        assert [[64, 67, 72], [36, 48]] == [[n.pitch for n in hand] for hand in (right, left)]

    def test_a_tune_stays_in_its_hand(self):
        """A melody that dips below middle C for two notes is not torn in two."""
        tune = line([64, 62, 60, 59, 57, 59, 60, 62, 64])

        right, left = split_hands(tune)

        assert ([n.pitch for n in tune], []) == ([n.pitch for n in right], left)

    def test_one_note_at_a_time_is_one_hand_however_long_it_rests(self):
        """From C4 to C5 and back, with silence after each note: all of it in the treble."""
        pitches = [60, 64, 67, 72, 71, 67, 64, 65, 64]
        onsets = [0.5, 4.0, 5.5, 7.25, 9.0, 10.5, 12.25, 13.75, 15.5]
        tune = [Note(onset, 0.45, pitch) for onset, pitch in zip(onsets, pitches, strict=True)]

        right, left = split_hands(tune)

        assert (tune, []) == (right, left)

    def test_what_is_far_apart_is_no_line(self):
        """Bass and treble in turn, one note at a time too, are two hands."""
        right, left = split_hands(line([36, 43, 72, 76] * 4, step=0.25))

        assert ({72, 76}, {36, 43}) == ({n.pitch for n in right}, {n.pitch for n in left})

    def test_every_note_is_played_once(self):
        """No note is lost between the hands, and none is doubled."""
        notes = line([30 + i * 17 % 70 for i in range(200)], step=0.25)

        right, left = split_hands(notes)

        assert sorted(notes) == sorted([*right, *left])


class TestClefs:
    def test_a_staff_that_begins_high_begins_in_the_clef_of_what_follows(self):
        """Alla turca up to bar 4: the left hand is silent in the upbeat, then high."""
        begun = off_grid(openings.load("k331-3").grid())
        notes = [note for note in begun.notes if note.onset < 2 + 4 * 2]

        root = page(notes, time_signatures=begun.time_signatures)

        assert ["G", "G"] == [clef.findtext("sign") for clef in root.iter("clef")]

    def test_a_left_hand_that_reaches_up_once_begins_in_the_bass(self):
        """Two notes with ledger lines are no reason for an unusual clef."""
        root = page((*line([76, 79, 84, 79], step=1), *line([64, 64, 48, 52], step=1)))

        assert ["G", "F"] == [clef.findtext("sign") for clef in root.iter("clef")]


class TestSpelling:
    @pytest.mark.parametrize(
        ("pitches", "expected"),
        [
            ([60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60], Key(0)),
            ([67, 69, 71, 72, 74, 76, 78, 79, 74, 71, 67], Key(1)),
            ([63, 65, 67, 68, 70, 72, 74, 75, 70, 67, 63], Key(-3)),
            ([69, 71, 72, 74, 76, 77, 80, 81, 76, 72, 69], Key(0, is_minor=True)),
        ],
    )
    def test_a_scale_tells_its_key(self, pitches, expected):
        """C, G, E flat and A minor are found from their notes."""
        assert expected == estimate_key(line(pitches))

    def test_a_leading_note_is_a_sharp(self):
        """In A minor the seventh is G sharp; in E flat major the fourth is A flat."""
        minor, flat = spell(68, Key(0, is_minor=True)), spell(68, Key(-3))

        assert ("G", 1, "A", -1) == (minor.step, minor.alter, flat.step, flat.alter)

    @pytest.mark.parametrize("fifths", range(-6, 7))
    def test_a_spelling_sounds_as_it_should(self, fifths):
        """Letter, accidental and octave give the key that was struck."""
        natural = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

        spelled = [spell(pitch, Key(fifths)) for pitch in range(21, 109)]

        sounding = [12 * (s.octave + 1) + natural[s.step] + s.alter for s in spelled]
        assert list(range(21, 109)) == sounding

    def test_what_leads_up_by_a_semitone_is_the_sharp_below(self):
        """As Mozart wrote it in bar 8 of K. 330: D sharp to E, and no flat with its natural."""
        begun = off_grid(openings.load("k330-1").grid())

        *_, last = page(begun.notes, time_signatures=begun.time_signatures, key=0).iter("measure")

        altered = [p.findtext("step") for p in last.iter("pitch") if p.findtext("alter")]
        assert ["D"] == altered

    def test_a_semitone_gets_two_letters(self):
        """G and G sharp struck together are written G and A flat."""
        steps = [note.step for note in spell_chord((67, 68), Key(0), Key(0))]

        assert ["G", "A"] == steps


class TestWords:
    def test_any_title_is_safe(self):
        """Markup and control characters in a title reach neither the XML nor the page."""
        nasty = "A\x00\x1b & <b>B</b>\n\ud800 end"

        root = parse(to_musicxml(Score(notes=()), title=nasty))

        assert "A & <b>B</b> end" == root.findtext("work/work-title")

    def test_a_long_title_ends_in_an_ellipsis(self):
        """What does not fit above the music is cut at a word; the file keeps it whole."""
        title = "A title that goes on and on and does not come to an end on this page"

        root = parse(to_musicxml(Score(notes=()), title=title))

        assert title == root.findtext("work/work-title")
        assert "A title that goes on and on and does not come…" == root.findtext(
            "credit/credit-words"
        )

    def test_the_origin_is_inside_and_nobody_else_is_named(self):
        """The file says what made it; it has no composer, and no other software."""
        root = page(line([60, 62]), origin=ORIGIN)

        assert ORIGIN.sentence() == root.findtext("identification/source")
        assert "Impromptu" == root.findtext("identification/encoding/software")
        assert [] == list(root.iter("creator"))

    def test_the_seam_is_a_double_bar_line(self):
        """After 40 half-beat tokens the machine begins at bar 6."""
        root = page(line([60] * 60), seam=20.0, seam_label="machine")

        doubled = [
            measure.get("number")
            for measure in root.iter("measure")
            if measure.findtext("barline/bar-style") == "light-light"
        ]
        words = [m.get("number") for m in root.iter("measure") if m.find(".//words") is not None]
        assert (["5"], ["6"]) == (doubled, words)

    def test_the_same_score_gives_the_same_bytes(self):
        """Nothing of the clock or of chance is in the file."""
        score = Score(notes=line([60, 64, 67]), origin=ORIGIN)

        assert to_musicxml(score, title="T") == to_musicxml(score, title="T")


class TestRecipe:
    def test_half_beat_tokens_print_without_a_tie(self):
        """The 40-note recipe has no rhythm, so its page needs no tie and no dot."""
        pitches = [48 + i * 11 % 36 for i in range(140)]

        root = page(line(pitches), seam=20.0)

        assert 18 == len(list(root.iter("measure")))
        assert [] == [*root.iter("tie"), *root.iter("dot"), *root.iter("tuplet")]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus for development is not here")
@pytest.mark.parametrize("name", ["chopin/chpn-p7.mid", "mozart/mz_545_1.mid"])
def test_every_note_of_a_real_piece_is_on_the_page(name):
    """What is printed has as many note heads, ties counted once, as keys struck apart."""
    score = read_score(CORPUS / name)

    root = parse(to_musicxml(score, title=name))

    heads = [note for note in root.iter("note") if note.find("pitch") is not None]
    struck = [note for note in heads if "stop" not in [t.get("type") for t in note.iter("tie")]]
    assert len(struck) >= 0.97 * len(score.notes)


def test_the_signature_changes_where_the_machine_begins_in_another_key():
    """An opening in C major keeps its empty signature, though four flats follow it."""
    white = [60, 64, 67, 65, 62, 71, 72, 67] * 2
    flat = [68, 72, 75, 73, 70, 67, 68, 75] * 4
    measures = page(line(white + flat), seam=8.0).iter("measure")

    signed = {bar.get("number"): bar.findtext(".//key/fifths") for bar in measures}
    assert {"1": "0", "3": "-4"} == {bar: fifths for bar, fifths in signed.items() if fifths}
