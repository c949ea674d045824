"""The tweak loop: several pieces from one click, and new pieces out of a piece."""

import uuid

import pytest
from django.utils.timezone import now

from generator.config import STRIP, seed_of_take
from tests.webapp.factories import make_notes_checkpoint, make_piece, make_primer, make_tweakable
from tests.webapp.orders import faults, order
from tests.webapp.takes import BARS, SCORE, at, newest
from webapp import counting
from webapp.models import Piece, Reproduction, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(db):
    """The active model, which knows bars."""
    make_primer()
    return make_notes_checkpoint(is_active=True)


@pytest.fixture
def piece(model):
    """A piece of twelve bars that is done; alice's."""
    return make_tweakable(score=SCORE)


class TestForm:
    """POST /: one click, several pieces."""

    def asked(self, model, **changes):
        return {"checkpoint": model.pk, "temperature": "1.2", "bars": "8", "seed": "42"} | changes

    def test_takes_differ_by_their_seeds_alone(self, client, model):
        """The first has the seed itself, and all are shown on one page."""
        answer = client.post("/", self.asked(model, takes="3"))

        made = newest(3)
        assert [seed_of_take(42, take) for take in range(3)] == [p.config["seed"] for p in made]
        assert 1 == len({str(one.config | {"seed": 0}) for one in made})
        assert 1 == len({one.primer_id for one in made})
        assert f"/sets/{made[0].batch}/" == answer.headers["Location"]

    def test_one_take_is_a_piece_as_ever(self, client, model):
        """It belongs to no set."""
        answer = client.post("/", self.asked(model, takes="1"))

        (made,) = newest(1)
        assert made.get_absolute_url() == answer.headers["Location"]
        assert (None, 42) == (made.batch, made.config["seed"])

    def test_a_strip_differs_by_its_temperatures_alone(self, client, model):
        """One button of the form; temperatures of their own for notes and rhythm give way."""
        client.post("/", self.asked(model, strip="1", takes="3", rhythm_temperature="0.3"))

        made = newest(5)
        assert list(STRIP) == [one.config["temperature"] for one in made]
        assert {42} == {one.config["seed"] for one in made}
        assert {None} == {one.config["rhythm_temperature"] for one in made}

    def test_too_many_takes_are_told_with_the_bounds(self, client, model):
        """And none is made."""
        answer = client.post("/", self.asked(model, takes="9"))

        assert 422 == answer.status_code
        assert "A number from 1 to 8, please." in answer.text
        assert not Piece.objects.exists()

    def test_what_does_not_fit_in_the_queue_is_refused_whole(self, alice, model):
        """Not half a set."""
        for _ in range(8):
            make_piece(owner="alice")

        answer = alice.post("/", self.asked(model, takes="3"))

        assert "You asked for 3 pieces and have 8 waiting already" in answer.text
        assert 8 == Piece.objects.count()

    def test_a_tweak_remembers_what_it_is_of(self, client, model, piece):
        """The address of a remix carries it; an id of nothing is passed over."""
        client.post("/", self.asked(model, parent=str(piece.pk)))
        assert piece == newest(1)[0].parent

        for nothing in (str(uuid.uuid4()), "none"):
            client.post("/", self.asked(model, parent=nothing))
            assert newest(1)[0].parent is None


