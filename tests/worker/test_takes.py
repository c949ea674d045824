"""Takes of one click, pieces out of a piece, and a piece composed again."""

import pytest

from generator import openings
from tests.worker.factories import make_notes_checkpoint
from webapp import counting, jobs, keeping, services, takes
from webapp.models import Piece, Primer, Reproduction, Status
from worker import composing, reproducing
from worker.lifecycle import carry_out


@pytest.fixture
def model(site):
    """A small model that knows bars."""
    return make_notes_checkpoint(site.home / "checkpoints" / "in-time")


@pytest.fixture
def primer(site):
    """An opening that it can go on from."""
    opening = openings.load("k545-1").to_dict()
    facts = {name: opening[name] for name in ("name", "title", "composer", "attribution")}
    return Primer.objects.create(**facts, licence="CC0", opening=opening)


@pytest.fixture(autouse=True)
def _unrendered(monkeypatch):
    """The notes are what these tests are about."""
    monkeypatch.setattr(composing, "render", lambda *_: None)


def ask(model, primer, n, **choices):
    return takes.compose(checkpoint=model, primer=primer, takes=n, seed=3, bars=8, **choices)


def carry(piece):
    """Do what a worker does with a piece, and return it."""
    carry_out(Piece, str(piece.pk), composing.compose)
    return again(piece)


def again(piece):
    return Piece.objects.get(pk=piece.pk)


def notes(piece):
    return again(piece).score["notes"]


class TestTakes:
    """One job composes the notes of all that wait; each is rendered in its turn."""

    def test_the_first_lays_the_notes_of_the_others_by(self, model, primer):
        """They wait as before, and have their notes."""
        first, *others = ask(model, primer, 3)

        carry(first)

        assert Status.SUCCEEDED == again(first).status
        for other in others:
            assert (Status.QUEUED, 0) == (again(other).status, again(other).attempt)
            assert again(other).score

    def test_each_has_the_notes_that_it_has_alone(self, model, primer):
        """Whoever composes it, and beside whom."""
        several = ask(model, primer, 3)
        carry(several[0])

        for piece in several:
            alone = services.compose(checkpoint=model, primer=primer, **_asked(piece))
            assert notes(carry(alone)) == notes(piece)
        assert 3 == len({str(notes(piece)) for piece in several})

    def test_who_has_its_notes_is_not_composed_again(self, model, primer, monkeypatch):
        """A take that was laid by is rendered alone."""
        first, second = ask(model, primer, 2)
        carry(first)
        laid_by = notes(second)
        monkeypatch.setattr(composing, "written", None)

        assert Status.SUCCEEDED == carry(second).status
        assert laid_by == notes(second)

    def test_a_cancelled_take_stays_cancelled(self, model, primer):
        """And is not composed."""
        first, second, third = ask(model, primer, 3)
        jobs.cancel(Piece, second.pk)

        carry(first)

        assert (Status.CANCELLED, None) == (again(second).status, again(second).score)
        assert again(third).score

    def test_where_the_first_is_stopped_the_next_composes_the_rest(self, model, primer):
        """No take depends on another's fate."""
        first, second, third = ask(model, primer, 3)
        jobs.claim(Piece, first.pk)
        jobs.cancel(Piece, first.pk)

        carry(second)

        assert again(first).score is None
        assert Status.SUCCEEDED == again(second).status
        assert again(third).score

    def test_a_strip_has_one_seed_and_five_temperatures(self, model, primer):
        """And is composed at once."""
        strip = takes.compose(
            checkpoint=model, primer=primer, seed=3, bars=8, temperatures=(0.5, 1.0, 1.5)
        )
        carry(strip[0])

        assert {3} == {piece.config["seed"] for piece in strip}
        assert [0.5, 1.0, 1.5] == [piece.config["temperature"] for piece in strip]
        assert 3 == len({str(notes(piece)) for piece in strip})


