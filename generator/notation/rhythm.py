"""From sounding times to printed ones: where a chord stands, and how long it is drawn.

What sounds and what is printed differ on purpose. A player reads a quarter
where the finger held it for two thirds; a chord therefore lasts until the next
one of its voice, unless a silence that is worth reading lies between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from math import ceil

from generator.notation.grids import Grid, Place, Tuplet, grids
from generator.notation.metre import PLAIN, QUARTER, Bar, bar_at
from generator.notation.strikes import Strike

EIGHTH = 12
AT_ONCE = 2.0  # divisions; what is closer and falls into one cell is one chord
EXACT = 0.6  # divisions by which an end may miss the place that it is printed at
DETACHED = 0.45  # share of its printed length below which a note gets a dot


@dataclass
class Chord:
    """What one voice strikes at once, as printed."""

    onset: Place  # divisions
    end: Place
    pitches: tuple[int, ...]  # rising
    graces: list[tuple[int, ...]] = field(default_factory=list)
    is_rolled: bool = False
    is_detached: bool = False


@dataclass
class Voice:
    """What one voice plays, as printed."""

    chords: list[Chord] = field(default_factory=list)
    tuplets: list[Tuplet] = field(default_factory=list)  # in order, none over another

    def tuplet_at(self, place: Place) -> Tuplet | None:
        """Return the tuplet that ``place`` lies in, if any."""
        inside = next(self.tuplets_from(place), None)
        return inside if inside and inside.start <= place else None

    def tuplets_from(self, place: Place) -> Iterator[Tuplet]:
        """Yield the tuplets that end after ``place``, in order."""
        first = bisect_right(self.tuplets, place, key=lambda tuplet: tuplet.end)
        return islice(self.tuplets, first, None)


@dataclass(frozen=True)
class _Page:
    """What has to be known of the rest of the page to print one chord."""

    bars: Sequence[Bar]
    voice: Voice
    is_literal: bool


def fit(strikes: Sequence[Strike], bars: Sequence[Bar], *, is_literal: bool = False) -> Voice:
    """Put the strikes of one voice on the page's grid.

    Parameters
    ----------
    strikes : sequence of Strike
        In order of onset.
    bars : sequence of Bar
        They cover every onset.
    is_literal : bool
        Whether lengths are those of a printed score, so that rests are meant.

    Returns
    -------
    voice : Voice
        Chords in order, none reaching into the next, none beyond the last bar.
    """
    voice = Voice()
    cells: dict[Place, list[Strike]] = {}
    for bar, members in _by_bar(strikes, bars):
        counted = grids(bar, [strike.onset for strike in members])
        voice.tuplets += [grid.tuplet for grid in counted if grid.tuplet]
        for strike in members:
            place = _grid_of(counted, strike.onset).nearest(strike.onset)
            # A last breath after the final bar line stays before it.
            place = place if place < bars[-1].end else counted[-1].last
            cells.setdefault(place, []).append(strike)
    places = sorted(cells)
    page = _Page(bars, voice, is_literal)
    for place, following in pairwise([*places, bars[-1].end]):
        voice.chords.append(_chord(cells[place], place, following, page))
    return voice


def _by_bar(strikes: Sequence[Strike], bars: Sequence[Bar]) -> list[tuple[Bar, list[Strike]]]:
    gathered: dict[int, tuple[Bar, list[Strike]]] = {}
    for strike in strikes:
        bar = bar_at(bars, strike.onset)
        gathered.setdefault(bar.start, (bar, []))[1].append(strike)
    return list(gathered.values())


def _grid_of(counted: Sequence[Grid], place: float) -> Grid:
    return counted[max(0, bisect_right(counted, place, key=lambda grid: grid.start) - 1)]


def _chord(struck: Sequence[Strike], place: Place, following: Place, page: _Page) -> Chord:
    """Return the chord of one cell; what came clearly earlier in it is a grace note."""
    main = struck[-1]
    graces: list[tuple[int, ...]] = []
    pitches = set(main.pitches)
    for earlier in struck[:-1]:
        graces += earlier.graces
        if main.onset - earlier.onset < AT_ONCE and not pitches & set(earlier.pitches):
            pitches |= set(earlier.pitches)
        else:
            graces.append(earlier.pitches)
    sounds = main.end - main.onset
    end = _printed_end(place, following, sounds, page)
    is_short = end - place in PLAIN and end - place <= QUARTER and sounds < DETACHED * (end - place)
    return Chord(
        place,
        end,
        tuple(sorted(pitches)),
        graces + main.graces,
        is_rolled=main.is_rolled,
        is_detached=is_short and not page.is_literal,
    )


def _printed_end(place: Place, following: Place, sounds: float, page: _Page) -> Place:
    """Return where a chord stops on paper: at the next one, or where a rest is worth reading."""
    bar = bar_at(page.bars, float(place))
    step = _step(float(place - bar.start) + sounds, sounds, bar, is_literal=page.is_literal)
    silence = float(following - place) - sounds
    longest = step if page.is_literal else max(EIGHTH, min(sounds, QUARTER))
    if silence < longest - EXACT:
        return following
    parts = ceil((float(place - bar.start) + sounds - EXACT) / step)
    stop: Place = bar.start + step * max(parts, int((place - bar.start) // step) + 1)
    inside = page.voice.tuplet_at(stop)
    if inside and inside.start < stop:
        stop = inside.end
    return min(stop, following)


def _step(end: float, sounds: float, bar: Bar, *, is_literal: bool) -> int:
    """Return how finely the end of a chord, counted from its bar, is told."""
    is_on_eighth = abs(end - EIGHTH * round(end / EIGHTH)) < EXACT
    if is_literal:
        return EIGHTH if is_on_eighth else EIGHTH // 2
    if bar.is_compound or (is_on_eighth and sounds > EIGHTH + EXACT):
        return EIGHTH
    return QUARTER
