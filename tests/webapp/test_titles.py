"""What new pieces are called, so that their maker can tell them apart."""

import json

import pytest

from generator.config import GenerationConfig
from tests.webapp.factories import (
    again,
    make_checkpoint,
    make_notes_checkpoint,
    make_piece,
    make_primer,
)
from webapp import keeping, takes
from webapp.models import Status

pytestmark = pytest.mark.django_db

BARS = {"seam": 8.0, "time_signatures": [[0.0, 4, 4]], "tempo_qpm": 120.0, "origin": None}
SCORE = BARS | {"notes": [[i / 2, 0.5, 60 + i % 12, 70] for i in range(128)]}  # 16 bars


@pytest.fixture
def opening(db):
    return make_primer(title="Sonata in C")


def titles(pieces):
    return [piece.title for piece in pieces]


def compose(opening, owner="alice", **choices):
    """Press the button once."""
    return takes.compose(owner=owner, primer=opening, checkpoint=make_checkpoint(), **choices)


def finished(**fields):
    """A piece of Alice's with bars to choose from."""
    model = make_notes_checkpoint()
    config = GenerationConfig.for_model({"seed": 7, "composer": "bach"}, **model.abilities)
    facts = {"checkpoint": model, "score": SCORE, "config": config.to_dict()}
    return make_piece(Status.SUCCEEDED, owner="alice", **facts | fields)


def test_a_visitors_pieces_after_one_opening_are_numbered(opening):
    """The first needs no number; another opening, and another visitor, begin anew."""
    made = [compose(opening)[0] for _ in range(3)]
    other = compose(make_primer(title="Rondo"))
    bobs = compose(opening, owner="bob")

    assert [
        "Impromptu after Sonata in C",
        "Impromptu no. 2 after Sonata in C",
        "Impromptu no. 3 after Sonata in C",
    ] == titles(made)
    assert ["Impromptu after Rondo"] == titles(other)
    assert ["Impromptu after Sonata in C"] == titles(bobs)


def test_takes_of_one_click_share_a_number_and_say_which(opening):
    """No. 2, take 1; and what nobody owns is not counted."""
    compose(opening)

    assert [
        "Impromptu no. 2 (take 1) after Sonata in C",
        "Impromptu no. 2 (take 2) after Sonata in C",
    ] == titles(compose(opening, takes=2))
    assert ["Impromptu after Sonata in C"] * 2 == titles(compose(opening, owner="", takes=2))


def test_a_deleted_piece_keeps_its_number_as_long_as_it_can_be_had_back(opening):
    """Or an Undo would bring a twin."""
    keeping.delete(compose(opening))

    assert ["Impromptu no. 2 after Sonata in C"] == titles(compose(opening))


def test_what_is_made_out_of_a_piece_names_its_bars():
    """From bar 9; bars 5 to 6; and what was named so is not named twice."""
    piece = finished(title="Impromptu no. 3 after Sonata in C")

    on = takes.go_on(piece, owner="alice", from_bar=9, takes=1)
    anew = takes.rewrite(piece, owner="alice", from_bar=5, to_bar=6, takes=2)
    on[0].score, on[0].status = SCORE, Status.SUCCEEDED
    further = takes.rewrite(on[0], owner="alice", from_bar=12, to_bar=12, takes=1)

    assert ["Impromptu no. 4 (from bar 9) after Sonata in C"] == titles(on)
    assert [
        "Impromptu no. 5 (bars 5 to 6, take 1) after Sonata in C",
        "Impromptu no. 5 (bars 5 to 6, take 2) after Sonata in C",
    ] == titles(anew)
    assert ["Impromptu no. 6 (bar 12) after Sonata in C"] == titles(further)


def test_a_title_of_the_owners_own_stays():
    """With the bars after it, and a number the second time."""
    piece = finished(title="Valse")

    made = [takes.go_on(piece, owner="alice", from_bar=9, takes=1)[0] for _ in range(2)]

    assert ["Valse no. 2 (from bar 9)", "Valse no. 3 (from bar 9)"] == titles(made)


def test_the_longest_title_has_room_for_what_tells_it_apart():
    """Of 200 letters, the name gives way."""
    piece = finished(title="x" * 200)

    (made,) = takes.go_on(piece, owner="alice", from_bar=9, takes=1)

    assert 200 == len(again(made).title)
    assert made.title.endswith("x no. 2 (from bar 9)")


def test_a_piece_that_is_asked_for_by_the_api_is_numbered_too(alice, shelf):
    """And the answer says so."""
    body = json.dumps({"primer": shelf.primer.pk})

    made = [alice.post("/api/pieces", body, "application/json").json() for _ in range(2)]

    assert ["Impromptu after", "Impromptu no. 2 after"] == [
        one["title"].removesuffix(f" {shelf.primer.title}") for one in made
    ]
