"""The network of the 40-note recipe, which reads its whole window anew for every token.

    Input (40, 1) - LSTM 256 - Dropout 0.1 - LSTM 128 - Dropout 0.1
    - Dense 256 - Dense V - softmax

Keras trains it; :class:`WindowedNetwork` is the same arithmetic in numpy, so
composing loads no TensorFlow. The state begins at zero with every window, as in
training.

Shapes: B batch, T = 40 tokens, U units, V kinds of token.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.recipes.chords import WINDOW, Ids, normalise

Array = npt.NDArray[np.float32]

# Keras writes the four gates side by side, in this order.
INPUT, FORGET, CANDIDATE, OUTPUT = range(4)


def build_network(n_kinds: int, *, lanes: int = 1) -> Any:
    """Return the untrained Keras model from (B, 40, 1) to probabilities (B, V), compiled.

    The loss is the sparse form of categorical cross-entropy: the same number
    for an integer target as for its one-hot row, in a hundredth of the memory.

    Parameters
    ----------
    n_kinds : int
        Tokens in the vocabulary, V.
    lanes : int
        Parts of a batch that are read side by side. A step of an LSTM is too
        small to keep two cores busy; two of them are not, and two lanes on two
        cores train 1.8 times as fast. The mean over the batch is the same.
    """
    network = _in_lanes(_layers(n_kinds), lanes)
    network.build((None, WINDOW, 1))
    network.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


def _layers(n_kinds: int) -> Any:
    import keras  # noqa: PLC0415 - composing must not load it
    from keras import layers  # noqa: PLC0415

    return keras.Sequential(
        [
            keras.Input((WINDOW, 1)),
            layers.LSTM(256, return_sequences=True, name="lstm_1"),
            layers.Dropout(0.1, name="dropout_1"),
            layers.LSTM(128, name="lstm_2"),
            layers.Dropout(0.1, name="dropout_2"),
            layers.Dense(256, name="dense_1"),
            layers.Dense(n_kinds, name="dense_2"),
            layers.Softmax(name="softmax"),
        ]
    )


def _in_lanes(layers: Any, lanes: int) -> Any:
    """Return a model that cuts its batch into ``lanes`` parts and shares ``layers`` among them."""
    import keras  # noqa: PLC0415
    from keras import ops  # noqa: PLC0415

    class Lanes(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.shared = layers

        def call(self, x: Any, training: bool | None = None) -> Any:
            part = ops.shape(x)[0] // lanes
            cuts = [i * part for i in range(lanes)] + [None]
            parts = [x[a:b] for a, b in pairwise(cuts)]
            return ops.concatenate([self.shared(p, training=training) for p in parts], axis=0)

    return Lanes()


def weights_of(network: Any) -> dict[str, Array]:
    """Return the trained arrays of a Keras model, by the names that numpy reads them under."""
    return {
        f"{layer.name}.{part}": values
        for layer in network.shared.layers
        for part, values in zip(_parts(layer), layer.get_weights(), strict=True)
    }


def give_weights(network: Any, weights: Mapping[str, Array]) -> None:
    """Set the arrays of a Keras model to ``weights``, named as by :func:`weights_of`."""
    for layer in network.shared.layers:
        layer.set_weights([weights[f"{layer.name}.{part}"] for part in _parts(layer)])


def _parts(layer: Any) -> tuple[str, ...]:
    kinds = {"lstm": ("kernel", "recurrent", "bias"), "dense": ("kernel", "bias")}
    return kinds.get(layer.name.split("_")[0], ())


class WindowedNetwork:
    """The trained network in numpy.

    Parameters
    ----------
    weights : mapping of str to np.ndarray, float32
        As :func:`weights_of` names them.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self.weights = dict(weights)
        self.n_kinds = int(weights["dense_2.bias"].shape[0])

    def probabilities(self, read: Ids) -> npt.NDArray[np.float64]:
        """Return the probability of each next token, shape (B, V), for windows (B, 40)."""
        x = np.swapaxes(normalise(read, self.n_kinds), 0, 1)  # (T, B, 1)
        hidden = self._lstm("lstm_1", x)  # (T, B, 256)
        last = self._lstm("lstm_2", hidden)[-1]  # (B, 128)
        logits = self._dense("dense_2", self._dense("dense_1", last)).astype(np.float64)
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares: npt.NDArray[np.float64] = odds / odds.sum(axis=-1, keepdims=True)
        return shares

    def _lstm(self, name: str, x: Array) -> Array:
        """Return the output at every step, (T, B, U), from a zero state."""
        recurrent = self.weights[f"{name}.recurrent"]  # (U, 4U)
        # What the input adds to the gates needs no memory: all steps at once.
        driven = x @ self.weights[f"{name}.kernel"] + self.weights[f"{name}.bias"]  # (T, B, 4U)
        steps, batch, units = x.shape[0], x.shape[1], recurrent.shape[0]
        hidden = np.zeros((batch, units), np.float32)
        cell = np.zeros((batch, units), np.float32)
        outputs = np.empty((steps, batch, units), np.float32)
        for step in range(steps):
            gates = driven[step] + hidden @ recurrent
            by_gate = gates.reshape(batch, 4, units)
            candidate = np.tanh(by_gate[:, CANDIDATE])
            opened = sigmoid(by_gate)
            cell = opened[:, FORGET] * cell + opened[:, INPUT] * candidate
            hidden = opened[:, OUTPUT] * np.tanh(cell)
            outputs[step] = hidden
        return outputs

    def _dense(self, name: str, x: Array) -> Array:
        y: Array = x @ self.weights[f"{name}.kernel"] + self.weights[f"{name}.bias"]
        return y


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)), by way of tanh, which cannot overflow."""
    y: Array = 0.5 + 0.5 * np.tanh(0.5 * x)
    return y
