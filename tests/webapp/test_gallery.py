"""What a visitor finds, page by page."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.webapp.factories import (
    make_checkpoint,
    make_notes_checkpoint,
    make_piece,
    make_primer,
)
from webapp import gallery
from webapp.messages import Refused
from webapp.models import Status
from webapp.ownership import Visitor

pytestmark = pytest.mark.django_db

ANYONE = Visitor()
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def make_pieces(n, **fields):
    """Store pieces a second apart, three at a time; return them newest first."""
    made = [
        make_piece(Status.SUCCEEDED, created_at=NOON + timedelta(seconds=i // 3), **fields)
        for i in range(n)
    ]
    return sorted(made, key=lambda piece: (piece.created_at, piece.pk), reverse=True)


def walk(size, **wanted):
    """Return what all pages list, one after another."""
    found, cursor = [], ""
    while cursor is not None:
        page = gallery.page(ANYONE, cursor=cursor, size=size, **wanted)
        found += page.pieces
        cursor = page.next
    return found


@pytest.mark.parametrize("size", [1, 2, 7, 10, 11])
def test_all_pages_together_list_every_piece_once(size):
    """Also where several came in the same moment, and where the last page is full."""
    made = make_pieces(10)

    assert made == walk(size)


def test_a_piece_that_arrives_meanwhile_shifts_nothing():
    """The second page begins after the last piece of the first."""
    made = make_pieces(4)
    first = gallery.page(ANYONE, size=2)
    make_piece(Status.SUCCEEDED)

    assert made[2:] == gallery.page(ANYONE, cursor=first.next or "", size=2).pieces


def test_strangers_see_what_succeeded_and_is_public():
    """What waits, failed or is private is its owner's business."""
    shown = make_piece(Status.SUCCEEDED, owner="alice")
    private = make_piece(Status.SUCCEEDED, owner="alice", is_private=True)
    failed = make_piece(Status.FAILED, owner="alice")

    assert [shown] == gallery.page(ANYONE).pieces
    assert [failed, private, shown] == gallery.page(Visitor("alice")).pieces


def test_pieces_without_an_owner_are_not_everyones():
    """An empty cookie owns nothing."""
    make_piece(Status.QUEUED, owner="")

    assert [] == gallery.page(ANYONE).pieces


@pytest.mark.parametrize("q", ["sonata", "MOZART", "mozart fantasia", "chopin fantasia", ""])
def test_words_are_looked_for_in_titles_openings_and_models(q):
    """Every word must be somewhere; capitals do not matter."""
    model = make_checkpoint(title="After Chopin")
    opening = make_primer(title="Fantasia in D minor", composer="Mozart")
    wanted = make_piece(Status.SUCCEEDED, title="Sonata", primer=opening, checkpoint=model)

    assert [wanted] == gallery.page(ANYONE, q=q).pieces
    assert [] == gallery.page(ANYONE, q=f"{q} Brahms").pieces


def test_a_composer_is_the_one_learned_from_and_a_checkpoint_is_a_hash():
    """The two filters, alone and together."""
    chopin, liszt = make_checkpoint(composer="chopin"), make_checkpoint(composer="liszt")
    one = make_piece(Status.SUCCEEDED, checkpoint=chopin)
    other = make_piece(Status.SUCCEEDED, checkpoint=liszt)

    assert [one] == gallery.page(ANYONE, composer="Chopin").pieces
    assert [other] == gallery.page(ANYONE, checkpoint=liszt.hash).pieces
    assert [] == gallery.page(ANYONE, composer="chopin", checkpoint=liszt.hash).pieces


def test_a_composer_is_the_one_whose_manner_was_asked_for():
    """Not the one that the model would have taken by itself."""
    model = make_notes_checkpoint()
    asked = make_piece(Status.SUCCEEDED, checkpoint=model, config={"composer": "beeth"})
    own = make_piece(Status.SUCCEEDED, checkpoint=model, config={"composer": ""})

    assert [asked] == gallery.page(ANYONE, composer="Beeth").pieces
    assert [asked] == gallery.page(ANYONE, q="beethoven").pieces
    assert [own] == gallery.page(ANYONE, composer="chopin").pieces


@pytest.mark.parametrize("text", ["%", "_", "'", "\0", "ы", "💣", "a" * 5000, "\\"])
def test_any_text_may_be_looked_for(text):
    """Nothing in it is a pattern, nothing breaks the query."""
    make_pieces(1)

    for name in ("composer", "checkpoint", "q"):
        found = gallery.page(ANYONE, **{name: f"x{text}"}).pieces

        assert [] == found


@pytest.mark.parametrize(
    "cursor",
    ["x", "====", "ы", "AAAA", "MjAyNi0wMS0wMQ==", "MjAyNi0wMS0wMSAwMDA=", "\0"],
)
def test_a_cursor_of_somebody_elses_is_refused(cursor):
    """A sentence, not a fault of ours."""
    with pytest.raises(Refused, match="cannot be found"):
        gallery.page(ANYONE, cursor=cursor)


def test_the_seam_is_read_without_the_notes(django_assert_num_queries):
    """A long piece has thousands of notes, and a list needs none of them."""
    make_pieces(1)

    with django_assert_num_queries(2):
        (piece,) = gallery.page(ANYONE).pieces

        assert (1.0, [[0.0, 4, 4]], 0.0) == (piece.seam, piece.metres, piece.begin)
        assert "score" not in vars(piece)
