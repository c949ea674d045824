"""The yardstick's note list."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from generator import canonical, midi
from generator.score import Note, Score

SHARED = Path(__file__).parents[3] / "shared"
YARDSTICK = SHARED / "yardstick/canonical.py"


@pytest.fixture
def path(tmp_path):
    """Two notes a third apart, a chord a bar later, and two notes struck at once."""
    score = Score(
        notes=(
            Note(0, 1, 60, 40),
            Note(1 / 3, 0.25, 64, 127),
            Note(4, 20, 48, 15),
            Note(4, 2, 72, 16),
            Note(24, 0.01, 50, 80),
        )
    )
    (tmp_path / "a.mid").write_bytes(midi.bytes_of(score))
    return tmp_path / "a.mid"


class TestExact:
    def test_is_in_steps_by_onset_and_pitch(self, path):
        """Onset, key, duration and velocity; the shortest note lasts a step."""
        assert [
            [0, 39, 24, 40],
            [8, 43, 6, 127],
            [96, 27, 480, 15],
            [96, 51, 48, 16],
            [576, 29, 1, 80],
        ] == canonical.exact(path).tolist()


class TestCanonical:
    def test_is_in_classes(self, path):
        """Step from the note before, key, duration, velocity; beyond the largest, the largest."""
        assert [
            [0, 39, 10, 2],
            [6, 43, 4, 7],
            [17, 27, 19, 0],
            [0, 51, 13, 1],
            [20, 29, 0, 5],
        ] == canonical.canonical(path).tolist()

    def test_takes_the_smaller_of_two_equally_near(self):
        """5 lies between 4 and 6, and 54 between 48 and 60."""
        near = canonical._nearest(canonical.SHIFTS, np.array([5, 54, 7, 1000]))

        assert [4, 48, 6, 192] == canonical.SHIFTS[near].tolist()


@pytest.mark.skipif(not YARDSTICK.is_file(), reason="the yardstick's own file is not there")
def test_agrees_with_the_yardstick_s_own_file():
    """Ours is a copy: the same classes, and the same notes of real files."""
    spec = importlib.util.spec_from_file_location("yardstick_canonical", YARDSTICK)
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    paths = sorted(SHARED.glob("datasets/*/chopin/*.mid"))[::16]

    assert theirs.SHIFTS.tolist() == canonical.SHIFTS.tolist()
    assert theirs.DURATIONS.tolist() == canonical.DURATIONS.tolist()
    for path in paths:
        assert theirs.exact(path).tolist() == canonical.exact(path).tolist()
        assert theirs.canonical(path).tolist() == canonical.canonical(path).tolist()
