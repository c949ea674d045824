"""Blind duels: nothing tells which is which, one vote each, and a score that knows its doubt."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.webapp.conftest import owner_client
from tests.webapp.factories import again, make_checkpoint, make_file, make_piece, make_primer
from webapp import duels, queue
from webapp.messages import Refused
from webapp.models import Bout, Duel, Piece, Status, Vote

pytestmark = pytest.mark.django_db

TAG = b"ID3" + bytes([4, 0, 0, 0, 0, 0, 9]) + b"by Chance"


@pytest.fixture
def two(db):
    """Two models, and an opening."""
    make_primer()
    return make_checkpoint(title="Alpha", is_active=True), make_checkpoint(title="Beta")


@pytest.fixture
def bout(two) -> Bout:
    """A pair that is ready to be heard."""
    duel = Duel.objects.create(one=two[0], other=two[1])
    return ready_bout(duel)


def ready_bout(duel: Duel) -> Bout:
    pieces = []
    for model in (duel.one, duel.other):
        piece = make_piece(Status.SUCCEEDED, checkpoint=model, is_private=True)
        make_file(
            piece, "piece.mp3", TAG + f"\xff\xfbsound of {model.title}".encode("latin1"), "mp3"
        )
        pieces.append(piece)
    return Bout.objects.create(duel=duel, piece_one=pieces[0], piece_other=pieces[1])


def listen(client: Client, bout: Bout, letter: str) -> bytes:
    return b"".join(client.get(f"/duels/{bout.pk}/{letter}.mp3"))


class TestPreparing:
    """Bouts are composed one by one, and never before a visitor."""

    def test_a_pair_has_one_opening_seed_length_and_temperature(self, two):
        """Only the model differs."""
        duels.start(*two)

        bout = Bout.objects.get()
        one, other = bout.piece_one, bout.piece_other
        assert two == (one.checkpoint, other.checkpoint)
        assert one.primer == other.primer
        for name in ("seed", "temperature"):
            assert one.config[name] == other.config[name]
        assert {(True, "")} == {(piece.is_private, piece.owner) for piece in (one, other)}

    def test_its_pieces_wait_where_no_visitor_waits(self, two):
        """In the queue of what staff wait for."""
        duels.start(*two)

        assert {queue.PREPARATION} == {queue.route_of(piece).queue for piece in Piece.objects.all()}
        assert queue.GENERATION == queue.route_of(make_piece(owner="alice")).queue

    def test_the_next_pair_waits_until_the_last_is_done(self, two):
        """One at a time."""
        duels.start(*two)
        assert not duels.prepare()

        finish(Piece.objects.all())
        assert duels.prepare()
        assert 2 == Bout.objects.count()

    def test_no_pair_is_begun_while_a_visitor_waits(self, two):
        """It is begun when the visitor has been served."""
        make_piece(owner="alice")
        duels.start(*two)

        assert 0 == Bout.objects.count()

    def test_there_is_an_end_to_pairs(self, two):
        """Six that are whole; one that failed is made good by another."""
        duel = duels.start(*two)
        for _ in range(20):
            finish(Piece.objects.filter(status=Status.QUEUED))
            duels.prepare()
        assert duels.N_BOUTS == Bout.objects.filter(duel=duel).count()

        bad = Bout.objects.first().piece_one
        Piece.objects.filter(pk=bad.pk).update(status=Status.FAILED, error_code="internal")
        assert duels.prepare()

    def test_two_are_needed_and_once_is_enough(self, two):
        """A model does not meet itself, nor the same one twice at a time."""
        with pytest.raises(Refused, match="two different"):
            duels.start(two[0], two[0])
        duels.start(*two)
        with pytest.raises(Refused, match="open duel already"):
            duels.start(two[1], two[0])


class TestListening:
    """What a visitor hears, and what it gives away."""

    def test_the_page_names_neither(self, alice, bout):
        """No title, no hash, no piece, no picture."""
        page = alice.get("/duels/").text

        for secret in ("Alpha", "Beta", bout.duel.one.pk, str(bout.piece_one.pk), "thumbnail"):
            assert secret not in page
        assert f"/duels/{bout.pk}/a.mp3" in page

    def test_the_sounds_say_nothing_of_their_origin(self, alice, bout):
        """The tags are gone, and no header names a piece or a file."""
        for letter in "ab":
            answer = alice.get(f"/duels/{bout.pk}/{letter}.mp3")
            content = b"".join(answer)
            assert b"\xff\xfbsound of" == content[:10]
            told = f"{answer.headers}"
            for secret in (str(bout.piece_one.pk), str(bout.piece_other.pk), "Alpha"):
                assert secret not in told

    def test_each_listener_has_an_order_that_stays(self, bout):
        """Some hear the one first, some the other; nobody hears one of them twice."""
        first = {}
        for number in range(24):
            client = owner_client(f"listener {number}")
            heard = [listen(client, bout, letter) for letter in "ab"]
            assert 2 == len(set(heard))
            assert heard == [listen(client, bout, letter) for letter in "ab"]
            first.setdefault(heard[0], []).append(number)

        assert {b"\xff\xfbsound of Alpha", b"\xff\xfbsound of Beta"} == set(first)

    def test_the_pieces_themselves_stay_private(self, alice, bout):
        """Nobody finds the model by the piece's own page."""
        assert 404 == alice.get(bout.piece_one.get_absolute_url()).status_code
        assert [] == alice.get("/api/pieces").json()["pieces"]

    def test_without_the_cookie_there_is_no_sound(self, client, bout):
        """There is no order to hear them in."""
        assert 404 == client.get(f"/duels/{bout.pk}/a.mp3").status_code
        assert 404 == owner_client("x").get(f"/duels/{bout.pk}/c.mp3").status_code

    def test_a_part_can_be_sought(self, alice, bout):
        """A browser asks for ranges."""
        answer = alice.get(f"/duels/{bout.pk}/a.mp3", headers={"Range": "bytes=2-6"})

        assert (206, b"sound") == (answer.status_code, b"".join(answer))

    def test_the_first_page_invites_only_while_there_is_a_pair(self, client, alice, bout):
        """A quiet line."""
        assert "which is better?" in client.get("/").text
        alice.post(f"/duels/{bout.pk}/vote/", {"answer": "first"})
        assert "which is better?" not in alice.get("/").text
        duels.close(bout.duel)
        assert "which is better?" not in client.get("/").text


