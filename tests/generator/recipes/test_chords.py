"""The 40-note recipe: tokens, windows, openings, and chords written out again."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from generator import corpus, openings
from generator.errors import CorpusError, PrimerError
from generator.recipes import chords as recipe
from generator.score import Chord

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT.parent / "shared" / "datasets" / "classical-music-midi"


def line(*pitches: int | tuple[int, ...]) -> list[Chord]:
    """Return notes and chords half a beat apart."""
    rows = [(p,) if isinstance(p, int) else p for p in pitches]
    return [Chord(i * 0.5, 0.5, row) for i, row in enumerate(rows)]


class TestToken:
    def test_of_a_note_is_its_pitch_name_as_music21_says_it(self):
        """All 128 pitches have the name that music21 gives them."""
        pitch = pytest.importorskip("music21.pitch")

        assert [str(pitch.Pitch(midi=p)) for p in range(12, 128)] == [
            recipe.token([p]) for p in range(12, 128)
        ]

    def test_of_a_chord_is_its_normal_order_as_music21_says_it(self):
        """Every set of two to seven pitch classes is ordered as music21 orders it."""
        chord = pytest.importorskip("music21.chord")
        sets = [s for n in range(2, 8) for s in itertools.combinations(range(12), n)]

        assert [tuple(chord.Chord(list(s)).normalOrder) for s in sets] == [
            recipe.normal_order(s) for s in sets
        ]

    def test_of_an_octave_is_one_pitch_class(self):
        """Two pitches of one class are a chord, and print as a number."""
        assert "0" == recipe.token([48, 60])


class TestVocabulary:
    def test_drops_what_is_rarer_than_the_count(self):
        """A token that occurs as often as the count stays; one time fewer, and it goes."""
        known = recipe.vocabulary(line(*[60] * 3, *[62] * 2), min_count=3)

        assert ("C4",) == known.tokens

    def test_keeps_the_commonest_voicings_of_a_chord_first(self):
        """The root position that was played twice comes before the one played once."""
        known = recipe.vocabulary(line((48, 64, 67), (60, 64, 67), (60, 64, 67)), min_count=1)

        assert (((60, 64, 67), 2), ((48, 64, 67), 1)) == known.voicings["0.4.7"]

    def test_survives_being_stored(self):
        """JSON turns tuples into lists; the way back makes them tuples again."""
        known = recipe.vocabulary(line(60, (60, 64)), min_count=1)

        assert known == recipe.Vocabulary.from_dict(known.to_dict())


class TestWindows:
    def test_are_forty_ids_and_the_one_that_follows(self):
        """Of 43 ids there are three windows, each one further on."""
        read, target = recipe.windows(np.arange(43, dtype=np.int32))

        assert (3, 40) == read.shape
        assert [40, 41, 42] == target.tolist()
        assert list(range(1, 41)) == read[1].tolist()

    def test_divide_each_id_by_the_number_of_kinds(self):
        """Id 30 of 120 is read as a quarter."""
        assert [[0.25]] == recipe.normalise(np.array([30], np.int32), 120).tolist()

    def test_need_more_than_forty_tokens(self):
        """The sentence says how many there are and how many it takes."""
        with pytest.raises(CorpusError, match=r"has 40 tokens left, and .* more than 40"):
            recipe.windows(np.zeros(40, np.int32))


class TestPrimer:
    def test_is_the_first_forty_of_every_opening_that_ships(self, published):
        """Each opening by Mozart can be read by the network that ships."""
        for name in openings.names():
            primer = recipe.primer(openings.load(name).chords, published.vocabulary, name=name)

            assert (40, 40) == (len(primer.ids), len(primer.chords))

    def test_reads_an_unknown_chord_by_its_highest_note_and_counts_it(self):
        """The chord is heard whole, and the network reads its top."""
        known = recipe.vocabulary(line(60, 67), min_count=1)

        primer = recipe.primer(line(*[60] * 39, (60, 64, 67)), known, name="study")

        assert 1 == primer.n_unknown
        assert known.ids["G4"] == primer.ids[-1]
        assert (60, 64, 67) == primer.chords[-1].pitches

    def test_leaves_out_a_note_the_model_does_not_know(self):
        """Forty known notes are found behind the unknown one, and follow without a gap."""
        known = recipe.vocabulary(line(60), min_count=1)

        primer = recipe.primer(line(61, *[60] * 40), known, name="study")

        assert 1 == primer.n_unknown
        assert [i * 0.5 for i in range(40)] == [chord.onset for chord in primer.chords]

    def test_of_fewer_than_forty_is_refused_with_the_count(self):
        """The sentence names the opening, what it has and what is needed."""
        known = recipe.vocabulary(line(60), min_count=1)

        with pytest.raises(PrimerError, match=r"opening study has 39 .* needs 40"):
            recipe.primer(line(*[60] * 39), known, name="study")


class TestDecode:
    KNOWN = recipe.Vocabulary(
        ("0.4.7", "C4"),
        {"0.4.7": (((36, 40, 43), 5), ((72, 76, 79), 5)), "C4": (((60,), 9),)},
    )

    @pytest.mark.parametrize(("before", "written"), [(38, (36, 40, 43)), (77, (72, 76, 79))])
    def test_takes_the_voicing_nearest_to_the_hand(self, before, written):
        """A chord after low chords lies low, and after high ones high."""
        after = line((before - 1, before + 1))

        assert written == recipe.decode([0], self.KNOWN, after=after)[0].pitches

    def test_goes_on_in_time_where_the_opening_ends(self):
        """After two tokens the next begins at one quarter, each half a beat long."""
        written = recipe.decode([1, 1], self.KNOWN, after=line(60, 62))

        assert [(1.0, 0.5), (1.5, 0.5)] == [(c.onset, c.duration) for c in written]

    def test_writes_chords_that_read_as_the_same_token_again(self, published):
        """Every token of the vocabulary survives being written out and read."""
        known = published.vocabulary
        ids = list(range(len(known.tokens)))

        written = recipe.decode(ids, known, after=[])

        for name, chord in zip(known.tokens, written, strict=True):
            assert name == recipe.token(chord.pitches)


@pytest.mark.slow
def test_the_published_corpus_has_the_counts_that_were_found():
    """43 files by Chopin, 52,929 tokens, 120 kinds frequent enough; 94.6 % of Mozart is in them."""
    if not PUBLISHED.exists():
        pytest.skip("needs the published corpus in ../shared/datasets")
    cache = ROOT / "var" / "cache"  # minutes of reading, kept from run to run

    chopin, mozart = (corpus.read([PUBLISHED], name, cache=cache) for name in ("chopin", "mozart"))

    heard, theirs = ([c for work in r.works for c in work.chords] for r in (chopin, mozart))
    kinds = {recipe.token(chord.pitches) for chord in heard}
    known = recipe.vocabulary(heard)
    assert (43, 52_929, 369, 120) == (len(chopin.works), len(heard), len(kinds), len(known.tokens))
    assert 48_088 == len(recipe.encode(heard, known))
    assert pytest.approx(0.946, abs=5e-4) == len(recipe.encode(theirs, known)) / len(theirs)
    assert chopin == corpus.read([PUBLISHED], "chopin", cache=cache)
