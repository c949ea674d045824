"""New pieces out of a piece: gone on with from a bar, or with some of its bars rewritten."""

import pytest

from generator import generation, openings
from generator.config import STRIP, GenerationConfig, seed_of_take
from generator.errors import PrimerError
from generator.generation import going_on, rewriting
from generator.generation.rewriting import Place
from generator.generation.together import write_all
from generator.grid import ONSET, on_grid, step
from tests.generator.shaping import SHAPES, small_checkpoint

CONFIG = GenerationConfig(bars=8, seed=5, temperature=1.2)


@pytest.fixture(scope="module", params=SHAPES)
def small(request, tmp_path_factory):
    """Write a small checkpoint of each network."""
    return small_checkpoint(tmp_path_factory.mktemp("small"), request.param)


@pytest.fixture(scope="module", params=["k545-1", "k331-3"])
def opening(request):
    """Return an opening that begins on the beat, and one with an upbeat."""
    return openings.load(request.param)


@pytest.fixture(scope="module")
def source(small, opening):
    """Return a piece to make others of."""
    return generation.compose(small, opening, GenerationConfig(bars=12, seed=1)).score


@pytest.fixture(scope="module")
def place(source):
    """Return two bars in the middle of what the machine wrote."""
    bar = source.time_signatures[0].bar
    return Place(begin=source.seam + 2 * bar, end=source.seam + 4 * bar)


@pytest.fixture(scope="module")
def tried(small, opening, source, place):
    """Return all bars that are tried there."""
    return rewriting.candidates(small, source, CONFIG, place=place, opening=opening)


def before(score, onset):
    return [note for note in score.notes if note.onset < onset]


def after(score, onset):
    return [note for note in score.notes if note.onset >= onset]


class TestGoingOn:
    """All before a bar line is kept, and the rest is new."""

    def test_what_comes_before_is_kept_to_the_last_note(self, small, opening, source, place):
        """The new bars begin at the bar line, which is not before the machine began."""
        (made,) = going_on.go_on(small, source, [CONFIG], until=place.begin, opening=opening)

        assert before(source, place.begin) == before(made.score, place.begin)
        assert after(source, place.begin) != after(made.score, place.begin)
        assert source.seam == made.score.seam
        bar = source.time_signatures[0].bar
        assert pytest.approx(place.begin + (8 + 2) * bar) == made.score.end

    def test_several_ways_are_each_as_alone(self, small, opening, source, place):
        """Composed side by side they have the very notes that each has by itself."""
        configs = [
            GenerationConfig(bars=8, seed=seed_of_take(9, take), temperature=warmth)
            for take, warmth in zip(range(3), STRIP, strict=False)
        ]

        def go_on(chosen):
            return going_on.go_on(small, source, chosen, until=place.begin, opening=opening)

        together = go_on(configs)
        assert [one.score for one in together] == [go_on([c])[0].score for c in configs]
        assert 3 == len({one.score.notes for one in together})

    def test_where_the_opening_itself_is_cut_the_machine_begins_earlier(
        self, small, opening, source
    ):
        """The seam is where the first note of the machine may stand."""
        until = 2 * source.time_signatures[0].bar

        (made,) = going_on.go_on(small, source, [CONFIG], until=until, opening=opening)

        assert until == made.score.seam
        assert before(source, until) == before(made.score, until)

    def test_the_new_bars_begin_at_the_line_though_the_bars_before_are_silent(
        self, small, opening, source, place
    ):
        """A held or silent bar is a bar."""
        bar = source.time_signatures[0].bar

        begun = going_on.opening_until(source, place.begin + 100 * bar, opening)
        made = generation.compose(small, begun, CONFIG)

        assert place.begin + 100 * bar == made.score.seam

    def test_nothing_cannot_be_gone_on_from(self, opening, source):
        """Before the first bar there is no note."""
        with pytest.raises(PrimerError):
            going_on.opening_until(source, 0.0, opening)


class TestRewriting:
    """Some bars are new, the rest stays, and the best leads best into it."""

    def test_the_rest_stays(self, small, opening, source, place):
        """Note by note, before and after the bars; the seam stays where it was."""
        made = rewriting.rewrite(small, source, CONFIG, place=place, opening=opening, n=4)

        for one in made:
            assert before(source, place.begin) == before(one.score, place.begin)
            assert after(source, place.end) == after(one.score, place.end)
            assert source.seam == one.score.seam
        assert 4 == len({one.score.notes for one in made})
        assert source.notes not in {one.score.notes for one in made}

    def test_the_new_bars_lie_within_their_lines(self, tried, place):
        """None begins or sounds beyond them."""
        notes = [note for one in tried for note in one.notes]

        assert notes
        assert place.begin <= min(note.onset for note in notes)
        assert max(note.onset + note.duration for note in notes) <= place.end

    def test_the_best_lead_best_into_what_follows(self, tried):
        """By how little the network is surprised by it."""
        surprises = [one.surprise for one in tried if one.notes]

        assert sorted(surprises) == surprises
        assert surprises[0] < surprises[-1]

    def test_the_surprise_is_that_of_a_network_that_reads_on(
        self, small, opening, source, place, tried
    ):
        """The best candidate made the opening: what follows is as likely, read by itself."""
        one = tried[0]
        whole = rewriting._with(source, place, one.notes)
        begun = going_on.opening_until(whole, place.end, opening)
        following = on_grid(source).notes
        following = following[following[:, ONSET] >= step(place.end)]

        again = rewriting._Passage(small, begun, CONFIG, 1, after=following, ends=step(place.end))
        write_all(small, [again], lambda *_: None)

        assert pytest.approx(one.surprise, rel=1e-4) == again.surprise()

    def test_the_same_seed_finds_the_same_bars(self, small, opening, source, place, tried):
        """Another finds others."""
        again = rewriting.candidates(small, source, CONFIG, place=place, opening=opening)
        other = GenerationConfig(bars=8, seed=6, temperature=1.2)
        others = rewriting.candidates(small, source, other, place=place, opening=opening)

        assert tried == again
        assert tried != others

    def test_progress_is_told_once_from_none_to_all(self, small, opening, source, place):
        """Through all groups of candidates, and never back."""
        told = []
        rewriting.rewrite(
            small,
            source,
            CONFIG,
            place=place,
            opening=opening,
            report=lambda _stage, done, total: told.append(done / total),
        )

        assert sorted(told) == told
        assert 0.5 < told[-1] <= 1
