"""The openings that ship, as they are printed: by themselves, and with music after them."""

from math import ceil

import pytest

from generator import openings
from generator.grid import off_grid
from tests.generator.notation.printing import line, page


def printed(root, n_bars):
    """The clefs of the first bars, and note by note how it is spelled, in which staff and voice."""
    bars = list(root.iter("measure"))[:n_bars]
    clefs = [(clef.get("number"), clef.findtext("sign")) for b in bars for clef in b.iter("clef")]
    told = ("pitch/step", "pitch/alter", "pitch/octave", "staff", "voice")
    return clefs, [
        [tuple(map(note.findtext, told)) for note in bar.iter("note") if note.find("rest") is None]
        for bar in bars
    ]


@pytest.mark.parametrize("name", openings.names())
def test_an_opening_that_ships_is_printed_the_same_whatever_follows(name):
    """Spelling, hands, voices and clefs up to its last bar, where the machine goes far off."""
    opening = openings.load(name)
    begun = off_grid(opening.grid())
    bar = begun.time_signatures[0].bar
    n_bars = ceil(begun.end / bar)
    pages = [
        printed(
            page(
                (*begun.notes, *line(pitches, start=n_bars * bar)),
                time_signatures=begun.time_signatures,
                key=opening.key,
                seam=n_bars * bar,
            ),
            n_bars,
        )
        for pitches in ([60, 64, 67] * 20, [87, 90, 94, 99] * 20, [37, 42, 44, 49] * 20)
    ]

    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize("name", openings.names())
@pytest.mark.parametrize("goes_on", [True, False])
def test_an_opening_that_ships_has_the_signature_that_mozart_wrote(name, goes_on):
    """Also Alla turca, which is in A minor, though its raised notes are those of E minor."""
    opening = openings.load(name)
    begun = off_grid(opening.grid())
    after = line([60, 64, 67] * 8, start=40.0) if goes_on else ()

    root = page(
        (*begun.notes, *after),
        time_signatures=begun.time_signatures,
        key=opening.key,
        seam=40.0 if goes_on else None,
    )

    assert str(opening.key) == root.findtext(".//key/fifths")
