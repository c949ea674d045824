"""The networks of the notes recipe in numpy, one note at a time: composing loads no TensorFlow.

The arithmetic is that of :mod:`generator.models.in_keras`. Several pieces are read
side by side, each row as if it were alone: a product of one row would be
summed in another order than a product of several, so there are always two rows at
least.

Shapes: B pieces side by side, D width, W window, S size of a head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from generator.models.shape import Shape
from generator.models.windowed import sigmoid
from generator.recipes import layout
from generator.recipes.notes import N_PITCHES
from generator.recipes.past import N_PLANES

Array = npt.NDArray[np.float32]
Columns = Sequence[int]  # of the facts that hold, in a row of zeros and ones

NEVER = np.float32(-1e9)  # the logit of what cannot be
STRUCK = 1  # the plane of the keys that are struck at this onset
TOLD = ("duration", "velocity", "onset")  # decisions that know the pitch
DECISIONS = ("pitch", *TOLD)
BLOCK = 64  # columns
FACTS = layout.AHEAD.width  # columns before the sets of keys


class Network(Protocol):
    """What composing and evaluation ask of a network."""

    shape: Shape

    def begin(self, n: int) -> Any:
        """Return the state of ``n`` pieces of which nothing was read; two at least."""

    def read(self, state: Any, ahead: Sequence[Columns]) -> tuple[Array, Any]:
        """Return what is thought (B, D) of the facts ahead, and what to keep."""

    def keep(self, state: Any, after: Any) -> None:
        """Move ``state`` past the note that was read."""


class Decisions:
    """From what a network thinks to the four parts of a note.

    Each decision has H hidden units. What the state says to them is one product for
    all four (:meth:`hear`); what the facts within the note say is a sum of rows
    (:meth:`tell`), to which the duration and the velocity are added as they are decided.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        a = {
            name.removeprefix("decisions."): array
            for name, array in arrays.items()
            if name.startswith("decisions.")
        }
        self._state = Kernel(np.hstack([a[f"{part}_state"] for part in DECISIONS]))
        self._bias = np.hstack([a[f"{part}_bias"] for part in DECISIONS])
        self._point, self._point_bias = Kernel(a["pitch_point"]), a["pitch_point_bias"]
        self._out = {p: (Kernel(a[f"{p}_out"]), a[f"{p}_out_bias"]) for p in DECISIONS}
        self._hidden = a["pitch_bias"].size
        within = np.zeros((layout.WITHIN.width, 3 * self._hidden), np.float32)
        for i, part in enumerate(TOLD):
            known = a[f"{part}_within"]
            within[: len(known), i * self._hidden : (i + 1) * self._hidden] = known
        self._within = within

    def hear(self, thought: Array) -> Array:
        """Return what the state says to all decisions, (B, 4 H)."""
        return self._state.times(thought) + self._bias

    def tell(self, within: Columns) -> Array:
        """Return what facts within the note say to duration, velocity and onset, (3 H,)."""
        told: Array = self._within[within].sum(axis=0)
        return told

    def tell_each(self, columns: Columns) -> Array:
        """Return what one fact for each of B pieces says, (B, 3 H)."""
        told: Array = self._within[columns]
        return told

    def pitch(self, thought: Array, heard: Array, ahead: Sequence[Columns]) -> Array:
        """Return logits (B, 88)."""
        logits = self._decided("pitch", heard[:, : self._hidden])
        points = self._point.times(thought) + self._point_bias
        planes = _planes(ahead)
        logits += (points[:, None] @ planes)[:, 0]
        # Chords are told from below: what is at or below a struck key may not be struck.
        from_above = planes[:, STRUCK, ::-1]
        logits[np.maximum.accumulate(from_above, axis=-1)[:, ::-1] > 0] = NEVER
        return logits

    def duration(self, heard: Array, told: Array) -> Array:
        """Return logits (B, N_DURATIONS); ``told`` (B, 3 H)."""
        return self._told("duration", heard, told)

    def velocity(self, heard: Array, told: Array) -> Array:
        """Return logits (B, N_VELOCITIES); ``told`` knows the duration."""
        return self._told("velocity", heard, told)

    def onset(self, heard: Array, told: Array, pitches: Sequence[int]) -> Array:
        """Return logits (B, N_SHIFTS) of the next onset; ``told`` knows the whole note."""
        logits = self._told("onset", heard, told)
        # Nothing lies above the highest key, so nothing can join it.
        logits[np.asarray(pitches) == N_PITCHES - 1, 0] = NEVER
        return logits

    def _told(self, part: str, heard: Array, told: Array) -> Array:
        h, i = self._hidden, TOLD.index(part)
        return self._decided(part, heard[:, (i + 1) * h : (i + 2) * h] + told[:, i * h : i * h + h])

    def _decided(self, part: str, hidden: Array) -> Array:
        out, bias = self._out[part]
        return out.times(_silu(hidden)) + bias


