"""The networks of the notes recipe as Keras trains them.

    facts ahead (B, T, W) - front - LSTM twice, or attention L times - state (B, T, D)
    state                        - pitch
    state, pitch, facts          - duration
    state, pitch, duration       - velocity
    all of these                 - next onset

Every step has a loss. The pitch may also point: what was struck a bar ago, or
followed the same notes before, is a set of keys, and the state says how much each
of these sets counts. :mod:`generator.models.in_numpy` is the same arithmetic for
composing, without TensorFlow.

Written in the API of Keras alone. On a processor that multiplies bfloat16 in
hardware, the matrix products run in it, twice as fast; sums, states and weights
stay float32.

Shapes: B batch, T steps, W facts, D width, H hidden units of a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from generator.models.shape import Shape
from generator.recipes import layout
from generator.recipes.notes import N_DURATIONS, N_PITCHES, N_SHIFTS, N_VELOCITIES
from generator.recipes.past import N_PLANES

NEVER = -1e9  # the logit of what cannot be
PARTS = ("onset", "pitch", "duration", "velocity")
SOUGHT = {"onset": 1.0, "pitch": 1.0, "duration": 1.0, "velocity": 0.5}  # weight in the loss
STRUCK = 1  # the plane of the keys that are struck at this onset


class Part(keras.layers.Layer):
    """A layer whose weights have names, and whose products may be half as wide."""

    def __init__(self, shape: Shape, half: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sizes, self.half = shape, half
        self.arrays: dict[str, Any] = {}

    def array(self, name: str, *shape: int, start: str = "glorot_uniform") -> None:
        """Add a weight under ``name``."""
        self.arrays[name] = self.add_weight(shape=shape, initializer=start, name=name)

    def product(self, x: Any, name: str) -> Any:
        """Return ``x`` times a weight."""
        narrow = ops.matmul(ops.cast(x, self.half), ops.cast(self.arrays[name], self.half))
        return ops.cast(narrow, "float32")


class Front(Part):
    """From a row of zeros and ones to D numbers: the sum of what each fact stands for."""

    def build(self, _: Any) -> None:
        self.array("kernel", layout.WIDTH, self.sizes.width, start="he_normal")
        self.array("bias", self.sizes.width, start="zeros")
        self.rest = keras.layers.Dropout(self.sizes.dropout)
        self.built = True

    def call(self, ahead: Any, training: bool | None = None) -> Any:
        x = self.product(ahead, "kernel") + self.arrays["bias"]
        return self.rest(ops.silu(x), training=training)


class Cell(Part):
    """One step of an LSTM whose input has already been multiplied."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state_size = (self.sizes.width, self.sizes.width)
        self.output_size = self.sizes.width

    def build(self, _: Any) -> None:
        self.array("recurrent", self.sizes.width, 4 * self.sizes.width, start="orthogonal")
        self.built = True

    def call(self, driven: Any, states: Any, training: bool | None = None) -> Any:
        hidden, cell = states
        gates = driven + self.product(hidden, "recurrent")
        opened, forgotten, candidate, shown = ops.split(gates, 4, axis=-1)
        cell = ops.sigmoid(forgotten) * cell + ops.sigmoid(opened) * ops.tanh(candidate)
        hidden = ops.sigmoid(shown) * ops.tanh(cell)
        return hidden, (hidden, cell)


