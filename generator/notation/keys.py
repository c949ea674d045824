"""The keys of a piece: its signature, where that changes, and the key that each bar stands in.

Conventions
-----------
A key is its number of sharps (above 0) or flats (below 0), and its mode.

References
----------
.. [1] C. L. Krumhansl, "Cognitive Foundations of Musical Pitch", Oxford, 1990:
   the profiles of probe-tone ratings that a piece's pitch classes are compared to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generator.notation.metre import DIVISIONS, Bar, bar_at
from generator.score import Note

Floats = npt.NDArray[np.float64]

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

AROUND = 2  # bars to either side that tell the key a bar stands in
WHOLE_PIECE = 0.5  # how much the piece as a whole counts beside them
MOST_FIFTHS = 6  # half the circle: further away a key is nearer by its other name


class Key(NamedTuple):
    """A key signature and its mode."""

    fifths: int  # -6..6, sharps above 0
    is_minor: bool = False


# A minor key has the signature of the major key three semitones above: -5..6 sharps.
KEYS = [
    Key((7 * (tonic + 3 * is_minor) + 5) % 12 - 5, is_minor)
    for is_minor in (False, True)
    for tonic in range(12)
]
N_ACCIDENTALS = np.array([abs(key.fifths) for key in KEYS])
PER_ACCIDENTAL = 0.002  # of correlation: between two likely keys the one that is read with less
IN_SCALE = 3.0  # how much a signature that needs no accidentals counts beside the profile
CHANGE = 2.5  # what a new signature costs, in correlation summed over bars
LEAVE = 1.2  # what one costs that is new after an opening, where a change is looked for anyway
BRIEF = 8  # bars; less is an episode, however far it goes
NEAR, LONG = 2, 24  # fifths, and bars: a section so near has to be so long for a signature


def _unit(rows: Floats) -> Floats:
    """Return each row around 0 and of length 1."""
    centred = rows - rows.mean(axis=-1, keepdims=True)
    unit: Floats = centred / np.maximum(np.linalg.norm(centred, axis=-1, keepdims=True), 1e-9)
    return unit


def _profiles() -> Floats:
    """Return how much each pitch class belongs to each of ``KEYS``, shape (n_keys, 12)."""
    heard = [np.roll(MINOR if key.is_minor else MAJOR, i) for i, key in enumerate(KEYS)]
    written = np.zeros((len(KEYS), 12))
    for row, key in zip(written, KEYS, strict=True):
        row[[place * 7 % 12 for place in range(key.fifths - 1, key.fifths + 6)]] = 1
    return (_unit(np.array(heard)) + IN_SCALE * _unit(written)) / (1 + IN_SCALE)


PROFILES = _profiles()


def estimate_key(notes: Iterable[Note]) -> Key:
    """Return the key whose profile and scale are most like the notes, weighed by their length.

    No notes give C major.

    Examples
    --------
    >>> estimate_key([Note(i / 2, 0.5, p) for i, p in enumerate([67, 71, 74, 72, 69, 66, 67])])
    Key(fifths=1, is_minor=False)
    """
    return _likeliest(_weights(notes))


def signatures(
    notes: Sequence[Note], bars: Sequence[Bar], seam: int, *, fifths: int | None = None
) -> list[Key]:
    """Return the key signature of each bar; it changes with long sections, and may at the seam.

    Where ``seam`` is above 0, the opening has the bars before it, and one
    signature, that of ``fifths`` where it is known; what follows is the machine's, and
    keeps that signature unless another fits clearly better.
    Without a seam a signature that is known is that of all bars.
    """
    weights = _bar_weights(notes, bars)
    told = len(bars) if fifths is not None and not seam else seam
    opening = [_likeliest(weights[:told].sum(axis=0), fifths)] * told
    home = opening[0].fifths if opening else None
    return opening + (_sections(weights[told:], home) if told < len(bars) else [])


def local_keys(
    notes: Sequence[Note], bars: Sequence[Bar], homes: Sequence[Key], seam: int
) -> list[Key]:
    """Return for each bar the key its neighbourhood stands in, spelled near its signature.

    The bars of the opening, those before ``seam``, have the same keys whatever follows them.
    """
    weights = _bar_weights(notes, bars)
    around = [_around(weights[:seam], i) for i in range(seam)]
    around += [_around(weights, i) for i in range(seam, len(bars))]
    return [_near(_likeliest(near), home) for near, home in zip(around, homes, strict=True)]


def _around(weights: Floats, i: int) -> Floats:
    """Return what is heard near bar ``i``, and somewhat less of all that is heard."""
    near: Floats = weights[max(0, i - AROUND) : i + AROUND + 1].sum(axis=0)
    whole: Floats = weights.sum(axis=0)
    heard: Floats = near + WHOLE_PIECE * near.sum() * whole / max(whole.sum(), 1e-9)
    return heard


def _weights(notes: Iterable[Note]) -> Floats:
    weights = np.zeros(12)
    for note in notes:
        weights[note.pitch % 12] += min(note.duration, 4.0)  # a pedal point is not the piece
    return weights


def _bar_weights(notes: Sequence[Note], bars: Sequence[Bar]) -> Floats:
    """Return how long each pitch class sounds in each bar, shape (n_bars, 12)."""
    index = {bar.start: i for i, bar in enumerate(bars)}
    weights = np.zeros((len(bars), 12))
    for note in notes:
        at = index[bar_at(bars, note.onset * DIVISIONS).start]
        weights[at, note.pitch % 12] += min(note.duration, 4.0)
    return weights


def _sections(weights: Floats, home: int | None) -> list[Key]:
    """Return the signature of each bar, changed as seldom as the music allows.

    ``home`` are the fifths that are written before them, if any are.
    """
    fits = _unit(np.sqrt(weights)) @ PROFILES.T - PER_ACCIDENTAL * N_ACCIDENTALS
    moves = CHANGE * (1 - np.eye(len(KEYS)))
    cost = np.array([0.0 if home in (None, key.fifths) else LEAVE for key in KEYS])
    came_from = []
    for fit in fits:
        ways = cost[:, None] + moves  # (from, to)
        came_from.append(ways.argmin(axis=0))
        cost = ways.min(axis=0) - fit
    at = int(cost.argmin())
    path = [at]
    for step in reversed(came_from[1:]):
        at = int(step[at])
        path.append(at)
    stays = home if KEYS[path[-1]].fifths == home else None
    return _joined(path[::-1], weights, stays)


def _joined(path: Sequence[int], weights: Floats, stays: int | None) -> list[Key]:
    """Return the key of each stretch of ``path``; what wanders nearby keeps its signature.

    The first has ``stays`` fifths, where that is known.
    """
    sections: list[tuple[Key, int, int]] = []  # key, first bar, bar after the last
    reached = 0
    for _, run in groupby(path):
        first, end = reached, reached + len(list(run))
        key = _likeliest(weights[first:end].sum(axis=0), None if first else stays)
        while sections and _is_one(sections[-1], (key, first, end)):
            _, first, _ = sections.pop()
            key = _likeliest(weights[first:end].sum(axis=0), None if first else stays)
        sections.append((key, first, end))
        reached = end
    return [key for key, first, end in sections for _ in range(end - first)]


def _is_one(a: tuple[Key, int, int], b: tuple[Key, int, int]) -> bool:
    apart = abs((a[0].fifths - b[0].fifths + MOST_FIFTHS) % 12 - MOST_FIFTHS)
    shorter = min(a[2] - a[1], b[2] - b[1])
    return apart <= 1 or shorter < BRIEF or (apart <= NEAR and shorter < LONG)


def _likeliest(weights: Floats, fifths: int | None = None) -> Key:
    """Return the likeliest key, of those with the signature ``fifths`` where that is known."""
    if not np.ptp(weights):
        return Key(fifths or 0)
    likeness = PROFILES @ _unit(np.sqrt(weights)) - PER_ACCIDENTAL * N_ACCIDENTALS
    if fifths is None:
        return KEYS[int(np.argmax(likeness))]
    known = [i for i, key in enumerate(KEYS) if (key.fifths - fifths) % 12 == 0]
    return Key(fifths, KEYS[max(known, key=lambda i: float(likeness[i]))].is_minor)


def _near(key: Key, home: Key) -> Key:
    """Respell ``key`` so that it lies as close to ``home`` as the circle allows."""
    distance = (key.fifths - home.fifths + MOST_FIFTHS) % 12 - MOST_FIFTHS
    fifths = home.fifths + distance
    # Seven sharps and more would need double accidentals for ordinary notes.
    if abs(fifths) > MOST_FIFTHS + 1:
        fifths -= 12 if fifths > 0 else -12
    return Key(fifths, key.is_minor)
