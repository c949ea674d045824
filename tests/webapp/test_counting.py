"""Bars and seconds, as the web counts them, are those of the music library."""

from __future__ import annotations

import pytest

from generator.notation.metre import bar_at, lay_bars
from generator.score import Note, Score, Tempo, TimeSignature
from webapp import counting

METRES = {
    "common time": [(0.0, 4, 4)],
    "a waltz": [(0.0, 3, 4)],
    "a pick-up of an eighth": [(0.0, 1, 8), (0.5, 6, 8)],
    "a pick-up in the metre that follows": [(0.0, 1, 4), (1.0, 3, 4)],
    "a change": [(0.0, 4, 4), (16.0, 3, 4)],
    "a change within a bar": [(0.0, 4, 4), (6.0, 3, 4)],
}


@pytest.mark.parametrize("metres", METRES.values(), ids=METRES.keys())
@pytest.mark.parametrize("onset", [0.0, 0.5, 1.0, 5.5, 16.0, 17.25, 40.0])
def test_a_bar_has_the_number_that_is_printed(metres, onset):
    """A pick-up is bar 0."""
    bars = lay_bars([TimeSignature(*metre) for metre in metres], 48)
    printed = bars.index(bar_at(bars, onset * 24)) + (0 if bars[0].is_short else 1)

    assert printed == counting.bar_at(metres, onset)


def test_without_metres_it_is_common_time():
    """As older rows have it."""
    assert 3 == counting.bar_at((), 8.0)


@pytest.mark.parametrize("tempi", [(), (Tempo(0.0, 90.0), Tempo(2.0, 60.0), Tempo(50.0, 30.0))])
def test_a_piece_lasts_as_long_as_it_is_played(tempi):
    """Its rubato counted, up to the last note."""
    score = Score(notes=(Note(0, 1, 60), Note(3, 2.5, 64)), tempo_qpm=100.0, tempi=tempi)

    assert pytest.approx(score.seconds) == counting.seconds(score.to_dict())


def test_no_notes_last_no_time():
    """A piece that waits has none."""
    assert 0 == counting.seconds({"notes": [], "tempo_qpm": 120.0})
