"""A piece as a piano roll: seconds across, pitches up, drawn from the stored notes.

Two paths, the opening and what the machine wrote, each a stroke as thick as a
key. The browser stretches them to any size, and a cursor is a line at a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from webapp import counting

MARGIN = 2  # semitones above and below
LEAST = 24  # semitones that a roll shows, however few the piece has
SHORTEST_S = 0.05  # a note is seen, however short it is

Note = tuple[float, float, int]  # second, seconds, pitch


class Roll(NamedTuple):
    """What is drawn, in seconds and semitones from the top."""

    seconds: float
    height: int
    opening: str
    machine: str
    bars: str
    seam: float | None


def roll(score: dict[str, Any]) -> Roll | None:
    """Return the roll of a stored score; None where it has no notes."""
    notes = score.get("notes") or ()
    if not notes:
        return None
    clock, end, seam = counting.Clock(score), counting.end(score), score.get("seam")
    pitches = [note[2] for note in notes]
    spare = max(0, LEAST - (max(pitches) - min(pitches))) // 2 + MARGIN
    top, height = max(pitches) + spare, max(pitches) - min(pitches) + 2 * spare
    parts: tuple[list[Note], list[Note]] = ([], [])
    for onset, duration, pitch, *_ in notes:
        begin = clock.seconds_at(onset)
        length = max(SHORTEST_S, clock.seconds_at(onset + duration) - begin)
        parts[seam is not None and onset >= seam].append((begin, length, top - pitch))
    lines = counting.bar_lines(score.get("time_signatures") or (), end)
    return Roll(
        seconds=round(clock.seconds_at(end), 3),
        height=height,
        opening=_strokes(parts[0]),
        machine=_strokes(parts[1]),
        bars="".join(f"M{clock.seconds_at(line):.3f} 0v{height}" for line in lines),
        seam=None if seam is None or seam >= end else round(clock.seconds_at(seam), 3),
    )


def _strokes(notes: Iterable[Note]) -> str:
    return "".join(f"M{begin:.2f} {row}h{length:.2f}" for begin, length, row in notes)
