"""From the chords of one voice to what is printed: values, ties and rests, bar by bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, zip_longest

from generator.notation.grids import Place, Tuplet
from generator.notation.keys import Key
from generator.notation.metre import VALUES, Bar, bar_at, split
from generator.notation.rhythm import Chord, Voice
from generator.notation.spelling import Spelling, lead, spell_chord


@dataclass(frozen=True)
class Piece:
    """One printed value: a chord, a part of a tied one, or a rest."""

    start: Place  # divisions
    length: Place
    pitches: tuple[Spelling, ...] = ()  # none for a rest
    graces: tuple[tuple[Spelling, ...], ...] = ()  # before it, each a note or a chord
    is_tied_back: bool = False
    is_tied_on: bool = False
    tuplet: Tuplet | None = None
    fills_bar: bool = False  # a rest for the whole bar
    is_hidden: bool = False  # a rest that takes its time and is not printed
    is_rolled: bool = False
    is_detached: bool = False

    @property
    def end(self) -> Place:
        """Where the next piece begins."""
        return self.start + self.length

    @property
    def written(self) -> Place:
        """The value that is drawn: longer or shorter than it lasts within a tuplet."""
        if self.tuplet is None:
            return self.length
        return Fraction(self.length) * self.tuplet.parts * self.tuplet.unit / self.tuplet.length

    @property
    def opens_tuplet(self) -> bool:
        """Whether a tuplet begins here."""
        return self.tuplet is not None and self.start == self.tuplet.start

    @property
    def closes_tuplet(self) -> bool:
        """Whether a tuplet ends here."""
        return self.tuplet is not None and self.end == self.tuplet.end


def print_voice(
    voice: Voice, bars: Sequence[Bar], keys: Sequence[Key], signatures: Sequence[Key]
) -> list[list[Piece]]:
    """Return the pieces of each bar; together they fill it, but for a bar with no chord.

    Parameters
    ----------
    voice : Voice
        What one voice plays.
    bars, keys, signatures : sequences of one length
        Every bar, the key its notes are spelled in, and the one printed after its clef.
    """
    key_of = dict(zip((bar.start for bar in bars), zip(keys, signatures, strict=True), strict=True))
    pieces: dict[int, list[Piece]] = {bar.start: [] for bar in bars}
    reached: Place = bars[0].start
    for chord, after in zip_longest(voice.chords, voice.chords[1:]):
        bar = bar_at(bars, float(chord.onset))
        key, signature = key_of[bar.start]
        for piece in _rests(reached, chord.onset, bars, voice):
            pieces[bar_at(bars, float(piece.start)).start].append(piece)
        spelled = spell_chord(chord.pitches, key, signature)
        if after and after.onset < bar.end and len(after.pitches) == 1:
            spelled = lead(spelled, after.pitches[0], key)
        for piece in _tied(chord, spelled, (key, signature), bars, voice):
            pieces[bar_at(bars, float(piece.start)).start].append(piece)
        reached = chord.end
    for piece in _rests(reached, bars[-1].end, bars, voice):
        pieces[bar_at(bars, float(piece.start)).start].append(piece)
    return list(pieces.values())


def _tied(
    chord: Chord,
    spelled: tuple[Spelling, ...],
    keys: tuple[Key, Key],
    bars: Sequence[Bar],
    voice: Voice,
) -> Iterator[Piece]:
    graces = tuple(spell_chord(pitches, *keys) for pitches in chord.graces)
    for bar, start, end in _within_bars(chord.onset, chord.end, bars):
        for at, length, tuplet in _values(bar, start, end, voice, is_rest=False):
            is_first = at == chord.onset
            yield Piece(
                at,
                length,
                spelled,
                graces if is_first else (),
                is_tied_back=not is_first,
                is_tied_on=at + length < chord.end,
                tuplet=tuplet,
                is_rolled=chord.is_rolled and is_first,
                is_detached=chord.is_detached and is_first,
            )


def _rests(start: Place, end: Place, bars: Sequence[Bar], voice: Voice) -> Iterator[Piece]:
    for bar, a, b in _within_bars(start, end, bars):
        if b - a == bar.length:
            yield Piece(a, bar.length, fills_bar=True)
            continue
        for at, length, tuplet in _values(bar, a, b, voice, is_rest=True):
            yield Piece(at, length, tuplet=tuplet)


def _within_bars(
    start: Place, end: Place, bars: Sequence[Bar]
) -> Iterator[tuple[Bar, Place, Place]]:
    while start < end:
        bar = bar_at(bars, float(start))
        stop = min(end, bar.end)
        yield bar, start, stop
        start = stop


def _values(
    bar: Bar, start: Place, end: Place, voice: Voice, *, is_rest: bool
) -> Iterator[tuple[Place, Place, Tuplet | None]]:
    """Yield start, length and tuplet of each printed value."""
    for a, b, tuplet in _by_tuplet(start, end, voice):
        if tuplet:
            lengths = _split_tuplet(a, b, tuplet)
        else:
            inside = int(a - bar.start), int(b - bar.start)
            lengths = list(split(*inside, bar.levels, is_rest=is_rest))
        for at, length in zip(accumulate(lengths, initial=a), lengths, strict=False):
            yield at, length, tuplet


def _by_tuplet(
    start: Place, end: Place, voice: Voice
) -> Iterator[tuple[Place, Place, Tuplet | None]]:
    """Cut a stretch at the edges of the tuplets that it touches."""
    touched = [t for t in voice.tuplets_from(start) if t.start < end]
    for tuplet in touched:
        if start < tuplet.start:
            yield start, tuplet.start, None
        yield max(start, tuplet.start), min(end, tuplet.end), tuplet
        start = tuplet.end
    if start < end:
        yield start, end, None


def _split_tuplet(start: Place, end: Place, tuplet: Tuplet) -> list[Place]:
    """Cut a length within a tuplet into the longest aligned values that can be printed."""
    part = tuplet.place(1) - tuplet.start
    at, stop = int((start - tuplet.start) / part), int((end - tuplet.start) / part)
    counts = []
    while at < stop:
        fits = (n for n in (8, 6, 4, 3, 2, 1) if n <= stop - at and _is_aligned(at, n, tuplet))
        counts.append(next(fits))
        at += counts[-1]
    return [tuplet.place(n) - tuplet.start for n in counts]


def _is_aligned(at: int, n: int, tuplet: Tuplet) -> bool:
    """Whether a value of ``n`` parts can begin at part ``at`` and be read."""
    if n * tuplet.unit not in VALUES:
        return n == 1
    is_plain = n & (n - 1) == 0
    joint = n if is_plain else n // 3 * 2
    return at % min(joint, 2) == 0 if tuplet.parts in (6, 12, 24) else True
