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
        for row, columns in enumerate(ahead):
            planes = np.zeros(N_PLANES * N_PITCHES, np.float32)
            planes[[column - FACTS for column in columns if column >= FACTS]] = 1
            logits[row] += points[row] @ planes.reshape(N_PLANES, N_PITCHES)
            # Chords are told from below: what is at or below a struck key may not be struck.
            struck = np.flatnonzero(planes[STRUCK * N_PITCHES : (STRUCK + 1) * N_PITCHES])
            if struck.size:
                logits[row, : struck[-1] + 1] = NEVER
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
            gates = kernel.times(np.concatenate([x, state.hidden[i]], axis=1)) + bias
            opened, forgotten, candidate, shown = np.split(gates, 4, axis=1)
            cell = sigmoid(forgotten) * state.cell[i] + sigmoid(opened) * np.tanh(candidate)
            x = sigmoid(shown) * np.tanh(cell)
            after.hidden[i], after.cell[i] = x, cell
            total += x
        return total, after

    def keep(self, state: LSTMState, after: LSTMState) -> None:
        """Move ``state`` past the note that was read."""
        state.hidden, state.cell = after.hidden, after.cell


@dataclass
class TransformerState:
    """The last notes of B pieces as each level saw them, in a ring of the window's length."""

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

    def read(self, state: TransformerState, ahead: Sequence[Columns]) -> tuple[Array, list[Array]]:
        """Return what is thought (B, D), and each level's key and value to keep."""
        x = _silu(_summed(self.front, ahead) + self.front_bias)
        fresh: list[Array] = []
        for i, block in enumerate(self.blocks):
            heard = block["query_key_value"].times(_normed(x, block["norm_1"]))
            query, key, value = self._turned(heard, state.place)
            x = x + block["out"].times(self._attended(state, i, query, key, value))
            wide = block["wide"].times(_normed(x, block["norm_2"])) + block["wide_bias"]
            x = x + block["narrow"].times(_silu(wide))
            fresh += [key, value]
        return _normed(x, self.norm), fresh

    def keep(self, state: TransformerState, after: list[Array]) -> None:
        """Move ``state`` past the note that was read."""
        slot = state.place % self.shape.window
        for i in range(self.shape.depth):
            state.keys[i, :, :, slot], state.values[i, :, :, slot] = after[2 * i : 2 * i + 2]
        state.place += 1

    def _turned(self, heard: Array, place: int) -> tuple[Array, Array, Array]:
        """Return query, key and value, each (B, heads, S), the first two turned by their place."""
        shape = self.shape
        size = shape.width // shape.heads
        query, key, value = heard.reshape(-1, 3, shape.heads, size).transpose(1, 0, 2, 3)
        cosine, sine = shape.angles(np.array([place]))
        return _turn(query, cosine, sine) * np.float32(size**-0.5), _turn(key, cosine, sine), value

    def _attended(
        self, state: TransformerState, level: int, query: Array, key: Array, value: Array
    ) -> Array:
        known = min(state.place, self.shape.window)
        keys, values = state.keys[level][:, :, :known], state.values[level][:, :, :known]
        scores = np.einsum("bhs,bhws->bhw", query, keys)
        if known == self.shape.window:  # the oldest is leaving
            scores[:, :, state.place % self.shape.window] = NEVER
        own = (query * key).sum(axis=-1, keepdims=True)
        scores = np.concatenate([scores, own], axis=-1)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = np.einsum("bhw,bhws->bhs", weights[:, :, :-1], values)
        mixed += weights[:, :, -1:] * value
        attended: Array = mixed.reshape(len(query), -1)
        return attended


NETWORKS: dict[str, Any] = {"lstm": LSTM, "transformer": Transformer}


def probabilities(logits: Array) -> npt.NDArray[np.float64]:
    """Return the softmax over the last axis, in double precision."""
    odds = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    shares: npt.NDArray[np.float64] = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def _summed(kernel: Array, columns: Sequence[Columns]) -> Array:
    """Return rows of zeros and ones times ``kernel``, the zeros left out."""
    return np.stack([kernel[row].sum(axis=0) for row in columns])


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
        blocks = np.matmul(x, self._blocks)  # (blocks, B, BLOCK)
        product: Array = blocks.swapaxes(0, 1).reshape(len(x), -1)[:, : self.width]
        return product


def _normed(x: Array, scale: Array) -> Array:
    y: Array = x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + 1e-6) * scale
    return y


def _turn(x: Array, cosine: Array, sine: Array) -> Array:
    one, other = np.split(x, 2, axis=-1)
    return np.concatenate([one * cosine - other * sine, one * sine + other * cosine], axis=-1)


def _silu(x: Array) -> Array:
    return x * sigmoid(x)
