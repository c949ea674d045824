"""Accounts: what was made stays with who made it, and with nobody else."""

import copy
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.timezone import now

from tests.webapp.conftest import owner_client
from tests.webapp.factories import again, make_piece
from tests.webapp.orders import order
from webapp import accounts, keeping, ownership
from webapp.models import FailedSignIn, Favourite, Piece, Status

pytestmark = pytest.mark.django_db

NAME, PASSWORD = "Клара", "nocturne at eleven"


@pytest.fixture(autouse=True)
def _quick(settings):
    """A password is stored as slowly as it is guessed; the tests guess none."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def sign_up(client, name=NAME, password=PASSWORD, **more):
    return client.post(
        "/account/sign-up/",
        {"username": name, "password1": password, "password2": password} | more,
        follow=True,
    )


def sign_in(client, name=NAME, password=PASSWORD, **more):
    return client.post("/account/sign-in/", {"username": name, "password": password}, **more)


def user():
    return get_user_model().objects.get(username=NAME)


class TestSigningUp:
    """A name and a password."""

    def test_what_the_cookie_made_is_in_the_account(self, alice):
        """Pieces, stars and what was deleted a moment ago; one arrives at one's own pieces."""
        piece, gone = make_piece(Status.SUCCEEDED, owner="alice", title="Mine"), make_piece()
        Piece.objects.filter(pk=gone.pk).update(owner="alice")
        keeping.like("alice", piece)
        keeping.delete([gone])
        assert "1 piece in this browser" in alice.get("/account/sign-up/").text

        page = sign_up(alice)

        owner = ownership.account_owner(user().pk)
        assert "Mine" in page.text
        assert {owner} == set(Piece.with_deleted.values_list("owner", flat=True))
        assert owner == Favourite.objects.get().owner

    def test_another_browser_opens_it_and_the_old_cookie_does_not(self, alice):
        """A copy of the cookie, taken before, is worth nothing any more."""
        piece = make_piece(Status.SUCCEEDED, owner="alice", is_private=True)
        thief = Client()
        thief.cookies = copy.deepcopy(alice.cookies)
        sign_up(alice)

        elsewhere = Client()
        sign_in(elsewhere)

        assert 200 == elsewhere.get(piece.get_absolute_url()).status_code
        assert 404 == thief.get(piece.get_absolute_url()).status_code

    @pytest.mark.parametrize(
        ("name", "password", "words"),
        [
            ("clara", "short", "too short"),
            ("clara", "password123", "too common"),
            ("clara", "8274619350", "entirely numeric"),
            ("clarawieck", "clarawieck1", "too similar"),
            ("<b>", PASSWORD, "Enter a valid username"),
            ("x" * 151, PASSWORD, "at most 150 characters"),
            ("taken", PASSWORD, "already exists"),
            ("TAKEN", PASSWORD, "already exists"),
        ],
    )
    def test_what_is_wrong_is_told_at_the_field(self, client, name, password, words):
        """By Django's own rules; no account is made."""
        get_user_model().objects.create_user("taken")

        answer = sign_up(client, name, password)

        assert 422 == answer.status_code
        assert words in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert 1 == get_user_model().objects.count()

    def test_one_address_cannot_ask_for_accounts_without_end(self, broker, alice, shelf):
        """It is told how long to wait, and what it typed and what it made stay."""
        make_piece(Status.SUCCEEDED, owner="alice")
        for number in range(accounts.MOST_NEW_ADDRESS):
            sign_up(alice, f"name{number}", "short")

        late = sign_up(alice)

        assert 422 == late.status_code
        assert "Try again in 60 minutes; what you made is kept." in late.text
        assert f'value="{NAME}"' in late.text
        assert not get_user_model().objects.exists()
        assert 1 == Piece.objects.filter(owner="alice").count()
        assert "Your account is there" in sign_up(Client(REMOTE_ADDR="10.0.0.9")).text

    def test_one_name_cannot_be_asked_for_without_end(self, broker):
        """From wherever; nor is it told then whether it is taken."""
        get_user_model().objects.create_user(NAME)
        for number in range(accounts.MOST_NEW_NAME):
            sign_up(Client(REMOTE_ADDR=f"10.0.0.{number}"), NAME.upper())

        late = sign_up(Client(REMOTE_ADDR="10.0.1.1"))

        assert "Too many accounts were asked for." in late.text
        assert "already exists" not in late.text

    def test_nobody_signs_up_as_staff(self, client):
        """What the form does not ask for is not taken."""
        sign_up(client, is_staff="on", is_superuser="on")

        assert (False, False) == (user().is_staff, user().is_superuser)


