"""What the past says of the next note, and that it is the past alone."""

from dataclasses import replace

import numpy as np

from generator.grid import GridScore, Metre
from generator.recipes import layout
from generator.recipes.past import BARS_BACK, Heard, Past
from generator.recipes.rows import Rows, rows_of, spread_ahead, spread_within

PLANES = ("held", "struck", *(f"{back} bars ago" for back in BARS_BACK))
FOLLOWED, AS_HEARD, TRANSPOSED = 7, 8, 9


def piece(pitches, *, step=6):
    """Return a piece of one voice, its keys struck every ``step``."""
    rows = [(i * step, pitch, step, 60 + i % 3) for i, pitch in enumerate(pitches)]
    return GridScore(
        notes=np.array(rows), metres=(Metre(0, 2, 4),), composer="chopin", name="study"
    )


def keys(rows: Rows, i: int, plane: int) -> list[int]:
    """Return the keys of one set ahead of note ``i``."""
    return np.flatnonzero(np.unpackbits(rows.planes[i, plane], bitorder="little")).tolist()


def field(rows: Rows, i: int, name: str) -> int:
    """Return a fact ahead of note ``i``."""
    return int(rows.ahead[i, layout.AHEAD.names.index(name)])


def test_what_comes_later_changes_nothing():
    """Another note 30 and all after it leave the facts of the first 30 as they were."""
    rng = np.random.default_rng(2)
    one = piece(rng.integers(30, 60, 60))
    notes = one.notes.copy()
    notes[30:, 1:] = (70, 3, 99)

    ours, theirs = (rows_of(p, ["chopin"]) for p in (one, replace(one, notes=notes)))

    np.testing.assert_array_equal(ours.ahead[:31], theirs.ahead[:31])
    np.testing.assert_array_equal(ours.planes[:31], theirs.planes[:31])
    np.testing.assert_array_equal(ours.within[:30], theirs.within[:30])


def test_a_bar_ago_is_a_bar_ago():
    """Eight sixteenths fill a bar of 2/4: the ninth note stands over the first."""
    rows = rows_of(piece(range(40, 60)), ["chopin"])

    assert [40] == keys(rows, 8, PLANES.index("1 bars ago"))
    assert [44] == keys(rows, 8, PLANES.index("0.5 bars ago"))
    assert [] == keys(rows, 7, PLANES.index("1 bars ago"))


def test_a_run_that_was_heard_before_tells_what_followed():
    """After C D E the F that followed it before is pointed at, and in another key its like."""
    again = rows_of(piece([40, 42, 44, 45, 30, 40, 42, 44, 45]), ["chopin"])
    moved = rows_of(piece([40, 42, 44, 45, 30, 50, 52, 54, 55]), ["chopin"])

    assert [45] == keys(again, 8, AS_HEARD)
    assert ([], [55]) == (keys(moved, 8, AS_HEARD), keys(moved, 8, TRANSPOSED))


def test_a_passage_heard_again_is_followed_over_a_change():
    """One note of twelve is another: the keys at the same place are still pointed at."""
    theme = [40, 47, 43, 50, 41, 48, 45, 52, 38, 46, 42, 49]
    varied = [*theme[:7], 60, *theme[8:]]

    rows = rows_of(piece([*theme, *varied]), ["chopin"])

    assert [theme[8]] == keys(rows, 12 + 8, FOLLOWED)


def test_asking_again_gives_the_same_answer():
    """Another onset may be thought of in between."""
    past = Past((Metre(0, 4, 4),), 8)
    for i, pitch in enumerate((40, 44, 47, 40, 44)):
        past.ahead(6 if i else 0, 6 if i else 0)
        past.within(pitch)
        past.push(Heard(6 if i else 0, pitch, 5, 15), 6)

    first = past.ahead(6, 6)
    past.ahead(48, 48)
    past.within(80)

    assert first == past.ahead(6, 6)


def test_loudness_is_not_told_where_all_is_equally_loud():
    """A score has one velocity for all: nothing is said of it, so nothing is learned from it."""
    flat = piece(range(40, 60))
    flat = replace(flat, notes=flat.notes * (1, 1, 1, 0) + (0, 0, 0, 64))

    rows = rows_of(flat, ["chopin"])

    assert rows.is_flat
    assert {-1} == {field(rows, i, "velocity before") for i in range(20)}


def test_a_key_up_moves_every_key_and_nothing_else():
    """Reading a piece two semitones up is reading the piece written two semitones up."""
    pitches = np.random.default_rng(3).integers(30, 50, 40)
    low, high = rows_of(piece(pitches), ["chopin"]), rows_of(piece(pitches + 2), ["chopin"])
    whole = slice(0, 40)

    np.testing.assert_array_equal(spread_ahead(low, whole, up=2), spread_ahead(high, whole))
    np.testing.assert_array_equal(spread_within(low, whole, up=2), spread_within(high, whole))


def test_what_is_only_asked_about_leaves_no_trace():
    """Other onsets and pitches may be thought of before each note; the facts stay the same."""
    quiet, asked = (Past((Metre(0, 3, 4),), 8) for _ in range(2))
    rng = np.random.default_rng(5)
    for pitch in [*rng.integers(40, 48, 60).tolist(), *range(40, 70)]:
        asked.within(asked.ahead(9, 9).fields[0] % 80)
        asked.ahead(6, 6)
        asked.within(pitch + 1)
        assert quiet.ahead(6, 6) == asked.ahead(6, 6)
        assert quiet.within(pitch) == asked.within(pitch)
        asked.within(pitch + 2)
        for past in (quiet, asked):
            past.push(Heard(6, pitch, 5, 15), 6)
