"""Music on the grid, and back."""

from pathlib import Path

import numpy as np
import pytest

from generator import corpus
from generator.grid import GridScore, Metre, off_grid, on_grid, quarters, step
from generator.score import Note, Pedal, Score, TimeSignature

DATASETS = Path(__file__).parents[3] / "shared/datasets"


def same(one, two):
    """Whether two pieces on the grid are equal, but for whose they are."""
    return (
        one.notes.tolist() == two.notes.tolist()
        and one.pedals.tolist() == two.pedals.tolist()
        and one.metres == two.metres
        and one.tempo_qpm == two.tempo_qpm
    )


class TestMetre:
    @pytest.mark.parametrize(
        ("numerator", "denominator", "bar", "beat"),
        [
            (4, 4, 96, 24),
            (3, 4, 72, 24),
            (2, 2, 96, 48),
            (3, 8, 36, 12),
            (6, 8, 72, 36),
            (9, 8, 108, 36),
            (12, 8, 144, 36),
            (5, 4, 120, 24),
            (13, 16, 78, 6),
            (6, 16, 36, 18),
            (1, 64, 1, 1),
        ],
    )
    def test_knows_its_bar_and_beat(self, numerator, denominator, bar, beat):
        """In steps; the beat of 6/8 is three eighths, that of 3/8 one."""
        metre = Metre(0, numerator, denominator)

        assert (bar, beat) == (metre.bar, metre.beat)


class TestStep:
    @pytest.mark.parametrize("steps", [0, 1, 23, 24, 1001, 10**6 + 1])
    def test_is_the_way_back_from_quarters(self, steps):
        """No step is lost by being written as a fraction of a quarter."""
        assert steps == step(quarters(steps))

    def test_takes_the_later_of_two_equally_near(self):
        """As the yardstick does."""
        assert (1, 2) == (step(0.5 / 24), step(1.5 / 24))


class TestOnGrid:
    def test_keeps_the_longest_then_the_loudest(self):
        """Of notes on one step and key; the others would be struck by nobody."""
        score = Score(
            notes=(Note(0, 1, 60, 90), Note(0.01, 2, 60, 50), Note(0, 2, 60, 70), Note(0, 1, 62))
        )

        assert [[0, 39, 48, 70], [0, 41, 24, 76]] == on_grid(score).notes.tolist()

    def test_leaves_out_what_no_piano_has(self):
        """88 keys, and every note on them lasts a step at least."""
        score = Score(notes=(Note(0, 1, 20), Note(0, 0.001, 21), Note(0, 1, 108), Note(0, 1, 109)))

        assert [[0, 0, 1, 76], [0, 87, 24, 76]] == on_grid(score).notes.tolist()

    def test_takes_metres_tempo_and_pedal_along(self):
        """And says whose the piece is."""
        score = Score(
            notes=(Note(0, 1, 60),),
            tempo_qpm=80.0,
            time_signatures=(TimeSignature(0, 3, 4), TimeSignature(3, 6, 8)),
            pedals=(Pedal(0.5, 1),),
        )

        grid = on_grid(score, composer="chopin", name="a")

        assert (Metre(0, 3, 4), Metre(72, 6, 8)) == grid.metres
        assert ([[12, 36]], 80.0, "chopin", "a") == (
            grid.pedals.tolist(),
            grid.tempo_qpm,
            grid.composer,
            grid.name,
        )


class TestOffGrid:
    def test_is_the_way_back(self):
        """What went to quarter notes comes back as it was, at any tempo."""
        rng = np.random.default_rng(0)
        notes = np.column_stack(
            [
                np.arange(500) * 7 + rng.integers(0, 6, 500),
                rng.integers(0, 88, 500),
                rng.integers(1, 800, 500),
                rng.integers(1, 128, 500),
            ]
        )
        grid = GridScore(
            notes=notes,
            metres=(Metre(0, 6, 8), Metre(720, 2, 2)),
            tempo_qpm=93.7,
            pedals=np.array([[1, 5], [5, 77]]),
        )

        assert same(grid, on_grid(off_grid(grid)))

    def test_of_silence_is_silence(self):
        """Nothing in, nothing out."""
        empty = GridScore(notes=np.zeros((0, 4), np.int64))

        assert () == off_grid(empty).notes
        assert same(empty, on_grid(off_grid(empty)))

    @pytest.mark.skipif(not DATASETS.is_dir(), reason="the data sets are not there")
    def test_loses_nothing_of_real_music(self):
        """Every eighth of Chopin's files, there and back."""
        paths = sorted(DATASETS.rglob("chopin/*.mid"))[::8]

        grids = [corpus.read_grid(path.read_bytes()) for path in paths]

        assert len(grids) > 15
        assert all(same(grid, on_grid(off_grid(grid))) for grid in grids)


class TestIsFlat:
    def test_tells_a_score_from_a_performance(self):
        """All equally loud is a score."""
        notes = np.array([[0, 39, 24, 90], [24, 41, 24, 90]])

        assert GridScore(notes=notes).is_flat
        assert not GridScore(notes=notes + np.array([[0], [1]]) * [0, 0, 0, 1]).is_flat
