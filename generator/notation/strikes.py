"""What a hand strikes: chords, chords that are rolled, and the grace notes before them.

Conventions
-----------
Times are divisions, 24 to the quarter note, as they sound: not yet on a grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from generator.notation.metre import DIVISIONS
from generator.score import Note

TOGETHER = 1.0  # divisions; what begins closer is one chord
ROLL_STEP, ROLL_LENGTH = 3.5, 10.0  # divisions between two keys of a rolled chord, and over all
GRACE_STEP, GRACE_LENGTH = 3.5, 4.5  # divisions from a grace note to what follows; its own length
MOST_GRACES = 4  # in a row: more of them are a run, and are counted out
APART = 1.8  # a run goes on at one pace; a grace note comes after a wait this much longer

# How strong a place in the beat is: the first of these that divides it.
PLACES = (24.0, 12.0, 6.0, 8.0, 3.0, 4.0)


class Tone(NamedTuple):
    """One key, from when it is struck to when it is let go."""

    start: float
    end: float
    pitch: int


@dataclass
class Strike:
    """What begins at once."""

    onset: float
    tones: list[Tone]  # rising
    is_rolled: bool = False
    graces: list[tuple[int, ...]] = field(default_factory=list)  # pitches, in order of time

    @property
    def end(self) -> float:
        """When the last of its keys is let go."""
        return max(tone.end for tone in self.tones)

    @property
    def pitches(self) -> tuple[int, ...]:
        """From the bass up, none twice."""
        return tuple(sorted({tone.pitch for tone in self.tones}))


def gather(notes: Iterable[Note]) -> list[Strike]:
    """Return what the notes of one hand strike, in order of onset.

    Keys that follow each other closely and are held together become one rolled
    chord; short notes that lead into a stronger place become its grace notes.
    """
    tones = sorted(
        Tone(n.onset * DIVISIONS, (n.onset + n.duration) * DIVISIONS, n.pitch) for n in notes
    )
    return _with_graces(_with_rolls(_chords(tones)))


def strength(place: float) -> int:
    """Return how strong a place within its beat is: 6 on the beat, 0 off every grid."""
    inside = place % DIVISIONS
    for rank, spacing in enumerate(PLACES):
        if abs(inside - spacing * round(inside / spacing)) < 0.5:  # noqa: PLR2004 - half a division
            return len(PLACES) - rank
    return 0


def _chords(tones: Sequence[Tone]) -> list[Strike]:
    chords: list[Strike] = []
    for tone in tones:
        is_new = tone.pitch not in (t.pitch for t in chords[-1].tones) if chords else False
        if is_new and tone.start - chords[-1].onset < TOGETHER:
            chords[-1].tones.append(tone)
        else:
            chords.append(Strike(tone.start, [tone]))
    for chord in chords:
        chord.tones.sort(key=lambda t: t.pitch)
    return chords


def _with_rolls(chords: Sequence[Strike]) -> list[Strike]:
    """Join chords that are one, rolled."""
    joined: list[Strike] = []
    i = 0
    while i < len(chords):
        n = _n_rolled(chords, i)
        joined.append(_rolled(chords[i : i + n]) if n > 1 else chords[i])
        i += n
    return joined


def _n_rolled(chords: Sequence[Strike], first: int) -> int:
    """Return over how many chords a roll goes that begins with the ``first``; 1 for none."""
    n = 1
    for before, chord in pairwise(chords[first:]):
        is_close = chord.onset - before.onset <= ROLL_STEP
        is_short = chord.onset - chords[first].onset <= ROLL_LENGTH
        rises = chord.tones[0].pitch > before.tones[-1].pitch
        if not (is_close and is_short and rises):
            break
        n += 1
    while n > 1 and not _is_held(chords[first : first + n]):
        n -= 1
    return n


def _is_held(chords: Sequence[Strike]) -> bool:
    """Whether every key still sounds, and goes on, when the last one is struck."""
    last = chords[-1].onset
    length = last - chords[0].onset
    return all(tone.end - last >= max(TOGETHER, length / 2) for c in chords for tone in c.tones)


def _rolled(chords: Sequence[Strike]) -> Strike:
    anchor = max(reversed(chords), key=lambda chord: strength(chord.onset))
    return Strike(anchor.onset, [tone for c in chords for tone in c.tones], is_rolled=True)


def _with_graces(strikes: Sequence[Strike]) -> list[Strike]:
    """Hang short notes on what they lead into."""
    kept: list[Strike] = []
    i = 0
    while i < len(strikes):
        n = _n_graces(strikes, i)
        main = strikes[i + n]
        main.graces = [strike.pitches for strike in strikes[i : i + n]]
        kept.append(main)
        i += n + 1
    return kept


def _n_graces(strikes: Sequence[Strike], first: int) -> int:
    """Return how many strikes from the ``first`` on are grace notes of the one after them."""
    n = 0
    while first + n + 1 < len(strikes) and _is_short(strikes[first + n], strikes[first + n + 1]):
        n += 1
    if not 0 < n <= MOST_GRACES:
        return 0
    main, begin = strikes[first + n], strikes[first]
    step = (main.onset - begin.onset) / n
    waited = begin.onset - strikes[first - 1].onset if first else step * APART
    goes_on = main.end - main.onset < step * APART
    is_led = max(strength(s.onset) for s in strikes[first : first + n]) < strength(main.onset)
    return n if is_led and waited >= step * APART and not goes_on else 0


def _is_short(strike: Strike, following: Strike) -> bool:
    is_close = following.onset - strike.onset <= GRACE_STEP
    return is_close and not strike.is_rolled and strike.end - strike.onset <= GRACE_LENGTH
