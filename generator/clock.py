"""When something is played: from quarter notes to seconds, through a score's tempi."""

from __future__ import annotations

from bisect import bisect_left

from generator.score import Score


class Clock:
    """The seconds of a score, for many onsets at once; ``Score.seconds_at`` answers for one.

    Examples
    --------
    >>> from generator.score import Tempo
    >>> clock = Clock(Score(notes=(), tempo_qpm=120.0, tempi=(Tempo(4.0, 60.0),)))
    >>> clock.seconds_at(4.0), clock.seconds_at(5.0), clock.quarters_at(3.0)
    (2.0, 3.0, 5.0)
    """

    def __init__(self, score: Score) -> None:
        self._onsets, self._seconds, self._qpm = [0.0], [0.0], [score.tempo_qpm]
        for onset, qpm in score.tempi:
            self._seconds.append(self._after(-1, onset))
            self._onsets.append(onset)
            self._qpm.append(qpm)

    def seconds_at(self, onset: float) -> float:
        """Return when ``onset``, in quarter notes, is played, in seconds from the beginning."""
        return self._after(max(0, bisect_left(self._onsets, onset) - 1), onset)

    def quarters_at(self, seconds: float) -> float:
        """Return the place in the score, in quarter notes, that is played after ``seconds``."""
        i = max(0, bisect_left(self._seconds, seconds) - 1)
        return self._onsets[i] + (seconds - self._seconds[i]) * self._qpm[i] / 60

    def _after(self, i: int, onset: float) -> float:
        return self._seconds[i] + (onset - self._onsets[i]) * 60 / self._qpm[i]
