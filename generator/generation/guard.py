"""A repeat guard: music repeats itself, a machine that is stuck repeats only itself.

For every distance up to ``FARTHEST`` notes it counts how many notes in a row are
the same, in pitch and onset, as the note that far before; one that is not halves the
count. A passage may be heard again, and a figure some times; then the note that
would go on with it is forbidden, and for a while the temperature is at least that of
the music itself, so that the piece finds a way out. Nor is one key struck for ever.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FARTHEST = 192  # notes
TIMES = 1.0  # that a passage may be heard again in full
GRACE = 16  # notes more, so that short figures may accompany
SAME_KEY = 12  # notes in a row; Chopin goes up to 15
ESCAPE = 24  # notes for which a piece is let off its temperature
WARM = 1.0  # the temperature for as long


class Guard:
    """The repeats of one piece."""

    def __init__(self) -> None:
        self._tokens = np.full(FARTHEST, -1, np.int64)  # the latest last; shift id and pitch
        # Notes in a row that are as those so far before, the farthest first.
        self._again = np.zeros(FARTHEST, np.int64)
        limits = TIMES * np.arange(FARTHEST, 0, -1) + GRACE
        self._limits = np.ceil(limits).astype(np.int64)
        self._same_key = 0
        self._escaping = 0

    def push(self, shift: int, pitch: int) -> None:
        """Hear a note."""
        token = shift * 128 + pitch
        is_same_key = self._tokens[-1] >= 0 and self._tokens[-1] % 128 == pitch
        self._same_key = self._same_key + 1 if is_same_key else 1
        self._escaping = max(0, self._escaping - 1)
        self._again = np.where(self._tokens == token, self._again + 1, self._again >> 1)
        self._tokens[:-1] = self._tokens[1:]
        self._tokens[-1] = token

    def forbidden(self, shift: int) -> set[int]:
        """Return the keys that would go on repeating, given the onset."""
        going_on = self._tokens[self._again >= self._limits]
        keys = {int(token) % 128 for token in going_on if token // 128 == shift}
        if self._same_key >= SAME_KEY:
            keys.add(int(self._tokens[-1]) % 128)
        if keys:
            self._escaping = ESCAPE
        return keys

    def temperature(self, asked: float) -> float:
        """Return the temperature to draw at."""
        return max(asked, WARM) if self._escaping else asked


def longest_loop(tokens: npt.NDArray[np.int64]) -> float:
    """Return how often the most repeated passage follows itself without a change.

    Parameters
    ----------
    tokens : np.ndarray, shape (N, k)
        One row for each note; equal rows are equal notes.
    """
    most = 0.0
    for far in range(1, min(FARTHEST, len(tokens) - 1) + 1):
        same = (tokens[far:] == tokens[:-far]).all(axis=1)
        run = longest = 0
        for again in same.tolist():
            run = run + 1 if again else 0
            longest = max(longest, run)
        most = max(most, longest / far) if longest >= GRACE else most
    return most
