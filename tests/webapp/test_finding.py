"""Looking for pieces: words in any language, choices, orders."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.webapp.factories import make_checkpoint, make_piece, make_primer
from webapp import gallery, keeping
from webapp.messages import Refused
from webapp.models import Status
from webapp.ownership import Visitor

pytestmark = pytest.mark.django_db

ANYONE, ALICE = Visitor(), Visitor("alice")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def titles(visitor=ANYONE, **wished):
    """Return the titles of the first page."""
    return [piece.title for piece in gallery.page(visitor, **wished).pieces]


def make(title, temperature=1.0, **fields):
    """Store a finished piece."""
    config = {"temperature": temperature, "seed": 1}
    return make_piece(Status.SUCCEEDED, title=title, config=config, **fields)


def walk(sort, size, visitor=ANYONE):
    """Return what all pages list, one after another."""
    found, cursor = [], ""
    while cursor is not None:
        page = gallery.page(visitor, sort=sort, cursor=cursor, size=size)
        found += page.pieces
        cursor = page.next
    return found


@pytest.mark.parametrize(
    ("title", "q"),
    [
        ("Весенний ВАЛЬС", "вальс"),
        ("Весенний вальс", "ВЕСЕННИЙ"),
        ("Ёлка", "елка"),
        ("Елка", "ЁЛКА"),
        ("Étude", "etude"),
        ("Etude", "ÉTUDE"),
        ("Straße", "STRASSE"),
        ("Nocturne in C", "turn"),
    ],
)
def test_capitals_and_accents_do_not_matter_in_any_language(title, q):
    """SQLite by itself folds the letters of English alone."""
    make(title)
    make("Something else")

    assert [title] == titles(q=q)


def test_a_short_i_is_a_letter_of_its_own():
    """Accents are left out, and й is no и with an accent."""
    make("Май")

    assert [] == titles(q="маи")


@pytest.mark.parametrize("q", ["Шопен", "chopin", "Моцарт", "mozart", "k. 331", "after"])
def test_composers_are_found_by_their_names_in_either_language(q):
    """Whatever language the page is in; openings and models by their titles."""
    model = make_checkpoint(composer="chopin", title="After all")
    make("One", checkpoint=model, primer=make_primer(title="K. 331", composer="W. A. Mozart"))
    other = make_checkpoint(composer="bach", title="Other")
    make("Two", checkpoint=other, primer=make_primer(title="BWV 1", composer="J. S. Bach"))

    assert ["One"] == titles(q=q)


def test_a_new_title_is_found_and_the_old_one_is_not():
    """What is looked for follows what is stored."""
    piece = make("Morning", owner="alice")

    keeping.change(piece, title="Вечер")

    assert ([], ["Вечер"]) == (titles(q="morning"), titles(q="вечер"))


def test_a_temperature_is_chosen_by_its_range():
    """Above the first number, up to the second and with it."""
    for temperature in (0.8, 1.0, 1.2, 1.25):
        make(str(temperature), temperature)

    assert {"1.0", "1.2"} == set(titles(temperature="0.8-1.2"))


def test_mine_are_those_of_the_cookie_whatever_became_of_them():
    """Others' are left out, and who has no cookie has none."""
    make("Another's", owner="bob")
    make("Mine", owner="alice")
    make("Secret", owner="alice", is_private=True)

    assert {"Mine", "Secret"} == set(titles(ALICE, mine=True))
    assert [] == titles(mine=True)


def test_favourites_are_ones_own():
    """A star is given by one visitor, and seen by no other."""
    liked = make("Liked")
    make("Not liked")
    keeping.like("alice", liked)

    assert ["Liked"] == titles(ALICE, favourites=True)
    assert [] == titles(Visitor("bob"), favourites=True)
    assert [True, False] == [p.is_favourite for p in gallery.page(ALICE, sort="title").pieces]


def test_a_favourite_that_became_private_is_not_shown():
    """A star is no key."""
    piece = make("Was public", owner="bob")
    keeping.like("alice", piece)
    keeping.change(piece, is_private=True)

    assert [] == titles(ALICE, favourites=True)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("visitor", [ANYONE, ALICE])
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", lambda p: (-p.created_at.timestamp(), -p.pk.int)),
        ("oldest", lambda p: (p.created_at.timestamp(), p.pk.int)),
        ("title", lambda p: (p.title_key, p.pk.int)),
        ("calmest", lambda p: (p.temperature, p.pk.int)),
        ("wildest", lambda p: (-p.temperature, -p.pk.int)),
    ],
)
def test_every_order_lists_each_piece_once(sort, order, visitor, size):
    """Page by page, also where several are alike in what they are sorted by."""
    made = [
        make(
            ("b", "a", "вальс")[i % 3],
            (0.5, 1.5)[i % 2],
            created_at=NOON + timedelta(seconds=i // 2),
            owner=("alice", "bob")[i % 2],
            is_private=i % 4 == 0,  # alice's
        )
        for i in range(7)
    ]
    expected = [piece for piece in made if not piece.is_private or visitor is ALICE]

    assert sorted(expected, key=order) == walk(sort, size, visitor)


@pytest.mark.parametrize("wished", [{"sort": "loudest"}, {"temperature": "hot"}])
def test_what_cannot_be_read_is_refused_with_a_sentence(client, wished):
    """It names the field, the value and what can be said."""
    with pytest.raises(Refused):
        gallery.page(ANYONE, **wished)

    answer = client.get("/api/pieces", wished)
    ((name, value),) = wished.items()
    (fault,) = answer.json()["errors"]
    assert (422, name) == (answer.status_code, fault["field"])
    assert value in fault["message"]


def test_a_cursor_belongs_to_its_order():
    """The place in one order is no place in another."""
    make("One"), make("Two")
    cursor = gallery.page(ANYONE, size=1).next

    with pytest.raises(Refused, match="cannot be found"):
        gallery.page(ANYONE, sort="title", cursor=cursor)


def test_a_page_keeps_what_was_asked_for(client):
    """The link to the next page looks for the same."""
    for number in range(25):
        make(f"Вальс {number}", 1.5)
    make("Nocturne")

    page = client.get("/pieces/", {"q": "вальс", "sort": "title", "temperature": "1.2-1.6"})
    address = page.context["next"]

    assert 24 == len(page.context["pieces"])
    assert 1 == len(client.get(f"/pieces/{address}").context["pieces"])
    assert 'value="вальс"' in page.text
    assert '<option value="title" selected>' in page.text


def test_nothing_found_says_what_to_do(client):
    """And the search stays, to be changed."""
    make("Nocturne")

    page = client.get("/pieces/", {"q": "zzz"}).text

    assert "No piece is like that." in page
    assert 'value="zzz"' in page


def test_a_search_is_escaped(client):
    """It stands in the page as it was typed, and is no part of it."""
    make("Nocturne")

    page = client.get("/pieces/", {"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in page