class TestSigningIn:
    """And out again."""

    @pytest.fixture(autouse=True)
    def _account(self, db):
        get_user_model().objects.create_user(NAME, password=PASSWORD)

    def test_what_is_made_then_belongs_to_the_account(self, client, shelf):
        """No cookie is given for it; signed out, this browser cannot change it."""
        sign_in(client)

        made = order(client)

        piece = Piece.objects.get()
        assert ownership.account_owner(user().pk) == piece.owner
        assert "owner" not in made.cookies
        assert 200 == client.post(f"/api/pieces/{piece.pk}/cancel").status_code
        client.post("/account/sign-out/")
        assert 403 == client.post(f"/api/pieces/{piece.pk}/cancel").status_code

    def test_what_the_browser_made_comes_along(self):
        """A star that both have given is one star."""
        bob, owner = owner_client("bob"), ownership.account_owner(user().pk)
        piece = make_piece(Status.SUCCEEDED, owner="bob")
        keeping.like("bob", piece)
        keeping.like(owner, piece)

        sign_in(bob)

        assert owner == again(piece).owner
        assert [owner] == list(Favourite.objects.values_list("owner", flat=True))

    def test_a_wrong_password_says_nothing_of_the_name(self, client):
        """The same sentence for a name that there is and one that there is not."""
        known, unknown = (sign_in(client, name, "wrong").text for name in (NAME, "nobody"))

        for page in (known, unknown):
            assert "Please enter a correct username and password." in page

    @pytest.mark.parametrize("page", ["/account/sign-in/", "/admin/login/"])
    def test_after_five_wrong_passwords_the_right_one_has_to_wait(self, client, page):
        """A quarter of an hour, whatever page they were typed into; others may sign in."""
        get_user_model().objects.filter(username=NAME).update(is_staff=True)
        for _ in range(accounts.MOST_HERE):
            client.post(page, {"username": NAME.upper(), "password": "wrong"})

        late = client.post(page, {"username": NAME, "password": PASSWORD})

        assert "_auth_user_id" not in client.session
        if page.startswith("/account"):
            assert "Too many wrong passwords. Wait 15 minutes, and try again." in late.text
        assert 302 == sign_in(Client(), REMOTE_ADDR="10.0.0.9").status_code

    def test_waiting_is_not_lengthened_by_trying(self, client):
        """What was not looked at is no wrong password."""
        for _ in range(accounts.MOST_HERE + 3):
            client.post("/admin/login/", {"username": NAME, "password": "wrong"})
        assert accounts.MOST_HERE == FailedSignIn.objects.count()

        FailedSignIn.objects.update(at=now() - accounts.WHILE + timedelta(seconds=50))

        assert "Wait 1 minute, and try again." in sign_in(client).text

    def test_one_address_cannot_try_all_names(self, client):
        """Thirty wrong passwords for thirty names."""
        for number in range(accounts.MOST_ADDRESS):
            sign_in(client, f"name{number}", "wrong")

        assert "Too many wrong passwords." in sign_in(client).text

    def test_the_wait_ends(self, client, monkeypatch):
        """And what no longer counts is forgotten."""
        for _ in range(accounts.MOST_HERE):
            sign_in(client, password="wrong")  # noqa: S106
        monkeypatch.setattr(accounts, "WHILE", accounts.WHILE * 0)

        assert 302 == sign_in(client).status_code
        accounts.forget_failures()
        assert not FailedSignIn.objects.exists()

    def test_a_proxy_says_where_one_comes_from(self, rf, settings):
        """What a visitor wrote into the header is passed over; without HTTPS there is no proxy."""
        request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")

        assert "10.0.0.1" == accounts.address_of(request)
        settings.HTTPS = True
        assert "2.2.2.2" == accounts.address_of(request)

    def test_no_other_site_signs_anybody_in_or_out(self):
        """Both need the token."""
        strict = Client(enforce_csrf_checks=True)

        assert 403 == sign_in(strict).status_code
        assert 403 == strict.post("/account/sign-out/").status_code


class TestLeaving:
    """The account is deleted by whom it belongs to."""

    def test_everything_goes_at_once(self, client, django_capture_on_commit_callbacks):
        """Account, stars, pieces; nothing can be had back, and the sweeper takes the files."""
        sign_up(client)
        piece = make_piece(Status.SUCCEEDED, owner=ownership.account_owner(user().pk))
        keeping.like(piece.owner, piece)

        answer = client.post("/account/", {"password": PASSWORD}, follow=True)

        assert "Your account is deleted" in answer.text
        assert not get_user_model().objects.exists()
        assert not Favourite.objects.exists()
        assert not Piece.objects.exists()
        assert [] == keeping.restorable([piece.pk])
        with django_capture_on_commit_callbacks(execute=True):
            keeping.remove_deleted()
        assert not Piece.with_deleted.exists()

    def test_the_password_is_asked_for(self, client):
        """Whoever finds a browser open cannot delete what is in it."""
        sign_up(client)

        answer = client.post("/account/", {"password": "wrong"})

        assert "That is not the password of this account." in answer.text
        assert user()

    def test_staff_are_not_deleted_here(self, staff):
        """They are asked to go to the administration."""
        staff.post("/account/", {"password": "a long password"})

        assert 1 == get_user_model().objects.count()
        assert "in the administration" in staff.get("/account/").text

    def test_who_is_not_signed_in_is_led_to_it(self, client):
        """No page of nobody."""
        assert "/account/sign-in/" == client.get("/account/").headers["Location"]
