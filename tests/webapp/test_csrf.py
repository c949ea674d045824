"""Who may change something: cookies need a token and our Origin, and no cookie needs nothing."""

import pytest
from django.test import Client

from tests.webapp.conftest import HERE, owner_client
from tests.webapp.factories import make_piece
from webapp import ownership
from webapp.models import Piece

pytestmark = pytest.mark.django_db

TOKEN = "a" * 32


def order(client, **headers):
    return client.post("/api/pieces", "{}", content_type="application/json", headers=headers)


@pytest.fixture
def browser() -> Client:
    """A browser with an owner's cookie and a token, whose requests are checked."""
    client = owner_client("alice", enforce_csrf_checks=True)
    client.cookies["csrftoken"] = TOKEN
    return client


def test_without_a_cookie_no_token_is_needed(stranger, shelf):
    """curl can order a piece."""
    assert 202 == order(stranger).status_code


def test_the_answer_brings_a_signed_cookie(stranger, shelf):
    """Scripts cannot read it, and other sites cannot send it along."""
    cookie = order(stranger).cookies[ownership.COOKIE]

    assert cookie["httponly"]
    assert "Lax" == cookie["samesite"]
    assert Piece.objects.get().owner == cookie.value.split(":")[0]


def test_with_a_cookie_the_token_and_our_origin_are_enough(browser, shelf):
    """As the page sends it."""
    assert 202 == order(browser, Origin=HERE, X_CSRFToken=TOKEN).status_code
    assert "alice" == Piece.objects.get().owner


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "X-CSRFToken": TOKEN},
        {"Origin": "null", "X-CSRFToken": TOKEN},
        {"X-CSRFToken": TOKEN},
        {"Origin": HERE},
        {"Origin": HERE, "X-CSRFToken": "b" * 32},
        {},
    ],
    ids=["foreign", "null", "no origin", "no token", "wrong token", "nothing"],
)
def test_with_a_cookie_anything_less_is_refused(browser, shelf, headers):
    """403, and nothing is made."""
    r = order(browser, **headers)

    assert 403 == r.status_code
    assert "errors" in r.json()
    assert not Piece.objects.exists()


def test_a_session_counts_as_a_cookie_and_so_does_a_forged_owner(stranger, shelf):
    """Whose cookie it is, and whether it is valid, is not asked before the check."""
    for name in ("sessionid", "owner"):
        stranger.cookies.clear()
        stranger.cookies[name] = "forged"

        assert 403 == order(stranger, Origin="https://evil.example").status_code


def test_cancelling_and_deleting_are_checked_as_well(browser, shelf):
    """Every address that changes something."""
    piece = make_piece(owner="alice")

    assert 403 == browser.post(f"/api/pieces/{piece.pk}/cancel").status_code
    assert 403 == browser.delete(f"/api/pieces/{piece.pk}").status_code
    allowed = {"Origin": HERE, "X-CSRFToken": TOKEN}
    assert 200 == browser.post(f"/api/pieces/{piece.pk}/cancel", headers=allowed).status_code
    assert 204 == browser.delete(f"/api/pieces/{piece.pk}", headers=allowed).status_code


def test_looking_needs_no_token(browser, shelf):
    """Nothing is changed by it."""
    assert 200 == browser.get("/api/pieces").status_code


def test_a_forged_owner_owns_nothing(shelf):
    """The cookie is signed: a name alone is not enough."""
    piece = make_piece(owner="alice")
    client = Client()
    client.cookies[ownership.COOKIE] = "alice"

    assert 403 == client.delete(f"/api/pieces/{piece.pk}").status_code


def test_a_page_of_ours_is_refused_as_a_page(browser):
    """Not as JSON: a person reads it."""
    r = browser.post("/i18n/setlang/", {"language": "ru"})

    assert (403, "text/html; charset=utf-8") == (r.status_code, r["Content-Type"])