class CarriedLSTM(Part):
    """An LSTM that goes on from where the batch before ended, but where a piece begins."""

    def __init__(self, *args: Any, batch: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch

    def build(self, _: Any) -> None:
        width = self.sizes.width
        self.array("kernel", width, 4 * width)
        self.array("bias", 4 * width, start="zeros")
        # A gate that is open at first lets the gradient through.
        forgetting = np.zeros(4 * width, np.float32)
        forgetting[width : 2 * width] = 1
        self.arrays["bias"].assign(forgetting)
        self.cell = Cell(self.sizes, self.half, name="cell")
        self.steps = keras.layers.RNN(self.cell, return_sequences=True, return_state=True)
        self.steps.build((self.batch, None, 4 * width))
        self.arrays["recurrent"] = self.cell.arrays["recurrent"]
        self.kept = [
            self.add_weight(
                shape=(self.batch, width), initializer="zeros", trainable=False, name=name
            )
            for name in ("hidden", "memory")
        ]
        self.built = True

    def call(self, x: Any, begins: Any, training: bool | None = None) -> Any:
        keep = 1 - ops.cast(begins, "float32")[:, None]
        states = [kept * keep for kept in self.kept]
        driven = self.product(x, "kernel") + self.arrays["bias"]
        outputs, *states = self.steps(driven, initial_state=states, training=training)
        for kept, state in zip(self.kept, states, strict=True):
            kept.assign(ops.stop_gradient(state))
        return outputs


class LSTM(keras.layers.Layer):
    """Two LSTMs, one above the other, and a way around the second."""

    def __init__(self, shape: Shape, half: str, *, batch: int) -> None:
        super().__init__(name="body")
        self.levels = [
            CarriedLSTM(shape, half, batch=batch, name=f"lstm_{i + 1}") for i in range(shape.depth)
        ]
        self.rest = keras.layers.Dropout(shape.dropout)

    def build(self, *_: Any) -> None:
        for level in self.levels:
            level.build(None)
        self.built = True

    def call(self, x: Any, begins: Any, training: bool | None = None) -> Any:
        total = 0.0
        for level in self.levels:
            x = level(self.rest(x, training=training), begins, training=training)
            total = total + x
        return self.rest(total, training=training)


class Attention(Part):
    """A block of a Transformer: attention over the last notes, then two dense layers.

    Positions are relative: queries and keys are turned by an angle that grows with
    their place, so that what they say to each other depends on the distance alone.
    """

    def build(self, _: Any) -> None:
        width = self.sizes.width
        self.array("norm_1", width, start="ones")
        self.array("query_key_value", width, 3 * width)
        self.array("out", width, width)
        self.array("norm_2", width, start="ones")
        self.array("wide", width, 4 * width)
        self.array("wide_bias", 4 * width, start="zeros")
        self.array("narrow", 4 * width, width)
        self.rest = keras.layers.Dropout(self.sizes.dropout)
        self.built = True

    def call(self, x: Any, training: bool | None = None) -> Any:
        heard = self.product(_normed(x, self.arrays["norm_1"]), "query_key_value")
        x = x + self.rest(self.product(self._attend(heard), "out"), training=training)
        wide = self.product(_normed(x, self.arrays["norm_2"]), "wide") + self.arrays["wide_bias"]
        return x + self.rest(self.product(ops.silu(wide), "narrow"), training=training)

    def _attend(self, heard: Any) -> Any:
        batch, steps = ops.shape(heard)[0], heard.shape[1]
        heads, size = self.sizes.heads, self.sizes.width // self.sizes.heads
        heard = ops.transpose(ops.reshape(heard, (batch, steps, 3, heads, size)), (2, 0, 3, 1, 4))
        cosine, sine = self.sizes.angles(np.arange(steps))
        query, key = (_turned(heard[i], cosine, sine) for i in (0, 1))
        scores = ops.matmul(
            ops.cast(query * size**-0.5, self.half),
            ops.cast(ops.transpose(key, (0, 1, 3, 2)), self.half),
        )
        apart = np.arange(steps)[:, None] - np.arange(steps)[None, :]
        unseen = np.where((apart < 0) | (apart >= self.sizes.window), NEVER, 0).astype(np.float32)
        weights = ops.softmax(ops.cast(scores, "float32") + unseen)
        mixed = ops.matmul(ops.cast(weights, self.half), ops.cast(heard[2], self.half))
        mixed = ops.transpose(ops.cast(mixed, "float32"), (0, 2, 1, 3))
        return ops.reshape(mixed, (batch, steps, heads * size))


class Transformer(keras.layers.Layer):
    """Blocks of attention, one above the other."""

    def __init__(self, shape: Shape, half: str, *, batch: int) -> None:
        super().__init__(name="body")
        self.levels = [Attention(shape, half, name=f"block_{i + 1}") for i in range(shape.depth)]
        self.norm = Part(shape, half, name="last")
        self.width = shape.width

    def build(self, *_: Any) -> None:
        for level in self.levels:
            level.build(None)
        self.norm.array("norm", self.width, start="ones")
        self.norm.built = True
        self.built = True

    def call(self, x: Any, begins: Any, training: bool | None = None) -> Any:
        for level in self.levels:
            x = level(x, training=training)
        return _normed(x, self.norm.arrays["norm"])


class Decisions(Part):
    """From the state to the four parts of a note, each knowing the ones before."""

    SEEN = {
        "duration": (layout.FOR_DURATION, N_DURATIONS),
        "velocity": (layout.FOR_VELOCITY, N_VELOCITIES),
        "onset": (layout.FOR_ONSET, N_SHIFTS),
    }

    def build(self, _: Any) -> None:
        width, hidden = self.sizes.width, self.sizes.hidden
        self.array("pitch_state", width, hidden)
        self.array("pitch_bias", hidden, start="zeros")
        self.array("pitch_out", hidden, N_PITCHES)
        self.array("pitch_out_bias", N_PITCHES, start="zeros")
        self.array("pitch_point", width, N_PLANES)
        self.array("pitch_point_bias", N_PLANES, start="zeros")
        for name, (seen, kinds) in self.SEEN.items():
            self.array(f"{name}_state", width, hidden)
            self.array(f"{name}_within", seen, hidden, start="he_normal")
            self.array(f"{name}_bias", hidden, start="zeros")
            self.array(f"{name}_out", hidden, kinds)
            self.array(f"{name}_out_bias", kinds, start="zeros")
        self.rest = keras.layers.Dropout(self.sizes.dropout)
        # What is at or below a struck key may not be struck: chords are told from below.
        self.below = np.tril(np.ones((N_PITCHES, N_PITCHES), np.float32))
        self.built = True

    def call(self, state: Any, ahead: Any, within: Any, training: bool | None = None) -> Any:
        logits = {"pitch": self._pitch(state, ahead, training)}
        for name, (seen, _) in self.SEEN.items():
            told = self.product(within[..., :seen], f"{name}_within")
            hidden = self.product(state, f"{name}_state") + told + self.arrays[f"{name}_bias"]
            hidden = self.rest(ops.silu(hidden), training=training)
            logits[name] = self.product(hidden, f"{name}_out") + self.arrays[f"{name}_out_bias"]
        # Nothing lies above the highest key, so nothing can join it.
        highest = ops.cast(within[..., N_PITCHES - 1 : N_PITCHES], "float32")
        nothing = np.eye(1, N_SHIFTS, dtype=np.float32)[0] * NEVER
        logits["onset"] = logits["onset"] + highest * nothing
        return logits

    def _pitch(self, state: Any, ahead: Any, training: bool | None) -> Any:
        hidden = self.product(state, "pitch_state") + self.arrays["pitch_bias"]
        hidden = self.rest(ops.silu(hidden), training=training)
        logits = self.product(hidden, "pitch_out") + self.arrays["pitch_out_bias"]
        points = self.product(state, "pitch_point") + self.arrays["pitch_point_bias"]
        planes = ops.reshape(
            ops.cast(ahead[..., layout.AHEAD.width :], "float32"),
            (*ops.shape(ahead)[:2], N_PLANES, N_PITCHES),
        )
        logits = logits + ops.sum(points[..., None] * planes, axis=-2)
        struck = ops.matmul(planes[..., STRUCK, :], self.below)
        return logits + NEVER * ops.cast(struck > 0, "float32")


BODIES: dict[str, Any] = {"lstm": LSTM, "transformer": Transformer}


class NotesNetwork(keras.Model):
    """The whole network; ``inputs`` are facts ahead, facts within and where pieces begin."""

    def __init__(self, shape: Shape, *, batch: int, half: str) -> None:
        super().__init__(name="notes")
        self.front = Front(shape, half, name="front")
        self.body = BODIES[shape.network](shape, half, batch=batch)
        self.decisions = Decisions(shape, half, name="decisions")
        self.told = {part: keras.metrics.Mean(name=part) for part in PARTS}
        self.hits = keras.metrics.Mean(name="accuracy")
        for part in (self.front, self.body, self.decisions):
            part.build(None)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        ahead, within, begins = inputs
        state = self.body(self.front(ahead, training=training), begins, training=training)
        return self.decisions(state, ahead, within, training=training)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, **_: Any
    ) -> Any:
        """Return nats a note; ``y`` (B, T, 4) are ids, ``sample_weight`` (B, T, 4) what counts."""
        total = 0.0
        notes = ops.sum(sample_weight[..., 1])
        for i, part in enumerate(PARTS):
            nats = keras.losses.sparse_categorical_crossentropy(
                y[..., i], y_pred[part], from_logits=True
            )
            count = ops.sum(sample_weight[..., i])
            told = ops.sum(nats * sample_weight[..., i])
            self.told[part].update_state(told / ops.maximum(count, 1.0), count)
            total = total + SOUGHT[part] * told
        right = ops.cast(ops.argmax(y_pred["pitch"], axis=-1), y.dtype) == y[..., 1]
        self.hits.update_state(ops.cast(right, "float32"), sample_weight[..., 1])
        return total / ops.maximum(notes, 1.0)

    def named_arrays(self) -> dict[str, Any]:
        """Return the weights by the names that numpy reads them under."""
        parts = [self.front, *self.body.levels, self.decisions]
        if hasattr(self.body, "norm"):
            parts.append(self.body.norm)
        return {f"{part.name}.{name}": a for part in parts for name, a in part.arrays.items()}

    def give(self, arrays: Mapping[str, Any]) -> None:
        """Set the weights to arrays of the same names and shapes."""
        for name, weight in self.named_arrays().items():
            weight.assign(arrays[name])


def _normed(x: Any, scale: Any) -> Any:
    """Return ``x`` at a root mean square of 1, times ``scale``."""
    return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-6) * scale


def _turned(x: Any, cosine: Any, sine: Any) -> Any:
    one, other = ops.split(x, 2, axis=-1)
    return ops.concatenate([one * cosine - other * sine, one * sine + other * cosine], axis=-1)
