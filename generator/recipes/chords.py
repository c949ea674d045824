"""The 40-note recipe: music as a row of notes and chords, exactly as published.

Every note or chord of the flattened score is one token. A note's token is its
pitch name (``C#4``); a chord's is its normal order, the pitch classes joined by
dots (``11.2.5``). There is no rhythm: each token lasts half a beat. Tokens that
occur fewer than 100 times are dropped. The network reads windows of 40 token
ids, each divided by the number of kinds, and says which token comes next.

Where the recipe is silent we do better: a chord is written out again in a
voicing that the corpus really uses, near the hand's last position, instead of
with all its pitch classes in the octave of middle C.

Shapes: N windows, T = 40 tokens, V kinds of token.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.errors import CorpusError, PrimerError
from generator.score import Chord

WINDOW = 40  # tokens the network reads
MIN_COUNT = 100  # rarer tokens are dropped
TOKEN_DURATION = 0.5  # quarter notes; also the distance between two onsets
VELOCITY = 76  # the recipe knows no dynamics
N_VOICINGS = 8  # kept per chord, the commonest first

Pitches = tuple[int, ...]
Ids = npt.NDArray[np.int32]

_NAMES = ("C", "C#", "D", "E-", "E", "F", "F#", "G", "G#", "A", "B-", "B")


def token(pitches: Sequence[int]) -> str:
    """Return the token of pitches that are struck together.

    Parameters
    ----------
    pitches : sequence of int
        MIDI note numbers, one or more. One pitch makes a note; several make a
        chord, also where they are the same pitch class in two octaves.

    Examples
    --------
    >>> token([61]), token([67, 71, 74]), token([48, 60])
    ('C#4', '7.11.2', '0')
    """
    if len(pitches) == 1:
        return f"{_NAMES[pitches[0] % 12]}{pitches[0] // 12 - 1}"
    return ".".join(str(pitch_class) for pitch_class in normal_order(pitches))


def normal_order(pitches: Sequence[int]) -> tuple[int, ...]:
    """Return the pitch classes in their most compact cyclic order.

    Of all rotations the one with the smallest span is taken; where spans are
    equal, the one whose intervals are packed to the left; where these are equal
    too, the one that begins lowest. This is music21's ``Chord.normalOrder``.

    Examples
    --------
    >>> normal_order([60, 64, 67]), normal_order([57, 60, 64, 67])
    ((0, 4, 7), (4, 7, 9, 0))
    """
    classes = sorted({pitch % 12 for pitch in pitches})
    rotations = [tuple(classes[i:] + classes[:i]) for i in range(len(classes))]
    return min(rotations, key=_compactness)


def _compactness(rotation: tuple[int, ...]) -> tuple[int, ...]:
    above_first = [(pitch_class - rotation[0]) % 12 for pitch_class in rotation]
    return (above_first[-1], *above_first[1:-1], rotation[0])


@dataclass(frozen=True)
class Vocabulary:
    """Which tokens there are, and how each chord is written out.

    Attributes
    ----------
    tokens : tuple of str, length V
        In sorted order; a token's place is its id.
    voicings : dict
        For each chord token, the pitches it stands for in the corpus with how
        often they do, the commonest first.
    """

    tokens: tuple[str, ...]
    voicings: dict[str, tuple[tuple[Pitches, int], ...]]

    @property
    def ids(self) -> dict[str, int]:
        """Token to id."""
        return {name: i for i, name in enumerate(self.tokens)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        voicings = {
            name: [[list(pitches), count] for pitches, count in rows]
            for name, rows in self.voicings.items()
        }
        return {"tokens": list(self.tokens), "voicings": voicings}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Vocabulary:
        """Build a vocabulary from what ``to_dict`` returned."""
        voicings = {
            name: tuple((tuple(pitches), count) for pitches, count in rows)
            for name, rows in values["voicings"].items()
        }
        return cls(tuple(values["tokens"]), voicings)


def vocabulary(chords: Iterable[Chord], *, min_count: int = MIN_COUNT) -> Vocabulary:
    """Return the tokens that occur at least ``min_count`` times, with their voicings."""
    played = Counter(chord.pitches for chord in chords)
    counts: Counter[str] = Counter()
    for pitches, count in played.items():
        counts[token(pitches)] += count

    frequent = sorted(name for name, count in counts.items() if count >= min_count)
    voicings: dict[str, list[tuple[Pitches, int]]] = {name: [] for name in frequent}
    for pitches, count in sorted(played.items(), key=lambda item: (-item[1], item[0])):
        rows = voicings.get(token(pitches))
        if rows is not None and len(rows) < N_VOICINGS:
            rows.append((pitches, count))
    return Vocabulary(tuple(frequent), {name: tuple(rows) for name, rows in voicings.items()})


def encode(chords: Iterable[Chord], known: Vocabulary) -> Ids:
    """Return the ids of the chords whose token is known; the others are dropped."""
    ids = known.ids
    names = (token(chord.pitches) for chord in chords)
    return np.array([ids[name] for name in names if name in ids], dtype=np.int32)


def windows(ids: Ids) -> tuple[Ids, Ids]:
    """Return every window of 40 ids and the id that follows it.

    Parameters
    ----------
    ids : np.ndarray, shape (n,), int32
        The files in name order, joined: windows cross from piece to piece.

    Returns
    -------
    read : np.ndarray, shape (n - 40, 40), int32
    target : np.ndarray, shape (n - 40,), int32

    Raises
    ------
    CorpusError
        If there is not one window.
    """
    if len(ids) <= WINDOW:
        raise CorpusError("corpus_short", n_tokens=len(ids), window=WINDOW)
    rows = np.lib.stride_tricks.sliding_window_view(ids, WINDOW + 1)
    return rows[:, :WINDOW], rows[:, WINDOW]


def normalise(read: Ids, n_kinds: int) -> npt.NDArray[np.float32]:
    """Return the network's input, shape (..., 40, 1): each id divided by the number of kinds."""
    return (read[..., None] / n_kinds).astype(np.float32)