class TestOutOfAPiece:
    """Going on from a bar, and rewriting some."""

    @pytest.fixture
    def parent(self, model, primer):
        """A piece that is done."""
        return carry(services.compose(checkpoint=model, primer=primer, seed=3, bars=12))

    def test_four_ways_to_go_on(self, parent):
        """All before the bar is the parent's; what follows is not."""
        bar = counting.bars(parent.score).first + 6
        ways = takes.go_on(parent, owner="", from_bar=bar, seed=8)
        carry(ways[0])

        begin = counting.onset_of(parent.score, bar)
        for way in ways:
            assert parent.pk == way.parent_id
            assert _before(parent, begin) == _before(way, begin)
        assert 4 == len({str(notes(way)) for way in ways})
        assert notes(parent) not in [notes(way) for way in ways]

    def test_four_ways_to_rewrite_bars(self, parent):
        """All but the bars is the parent's."""
        first = counting.bars(parent.score).first + 6
        ways = takes.rewrite(parent, owner="", from_bar=first, to_bar=first + 1, seed=8)
        carry(ways[0])

        begin, end = (counting.onset_of(parent.score, bar) for bar in (first, first + 2))
        for way in ways:
            assert _before(parent, begin) == _before(way, begin)
            assert _after(parent, end) == _after(way, end)
        assert 4 == len({str(notes(way)) for way in ways})

    def test_a_parent_that_is_gone_is_not_missed(self, parent):
        """What is taken from it is kept with the piece."""
        (way,) = takes.go_on(parent, owner="", from_bar=6, takes=1, seed=8)
        stored = again(way)
        keeping.remove(parent)

        assert Status.SUCCEEDED == carry(stored).status

    def test_the_strip_of_a_continuation_keeps_what_it_kept(self, parent):
        """The bars before are the parent's at every temperature."""
        (way,) = takes.go_on(parent, owner="", from_bar=6, takes=1, seed=8)
        strip = takes.strip_of(again(way), owner="")
        carry(strip[0])

        begin = counting.onset_of(parent.score, 6)
        assert 5 == len(strip)
        assert all(_before(parent, begin) == _before(one, begin) for one in strip)


class TestReproducing:
    """A piece is composed again and laid beside what is stored."""

    @pytest.fixture
    def piece(self, model, primer):
        """A piece that is done."""
        return carry(services.compose(checkpoint=model, primer=primer, seed=3, bars=8))

    def answer(self, piece):
        row = Reproduction.objects.create(piece=piece)
        carry_out(Reproduction, str(row.pk), reproducing.reproduce)
        row.refresh_from_db()
        assert Status.SUCCEEDED == row.status
        return row.answer

    def test_the_same_here_and_now_is_identical(self, piece):
        """As the contract says: checkpoint, parameters and seed decide."""
        assert self.answer(piece)["is_identical"]

    def test_a_take_is_identical_too(self, model, primer):
        """Though it was composed beside others."""
        first, second = ask(model, primer, 2)
        carry(first)

        assert self.answer(carry(second))["is_identical"]

    def test_a_rewriting_is_identical_too(self, piece):
        """With the rank it had among the candidates."""
        ways = takes.rewrite(piece, owner="", from_bar=6, to_bar=7, seed=8, takes=2)
        carry(ways[0])

        assert self.answer(carry(ways[1]))["is_identical"]

    def test_what_differs_is_told_by_its_bar(self, piece):
        """The first bar that has another note."""
        bar = counting.bars(piece.score).first + 5
        begin = counting.onset_of(piece.score, bar)
        place = next(i for i, note in enumerate(piece.score["notes"]) if note[0] >= begin)
        piece.score["notes"][place][2] += 1
        piece.save()

        answer = self.answer(piece)

        here = counting.bar_of(piece.score, piece.score["notes"][place][0])
        assert (False, here, "notes") == (answer["is_identical"], answer["bar"], answer["in"])

    def test_what_was_another_then_is_told(self, piece):
        """A version, a processor, an opening that was changed since."""
        piece.made_with["numpy"] = "1.0"
        piece.save()

        assert ["numpy"] == [one["what"] for one in self.answer(piece)["others"]]

    def test_a_model_that_is_gone_fails_with_its_sentence(self, piece, model):
        """Nothing is said about the notes."""
        composing.load_checkpoint.cache_clear()
        for file in model.path.glob("*"):
            file.unlink()
        row = Reproduction.objects.create(piece=piece)

        carry_out(Reproduction, str(row.pk), reproducing.reproduce)

        row.refresh_from_db()
        assert (Status.FAILED, "checkpoint_missing") == (row.status, row.error_code)


def _asked(piece):
    names = ("seed", "bars", "temperature", "top_p", "composer")
    return {name: piece.config[name] for name in names}


def _before(piece, onset):
    return [note for note in notes(piece) if note[0] < onset]


def _after(piece, onset):
    return [note for note in notes(piece) if note[0] >= onset]
