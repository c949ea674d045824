"""From sounding times to printed ones: which grid a beat has, and how long a note is drawn.

What sounds and what is printed differ on purpose. A player reads a quarter
where the finger held it for two thirds; a note therefore lasts until the next
one of its staff, unless a real silence lies between.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from generator.notation.metre import DIVISIONS, QUARTER, Bar, bar_at
from generator.score import Note

# Spacing of a grid in divisions, and what it costs to choose it over a simpler one
# (in squared divisions of error, summed over the onsets of a beat).
BINARY = ((12, 0.0), (6, 1.0), (3, 10.0))
TRIPLET = ((8, 4.0), (4, 12.0))
LOST_ONSET = 16.0  # for two onsets that fall into one cell
APART = 1.5  # divisions; onsets closer than this are one


@dataclass
class Chord:
    """What one staff strikes at once, as printed."""

    onset: int  # divisions
    end: int
    pitches: tuple[int, ...]  # rising


@dataclass
class Staff:
    """What one hand plays, as printed."""

    chords: list[Chord] = field(default_factory=list)
    triplets: dict[int, int] = field(default_factory=dict)  # beginning of a beat -> its grid


def fit(notes: Sequence[Note], bars: Sequence[Bar]) -> Staff:
    """Put the notes of one hand on the page's grid, in one voice.

    Parameters
    ----------
    notes : sequence of Note
        In order of onset.
    bars : sequence of Bar
        They cover every onset.

    Returns
    -------
    staff : Staff
        Chords in order, none reaching into the next, none beyond the last bar.
    """
    staff = Staff()
    struck: dict[int, list[Note]] = {}
    for (beat, bar), members in _by_beat(notes, bars).items():
        length = min(bar.beat, bar.end - beat)
        grid = _grid([note.onset * DIVISIONS - beat for note in members], bar, length)
        for note in members:
            offset = grid * round((note.onset * DIVISIONS - beat) / grid)
            struck.setdefault(beat + min(offset, length), []).append(note)
        if any(beat < onset < beat + length and (onset - beat) % 3 for onset in struck):
            staff.triplets[beat] = grid
    struck.pop(bars[-1].end, None)  # a last breath after the final bar line
    staff.chords = _printed(struck, bars, staff.triplets)
    return staff


def _by_beat(notes: Iterable[Note], bars: Sequence[Bar]) -> dict[tuple[int, Bar], list[Note]]:
    beats: dict[tuple[int, Bar], list[Note]] = {}
    for note in notes:
        bar = bar_at(bars, note.onset * DIVISIONS)
        beats.setdefault((_beat_start(bar, note.onset * DIVISIONS), bar), []).append(note)
    return beats


def _beat_start(bar: Bar, position: float) -> int:
    inside = min(position - bar.start, bar.length - 1)
    return bar.start + int(max(0, inside) // bar.beat) * bar.beat


def _grid(offsets: list[float], bar: Bar, length: int) -> int:
    """Return the spacing that explains the onsets of a beat most simply."""
    has_triplets = not bar.is_compound and length == QUARTER
    grids = BINARY + (TRIPLET if has_triplets else ())
    n_onsets = 1 + sum(b - a > APART for a, b in pairwise(sorted(offsets)))

    def cost(choice: tuple[int, float]) -> float:
        spacing, price = choice
        cells = [spacing * round(offset / spacing) for offset in offsets]
        error = sum((o - c) ** 2 for o, c in zip(offsets, cells, strict=True))
        return price + error + LOST_ONSET * max(0, n_onsets - len(set(cells)))

    return min(grids, key=cost)[0]


def _printed(
    struck: dict[int, list[Note]], bars: Sequence[Bar], triplets: dict[int, int]
) -> list[Chord]:
    onsets = sorted(struck)
    chords = []
    for onset, following in pairwise([*onsets, bars[-1].end]):
        pitches = tuple(sorted({note.pitch for note in struck[onset]}))
        sounds = max(note.duration for note in struck[onset]) * DIVISIONS
        end = _printed_end(onset, following, sounds, bar_at(bars, onset), triplets)
        chords.append(Chord(onset, end, pitches))
    return chords


def _printed_end(
    onset: int, following: int, sounds: float, bar: Bar, triplets: dict[int, int]
) -> int:
    """Return where a chord stops on paper: at the next one, or where a rest is worth reading."""
    beat_end = min(_beat_start(bar, onset) + bar.beat, bar.end)
    silence = following - onset - sounds
    if following <= beat_end or silence <= min(sounds / 2, QUARTER):
        return following
    if onset + sounds <= beat_end:
        return beat_end
    # Beyond its own beat a note is told to the eighth; a long one to the quarter.
    step = 12 if sounds < 2 * QUARTER else QUARTER
    end = beat_end + step * round((onset + sounds - beat_end) / step)
    beats = sorted(triplets)
    inside = bisect_left(beats, end) - 1
    if inside >= 0 and beats[inside] < end < beats[inside] + QUARTER:
        end = beats[inside] + QUARTER  # no eighth can end within triplets
    return min(max(end, beat_end), following)
