"""What a piece in a list says of itself, so that its maker knows it among others."""

from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.timezone import localtime, now

from tests.webapp.factories import make_file, make_notes_checkpoint, make_piece, make_primer
from webapp import gallery
from webapp.models import Favourite, Piece, Status
from webapp.templatetags import cards

pytestmark = pytest.mark.django_db

BATCH = "7e0a1f5e-8f6c-4a55-9a43-0d0f4f2d7a01"
SCORE = {
    "notes": [[i, 1.0, 60, 76] for i in range(32)],  # eight bars of 4/4, a note each half second
    "tempo_qpm": 120.0,
    "tempi": [[16.0, 60.0]],  # the second half takes twice the time
    "time_signatures": [[0.0, 4, 4]],
    "seam": 8.0,
    "origin": None,
}


@pytest.fixture(name="parent")
def _parent():
    """A piece in the manner of Chopin, at the temperature 1."""
    model, opening = make_notes_checkpoint(), make_primer()
    config = {"composer": "chopin", "temperature": 1.0, "bars": 16, "seed": 1}
    return make_piece(
        Status.SUCCEEDED, checkpoint=model, primer=opening, config=config, owner="alice"
    )


def told(parent, config=None, **fields):
    """Return the line on the card of a piece that came out of ``parent``."""
    facts = {"checkpoint": parent.checkpoint, "primer": parent.primer, "parent": parent}
    chosen = {"config": parent.config | (config or {})}
    piece = make_piece(Status.SUCCEEDED, owner="alice", **facts | chosen | fields)
    return cards.particular(gallery.light().get(pk=piece.pk))


class TestWhatIsParticular:
    """Its take, its bars, and what was asked otherwise than of its parent."""

    @pytest.mark.parametrize(
        ("config", "fields", "line"),
        [
            ({}, {"batch": BATCH, "take": 1}, "Take 2"),
            ({"bars": 4}, {"from_bar": 13}, "from bar 13"),
            ({}, {"from_bar": 41, "to_bar": 44}, "bars 41 to 44 anew"),
            ({}, {"from_bar": 41, "to_bar": 41}, "bar 41 anew"),
            ({"temperature": 1.45}, {}, "wilder: 1.0 → 1.45"),
            ({"temperature": 0.5}, {}, "calmer: 1.0 → 0.5"),
            ({"composer": "bach"}, {}, "in the manner of Bach, was Chopin"),
            ({"bars": 32}, {}, "longer: 16 → 32 bars"),
            ({"bars": 8}, {}, "shorter: 16 → 8 bars"),
            ({"seed": 2}, {}, "another try"),
            ({"top_p": 0.5}, {}, "tweaked"),
            ({"seed": 2}, {"batch": BATCH, "from_bar": 13}, "Take 1 · from bar 13"),
        ],
    )
    def test_it_is_said_in_a_few_words(self, parent, config, fields, line):
        """As a musician would say which one it is."""
        assert line == told(parent, config, **fields)

    def test_of_a_piece_of_its_own_there_is_nothing_to_say(self, parent):
        """It was made out of none."""
        assert "" == cards.particular(gallery.light().get(pk=parent.pk))

    def test_a_private_parent_gives_nothing_away(self, parent):
        """Nor one that is deleted; its owner's own private pieces know of it."""
        Piece.objects.filter(pk=parent.pk).update(is_private=True)
        wilder = {"temperature": 1.45}

        assert "" == told(parent, wilder)
        assert "wilder: 1.0 → 1.45" == told(parent, wilder, is_private=True)
        Piece.objects.filter(pk=parent.pk).update(is_private=False, deleted_at=now())
        assert "" == told(parent, wilder)

    def test_it_is_said_in_russian_too(self, parent):
        """With names in their case, and numbers as they are written there."""
        with translation.override("ru"):
            line = told(parent, {"temperature": 1.45, "composer": "bach"})

        assert "смелее: 1,0 → 1,45 · в манере Баха, а не Шопена" == line  # noqa: RUF001 - Russian

    def test_it_stands_on_the_card(self, alice, parent):
        """Under the title."""
        told(parent, {"temperature": 1.45})

        assert '<p class="entry__particular">wilder: 1.0 → 1.45</p>' in alice.get("/pieces/").text

    def test_the_authors_line_names_the_bar_that_a_piece_goes_on_from(self, alice, parent):
        """Not the one in which another model had taken over before."""
        told(parent, from_bar=6, score=SCORE)

        page = alice.get("/pieces/").text

        assert "from bar 6</span>" in page
        assert "from bar 3</span>" not in page


