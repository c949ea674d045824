"""Bits per note: how well a network of the notes recipe knows music that it is shown.

For every note the network gives the probability of the yardstick's classes
(``generator.canonical``): onset, pitch given the onset, duration given both,
velocity given the three, from the past alone. The network itself is finer: an
onset class may hold several numbers of steps. So each is thought through, and
the answers are mixed by how likely each is, given what is known by then. What
weighs less than ``LEAST`` is left out of the mixture, which stays a distribution.

Once a note is scored the network is told it exactly, and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from generator import canonical
from generator.grid import DURATION, ONSET, GridScore
from generator.models.in_numpy import Columns, Decisions, Network, probabilities
from generator.recipes import layout
from generator.recipes.notes import (
    DURATION_CLASS,
    SHIFT_CLASS,
    SHIFTS,
    VELOCITY_CLASS,
    encode,
)
from generator.recipes.past import Heard, Past
from generator.recipes.rows import tempo_class

Table = npt.NDArray[np.float64]

LEAST = 0.02  # share of its class below which a value is not thought through
PARTS = ("onset", "pitch", "duration", "velocity")
TOGETHER = 8  # pieces that are read side by side; of more, rows would not be as alone


def _summing(classes: npt.NDArray[np.int64], n_classes: int) -> Table:
    """Return the matrix (values, classes) that sums probabilities of values into classes."""
    table: Table = (classes[:, None] == np.arange(n_classes)[None, :]).astype(np.float64)
    return table


ONSET_SUM = _summing(SHIFT_CLASS, len(canonical.SHIFTS))
DURATION_SUM = _summing(DURATION_CLASS, len(canonical.DURATIONS))
VELOCITY_SUM = _summing(VELOCITY_CLASS, 8)


@dataclass(frozen=True, eq=False)
class Surprise:
    """What a network thought of one piece of N notes.

    Attributes
    ----------
    bits : np.ndarray, shape (N, 4)
        -log2 p of each note's onset, pitch, duration and velocity; the first
        onset is 0.
    hits : np.ndarray of bool, shape (N, 4)
        Whether the likeliest value was the right one; the first onset counts
        as right.
    """

    bits: Table
    hits: npt.NDArray[np.bool_]


def surprises(
    network: Network,
    decisions: Decisions,
    pieces: Sequence[GridScore],
    *,
    composer: int,
    on_piece: Callable[[int], None] = lambda _: None,
) -> list[Surprise]:
    """Return what the network thought of each of ``pieces``.

    Parameters
    ----------
    composer : int
        Place of the composer in the network's list, or -1 for none.
    on_piece : callable, optional
        Told how many pieces are done.
    """
    told: list[Surprise | None] = [None] * len(pieces)
    by_length = sorted(range(len(pieces)), key=lambda i: -len(pieces[i].notes))
    for begin in range(0, len(by_length), TOGETHER):
        group = by_length[begin : begin + TOGETHER]
        read = _Group(network, decisions, [pieces[i] for i in group], composer).read()
        for i, surprise in zip(group, read, strict=True):
            told[i] = surprise
        on_piece(begin + len(group))
    return [surprise for surprise in told if surprise is not None]


class _Listener:
    """One piece on its way through the network."""

    def __init__(self, piece: GridScore, composer: int) -> None:
        self.past = Past(piece.metres, tempo_class(piece.tempo_qpm))
        self.composer = composer
        self.ids = encode(piece.notes).tolist()
        self.steps = np.diff(piece.notes[:, ONSET], prepend=0).tolist()
        self.durations = piece.notes[:, DURATION].tolist()
        self.classes = canonical_classes(piece)
        self.bits = np.zeros((len(self.ids), 4))
        self.hits = np.ones((len(self.ids), 4), np.bool_)

    def ahead(self, i: int, shift: int | None = None) -> list[int]:
        """Return the columns of the facts ahead of note ``i``, or were its onset ``shift``.

        What is only thought of lies where its value stands for, even where it is the
        right one: how far a long step is from its value is not known yet. The first
        onset is given.
        """
        if shift is None or i == 0:
            seen = self.past.ahead(self.ids[i][0], self.steps[i])
        else:
            seen = self.past.ahead(shift, int(SHIFTS[shift]))
        return layout.ahead_columns((*seen.fields, self.composer), seen.planes)

    def within(self, pitch: int) -> list[int]:
        """Return the columns of the facts within the note that was asked about last."""
        return layout.within_columns((pitch, *self.past.within(pitch)))

    def push(self, i: int) -> None:
        """Tell note ``i``; its facts must have been asked about last."""
        self.past.push(Heard(*self.ids[i]), self.durations[i])


class _Group:
    """Several pieces read side by side, the longest first."""

    def __init__(
        self, network: Network, decisions: Decisions, pieces: Sequence[GridScore], composer: int
    ) -> None:
        self.network, self.decisions = network, decisions
        self.listeners = [_Listener(piece, composer) for piece in pieces]
        self.n = max(len(pieces), 2)
        self.told_width = len(decisions.tell([]))
        self.state = network.begin(self.n)
        self.onsets: Table = np.zeros((self.n, len(SHIFTS)))

    def read(self) -> list[Surprise]:
        """Read all pieces to their ends."""
        for i in range(max(len(one.ids) for one in self.listeners)):
            self._note(i, [one for one in self.listeners if i < len(one.ids)])
        return [Surprise(one.bits, one.hits) for one in self.listeners]

    def _note(self, i: int, going: list[_Listener]) -> None:
        weighed = [self._onset(i, row, one) for row, one in enumerate(going)]
        pitches: Table = np.zeros((len(going), 88))
        thoughts: list[dict[int, Any]] = [{} for _ in going]
        for turn in _turns(weighed):
            self._think(i, going, turn, thoughts)
        for row, one in enumerate(going):
            for value, weight in weighed[row].items():
                pitches[row] += weight * thoughts[row][value].pitch
            self._score(one, i, 1, pitches[row], one.ids[i][1])
        self._rest(i, going, weighed, thoughts)
        self._go_on(i, going)

    def _onset(self, i: int, row: int, one: _Listener) -> dict[int, float]:
        """Score the onset; return the values of its class and how likely each is."""
        if i == 0:
            return {one.ids[0][0]: 1.0}
        chances = self.onsets[row]
        self._score(one, i, 0, chances @ ONSET_SUM, one.classes[i][0])
        return _likely(chances, SHIFT_CLASS, one.classes[i][0])

    def _think(
        self,
        i: int,
        going: list[_Listener],
        turn: dict[int, int],
        thoughts: list[dict[int, Any]],
    ) -> None:
        """Think of one onset for each row in ``turn``, and of the duration after its pitch."""
        ahead: list[Columns] = [[] for _ in range(self.n)]
        told = np.zeros((self.n, self.told_width), np.float32)
        for row, value in turn.items():
            one = going[row]
            ahead[row] = one.ahead(i, value)
            told[row] = self.decisions.tell(one.within(one.ids[i][1]))
        thought, _ = self.network.read(self.state, ahead)
        heard = self.decisions.hear(thought)
        pitch = probabilities(self.decisions.pitch(thought, heard, ahead))
        duration = probabilities(self.decisions.duration(heard, told))
        for row, value in turn.items():
            thoughts[row][value] = _Thought(pitch[row], duration[row], heard[row], told[row])

    def _rest(
        self,
        i: int,
        going: list[_Listener],
        weighed: list[dict[int, float]],
        thoughts: list[dict[int, Any]],
    ) -> None:
        """Score duration and velocity, mixed over what the onset and the duration may be."""
        mixtures: list[list[tuple[float, Any, int]]] = []
        for row, one in enumerate(going):
            pitch = one.ids[i][1]
            seen = {v: w * thoughts[row][v].pitch[pitch] for v, w in weighed[row].items()}
            total = sum(seen.values())
            chances = sum(w / total * thoughts[row][v].duration for v, w in seen.items())
            self._score(one, i, 2, chances @ DURATION_SUM, one.classes[i][2])
            mixtures.append(
                [
                    (w / total * thoughts[row][v].duration[d], thoughts[row][v], d)
                    for v, w in seen.items()
                    for d in _likely(chances, DURATION_CLASS, one.classes[i][2])
                ]
            )
        self._velocities(i, going, mixtures)

    def _velocities(
        self, i: int, going: list[_Listener], mixtures: list[list[tuple[float, Any, int]]]
    ) -> None:
        flat = [(row, *part) for row, mixture in enumerate(mixtures) for part in mixture]
        told = np.stack(
            [
                thought.told + self.decisions.tell([layout.FOR_DURATION + d])
                for *_, thought, d in flat
            ]
        )
        heard = np.stack([thought.heard for *_, thought, _ in flat])
        # One row more than there may be: a product of one row is summed in another order.
        told, heard = np.vstack([told, told[:1]]), np.vstack([heard, heard[:1]])
        shares = probabilities(self.decisions.velocity(heard, told)) @ VELOCITY_SUM
        for row, one in enumerate(going):
            mine = [(weight, shares[k]) for k, (r, weight, *_) in enumerate(flat) if r == row]
            chances = sum(weight * share for weight, share in mine) / sum(w for w, _ in mine)
            self._score(one, i, 3, chances, one.classes[i][3])

    def _go_on(self, i: int, going: list[_Listener]) -> None:
        """Tell the network the notes as they are, and ask when the next ones come."""
        ahead: list[Columns] = [[] for _ in range(self.n)]
        told = np.zeros((self.n, self.told_width), np.float32)
        pitches = [0] * self.n
        for row, one in enumerate(going):
            _, pitches[row], duration, velocity = one.ids[i]
            ahead[row] = one.ahead(i)
            rest = [layout.FOR_DURATION + duration, layout.FOR_VELOCITY + velocity]
            told[row] = self.decisions.tell([*one.within(pitches[row]), *rest])
            one.push(i)
        thought, after = self.network.read(self.state, ahead)
        self.network.keep(self.state, after)
        heard = self.decisions.hear(thought)
        self.onsets = probabilities(self.decisions.onset(heard, told, pitches))

    @staticmethod
    def _score(one: _Listener, i: int, part: int, chances: Table, right: int) -> None:
        one.bits[i, part] = -np.log2(chances[right])
        one.hits[i, part] = chances.argmax() == right


@dataclass(frozen=True, eq=False)
class _Thought:
    """What is thought of a note if its onset is one of the values of its class."""

    pitch: Table
    duration: Table
    heard: npt.NDArray[np.float32]
    told: npt.NDArray[np.float32]


def canonical_classes(piece: GridScore) -> list[list[int]]:
    """Return the classes of the yardstick, N of onset, pitch, duration and velocity."""
    ids = encode(piece.notes)
    columns = np.column_stack(
        [SHIFT_CLASS[ids[:, 0]], ids[:, 1], DURATION_CLASS[ids[:, 2]], VELOCITY_CLASS[ids[:, 3]]]
    )
    rows: list[list[int]] = columns.tolist()
    return rows


def _likely(chances: Table, classes: npt.NDArray[np.int64], wanted: int) -> dict[int, float]:
    """Return the values of a class that weigh enough, and their shares of what these weigh."""
    members = np.flatnonzero(classes == wanted)
    shares = chances[members] / chances[members].sum()
    kept = {int(m): float(s) for m, s in zip(members, shares, strict=True) if s >= LEAST}
    total = sum(kept.values())
    return {value: share / total for value, share in kept.items()}


def _turns(weighed: list[dict[int, float]]) -> Iterator[dict[int, int]]:
    """Yield row -> value until every value of every row had its turn."""
    values = [list(row) for row in weighed]
    for k in range(max(len(row) for row in values)):
        yield {row: mine[k] for row, mine in enumerate(values) if k < len(mine)}