class TestVoting:
    """POST /duels/<bout>/vote/."""

    def test_a_vote_counts_for_what_was_heard(self, bout):
        """Whoever says that Beta is better votes for Beta, whichever came first."""
        for number in range(12):
            client = owner_client(f"listener {number}")
            is_first = b"Beta" in listen(client, bout, "a")
            client.post(f"/duels/{bout.pk}/vote/", {"answer": "first" if is_first else "second"})

        assert (0, 12) == (duels.score(bout.duel).one, duels.score(bout.duel).other)

    def test_then_it_is_told_which_was_which(self, alice, bout):
        """And not before."""
        told = f"/duels/{bout.pk}/"
        assert "/duels/" == alice.get(told).headers["Location"]

        first = "Alpha" if b"Alpha" in listen(alice, bout, "a") else "Beta"
        page = alice.post(f"/duels/{bout.pk}/vote/", {"answer": "first"}, follow=True).text

        assert f"You would rather hear “{first}” again." in page

    def test_no_difference_is_an_answer(self, alice, bout):
        """It decides nothing, and is counted apart."""
        alice.post(f"/duels/{bout.pk}/vote/", {"answer": "neither"})

        score = duels.score(bout.duel)
        assert (0, 0, 1) == (score.one, score.other, score.neither)

    def test_there_is_one_vote_for_each(self, alice, bob, bout):
        """A second one changes nothing; another listener has another."""
        for _ in range(2):
            alice.post(f"/duels/{bout.pk}/vote/", {"answer": "first"})
        bob.post(f"/duels/{bout.pk}/vote/", {"answer": "first"})

        assert 2 == Vote.objects.count()

    @pytest.mark.parametrize("answer", ["", "third", "one"])
    def test_what_is_no_answer_is_no_vote(self, alice, bout, answer):
        """Nor is one without a cookie."""
        alice.post(f"/duels/{bout.pk}/vote/", {"answer": answer})
        Client().post(f"/duels/{bout.pk}/vote/", {"answer": "first"})

        assert 0 == Vote.objects.count()

    def test_a_closed_duel_takes_no_votes(self, alice, bout):
        """Its score stays as it is."""
        duels.close(bout.duel)
        alice.post(f"/duels/{bout.pk}/vote/", {"answer": "first"})

        assert 0 == Vote.objects.count()

    def test_a_pair_is_offered_once(self, alice, bout):
        """Then the next one, then thanks."""
        another = ready_bout(bout.duel)
        seen = set()
        for _ in range(2):
            (pk,) = set(re.findall(r"/duels/([-0-9a-f]{36})/vote/", alice.get("/duels/").text))
            alice.post(f"/duels/{pk}/vote/", {"answer": "neither"})
            seen.add(pk)

        assert {str(bout.pk), str(another.pk)} == seen
        assert "You have judged every pair" in alice.get("/duels/").text

    def test_it_can_be_too_fast(self, bout, broker):
        """Twenty votes a minute from one address, however many cookies."""
        for number in range(25):
            owner_client(f"robot {number}").post(f"/duels/{bout.pk}/vote/", {"answer": "first"})

        assert 20 == Vote.objects.count()

    def test_a_voter_without_redis_is_not_turned_away(self, alice, bout):
        """A limit is against tricks, not against listeners."""
        alice.post(f"/duels/{bout.pk}/vote/", {"answer": "first"})

        assert 1 == Vote.objects.count()


