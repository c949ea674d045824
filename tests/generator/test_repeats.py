"""Silence, one note for ever, a short loop: what is found, and what music itself does."""

import math
from pathlib import Path

import numpy as np
import pytest

from generator import repeats
from generator.corpus import read_notes
from generator.grid import GridScore, Metre
from generator.repeats import CHOPIN, Loop, collapse

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
SETS = [DATASETS / "classical-music-midi", DATASETS / "chopin-first-editions"]


def line(pitches, *, beats=4) -> GridScore:
    """Return one note after another, each half a quarter, in bars of so many quarters."""
    n = len(pitches)
    rows = np.column_stack([np.arange(n) * 12, pitches, np.full(n, 12), np.full(n, 76)])
    return GridScore(notes=rows.astype(np.int64), metres=(Metre(0, beats, 4),))


def by_chance(n, seed=3) -> list[int]:
    """Return pitches of which no two neighbours are the same."""
    return (np.cumsum(np.random.default_rng(seed).integers(1, 87, n)) % 88).tolist()


def test_a_loop_of_three_notes_is_found_with_its_length():
    """Three notes that sound 20 times between others are a loop of period 3 over 60 notes."""
    found = collapse(line([*by_chance(40), *[30, 34, 37] * 20, *by_chance(40, 4)]))

    assert Loop(period=3, length=60) == found.loop
    assert 20.0 == found.loop.repeats


def test_one_note_for_ever_is_found():
    """30 strokes of one key are 30 notes on one pitch, and a loop of period 1."""
    found = collapse(line([*by_chance(10), *[40] * 30]))

    assert (30, Loop(period=1, length=30)) == (found.same_pitch, found.loop)


def test_a_longer_note_breaks_a_loop():
    """The same pitches in another rhythm are no loop."""
    piece = line([40, *[30, 34] * 20])
    piece.notes[25, 2] = 36

    assert Loop(period=2, length=24) == collapse(piece).loop


def test_silence_is_the_longest_time_in_which_no_key_is_held():
    """A held bass bridges a rest above it; where all keys are up it is silence."""
    rows = [(0, 20, 96, 70), (0, 50, 12, 70), (72, 50, 12, 70), (144, 50, 12, 70)]

    assert 2.0 == collapse(GridScore(notes=np.array(rows))).silence


def test_bars_that_return_are_counted_as_bars():
    """Two bars of 3/4 played four times over are a loop of 8 bars of period 2."""
    pattern = [*range(20, 26), *range(40, 46)]
    piece = line([*by_chance(12), *pattern * 4], beats=3)

    assert Loop(period=2, length=8) == collapse(piece).bar_loop


def test_empty_bars_are_no_loop():
    """A note, a long silence and a note are two notes; bars without a note do not repeat."""
    rows = [(0, 20, 12, 70), (960, 24, 12, 70)]

    assert Loop(period=1, length=0) == collapse(GridScore(notes=np.array(rows))).bar_loop


def test_variety_is_measured_where_it_is_lowest():
    """A piece that ends in a loop of 4 has hardly a new 4-gram in its last 200 notes."""
    varied, stuck = by_chance(400), [*by_chance(400), *[30, 34, 37, 42] * 60]

    assert 1.0 == collapse(line(varied)).distinct
    assert 4 / 197 == pytest.approx(collapse(line(stuck)).distinct)


def test_a_piece_without_notes_is_silence():
    """Nothing to hear is silence without end, and no loop."""
    empty = collapse(line([]))

    assert (math.inf, 0, 0, 1.0) == (
        empty.silence,
        empty.same_pitch,
        empty.loop.length,
        empty.distinct,
    )
    assert ("silence",) == empty.is_worse(CHOPIN)


def test_what_is_stuck_is_named():
    """One note for ever breaks the limits of one pitch, loop, bars and variety; a tune none."""
    assert ("same_pitch", "loop", "bar_loop", "distinct") == collapse(line([40] * 300)).is_worse(
        CHOPIN
    )
    assert () == collapse(line(by_chance(300))).is_worse(CHOPIN)


def test_the_limits_are_the_furthest_that_any_work_goes():
    """Of several works each limit comes from the one that goes furthest."""
    works = [line([*by_chance(50), *[40] * 9]), line([*by_chance(50), *[30, 34] * 8])]

    measured = repeats.limits(works)

    assert (9, 16) == (measured.same_pitch, measured.loop)
    assert all(collapse(work).is_worse(measured) == () for work in works)


def test_a_bar_that_a_change_of_metre_cuts_short_is_a_bar():
    """After one and a half bars of 4/4 comes 2/4: its first bar is the third."""
    number, since = repeats.bars((Metre(0, 4, 4), Metre(144, 2, 4)), np.array([95, 96, 144, 192]))

    assert ([1, 2, 3, 4], [95, 0, 0, 0]) == (number.tolist(), since.tolist())


def test_classes_are_the_nearest_and_the_smaller_of_two():
    """7 steps lie between 6 and 8 and count as 6; beyond the largest, the largest."""
    onsets, durations = np.array([0, 7, 1007]), np.array([1, 7, 500])
    notes = np.column_stack([onsets, [0, 0, 0], durations, [70, 70, 70]])

    assert [0, 5, 20] == repeats.shift_classes(notes).tolist()
    assert [0, 4, 19] == repeats.duration_classes(notes).tolist()


@pytest.mark.skipif(
    not all(f.is_dir() for f in SETS), reason="the data sets are not on this machine"
)
def test_no_work_by_chopin_is_beyond_the_limits():
    """The limits are what Chopin himself does at most, in the works of both data sets."""
    measured = repeats.limits(read_notes(SETS, ["chopin"]).pieces)

    assert (CHOPIN.silence, CHOPIN.same_pitch, CHOPIN.loop, CHOPIN.bar_loop) == (
        measured.silence,
        measured.same_pitch,
        measured.loop,
        measured.bar_loop,
    )
    assert CHOPIN.distinct == pytest.approx(measured.distinct, abs=0.01)
    assert CHOPIN.distinct <= measured.distinct