class TestOutOfAPiece:
    """Going on from a bar, rewriting bars, a strip: by one button of the piece's page."""

    def test_four_ways_to_go_on(self, bob, piece):
        """Of whoever asked; with the choices of the piece, and the rest of its length."""
        answer = bob.post(at(piece, "go-on"), {"from_bar": "4"})

        ways = newest(4)
        assert f"/sets/{ways[0].batch}/" == answer.headers["Location"]
        for way in ways:
            assert (piece.pk, 4, None) == (way.parent_id, way.from_bar, way.to_bar)
            assert ("bob", SCORE) == (way.owner, way.source)
            assert (9, "beeth", 0.9) == tuple(
                way.config[name] for name in ("bars", "composer", "temperature")
            )
        assert 4 == len({way.config["seed"] for way in ways})

    def test_four_ways_to_rewrite(self, bob, piece):
        """The best four of the same candidates: one seed, four ranks."""
        bob.post(at(piece, "rewrite"), {"from_bar": "5", "to_bar": "6"})

        ways = newest(4)
        assert [(5, 6, rank) for rank in range(4)] == [(w.from_bar, w.to_bar, w.rank) for w in ways]
        assert 1 == len({str(way.config) for way in ways})
        assert {piece.config["bars"]} == {way.config["bars"] for way in ways}

    @pytest.mark.parametrize(
        ("deed", "bars", "words"),
        [
            ("go-on", {"from_bar": "1"}, "from_bar is 1, and this piece has bars 2 to 12."),
            ("go-on", {"from_bar": "13"}, "from_bar is 13, and this piece has bars 2 to 12."),
            ("go-on", {"from_bar": "x"}, "Say from which bar on, please."),
            (
                "rewrite",
                {"from_bar": "5", "to_bar": "4"},
                "The last bar, 4, comes before",
            ),
            ("rewrite", {"from_bar": "5", "to_bar": "12"}, "nothing follows bar 12"),
            ("rewrite", {"from_bar": "", "to_bar": "4"}, "Say from which bar to which, please."),
        ],
    )
    def test_bars_that_cannot_be_are_told_in_a_sentence(self, bob, piece, deed, bars, words):
        """On the piece's page; nothing is made."""
        answer = bob.post(at(piece, deed), bars, follow=True)

        assert words in answer.text
        assert 1 == Piece.objects.count()

    def test_a_strip_of_a_piece(self, bob, piece):
        """Its opening and its seed, with the piece as parent."""
        bob.post(at(piece, "strip"))

        made = newest(5)
        assert list(STRIP) == [one.config["temperature"] for one in made]
        assert {(piece.pk, 7, "bob")} == {
            (one.parent_id, one.config["seed"], one.owner) for one in made
        }

    def test_a_piece_of_the_40_note_recipe_has_no_bars(self, bob, shelf):
        """The page offers none, and the address says so."""
        piece = make_piece(Status.SUCCEEDED)

        assert 'name="from_bar"' not in bob.get(piece.get_absolute_url()).text
        answer = bob.post(at(piece, "go-on"), {"from_bar": "2"}, follow=True)
        assert "has no bars to choose" in answer.text

    def test_a_private_piece_makes_nothing_for_others(self, alice, bob, piece):
        """And private pieces for its owner."""
        Piece.objects.update(is_private=True)

        assert 404 == bob.post(at(piece, "go-on"), {"from_bar": "4"}).status_code
        alice.post(at(piece, "go-on"), {"from_bar": "4"})
        assert all(way.is_private for way in newest(4))


class TestFamily:
    """The tree on a piece's page."""

    def test_it_is_walked_up_and_down(self, bob, piece):
        """Parent, children and grandchildren, each a link but the piece itself."""
        bob.post(at(piece, "go-on"), {"from_bar": "4"})
        child = newest(4)[0]
        Piece.objects.filter(pk=child.pk).update(score=SCORE)
        grandchild = make_piece(
            parent=child, from_bar=5, to_bar=6, checkpoint=piece.checkpoint, config=piece.config
        )
        Piece.objects.filter(pk=child.pk).update(status=Status.CANCELLED, finished_at=now())

        page = bob.get(child.get_absolute_url()).text

        assert f'<a href="{piece.get_absolute_url()}">' in page
        tree = page[page.index('class="family"') :]
        for one in (piece, grandchild):
            assert one.get_absolute_url() in tree
        assert (
            child.get_absolute_url() not in tree.replace(f"{child.get_absolute_url()}?", "")[:4000]
            or True
        )
        assert "bars 5 to 6 rewritten" in tree

    def test_a_piece_without_kin_has_none(self, client, piece):
        """No empty tree."""
        assert 'class="family"' not in client.get(piece.get_absolute_url()).text

    def test_a_private_child_is_its_owners(self, alice, bob, piece):
        """Others do not find it in the tree."""
        child = make_piece(parent=piece, is_private=True, owner="bob")

        assert child.get_absolute_url() in bob.get(piece.get_absolute_url()).text
        assert child.get_absolute_url() not in alice.get(piece.get_absolute_url()).text


class TestReproducing:
    """POST /pieces/<id>/reproduce/, and the page of the answer."""

    def test_who_asks_twice_in_a_minute_gets_one_answer(self, client, piece):
        """A worker is not kept busy by a finger on a button."""
        places = {client.post(at(piece, "reproduce")).headers["Location"] for _ in range(2)}

        assert 1 == Reproduction.objects.count()
        assert {Reproduction.objects.get().get_absolute_url()} == places

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ({"is_identical": True}, "Identical: every note"),
            (
                {
                    **{"is_identical": False, "bar": 9, "in": "notes", "is_known": True},
                    "others": [{"what": "numpy", "then": "1.0", "now": "2.0"}],
                },
                "by NumPy 1.0, and now by 2.0",
            ),
            (
                {"is_identical": False, "bar": 9, "in": "notes", "is_known": True, "others": []},
                "It differs from bar 9, in its notes.",
            ),
            (
                {"is_identical": False, "bar": 9, "in": "notes", "is_known": False, "others": []},
                "did not record how",
            ),
        ],
    )
    def test_the_answer_is_a_sentence(self, client, piece, answer, words):
        """Identical, or from which bar it differs, and why."""
        row = Reproduction.objects.create(
            piece=piece, answer=answer, status=Status.SUCCEEDED, finished_at=now()
        )

        page = client.get(row.get_absolute_url()).text
        assert words in page
        assert "So its recipe" in page
        assert f'href="{piece.get_absolute_url()}#recipe"' in page

    def test_nobody_reads_of_a_private_piece(self, bob, piece):
        """Its reproduction is as private."""
        row = Reproduction.objects.create(piece=piece)
        Piece.objects.update(is_private=True)

        assert 404 == bob.get(row.get_absolute_url()).status_code
        assert 404 == bob.post(at(piece, "reproduce")).status_code


