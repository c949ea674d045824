"""From the chords of one staff to what is printed: values, ties and rests, bar by bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from generator.notation.metre import QUARTER, Bar, bar_at, split, split_triplet
from generator.notation.rhythm import Chord, Staff
from generator.notation.spelling import Key, Spelling, spell_chord

SEXTUPLET = 4  # divisions: the grid of six sixteenths in the time of four


@dataclass(frozen=True)
class Piece:
    """One printed value: a chord, a part of a tied one, or a rest."""

    start: int  # divisions
    length: int
    pitches: tuple[Spelling, ...] = ()  # none for a rest
    is_tied_back: bool = False
    is_tied_on: bool = False
    triplet: int = 0  # spacing of its beat's grid, where it is part of a tuplet
    beat: int = 0  # beginning of that beat
    fills_bar: bool = False  # a rest for the whole bar

    @property
    def end(self) -> int:
        """Where the next piece begins."""
        return self.start + self.length

    @property
    def opens_tuplet(self) -> bool:
        """Whether a tuplet begins here."""
        return bool(self.triplet) and self.start == self.beat

    @property
    def closes_tuplet(self) -> bool:
        """Whether a tuplet ends here."""
        return bool(self.triplet) and self.end == self.beat + QUARTER


def print_staff(
    staff: Staff, bars: Sequence[Bar], keys: Sequence[Key], signatures: Sequence[Key]
) -> list[list[Piece]]:
    """Return the pieces of each bar; together they fill it.

    Parameters
    ----------
    staff : Staff
        What one hand plays.
    bars, keys, signatures : sequences of one length
        Every bar, the key its notes are spelled in, and the one printed after its clef.
    """
    key_of = dict(zip((bar.start for bar in bars), zip(keys, signatures, strict=True), strict=True))
    pieces: dict[int, list[Piece]] = {bar.start: [] for bar in bars}
    reached = 0
    for chord in staff.chords:
        key, signature = key_of[bar_at(bars, chord.onset).start]
        spelled = spell_chord(chord.pitches, key, signature)
        for piece in _rests(reached, chord.onset, bars, staff.triplets):
            pieces[bar_at(bars, piece.start).start].append(piece)
        for piece in _tied(chord, spelled, bars, staff.triplets):
            pieces[bar_at(bars, piece.start).start].append(piece)
        reached = chord.end
    for piece in _rests(reached, bars[-1].end, bars, staff.triplets):
        pieces[bar_at(bars, piece.start).start].append(piece)
    return list(pieces.values())


def _tied(
    chord: Chord, spelled: tuple[Spelling, ...], bars: Sequence[Bar], triplets: dict[int, int]
) -> Iterator[Piece]:
    for bar, start, end in _within_bars(chord.onset, chord.end, bars):
        for at, length, beat in _values(bar, start, end, triplets, is_rest=False):
            yield Piece(
                at,
                length,
                spelled,
                is_tied_back=at > chord.onset,
                is_tied_on=at + length < chord.end,
                triplet=triplets.get(beat, 0),
                beat=beat,
            )


def _rests(start: int, end: int, bars: Sequence[Bar], triplets: dict[int, int]) -> Iterator[Piece]:
    for bar, a, b in _within_bars(start, end, bars):
        if b - a == bar.length:
            yield Piece(a, bar.length, fills_bar=True)
            continue
        for at, length, beat in _values(bar, a, b, triplets, is_rest=True):
            yield Piece(at, length, triplet=triplets.get(beat, 0), beat=beat)


def _within_bars(start: int, end: int, bars: Sequence[Bar]) -> Iterator[tuple[Bar, int, int]]:
    while start < end:
        bar = bar_at(bars, start)
        stop = min(end, bar.end)
        yield bar, start, stop
        start = stop


def _values(
    bar: Bar, start: int, end: int, triplets: dict[int, int], *, is_rest: bool
) -> Iterator[tuple[int, int, int]]:
    """Yield (start, length, beginning of its tuplet's beat or -1) of each printed value."""
    for a, b, beat in _by_triplet(start, end, triplets):
        if beat >= 0:
            lengths = split_triplet(a - beat, b - beat)
        else:
            lengths = split(a - bar.start, b - bar.start, bar.levels, is_rest=is_rest)
        for at, length in zip(accumulate(lengths, initial=a), lengths, strict=False):
            yield at, length, beat


def _by_triplet(start: int, end: int, triplets: dict[int, int]) -> Iterator[tuple[int, int, int]]:
    """Cut a stretch at the edges of the beats of triplets that it touches."""
    for beat in sorted(beat for beat in triplets if start < beat + QUARTER and beat < end):
        if start < beat:
            yield start, beat, -1
        yield max(start, beat), min(end, beat + QUARTER), beat
        start = beat + QUARTER
    if start < end:
        yield start, end, -1
