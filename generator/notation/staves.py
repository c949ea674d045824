"""From notes to the two staves of a piano: hands, voices, values, what is shown and what hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.notation.hands import split_hands
from generator.notation.keys import Key
from generator.notation.metre import DIVISIONS, Bar
from generator.notation.pieces import Piece, print_voice
from generator.notation.rhythm import fit
from generator.notation.strikes import gather
from generator.notation.voices import split_voices
from generator.score import Note

Staff = list[list[list[Piece]]]  # for each bar one or two voices, for each of them its pieces

EXACT = 0.5 / DIVISIONS  # quarter notes
LITERAL = 0.9  # share of a score's lengths that can be written as they are


def print_staves(
    notes: Sequence[Note],
    bars: Sequence[Bar],
    keys: Sequence[Key],
    homes: Sequence[Key],
    seam: int,
) -> list[Staff]:
    """Return the right and the left hand's staff.

    Each bar has a first voice, which is printed whole, and may have a second,
    whose rests are hidden; each voice fills the bar. Hands and voices of the bars
    before ``seam``, the opening's, do not depend on what follows.
    """
    settled = bars[seam].start if seam else bars[-1].end
    is_literal = _is_literal(notes)
    staves = []
    for hand in split_hands(_each_once(notes), settled=settled / DIVISIONS):
        voices = [
            print_voice(fit(voice, bars, is_literal=is_literal), bars, keys, homes)
            for voice in split_voices(gather(hand), settled=settled)
        ]
        staves.append([_shown(upper, lower) for upper, lower in zip(*voices, strict=True)])
    return staves


def _each_once(notes: Sequence[Note]) -> list[Note]:
    """Return ``notes`` without keys that two voices strike at once; the longer one is kept."""
    longest: dict[tuple[int, int], Note] = {}
    for note in sorted(notes):
        struck = round(note.onset * DIVISIONS), note.pitch
        if struck not in longest or note.duration > longest[struck].duration:
            longest[struck] = note
    return sorted(longest.values())


def _is_literal(notes: Sequence[Note]) -> bool:
    """Whether lengths are meant as they stand: nothing is louder, all can be written."""
    if len({note.velocity for note in notes}) > 1:
        return False
    exact = sum(abs(n.duration * 8 - round(n.duration * 8)) < 8 * EXACT / 2 for n in notes)
    return exact >= LITERAL * len(notes)


def _shown(upper: list[Piece], lower: list[Piece]) -> list[list[Piece]]:
    """Return the voices of one bar: a silent one is left out, and doubled rests are hidden."""
    if not _is_played(lower):
        return [upper]
    if not _is_played(upper):
        return [lower]
    return [
        [replace(p, is_hidden=not p.pitches and _is_covered(p, lower)) for p in upper],
        [replace(p, is_hidden=not p.pitches) for p in lower],
    ]


def _is_played(pieces: list[Piece]) -> bool:
    return any(piece.pitches for piece in pieces)


def _is_covered(rest: Piece, others: list[Piece]) -> bool:
    """Whether the other voice sounds throughout a rest."""
    return all(
        other.pitches for other in others if other.start < rest.end and rest.start < other.end
    )
