"""Which clef each staff reads in: the one with the fewer ledger lines, and few changes."""

from __future__ import annotations

from collections.abc import Sequence

from generator.notation.pieces import Piece
from generator.notation.spelling import Spelling
from generator.notation.staves import Staff

TREBLE, BASS = "G", "F"
LINES = {TREBLE: 2, BASS: 4}  # the line of the staff that the clef stands on
# The lowest and the highest place that needs no ledger line, in steps of the scale above C0.
REACH = {TREBLE: (29, 39), BASS: (17, 27)}  # D4 to G5, F2 to B3
STEPS = "CDEFGAB"
CHANGE = 16.0  # ledger lines that a change of clef has to save
UNUSUAL = 6.0  # ledger lines that a staff saves which begins in the other clef than its own


def clefs(staff: Staff, home: str, seam: int) -> list[str]:
    """Return the clef of each bar of a staff that usually reads in ``home``.

    Those of the bars before ``seam``, the opening's, do not depend on what follows.
    """
    costs = [_ledger_lines(bar, home) for bar in staff]
    paths: dict[str, tuple[float, list[str]]] = {
        clef: (UNUSUAL * (clef != home), []) for clef in LINES
    }
    for i, cost in enumerate(costs):
        if seam and i == seam:
            settled = min(paths, key=paths.__getitem__)
            paths = {settled: paths[settled]}
        paths = {
            clef: min(
                (before + cost[clef] + CHANGE * (clef != other), [*path, clef])
                for other, (before, path) in paths.items()
            )
            for clef in LINES
        }
    return min(paths.values())[1]


def _ledger_lines(bar: Sequence[Sequence[Piece]], home: str) -> dict[str, float]:
    lines = dict.fromkeys(LINES, 0.0)
    for piece in (piece for voice in bar for piece in voice):
        for pitch in piece.pitches:
            for clef, (low, high) in REACH.items():
                place = _place(pitch)
                lines[clef] += max(0, low - place, place - high) / 2
    lines[TREBLE if home == BASS else BASS] += 0.01  # at home, all else being equal
    return lines


def _place(pitch: Spelling) -> int:
    return pitch.octave * len(STEPS) + STEPS.index(pitch.step)