class TestScore:
    """What staff see."""

    @pytest.mark.parametrize(
        ("one", "other", "leader"), [(0, 0, ""), (5, 3, ""), (9, 1, "one"), (1, 9, "other")]
    )
    def test_a_score_knows_its_doubt(self, bout, one, other, leader):
        """Eight to two may be chance; nine to one hardly is."""
        for number in range(one + other):
            choice = Vote.Choice.ONE if number < one else Vote.Choice.OTHER
            Vote.objects.create(bout=bout, voter=str(number), choice=choice)

        score = duels.score(bout.duel)

        assert leader == score.leader
        assert score.low <= (score.share or 0.5) <= score.high

    def test_staff_read_it_in_words_and_close_the_duel(self, staff, bout):
        """Visitors do not."""
        address = bout.duel.get_absolute_url()
        Vote.objects.create(bout=bout, voter="a", choice="one")

        assert "Not yet told apart" in staff.get(address).text
        assert "/admin/login/" in Client().get(address).headers["Location"]
        staff.post(f"/duels/{bout.duel.pk}/close/")
        assert not again_duel(bout).is_open

    def test_a_piece_of_a_duel_is_not_deleted(self, staff, bout):
        """The page says why."""
        page = staff.post(f"/pieces/{bout.piece_one.pk}/delete/", follow=True).text

        assert "belongs to a duel" in page
        assert again(bout.piece_one)


def again_duel(bout: Bout) -> Duel:
    return Duel.objects.get(pk=bout.duel.pk)


def finish(pieces) -> None:
    """Let waiting pieces be done."""
    done = make_piece(Status.SUCCEEDED, owner="somebody")
    pieces.filter(status=Status.QUEUED).update(
        status=Status.SUCCEEDED, finished_at=done.finished_at
    )
