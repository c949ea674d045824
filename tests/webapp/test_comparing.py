"""Pieces side by side: which may lie there, what tells them apart, and where they part."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest

from tests.webapp.factories import make_file, make_piece
from tests.webapp.takes import SCORE
from webapp import comparing
from webapp.models import Status

pytestmark = pytest.mark.django_db

# What everyone is told of a piece that is not there, whatever the reason.
GONE = "One of these pieces is not there any more, or is not for everyone to see."


def lead(client, *pieces) -> str:
    """Return what the page says of the pieces, at the top."""
    answer = client.get(comparing.address(pieces))
    assert 200 == answer.status_code
    return html.unescape(re.search(r'page__lead">(.*?)</p>', answer.text)[1])


class TestWho:
    """/compare/?piece=…: two to five pieces that the visitor may see."""

    def test_pieces_lie_in_the_order_of_the_address(self, client, compose):
        """Each by its letter and its name, with a way to open it and a star."""
        one, other = compose(title="Valse"), compose(title="Nocturne")
        for piece in (one, other):
            make_file(piece, "piece.mp3", b"m", "mp3")

        page = client.get(comparing.address([other, one])).text

        names = re.findall(r'take__letter">(\w)</span> (\w+)', page)
        assert [("A", "Nocturne"), ("B", "Valse")] == names
        assert 2 == page.count("<audio") == page.count("Open this one") == page.count("Favourite<")

    @pytest.mark.parametrize(
        ("n", "words"),
        [(1, "Choose 2 to 5 pieces"), (6, "6 pieces are too many")],
    )
    def test_too_few_and_too_many_are_told_so(self, client, compose, n, words):
        """With a way back."""
        answer = client.get(comparing.address([compose() for _ in range(n)]))

        assert 400 == answer.status_code
        assert words in answer.text
        assert 'href="/pieces/?mine=1"' in answer.text

    def test_the_same_piece_twice_is_one(self, client, compose):
        """However its id is written."""
        piece = compose()

        answer = client.get(comparing.address([piece, str(piece.pk).upper(), piece.pk.hex]))

        assert 400 == answer.status_code

    def test_who_asks_for_nothing_is_told_what_the_page_is_for(self, client):
        """No fault of theirs."""
        answer = client.get("/compare/")

        assert 200 == answer.status_code
        assert "Choose 2 to 5 pieces, and they stand side by side." in answer.text

    @pytest.mark.parametrize(
        "missing", ["x", "", "7f2c0ac7-3c97-415b-902b-d92b8c8b2e5c", "'; --", "\0"]
    )
    def test_what_is_not_there_is_said_kindly(self, client, compose, missing):
        """404, and nothing of the other either."""
        answer = client.get(comparing.address([compose(title="Valse"), missing]))

        assert 404 == answer.status_code
        assert GONE in answer.text
        assert "Valse" not in answer.text

    def test_a_private_piece_is_told_from_none_by_nobody(self, bob, alice, compose):
        """Its owner sees it; for another the page is that of a piece that never was."""
        shown, hidden = compose(), compose(title="Secret", is_private=True)

        assert "Secret" in alice.get(comparing.address([shown, hidden])).text
        secret = bob.get(comparing.address([shown, hidden]))
        nothing = bob.get(comparing.address([shown, uuid4()]))
        assert 404 == secret.status_code == nothing.status_code
        assert _unsigned(nothing.text) == _unsigned(secret.text)

    def test_ticked_pieces_come_by_a_form(self, alice, compose):
        """And stand in an address that can be kept; the token does not."""
        pieces = [compose(), compose()]

        answer = alice.post("/compare/", {"piece": [piece.pk for piece in pieces], "next": "/"})

        assert comparing.address(pieces) == answer.headers["Location"]
        assert 'formaction="/compare/"' in alice.get("/pieces/?mine=1").text

    @pytest.mark.parametrize("n", [0, 1])
    def test_who_ticked_too_few_stays_in_the_list(self, alice, compose, n):
        """And is told how many, as with the other things that are done with the ticked."""
        ticked = [compose().pk for _ in range(n)]

        asked = {"piece": ticked, "next": "/pieces/?mine=1"}
        answer = alice.post("/compare/", asked, follow=True)

        assert [("/pieces/?mine=1", 302)] == answer.redirect_chain
        assert "Choose 2 to 5 pieces, and they stand side by side." in answer.text

    def test_one_that_is_not_done_says_how_far_it_is(self, alice, compose):
        """Beside one that can be heard already."""
        waiting = make_piece(Status.RUNNING, stage="sounding", owner="alice")

        page = alice.get(comparing.address([compose(), waiting])).text

        assert "Recording the sound" in page
        assert "compare__parting" not in page


class TestWays:
    """From the page of a piece to where its kin lie beside it."""

    def test_a_piece_leads_to_the_one_before_and_to_those_after(self, client, compose):
        """The older one first, whichever page one comes from."""
        parent = compose()
        piece = compose(parent=parent)
        child = compose(parent=piece)

        page = html.unescape(client.get(piece.get_absolute_url()).text)

        before, after = comparing.address([parent, piece]), comparing.address([piece, child])
        assert f'href="{before}">Compare with the piece before' in page
        assert f'href="{after}">Hear it beside this one' in page

    def test_no_way_leads_to_what_is_anothers(self, client, compose):
        """A private parent is not told of."""
        parent = compose(is_private=True)

        page = client.get(compose(parent=parent).get_absolute_url()).text

        assert "/compare/" not in page


def _unsigned(page: str) -> str:
    return re.sub(r'value="\w{64}"|piece=[-0-9a-f]+|%3D[-0-9a-f]+', "", page)


class TestApart:
    """What was asked for differently, and nothing else."""

    def test_only_what_differs_is_said(self, client, compose):
        """In the order of the pieces; the seed, where it is the same, too."""
        calm, wild = (compose(chosen={"temperature": heat}) for heat in (1.0, 1.45))

        assert "Temperature 1.0 / 1.45 · the seed and all else are the same" == lead(
            client, calm, wild
        )

    def test_manner_seed_and_length_differ_too(self, client, compose):
        """One after the other."""
        other = compose(chosen={"composer": "bach", "seed": 8, "bars": 12})

        said = lead(client, compose(), other)

        assert said.startswith(
            "In the manner of Chopin / Bach · length 8 bars / 12 bars · seed 7 /"
        )
        assert said.endswith("· all else is the same")

    def test_bars_that_were_written_anew_are_all_that_is_said(self, client, compose):
        """Their seed is new by itself."""
        piece = compose()
        fields = {"parent": piece, "source": SCORE, "chosen": {"seed": 99}}
        child = compose(from_bar=9, to_bar=10, shifted=range(32, 40), **fields)

        said = "Bars 9 to 10 written anew · all else is the same"
        assert said == lead(client, piece, child)

    def test_in_which_of_several_is_said_by_letters(self, client, compose):
        """Where not the same bars were written anew in all."""
        piece = compose()
        bars = compose(parent=piece, source=SCORE, from_bar=9, to_bar=9)
        end = compose(parent=piece, source=SCORE, from_bar=6)

        said = lead(client, piece, bars, end)

        assert said.startswith("Bar 9 written anew (B) · from bar 6 on written anew (C)")

    def test_takes_of_one_click_keep_their_numbers(self, client, compose):
        """Where nothing else tells them apart."""
        fields = {"parent": compose(), "source": SCORE, "from_bar": 9, "batch": uuid4()}
        ways = [compose(take=i, **fields) for i in range(2)]

        page = client.get(comparing.address(ways)).text

        for name in ("Take 1", "Take 2"):
            assert f"{name} · from bar 9 on written anew" in page

    def test_strangers_with_bars_of_their_own_are_not_taken_for_kin(self, client, compose):
        """What they were asked for says more."""
        ways = [compose(parent=compose(), source=SCORE, from_bar=6) for _ in range(2)]

        assert "written anew" not in lead(client, *ways)

    def test_nothing_may_differ(self, client, compose):
        """That is said, too."""
        said = lead(client, compose(), compose())

        assert "Nothing that was asked for: all is the same" == said


class TestParting:
    """Up to which bar pieces are the same."""

    @pytest.mark.parametrize(
        ("shifted", "words"),
        [
            (range(36, 48), "They are the same up to bar 9, and differ from bar 10 on."),
            (range(32, 40), "They differ in bars 9 to 10 alone."),
            (range(33, 35), "They differ in bar 9 alone."),
            (range(2, 48), "They differ from the first bar on."),
            (range(0), "Note for note they are the same."),
        ],
    )
    def test_it_is_said_by_bars(self, client, compose, shifted, words):
        """As they are printed."""
        page = client.get(comparing.address([compose(), compose(shifted=shifted)])).text

        assert words in page

    def test_several_part_where_the_first_two_do(self, compose):
        """And come together where all have."""
        pieces = [compose(), compose(shifted=range(36, 40)), compose(shifted=range(24, 28))]

        assert comparing.Parting(7, 10, is_shared=True) == comparing.parting(pieces)

    def test_a_piece_that_ends_earlier_parts_where_it_ends(self, compose):
        """What comes after is the other's own."""
        short = compose(score=SCORE | {"notes": SCORE["notes"][:32]})

        assert comparing.Parting(9, None, is_shared=True) == comparing.parting([compose(), short])

    def test_another_metre_is_another_piece(self, compose):
        """Though the notes be the same."""
        waltz = compose(score=SCORE | {"time_signatures": [[0.0, 3, 4]]})

        found = comparing.parting([compose(), waltz])
        assert found is not None
        assert not found.is_shared

    def test_sounds_are_tied_where_the_beginning_is_shared(self, client, compose):
        """One goes on where the other was; of two that share nothing each begins by itself."""
        late, early = compose(shifted=range(36, 48)), compose(shifted=range(48))

        tied, apart = (
            client.get(comparing.address([compose(), other])).text for other in (late, early)
        )
        assert '<take-players class="compare" shared>' in tied
        assert '<take-players class="compare">' in apart

    def test_one_listens_from_the_machine_and_from_where_they_part(self, client, compose):
        """The seam is at 8 s; a bar before bar 10 begins at 16 s."""
        pieces = [compose(), compose(shifted=range(36, 48))]
        for piece in pieces:
            make_file(piece, "piece.mp3", b"m", "mp3")

        page = client.get(comparing.address(pieces)).text

        assert ["8.0", "16.00"] * 2 == re.findall(r'data-hear="([\d.]+)"', page)
        assert 'piece.mp3#t=16.00"' in page
