"""Private means private: every way in, tried by another visitor and by the owner."""

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.webapp.factories import make_file, make_piece
from tests.webapp.orders import body
from webapp import keeping, ownership
from webapp.models import Favourite, Piece, Status

pytestmark = pytest.mark.django_db

FILES = {
    "piece.mid": "midi",
    "piece.mp3": "mp3",
    "score-1.svg": "svg",
    "score-1.png": "png",
    "thumbnail.png": "thumbnail",
    "card.png": "card",
    "positions.json": "positions",
}
LOOKING = ("{page}", "{page}?fragment=1", "{api}", *(f"{{page}}files/{name}" for name in FILES))
LISTS = ("/", "/pieces/", "/pieces/?q=secret", "/pieces/?sort=title", "/api/pieces?q=secret")


@pytest.fixture
def piece(db):
    """A private piece of Alice's, with every kind of file."""
    piece = make_piece(Status.SUCCEEDED, title="Secret", owner="alice", is_private=True)
    for name, kind in FILES.items():
        make_file(piece, name, b"x", kind)
    return piece


def address(way: str, piece) -> str:
    """Return the address of one way in."""
    return way.format(page=piece.get_absolute_url(), api=f"/api/pieces/{piece.pk}")


@pytest.mark.parametrize("way", [*LOOKING, "{page}files/piece.zip"])
def test_every_address_of_it_opens_for_its_owner_alone(way, piece, alice, bob, staff):
    """404 for others, as for what is not there; HEAD and a part of a file too."""
    place = address(way, piece)

    for other in (bob, Client()):
        assert 404 == other.get(place).status_code
        assert 404 == other.head(place).status_code
        assert 404 == other.get(place, headers={"Range": "bytes=0-0"}).status_code
    for own in (alice, staff):
        answer = own.get(place)
        assert 200 == answer.status_code
        body(answer)


@pytest.mark.parametrize("place", LISTS)
def test_no_list_names_it(place, piece, bob, client):
    """Nor does a search find it; an example made private is not on the first page either."""
    make_piece(Status.SUCCEEDED, title="Secret example", is_private=True, is_example=True)

    for other in (bob, client):
        assert str(piece.pk) not in other.get(place).text
        assert "Secret example" not in other.get(place).text


def test_its_owner_finds_it(piece, alice):
    """In the gallery, marked; and by a search."""
    assert "Private" in alice.get("/pieces/").text
    assert str(piece.pk) in alice.get("/api/pieces?q=secret").text


@pytest.mark.parametrize("deed", ["change", "delete", "cancel", "favourite"])
def test_no_deed_of_anothers_tells_that_it_is_there(deed, piece, bob):
    """404, not 403; and nothing is changed."""
    assert 404 == bob.post(f"{piece.get_absolute_url()}{deed}/", {"liked": "1"}).status_code
    assert not Favourite.objects.exists()


def test_several_are_ones_own(piece, bob):
    """Neither packed nor deleted: what is another's is passed over."""
    for action in ("zip", "delete"):
        answer = bob.post("/pieces/several/", {"action": action, "piece": piece.pk}, follow=True)
        assert "No piece is chosen." in answer.text
    piece.refresh_from_db()
    assert piece.deleted_at is None


def test_making_it_private_shuts_and_making_it_public_opens(piece, alice, bob):
    """By the owner's button; at once."""
    place = piece.get_absolute_url()

    alice.post(f"{place}change/", {"private": "0"})
    assert 200 == bob.get(place).status_code
    alice.post(f"{place}change/", {"private": "1"})
    assert 404 == bob.get(place).status_code


@pytest.mark.parametrize(("is_private", "kept"), [(True, "no-cache"), (False, "max-age=86400")])
def test_no_cache_keeps_it_for_others(piece, alice, is_private, kept):
    """A file is kept in its reader's own browser alone, and a private one is asked for anew."""
    keeping.change(piece, is_private=is_private)

    answer = alice.get(f"{piece.get_absolute_url()}files/piece.mp3")

    assert f"private, {kept}" == answer["Cache-Control"]
    body(answer)


@pytest.mark.parametrize("value", ["alice", "alice:x:y", "account:1", ""])
def test_a_forged_cookie_opens_nothing(piece, value):
    """What was not signed here says nothing."""
    forger = Client()
    forger.cookies["owner"] = value

    assert 404 == forger.get(piece.get_absolute_url()).status_code


def test_no_cookie_stands_for_an_account(piece):
    """Not even one that was signed here: an account is opened by its password alone."""
    Piece.objects.update(owner="account:1")
    response = HttpResponse()
    response.set_signed_cookie(ownership.COOKIE, "account:1", salt=ownership.SALT)
    browser = Client()
    browser.cookies.update(response.cookies)

    assert 404 == browser.get(piece.get_absolute_url()).status_code