class TestSound:
    """How long it is, and where it begins to be new, before anything is loaded."""

    def card(self, client, **fields):
        piece = make_piece(Status.SUCCEEDED, score=SCORE, **fields)
        make_file(piece, "piece.mp3", b"m", "mp3")
        return client.get("/pieces/").text

    def test_a_card_knows_its_length_and_where_the_machine_begins(self, client):
        """16 quarters at 120, 16 at 60, and what rings on; the seam after eight of them."""
        page = self.card(client)

        assert 'length="25.4"' in page
        assert 'data-begin="4.0"' in page
        assert "From the machine" in page

    def test_new_bars_are_heard_from_where_they_begin(self, client):
        """Bar 6 is at quarter 20, four after the tempo has changed."""
        page = self.card(client, from_bar=6)

        assert 'data-begin="12.0"' in page
        assert "From bar 6" in page

    def test_the_row_itself_says_the_same(self):
        """A page that has read the notes needs no list."""
        piece = make_piece(Status.SUCCEEDED, score=SCORE)

        assert (25.4, 4.0) == (cards.length_s(piece), cards.own_from_s(piece))
        assert cards.length_s(make_piece(Status.QUEUED)) is None

    def test_the_first_page_offers_sound_at_once(self, client, shelf):
        """One player above the form, of an example; without an example, none."""
        assert "compose__hear" not in client.get("/").text
        piece = make_piece(Status.SUCCEEDED, is_example=True, score=SCORE)
        make_file(piece, "piece.mp3", b"m", "mp3")

        page = client.get("/").text

        assert page.index("compose__hear") < page.index("compose__form")
        assert 1 == page.count('words="Listen"')
        assert 1 == page.count("From the machine")  # on the card of the example, further down


class TestMoments:
    """In a list of one's own the time of day tells pieces apart."""

    def test_today_and_yesterday_are_called_so(self):
        """Before that it is the date."""
        noon = localtime().replace(hour=14, minute=5)

        said = [cards.moment(noon - timedelta(days=days)) for days in (0, 1)]

        assert ["today, 14:05", "yesterday, 14:05"] == said
        assert cards.moment(noon - timedelta(days=40)).endswith(", 14:05")

    def test_mine_says_the_time_and_the_gallery_the_day(self, alice):
        """Strangers' pieces came on a day."""
        make_piece(Status.SUCCEEDED, owner="alice")

        assert "<time datetime" in alice.get("/pieces/?mine=1").text
        assert ">today, " in alice.get("/pieces/?mine=1").text
        assert ">today, " not in alice.get("/pieces/").text


class TestKeeping:
    """Where pieces live is said where one keeps them."""

    def test_without_a_script_the_next_page_says_where_a_star_leads(self, bob):
        """With one it is said at the star, and not once more."""
        piece = make_piece(Status.SUCCEEDED)
        address = f"{piece.get_absolute_url()}favourite/"

        said = bob.post(address, {"liked": "1"}, follow=True).text
        quiet = bob.post(address, {"liked": "1", "quiet": "1"}, follow=True).text

        notice = '<div class="notices" role="status">'
        assert "Kept in this browser, under" in said.partition(notice)[2].partition("</div>")[0]
        assert notice not in quiet
        assert 1 == Favourite.objects.count()

    def test_who_is_signed_in_needs_no_account(self, django_user_model, client):
        """Neither at the star nor above the list."""
        user = django_user_model.objects.create_user("clara")
        client.force_login(user)
        make_piece(Status.SUCCEEDED, owner=f"account:{user.pk}")

        page = client.get("/pieces/?mine=1").text

        assert "They are kept in your account" in page
        assert "Kept under" in page
        assert "An account</a>" not in page

    def test_mine_says_where_pieces_live(self, alice):
        """Once, and only where there are any."""
        assert "They are yours in this browser alone" not in alice.get("/pieces/?mine=1").text
        make_piece(Status.SUCCEEDED, owner="alice")

        assert 1 == alice.get("/pieces/?mine=1").text.count("They are yours in this browser alone")

    def test_the_page_to_sign_in_says_why(self, client):
        """As the one to sign up does."""
        assert "An account keeps what you make" in client.get("/account/sign-in/").text


