"""Beats of free playing: found where there are any, refused where there are none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generator import beats
from generator.errors import CorpusError
from generator.files import read_score, write_midi
from generator.opening import Opening
from generator.score import Clock, Note, Score, Tempo, TimeSignature

CORPUS = Path(__file__).parents[3] / "shared" / "datasets" / "classical-music-midi"
WALTZ = Score(
    notes=tuple(
        sorted(
            [Note(3.0 * i, 0.9, 40 + 5 * (i % 3), 70) for i in range(24)]
            + [Note(3.0 * i + k, 0.8, p, 50) for i in range(24) for k in (1, 2) for p in (60, 64)]
            + [Note(1.5 * i, 1.0, 72 + i * 5 % 12, 80) for i in range(48)]
        )
    ),
    time_signatures=(TimeSignature(0.0, 3, 4),),
)


def played_freely(score, seed, swing=0.15):
    """The same notes at a tempo that wanders, in a file that counts at 120 throughout."""
    rng = np.random.default_rng(seed)
    n_beats = int(score.end) + 2
    rate, depth = rng.uniform(0.1, 0.3, 3), rng.uniform(0, swing, 3)
    wander = depth @ np.sin(np.outer(rate, np.arange(n_beats)) + np.arange(3)[:, None])
    qpm = rng.uniform(80, 130) * np.exp(wander)
    clock = Clock(replace(score, tempi=tuple(map(Tempo, np.arange(n_beats, dtype=float), qpm))))

    def heard(note):
        begin, end = clock.seconds_at(note.onset), clock.seconds_at(note.onset + note.duration)
        return note._replace(onset=2 * begin, duration=2 * (end - begin))

    return Score(notes=tuple(map(heard, score.notes)), tempo_qpm=120.0), clock


def hits(found, clock, score):
    """The share of the true beats, in seconds, that were found within 70 ms."""
    truth = np.array([clock.seconds_at(beat) for beat in range(int(score.end))])
    told = np.array([Clock(found).seconds_at(beat) for beat in range(int(found.end) + 1)])
    return np.mean(np.abs(truth[:, None] - told).min(axis=1) < 0.07)


class TestFree:
    def test_what_is_written_is_not_free(self):
        """A score is counted in its own beats."""
        assert not beats.is_free(WALTZ)

    def test_what_wanders_is_free(self):
        """The same waltz played in without a metronome lies on no beat."""
        free, _ = played_freely(WALTZ, seed=1)

        assert beats.is_free(free)

    def test_what_is_written_is_left_alone(self):
        """Only free playing is counted anew."""
        assert WALTZ is beats.counted(WALTZ)


class TestEstimate:
    @pytest.mark.parametrize("seed", range(4))
    def test_a_waltz_is_heard_in_its_beats(self, seed):
        """However its tempo wanders, the beats are found, within 70 ms."""
        free, clock = played_freely(WALTZ, seed)

        found = beats.estimate(free)

        assert hits(found, clock, WALTZ) > 0.95

    def test_a_waltz_has_three_beats_to_the_bar(self):
        """The bass tells where a bar begins."""
        free, _ = played_freely(WALTZ, seed=2)

        found = beats.estimate(free)

        assert (TimeSignature(0.0, 3, 4),) == found.time_signatures

    def test_the_rhythm_is_that_of_the_score(self):
        """Once the beats are known, every note lies where the waltz has it."""
        free, _ = played_freely(WALTZ, seed=2)

        found = beats.estimate(free)

        assert [n.onset for n in WALTZ.notes] == [n.onset for n in found.notes]
        assert [n.pitch for n in WALTZ.notes] == [n.pitch for n in found.notes]

    def test_it_sounds_when_it_was_played(self):
        """The tempi are the player's: on the page's beats the clock shows the file's seconds."""
        free, _ = played_freely(WALTZ, seed=3)

        found = beats.estimate(free)

        pairs = zip(sorted(n.onset / 2 for n in free.notes), found.notes, strict=True)
        assert max(abs(Clock(found).seconds_at(note.onset) - at) for at, note in pairs) < 0.1

    def test_chance_is_refused(self):
        """Where no beat can be heard, a sentence says so."""
        rng = np.random.default_rng(0)
        at = np.cumsum(rng.exponential(0.6, 200))
        notes = [Note(float(t), 0.5, int(rng.integers(40, 90))) for t in at]

        with pytest.raises(CorpusError, match="no regular beat"):
            beats.estimate(Score(notes=tuple(notes)))

    def test_a_few_notes_are_refused(self):
        """Ten notes are no evidence."""
        with pytest.raises(CorpusError, match="it has 10"):
            beats.estimate(Score(notes=tuple(Note(0.7 * i, 0.5, 60) for i in range(10))))


def test_an_opening_played_freely_has_bars(tmp_path):
    """A visitor's own playing can be gone on from by either recipe."""
    free, _ = played_freely(WALTZ, seed=2)
    write_midi(free, tmp_path / "waltz.mid")

    opening = Opening.from_file(tmp_path / "waltz.mid")

    assert ((3, 4), False) == (opening.time_signature, opening.is_free)
    assert opening.notes


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus for development is not here")
@pytest.mark.parametrize("name", ["chopin/chpn_op7_2.mid", "haydn/haydn_9_1.mid"])
def test_a_real_piece_is_found_at_its_own_tempi(name):
    """The beats of a mazurka and a sonata, as a pianist times them."""
    score = read_score(CORPUS / name)
    first = replace(score, notes=score.notes[:250])
    clock = Clock(first)
    start = clock.seconds_at(first.notes[0].onset)
    free = Score(
        notes=tuple(
            n._replace(
                onset=2 * (clock.seconds_at(n.onset) - start),
                duration=2 * (clock.seconds_at(n.onset + n.duration) - clock.seconds_at(n.onset)),
            )
            for n in first.notes
        )
    )

    found = beats.estimate(free)

    truth = [clock.seconds_at(float(b)) - start for b in range(3, int(first.notes[-1].onset))]
    told = np.array([Clock(found).seconds_at(beat) for beat in range(int(found.end) + 1)])
    assert np.mean([np.abs(told - beat).min() < 0.07 for beat in truth]) > 0.9