@dataclass(frozen=True)
class Primer:
    """An opening as the network reads it.

    Attributes
    ----------
    ids : np.ndarray, shape (40,), int32
    chords : tuple of Chord, length 40
        What is heard: the opening's own pitches, half a beat each.
    n_unknown : int
        How many notes and chords of the opening the model does not know. A
        chord is then read by its highest note; what is unknown even so is left
        out of the opening.
    """

    ids: Ids
    chords: tuple[Chord, ...]
    n_unknown: int


def primer(chords: Sequence[Chord], known: Vocabulary, *, name: str) -> Primer:
    """Return the first 40 notes and chords of an opening that the model can read.

    Raises
    ------
    PrimerError
        If there are fewer than 40.
    """
    ids = known.ids
    read: list[int] = []
    heard: list[Chord] = []
    n_unknown = 0
    for chord in chords:
        if len(read) == WINDOW:
            break
        is_known = token(chord.pitches) in ids
        n_unknown += not is_known
        nearest = chord.pitches if is_known else (max(chord.pitches),)
        if token(nearest) in ids:
            read.append(ids[token(nearest)])
            heard.append(_in_time(len(heard), chord.pitches))
    if len(read) < WINDOW:
        raise PrimerError("primer_short", name=name, value=len(read), low=WINDOW)
    return Primer(np.array(read, dtype=np.int32), tuple(heard), n_unknown)


def decode(ids: Sequence[int], known: Vocabulary, *, after: Sequence[Chord]) -> list[Chord]:
    """Write ``ids`` out as notes and chords that follow ``after`` in time and register.

    A chord takes, of the voicings the corpus has for it, the one nearest to
    where the chords before it lay; a common voicing may lie a little further.
    """
    lying = [_centre(chord.pitches) for chord in after if len(chord.pitches) > 1]
    hand = sum(lying) / len(lying) if lying else 60.0
    written: list[Chord] = []
    for i in ids:
        name = known.tokens[i]
        pitches = _nearest(known.voicings[name], hand)
        if len(pitches) > 1:
            hand = 0.7 * hand + 0.3 * _centre(pitches)
        written.append(_in_time(len(after) + len(written), pitches))
    return written


def _nearest(rows: Sequence[tuple[Pitches, int]], hand: float) -> Pitches:
    # A voicing that is e times as common may lie two semitones further away.
    return min(rows, key=lambda row: abs(_centre(row[0]) - hand) - 2 * math.log(row[1]))[0]


def _centre(pitches: Pitches) -> float:
    return sum(pitches) / len(pitches)


def _in_time(place: int, pitches: Pitches) -> Chord:
    return Chord(place * TOKEN_DURATION, TOKEN_DURATION, tuple(sorted(set(pitches))), VELOCITY)
