"""How loud a score is played that does not say."""

import numpy as np

from generator.grid import Metre
from generator.touch import with_touch

COMMON_TIME = Metre(0, 4, 4)


def velocities(notes, metre=COMMON_TIME):
    """Return the velocities of rows of onset, pitch and duration."""
    rows = np.array(notes).reshape(-1, 3)
    return with_touch(np.column_stack([rows, np.full(len(rows), 90)]), metre)[:, 3].tolist()


class TestTouch:
    def test_brings_the_melody_out(self):
        """The highest of a chord is the loudest, then the bass, then what lies between."""
        bass, inner, melody = velocities([[0, 20, 24], [0, 32, 24], [0, 44, 24]])

        assert melody > bass > inner

    def test_keeps_an_accompaniment_down_under_a_held_note(self):
        """A broken chord below a melody note is no melody."""
        _, melody, *broken = velocities([[0, 20, 12], [0, 50, 48], [12, 27, 12], [24, 24, 12]])

        assert max(broken) < melody - 5

    def test_keeps_an_accompaniment_down_while_the_melody_rests(self):
        """More than an octave below what sounded just before."""
        melody, accompaniment = velocities([[0, 50, 12], [12, 30, 12]])

        assert accompaniment < melody - 5

    def test_lets_the_bar_be_felt(self):
        """The first beat is louder than the others, and those than what lies between."""
        first, off, second, third, next_first = velocities(
            [[0, 50, 12], [12, 50, 12], [24, 50, 24], [48, 50, 24], [72, 50, 24]], Metre(0, 3, 4)
        )

        assert first == next_first > second == third > off

    def test_counts_from_where_the_metre_begins(self):
        """A bar line may lie anywhere."""
        upbeat, first = velocities([[0, 50, 24], [24, 50, 24]], Metre(24, 3, 4))

        assert first > upbeat

    def test_changes_nothing_but_velocities(self):
        """Onsets, pitches and durations stay, and the notes given too."""
        notes = np.array([[0, 20, 24, 90], [0, 50, 24, 90]])

        played = with_touch(notes, COMMON_TIME)

        assert notes[:, :3].tolist() == played[:, :3].tolist()
        assert [90, 90] == notes[:, 3].tolist()

    def test_of_silence_is_silence(self):
        """No notes in, none out."""
        assert [] == velocities([])
