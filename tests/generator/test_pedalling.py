"""The pedal by rule: what a teacher would mark, and near to what a pianist does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generator.files import read_score
from generator.pedalling import pedals
from generator.score import Note, Pedal, Score, TimeSignature

CORPUS = Path(__file__).parents[3] / "shared" / "datasets" / "classical-music-midi"


def waltz(*roots):
    """A bar of three for each root: the bass, then its chord twice."""
    notes = []
    for i, root in enumerate(roots):
        notes.append(Note(3.0 * i, 0.8, root))
        notes += [Note(3.0 * i + k, 0.6, root + p) for k in (1, 2) for p in (12, 16, 19)]
    return Score(notes=tuple(sorted(notes)), time_signatures=(TimeSignature(0.0, 3, 4),))


class TestRule:
    def test_a_waltz_is_pedalled_bar_by_bar(self):
        """The pedal is changed with the bass, soon after it is struck."""
        downs = [pedal.onset for pedal in pedals(waltz(36, 43, 36, 43))]

        assert [0.125, 3.125, 6.125, 9.125] == downs

    def test_the_old_bass_ends_as_the_new_one_begins(self):
        """Two basses never sound into each other."""
        first, second, *_ = pedals(waltz(36, 43, 36))

        assert 3.0 == first.onset + first.duration
        assert second.onset > 3.0

    def test_a_scale_in_the_bass_is_dry(self):
        """Eight quick neighbours under one pedal would be mud."""
        scale = [36, 38, 40, 41, 43, 45, 47, 48, 47, 45, 43, 41, 40, 38, 36, 38]

        assert () == pedals(Score(notes=tuple(Note(i / 4, 0.25, p) for i, p in enumerate(scale))))

    def test_it_is_up_in_a_long_rest(self):
        """Chords with a bar of silence between them do not ring through it."""
        notes = [Note(4.0 * i, 1.0, p) for i in range(0, 6, 2) for p in (36, 48, 52, 55)]

        pressed = pedals(Score(notes=tuple(sorted(notes))))

        assert all(pedal.duration <= 1.0 for pedal in pressed)

    def test_a_score_keeps_its_own_pedal(self):
        """What a pianist did is not done again by rule."""
        own = (Pedal(0.5, 1.0),)

        assert own == pedals(replace(waltz(36, 43), pedals=own))

    def test_no_notes_need_no_pedal(self):
        """An empty score stays empty."""
        assert () == pedals(Score(notes=()))

    def test_the_pedal_is_never_pressed_twice(self):
        """One press ends before the next begins, whatever is played."""
        rng = np.random.default_rng(3)
        at = np.sort(rng.integers(0, 24 * 60, 300)) / 24
        notes = sorted(
            Note(float(t), 0.4, int(p)) for t, p in zip(at, rng.integers(30, 90, 300), strict=True)
        )

        pressed = pedals(Score(notes=tuple(notes)))

        ends = [pedal.onset + pedal.duration for pedal in pressed]
        assert all(end <= then.onset for end, then in zip(ends, pressed[1:], strict=False))
        assert all(pedal.duration > 0 for pedal in pressed)


def is_down(pressed, n_steps):
    """Whether the pedal is down at each 24th of a quarter note."""
    down = np.zeros(n_steps, bool)
    for onset, duration in pressed:
        down[max(0, round(onset * 24)) : round((onset + duration) * 24)] = True
    return down


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus for development is not here")
def test_it_is_nearer_to_a_pianist_than_one_pedal_a_bar():
    """Over ten pieces it is down and up with his for more of the time."""
    ours, bars = [], []
    for path in sorted(CORPUS.glob("*/*.mid"))[::24]:
        score = read_score(path)
        if len(score.pedals) < 20:
            continue
        score = replace(score, notes=score.notes[:600])
        n_steps = round(score.end * 24)
        his = is_down(score.pedals, n_steps)
        bar = score.time_signatures[0].bar
        each = [Pedal(bar * i + 0.125, bar - 0.125) for i in range(int(score.end / bar))]
        ours.append(np.mean(his == is_down(pedals(replace(score, pedals=())), n_steps)))
        bars.append(np.mean(his == is_down(each, n_steps)))

    assert np.mean(ours) > np.mean(bars) + 0.02
