"""Where the right hand lies so high that it is written an octave lower, under an 8va."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.notation.grids import Place
from generator.notation.pieces import Piece
from generator.notation.spelling import NATURAL, Spelling
from generator.notation.staves import Staff

HIGH = 91  # the G with four ledger lines above the staff
STAYS = 81  # the A with one; a passage that does not go below may stay under the sign
FEWEST = 4  # high chords that are worth a sign
MEAN = 88  # of the highest pitches of the passage


def raised(staff: Staff) -> list[tuple[Place, Place]]:
    """Return the beginning and the end of each passage that is to stand under an 8va."""
    return [
        (passage[0].start, passage[-1].end)
        for passage in _passages(sorted(_struck(staff), key=lambda piece: piece.start))
        if sum(_top(piece) >= HIGH for piece in passage) >= FEWEST
        and sum(map(_top, passage)) >= MEAN * len(passage)
    ]


def _struck(staff: Staff) -> Iterator[Piece]:
    for bar in staff:
        for voice in bar:
            yield from (piece for piece in voice if piece.pitches)


def _passages(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the longest runs of chords that stay high, without low ends."""
    run: list[Piece] = []
    for piece in [*pieces, None]:
        if piece and min(map(_sounding, piece.pitches)) >= STAYS:
            run.append(piece)
        elif run:
            yield _trimmed(run)
            run = []


def _trimmed(run: list[Piece]) -> list[Piece]:
    high = [i for i, piece in enumerate(run) if _top(piece) >= HIGH]
    return run[high[0] : high[-1] + 1] if high else run[:1]


def _top(piece: Piece) -> int:
    return max(map(_sounding, piece.pitches))


def _sounding(pitch: Spelling) -> int:
    return 12 * (pitch.octave + 1) + NATURAL[pitch.step] + pitch.alter