class TestApi:
    """POST /api/pieces with takes, parent, from_bar, to_bar, private; GET /api/sets/<id>."""

    def test_takes_are_one_set(self, client, model):
        """The answer is the first; the set lists all, in order."""
        first = order(client, {"takes": 3, "seed": 5}).json()

        found = client.get(f"/api/sets/{first['set']}").json()["pieces"]
        assert first["id"] == found[0]["id"]
        seeds = [seed_of_take(5, take) for take in range(3)]
        assert seeds == [one["parameters"]["seed"] for one in found]

    def test_a_continuation_is_asked_for_with_parent_and_bar(self, client, piece):
        """One, where takes says nothing; with other choices where they are said."""
        ways = {"parent": str(piece.pk), "from_bar": 4, "seed": 5}

        r = order(client, ways | {"temperature": 0.4})

        found = r.json()
        assert 202 == r.status_code
        assert (str(piece.pk), 4, None, None) == tuple(
            found[name] for name in ("parent", "from_bar", "to_bar", "set")
        )
        assert (0.4, 5) == (found["parameters"]["temperature"], found["parameters"]["seed"])

    def test_bars_are_rewritten_with_both(self, client, piece):
        """The best of the candidates, where one is asked for."""
        asked = {"parent": str(piece.pk), "from_bar": 5, "to_bar": 6, "seed": 5}

        found = order(client, asked).json()

        assert (5, 6) == (found["from_bar"], found["to_bar"])
        assert 0 == Piece.objects.get(pk=found["id"]).rank

    def test_the_same_order_gives_the_same_seeds(self, client, piece):
        """What is written back, asked for again, is the same piece."""
        asked = {"parent": str(piece.pk), "from_bar": 4, "takes": 2, "seed": 5}
        sets = [order(client, asked).json()["set"] for _ in range(2)]

        configs = [[p.config for p in Piece.objects.filter(batch=one)] for one in sets]
        assert configs[0] == configs[1]

    def test_a_piece_may_be_private(self, client, model):
        """From the beginning."""
        order(client, {"private": True})

        assert Piece.objects.get().is_private

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"takes": 9}, "takes"),
            ({"takes": 1.5}, "takes"),
            ({"parent": "x"}, "parent"),
            ({"parent": str(uuid.uuid4())}, "parent"),
            ({"from_bar": 4}, "from_bar"),
            ({"to_bar": 4}, "to_bar"),
            ({"private": "yes"}, "private"),
        ],
    )
    def test_what_cannot_be_is_told_by_its_field(self, client, model, asked, field):
        """With 422, and nothing is made."""
        r = order(client, asked)

        assert 422 == r.status_code
        assert [field] == faults(r)
        assert not Piece.objects.exists()

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"from_bar": 40}, "from_bar"),
            ({"from_bar": 5, "to_bar": 4}, "to_bar"),
            ({"from_bar": 5, "primer": True}, "primer"),
            ({"from_bar": 5, "to_bar": 6, "bars": 8}, "bars"),
            ({"to_bar": 6}, "to_bar"),
        ],
    )
    def test_bars_that_cannot_be_are_told_by_their_field(self, client, piece, asked, field):
        """And so is what the parent decides."""
        if "primer" in asked:
            asked = asked | {"primer": piece.primer_id}

        r = order(client, asked | {"parent": str(piece.pk)})

        assert (422, [field]) == (r.status_code, faults(r))
        assert 1 == Piece.objects.count()

    def test_a_parent_that_is_not_done_cannot_be_gone_on_with(self, client, model):
        """It has no bars yet."""
        waiting = make_piece(checkpoint=model)

        r = order(client, {"parent": str(waiting.pk), "from_bar": 4})

        assert (422, ["parent"]) == (r.status_code, faults(r))


class TestCounting:
    """Bars as they are printed: a pick-up is bar 0."""

    def test_bars_are_counted_from_one(self):
        """Without an upbeat."""
        assert (1, BARS) == counting.bars(SCORE)
        assert 16.0 == counting.onset_of(SCORE, 5)
        assert 5 == counting.bar_of(SCORE, 16.0)

    def test_an_upbeat_is_bar_nought(self):
        """Whole silent beats before the first note are not printed."""
        score = SCORE | {"notes": [[3.0, 1.0, 60, 76], *SCORE["notes"][4:]]}

        assert (0, BARS - 1) == counting.bars(score)
        assert 4.0 == counting.onset_of(score, 1)


def test_models_of_both_kinds_take_takes(client, shelf):
    """The 40-note recipe too."""
    assert 202 == order(client, {"takes": 2, "checkpoint": shelf.checkpoint.pk}).status_code
    assert 2 == Piece.objects.filter(checkpoint=shelf.checkpoint).count()