@dataclass
class LSTMState:
    """What two LSTMs remember of B pieces; each array (levels, B, D)."""

    hidden: Array
    cell: Array


class LSTM:
    """Two LSTMs, one above the other, and a way around the second."""

    def __init__(self, shape: Shape, arrays: Mapping[str, Array]) -> None:
        self.shape = shape
        self.front, self.front_bias = arrays["front.kernel"], arrays["front.bias"]
        names = [f"lstm_{i + 1}" for i in range(shape.depth)]
        # sigmoid(x) = 0.5 + 0.5 tanh(0.5 x), so one tanh does for all four gates.
        candidate = np.repeat([False, False, True, False], shape.width)
        self._scale = np.where(candidate, 1, 0.5).astype(np.float32)
        self._base = np.where(candidate, 0, 0.5).astype(np.float32)
        # Input and state side by side make one product of two.
        self.kernels = [
            Kernel(np.vstack([arrays[f"{name}.kernel"], arrays[f"{name}.recurrent"]]))
            for name in names
        ]
        self.biases = [arrays[f"{name}.bias"] for name in names]

    def begin(self, n: int) -> LSTMState:
        """Return the state of ``n`` pieces of which nothing was read."""
        blank = np.zeros((self.shape.depth, n, self.shape.width), np.float32)
        return LSTMState(blank, blank.copy())

    def read(self, state: LSTMState, ahead: Sequence[Columns]) -> tuple[Array, LSTMState]:
        """Return what is thought (B, D), and the state after it."""
        x = _silu(_summed(self.front, ahead) + self.front_bias)
        after = LSTMState(np.empty_like(state.hidden), np.empty_like(state.cell))
        total: Array = np.zeros_like(x)
        for i, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            gates = kernel.times(np.concatenate([x, state.hidden[i]], axis=1))
            gates += bias
            opened, forgotten, candidate, shown = self._opened(gates)
            cell, x = after.cell[i], after.hidden[i]
            np.multiply(forgotten, state.cell[i], out=cell)
            cell += opened * candidate
            np.multiply(shown, np.tanh(cell), out=x)
            total += x
        return total, after

    def _opened(self, gates: Array) -> Array:
        """Return the four gates, (4, B, D), in the place of what drives them, (B, 4 D)."""
        gates *= self._scale
        np.tanh(gates, out=gates)
        gates *= self._scale
        gates += self._base
        return gates.reshape(len(gates), 4, -1).swapaxes(0, 1)

    def keep(self, state: LSTMState, after: LSTMState) -> None:
        """Move ``state`` past the note that was read."""
        state.hidden, state.cell = after.hidden, after.cell


@dataclass
class TransformerState:
    """The last notes of B pieces as each level saw them, in a ring of the window's length.

    The note that is being read stands in the ring too, where the oldest one leaves.
    """

    keys: Array  # (levels, B, heads, W, S)
    values: Array
    place: int  # how many notes were read


