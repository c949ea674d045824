"""What an owner does with a piece, and everyone with a star."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tests.webapp.factories import again, make_file, make_piece
from webapp import jobs, keeping
from webapp.messages import Refused
from webapp.models import Bout, Duel, Favourite, Piece, Status

pytestmark = pytest.mark.django_db


def post(client, piece, deed, **fields):
    """Send a form of the piece's page."""
    return client.post(f"{piece.get_absolute_url()}{deed}/", fields)


@pytest.fixture
def piece(db):
    """A finished piece of Alice's."""
    return make_piece(Status.SUCCEEDED, owner="alice")


class TestWords:
    """Title and note, by the page and by the API."""

    def test_the_owner_writes_a_title_and_a_note(self, alice, piece):
        """Without a script: a form, and back to the piece."""
        answer = post(alice, piece, "change", title="  Морское \n утро ", note="For M.\r\nDraft")

        assert piece.get_absolute_url() == answer.headers["Location"]
        assert ("Морское утро", "For M.\nDraft") == (again(piece).title, again(piece).note)
        page = alice.get(piece.get_absolute_url()).text
        assert '<h1 class="page__title">Морское утро</h1>' in page
        assert "For M.<br>Draft" in page

    def test_words_are_escaped_wherever_they_stand(self, alice, bob, piece):
        """On the page, in the gallery, in the fields of the form, in a notice."""
        evil = '<script>alert("x")</script>'
        post(alice, piece, "change", title=evil, note=evil)

        for client in (alice, bob):
            for address in (piece.get_absolute_url(), "/pieces/"):
                page = client.get(address).text
                assert "alert" in page
                assert "<script>" not in page
        assert "<script>" not in post(alice, piece, "delete").wsgi_request.path
        assert "<script>" not in alice.get("/pieces/").text

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("title", " \n ", "A piece needs a title"),
            ("title", "x" * 201, "The title has 201 characters, and at most 200 are kept."),
            ("note", "x" * 2001, "The note has 2001 characters, and at most 2000 are kept."),
        ],
    )
    def test_a_limit_is_told_in_a_sentence(self, alice, piece, field, value, words):
        """Nothing is changed, on the page as by the API."""
        page = alice.post(
            f"{piece.get_absolute_url()}change/", {field: value, "private": "1"}, follow=True
        )
        answer = patch(alice, piece, {field: value, "private": True})

        assert words in page.text
        assert (422, field) == (answer.status_code, answer.json()["errors"][0]["field"])
        assert words in answer.json()["errors"][0]["message"]
        assert ("Sonata in C", "", False) == (
            again(piece).title,
            again(piece).note,
            again(piece).is_private,
        )

    def test_the_api_changes_what_is_sent(self, alice, piece):
        """And leaves what is not."""
        made = patch(alice, piece, {"title": "New", "private": True}).json()

        assert ("New", "", True) == (made["title"], made["note"], made["private"])

    def test_the_api_knows_no_other_field(self, alice, piece):
        """Nobody gives a piece away, or makes it an example."""
        answer = patch(alice, piece, {"owner": "bob", "is_example": True})

        assert 422 == answer.status_code
        assert ("alice", False) == (again(piece).owner, again(piece).is_example)

    def test_nobody_else_may(self, bob, client, piece):
        """403, and the form is not offered."""
        for visitor in (bob, client):
            assert 403 == post(visitor, piece, "change", title="Mine").status_code
            assert 403 == patch(visitor, piece, {"title": "Mine"}).status_code
            assert "Edit title" not in visitor.get(piece.get_absolute_url()).text
        assert "Sonata in C" == again(piece).title

    def test_a_title_becomes_the_name_of_a_file(self, alice, piece):
        """Without what a header or a system could trip over."""
        make_file(piece, "piece.mp3", b"m", "mp3")
        keeping.change(piece, title='../"Вечер"\r\nX: y')

        r = alice.get(f"/pieces/{piece.pk}/files/piece.mp3?download")

        assert "attachment; filename*=utf-8''" in r["Content-Disposition"]
        assert not set("\r\n/") & set(r["Content-Disposition"].replace("utf-8''", ""))
        r.close()