class TestDeleting:
    """One knows what went, and is back where one was."""

    def test_the_notice_says_which_one_it_was(self, alice, parent):
        """By what is particular about it."""
        told(parent, {"temperature": 1.45}, title="Valse")
        piece = Piece.objects.get(title="Valse")

        page = alice.post(f"{piece.get_absolute_url()}delete/", follow=True).text

        assert "“Valse” (wilder: 1.0 → 1.45) is deleted." in page

    def test_an_undo_in_the_list_comes_back_to_the_list(self, alice):
        """To the piece in it; after a piece was deleted on its own page, to that page."""
        piece = make_piece(Status.SUCCEEDED, owner="alice")
        here = "/pieces/?mine=1&sort=title"
        chosen = {"action": "delete", "piece": [piece.pk], "next": here}

        page = alice.post("/pieces/several/", chosen, follow=True).text
        assert f'name="next" value="{here.replace("&", "&amp;")}"' in page
        back = alice.post("/pieces/restore/", {"piece": piece.pk, "next": here})
        assert f"{here}#piece-{piece.pk}" == back.headers["Location"]

        page = alice.post(f"{piece.get_absolute_url()}delete/", follow=True).text
        notice = page.partition('class="notices"')[2].partition("<h1")[0]
        assert 'name="piece"' in notice
        assert 'name="next"' not in notice
        back = alice.post("/pieces/restore/", {"piece": piece.pk})
        assert piece.get_absolute_url() == back.headers["Location"]


class TestTakesOfOneClick:
    """In a list they are one entry: the first, with the others folded away under it."""

    @pytest.fixture
    def takes(self, parent):
        """Three of them, beside a piece that stands alone."""
        facts = {"batch": BATCH, "primer": parent.primer, "owner": "alice"}
        return {
            take: make_piece(Status.SUCCEEDED, title=f"Valse (take {take + 1})", take=take, **facts)
            for take in (2, 0, 1)
        }

    def listed(self, client, path="/pieces/"):
        """Return how the pieces of a page stand together, by their take; a lone one is 0."""
        found = cards.in_sets(client.get(path).context["pieces"])
        return [[one.piece.take, *(other.take for other in one.others)] for one in found]

    def test_they_stand_in_the_order_in_which_they_were_made(self, takes, client):
        """Whatever the order of the list; what stands alone stays alone."""
        assert [[0, 1, 2], [0]] == self.listed(client)
        page = client.get("/pieces/").text
        assert "2 more takes" in page
        assert f"/sets/{BATCH}/" in page

    def test_one_that_has_a_name_stands_for_itself(self, takes, client):
        """Somebody chose it."""
        Piece.objects.filter(pk=takes[1].pk).update(title="Evening")

        assert [[1], [0, 2], [0]] == self.listed(client)

    def test_so_does_one_with_a_star(self, takes, client, bob):
        """For who gave it, among all pieces and among the favourites."""
        for take in (0, 2):
            client.post(f"/pieces/{takes[take].pk}/favourite/", {"liked": 1})

        assert [[0], [2], [1], [0]] == self.listed(client)
        assert [[0], [2]] == self.listed(client, "/pieces/?favourites=1")
        assert [[0, 1, 2], [0]] == self.listed(bob)

    def test_all_of_them_can_be_chosen_by_their_owner(self, takes, alice):
        """The folded ones too."""
        assert 4 == alice.get("/pieces/?mine=1").text.count('name="piece" value')