class Transformer:
    """Blocks of attention, one above the other."""

    def __init__(self, shape: Shape, arrays: Mapping[str, Array]) -> None:
        self.shape = shape
        self.front, self.front_bias = arrays["front.kernel"], arrays["front.bias"]
        self.blocks: list[dict[str, Any]] = [
            {
                name.split(".")[1]: Kernel(array) if array.ndim > 1 else array
                for name, array in arrays.items()
                if name.startswith(f"block_{i + 1}.")
            }
            for i in range(shape.depth)
        ]
        self.norm = arrays["last.norm"]

    def begin(self, n: int) -> TransformerState:
        """Return the state of ``n`` pieces of which nothing was read."""
        shape = self.shape
        size = shape.width // shape.heads
        ring = np.zeros((shape.depth, n, shape.heads, shape.window, size), np.float32)
        return TransformerState(ring, ring.copy(), 0)

    def read(self, state: TransformerState, ahead: Sequence[Columns]) -> tuple[Array, Array]:
        """Return what is thought (B, D), and each level's key and value to keep."""
        x = _silu(_summed(self.front, ahead) + self.front_bias)
        size = self.shape.width // self.shape.heads
        fresh = np.empty((self.shape.depth, 2, len(x), self.shape.heads, size), np.float32)
        turn = self.shape.angles(np.array([state.place]))
        for i, block in enumerate(self.blocks):
            heard = block["query_key_value"].times(_normed(x, block["norm_1"]))
            heard = heard.reshape(-1, 3, self.shape.heads, size).swapaxes(0, 1)
            query, fresh[i, 0] = _turn(heard[:2], *turn)
            fresh[i, 1] = heard[2]
            x = x + block["out"].times(self._attended(state, i, query, fresh[i]))
            wide = block["wide"].times(_normed(x, block["norm_2"]))
            wide += block["wide_bias"]
            x += block["narrow"].times(_silu(wide))
        return _normed(x, self.norm), fresh

    def keep(self, state: TransformerState, after: Array) -> None:
        """Move ``state`` past the note that was read."""
        slot = state.place % self.shape.window
        state.keys[:, :, :, slot], state.values[:, :, :, slot] = after[:, 0], after[:, 1]
        state.place += 1

    def _attended(self, state: TransformerState, level: int, query: Array, fresh: Array) -> Array:
        """Return what the query (B, heads, S) finds among the notes kept and the fresh one."""
        slot = state.place % self.shape.window
        known = min(state.place + 1, self.shape.window)
        keys, values = state.keys[level], state.values[level]
        keys[:, :, slot], values[:, :, slot] = fresh
        query = query * np.float32(query.shape[-1] ** -0.5)
        weights = (keys[:, :, :known] @ query[..., None])[..., 0]
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, out=weights)
        weights /= weights.sum(axis=-1, keepdims=True)
        attended: Array = (weights[:, :, None] @ values[:, :, :known]).reshape(len(query), -1)
        return attended


NETWORKS: dict[str, Any] = {"lstm": LSTM, "transformer": Transformer}


def probabilities(logits: Array) -> npt.NDArray[np.float64]:
    """Return the softmax over the last axis, in double precision."""
    odds = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    shares: npt.NDArray[np.float64] = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def _summed(kernel: Array, columns: Sequence[Columns]) -> Array:
    """Return rows of zeros and ones times ``kernel``, the zeros left out."""
    summed = np.empty((len(columns), kernel.shape[1]), np.float32)
    for total, ones in zip(summed, columns, strict=True):
        np.add.reduce(kernel.take(np.array(ones, np.intp), axis=0), axis=0, out=total)
    return summed


def _planes(ahead: Sequence[Columns]) -> Array:
    """Return the sets of keys among the facts as zeros and ones, (B, N_PLANES, 88)."""
    spread = np.zeros((len(ahead), layout.WIDTH), np.float32)
    rows = np.repeat(np.arange(len(ahead)), [len(columns) for columns in ahead])
    spread[rows, np.array([*chain.from_iterable(ahead)], np.intp)] = 1
    return spread[:, FACTS:].reshape(len(ahead), N_PLANES, N_PITCHES)


class Kernel:
    """A matrix to multiply a few rows with, cut into blocks of columns.

    Blocks of this size are multiplied as they lie; a matrix in one piece would be
    copied first, for every product, which takes five times as long as the product.
    """

    def __init__(self, matrix: Array) -> None:
        rows, self.width = matrix.shape
        n_blocks = -(-self.width // BLOCK)
        padded = np.zeros((rows, n_blocks * BLOCK), np.float32)
        padded[:, : self.width] = matrix
        self._blocks = np.ascontiguousarray(padded.reshape(rows, n_blocks, BLOCK).swapaxes(0, 1))

    def times(self, x: Array) -> Array:
        """Return ``x`` (B, rows) times the matrix, (B, width)."""
        product = np.empty((len(x), len(self._blocks) * BLOCK), np.float32)
        by_block = product.reshape(len(x), -1, BLOCK).swapaxes(0, 1)  # (blocks, B, BLOCK)
        np.matmul(x, self._blocks, out=by_block)
        return product[:, : self.width]


def _normed(x: Array, scale: Array) -> Array:
    mean: Array = np.add.reduce(x * x, axis=-1, keepdims=True) / x.shape[-1]
    y: Array = x / np.sqrt(mean + 1e-6) * scale
    return y


def _turn(x: Array, cosine: Array, sine: Array) -> Array:
    half = x.shape[-1] // 2
    one, other = x[..., :half], x[..., half:]
    return np.concatenate([one * cosine - other * sine, one * sine + other * cosine], axis=-1)


def _silu(x: Array) -> Array:
    return x * sigmoid(x)
