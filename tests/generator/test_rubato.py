"""The tempo curve: gentle, and at rest at the end."""

from generator.midi import bytes_of, score_of
from generator.rubato import tempi
from generator.score import Clock, Note, Score, Tempo, TimeSignature

STEADY = Score(notes=tuple(Note(float(i), 1.0, 60 + i * 5 % 12) for i in range(96)))
# Every fourth bar ends with a long note.
SUNG = Score(
    notes=tuple(
        Note(16.0 * phrase + beat, 4.0 if beat == 12 else 0.5, 72)
        for phrase in range(4)
        for beat in [*(i / 2 for i in range(24)), 12]
    )
)


def shares(score):
    return [(at, qpm / score.tempo_qpm) for at, qpm in tempi(score)]


class TestCurve:
    def test_it_stays_within_eight_per_cent_until_the_last_bars(self):
        """A gentle rubato: the beat can be tapped to it."""
        assert all(0.92 <= share <= 1.08 for at, share in shares(STEADY) if at < 88)

    def test_it_slows_down_to_seven_tenths_at_the_end(self):
        """The last beat is the slowest, and it is reached smoothly."""
        last = [share for at, share in shares(STEADY) if at >= 88]

        assert sorted(last, reverse=True) == last
        assert 0.7 == round(last[-1], 2)

    def test_a_phrase_is_an_arch(self):
        """The middle of four bars is faster than their last beat."""
        curve = dict(shares(SUNG))

        assert curve[8.0] > curve[15.0]
        assert curve[24.0] > curve[31.0]

    def test_the_first_note_sounds_at_the_tempo_that_is_printed(self):
        """The curve begins after it."""
        assert all(tempo.onset > 0 for tempo in tempi(STEADY))

    def test_a_score_keeps_its_own_tempi(self):
        """What a pianist did is not done again by rule."""
        own = (Tempo(2.0, 100.0),)

        assert own == tempi(Score(notes=STEADY.notes, tempi=own))

    def test_a_single_note_and_no_note_are_played_too(self):
        """Nothing to shape is no error."""
        assert () == tempi(Score(notes=()))
        assert len(tempi(Score(notes=(Note(0.0, 1.0, 60),)))) <= 1

    def test_any_metre_will_do(self):
        """A change of metre and an upbeat bar are counted as they stand."""
        metres = (TimeSignature(0.0, 1, 4), TimeSignature(1.0, 6, 8), TimeSignature(40.0, 5, 4))

        told = tempi(Score(notes=STEADY.notes, time_signatures=metres))

        assert sorted(told) == list(told)
        assert all(84 * 0.99 <= qpm <= 120 * 1.08 for _, qpm in told)

    def test_it_is_the_same_each_time(self):
        """There is no chance in it."""
        assert tempi(SUNG) == tempi(SUNG)


class TestClock:
    def test_a_clock_goes_there_and_back(self):
        """From quarters to seconds and to quarters again; its end is how long the score lasts."""
        score = Score(notes=STEADY.notes, tempi=tempi(STEADY))
        clock = Clock(score)

        for onset in (0.0, 0.5, 3.99, 17.25, 96.0, 120.0):
            assert abs(clock.quarters_at(clock.seconds_at(onset)) - onset) < 1e-9
        assert clock.seconds_at(score.end) == score.seconds

    def test_the_curve_survives_midi(self):
        """What is written is read again, to a millionth."""
        score = Score(notes=STEADY.notes, tempi=tempi(STEADY))

        read = score_of(bytes_of(score))

        assert [t.onset for t in score.tempi] == [t.onset for t in read.tempi]
        assert all(
            abs(a.qpm / b.qpm - 1) < 1e-5 for a, b in zip(score.tempi, read.tempi, strict=True)
        )
        assert score.tempo_qpm == read.tempo_qpm