class TestStars:
    """Anyone may like what they may see."""

    def test_a_stranger_gets_a_cookie_with_the_first_star(self, client, piece):
        """And finds the piece among the favourites."""
        answer = post(client, piece, "favourite", liked="1")

        assert "owner" in answer.cookies
        assert "Sonata in C" in client.get("/pieces/?favourites=1").text
        assert 'aria-pressed="true"' in client.get(piece.get_absolute_url()).text

    def test_a_star_is_given_once_and_taken_back(self, bob, piece):
        """Twice given is once given."""
        post(bob, piece, "favourite", liked="1")
        post(bob, piece, "favourite", liked="1")
        assert 1 == Favourite.objects.count()

        post(bob, piece, "favourite", liked="0")
        assert 0 == Favourite.objects.count()

    def test_the_api_gives_and_takes(self, bob, piece):
        """PUT and DELETE, both as often as one likes."""
        address = f"/api/pieces/{piece.pk}/favourite"

        assert [204, 204] == [bob.put(address).status_code for _ in range(2)]
        assert "bob" == Favourite.objects.get().owner
        assert [204, 204] == [bob.delete(address).status_code for _ in range(2)]
        assert not Favourite.objects.exists()

    @pytest.mark.parametrize(
        "address", ["//evil.example/", "https://evil.example/", "javascript:x"]
    )
    def test_one_is_sent_back_to_this_site_only(self, bob, piece, address):
        """An address of another site is passed over."""
        answer = post(bob, piece, "favourite", liked="1", next=address)

        assert piece.get_absolute_url() == answer.headers["Location"]


class TestDeleting:
    """Laid aside, had back, gone for good."""

    def test_the_notice_takes_it_back(self, alice, piece):
        """The form in it names the piece."""
        page = alice.post(f"{piece.get_absolute_url()}delete/", follow=True).text

        assert f'name="piece" value="{piece.pk}"' in page
        answer = alice.post("/pieces/restore/", {"piece": piece.pk}, follow=True)
        assert "The piece is back." in answer.text
        assert [piece] == list(Piece.objects.all())

    def test_nobody_else_takes_it_back(self, alice, bob, piece):
        """Whoever knows the id."""
        post(alice, piece, "delete")

        assert (
            "It is too late" in bob.post("/pieces/restore/", {"piece": piece.pk}, follow=True).text
        )
        assert not Piece.objects.exists()

    def test_after_ten_minutes_it_is_gone_for_good(
        self, alice, piece, django_capture_on_commit_callbacks
    ):
        """The sweeper takes row and files, and nothing else's."""
        path = make_file(piece, "piece.wav", b"RIFF")
        other = make_piece(Status.SUCCEEDED, owner="alice")
        keeping.delete([piece, other])
        Piece.with_deleted.filter(pk=piece.pk).update(deleted_at=now() - timedelta(minutes=11))

        with django_capture_on_commit_callbacks(execute=True):
            keeping.remove_deleted()

        assert [other] == list(Piece.with_deleted.all())
        assert not path.parent.parent.exists()
        assert 404 == alice.post(f"/api/pieces/{piece.pk}/restore").status_code

    def test_a_piece_of_a_duel_is_not_deleted(self, piece):
        """What others vote on is not torn out, nor is what was to go with it."""
        other = make_piece(Status.SUCCEEDED)
        duel = Duel.objects.create(one=piece.checkpoint, other=piece.checkpoint)
        Bout.objects.create(duel=duel, piece_one=piece, piece_other=piece)

        with pytest.raises(Refused):
            keeping.delete([piece, other])

        assert {piece, other} == set(Piece.objects.all())

    def test_a_piece_whose_duel_came_later_stays_aside(self, piece):
        """The sweeper says so, and goes on with the next."""
        other = make_piece(Status.SUCCEEDED)
        keeping.delete([piece, other])
        duel = Duel.objects.create(one=piece.checkpoint, other=piece.checkpoint)
        Bout.objects.create(duel=duel, piece_one=piece, piece_other=piece)
        Piece.with_deleted.update(deleted_at=now() - timedelta(minutes=11))

        keeping.remove_deleted()

        assert [piece] == list(Piece.with_deleted.all())
        assert not Piece.objects.exists()

    def test_a_worker_that_is_at_a_deleted_piece_stops(self, alice):
        """It finds no row; had back, the piece is lost to no one and waits again."""
        row = make_piece(owner="alice")
        held = jobs.claim(Piece, row.pk)

        keeping.delete([row])
        assert not jobs.beat(held, done=1)
        assert not jobs.succeed(held)

        keeping.restore(keeping.restorable([row.pk]))
        Piece.objects.update(heartbeat_at=now() - timedelta(minutes=5))
        assert [row.pk] == jobs.requeue_silent(Piece)

    def test_a_deleted_piece_takes_no_place_among_those_that_wait(self, alice, shelf):
        """Ten may wait; one of them deleted makes room."""
        waiting = [make_piece(owner="alice") for _ in range(10)]
        keeping.delete(waiting[:1])

        assert 202 == alice.post("/api/pieces", "{}", "application/json").status_code


def patch(client, piece, changes):
    """Change a piece by the API."""
    return client.patch(f"/api/pieces/{piece.pk}", changes, content_type="application/json")
