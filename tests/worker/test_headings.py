"""What is printed above the music: the title in the list, and the opening once."""

import pytest

from webapp.models import Piece, Primer
from worker import composing

CASES = [
    ("Impromptu after Sonata in C", ("Impromptu", "after Sonata in C")),
    ("Impromptu no. 2 after Sonata in C", ("Impromptu no. 2", "after Sonata in C")),
    (
        "Impromptu no. 2 (bars 5 to 6, take 3) after Sonata in C",
        ("Impromptu no. 2 (bars 5 to 6, take 3)", "after Sonata in C"),
    ),
    ("Valse", ("Valse", "Impromptu after Sonata in C")),
    ("Valse after Sonata in C", ("Valse after Sonata in C", "Impromptu after Sonata in C")),
]


@pytest.mark.parametrize(("title", "printed"), CASES)
def test_a_title_is_printed_over_what_it_is_after(title, printed):
    """Its number and its take too; the owner's own words stand as they are."""
    row = Piece(title=title, primer=Primer(title="Sonata in C"))

    assert printed == composing.heading(row)


def test_a_piece_made_out_of_another_is_itsown_from_the_bars_that_are_new():
    """Bar 5 of 4/4 begins at quarter 16; what is made out of nothing has no such place."""
    source = {"notes": [[0.0, 1.0, 60, 70]], "time_signatures": [[0.0, 4, 4]]}

    assert 16.0 == composing.own_from(Piece(source=source, from_bar=5, to_bar=6))
    assert composing.own_from(Piece()) is None
