"""Training the notes recipe: against the published windows, the machine's peak, and PyTorch.

All on one core, in the same run. A step is 32 streams of 128 notes; the published
way gives a network of the same width windows of 40 notes with one answer each.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from bench.measuring import Row, compare, from_turns
from generator.models.shape import SHAPES
from generator.recipes import layout
from generator.training.batches import Batch

os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

STREAMS, STEPS, WINDOW = 32, 128, 40
NOTES = STREAMS * STEPS
SHAPE = SHAPES["lstm"]
TURNS = 3


def measure() -> list[Row]:
    """Time a step of training against each of the others, a note at a time."""
    ours = _ours()
    rows = [
        _row(
            "windows", "one answer for a window of 40, same width, Keras's layers", ours, _windows()
        ),
        _row("peak", "as many multiplications in float32 products of 512 by 512", ours, _peak()),
    ]
    if find_spec("torch"):
        rows.append(_in_torch(ours))
    return rows


def _row(
    name: str, what: str, ours: Callable[[], Any], theirs: tuple[Callable[[], Any], int]
) -> Row:
    """Compare a step of ours with as many answers of theirs; times are microseconds a note."""
    work, answers = theirs
    row = compare(
        f"training-{name}",
        f"one answer learned, LSTM 2 x {SHAPE.width}: ours, against {what}",
        ours=ours,
        theirs=work,
        turns=TURNS,
        unit="us a note",
        per=NOTES / 1e6,
    )
    share = NOTES / answers
    scaled = {name: getattr(row, name) * share for name in ("ratio", "low", "high", "theirs")}
    return Row(**(row.to_dict() | scaled))


def n_weights() -> int:
    """Count the weights that a note is multiplied with."""
    width, hidden = SHAPE.width, SHAPE.hidden
    decisions = 4 * width * hidden + hidden * (88 + 65 + 32 + 66)
    within = hidden * (layout.FOR_DURATION + layout.FOR_VELOCITY + layout.FOR_ONSET)
    return layout.WIDTH * width + 2 * 8 * width * width + decisions + within


def _ours() -> Callable[[], Any]:
    import keras  # noqa: PLC0415

    from generator.models.in_keras import NotesNetwork  # noqa: PLC0415
    from generator.training.fitting import set_up  # noqa: PLC0415

    network = NotesNetwork(SHAPE, batch=STREAMS, half=set_up())
    network.compile(optimizer=keras.optimizers.AdamW(1e-4), jit_compile=False)
    batch = _batch()
    return lambda: network.train_on_batch(batch[:3], batch.ids, batch.counts)


def _batch() -> Batch:
    rng = np.random.default_rng(0)
    shape = (STREAMS, STEPS)
    return Batch(
        (rng.random((*shape, layout.WIDTH)) < 0.02).astype(np.uint8),
        (rng.random((*shape, layout.WITHIN.width)) < 0.01).astype(np.uint8),
        np.zeros(STREAMS, np.uint8),
        rng.integers(0, 30, (*shape, 4)).astype(np.int32),
        np.ones((*shape, 4), np.float32),
    )


def _windows() -> tuple[Callable[[], Any], int]:
    import keras  # noqa: PLC0415
    from keras import layers  # noqa: PLC0415

    windows = 256
    network = keras.Sequential(
        [
            keras.Input((WINDOW, 1)),
            layers.LSTM(SHAPE.width, return_sequences=True),
            layers.LSTM(SHAPE.width),
            layers.Dense(SHAPE.hidden),
            layers.Dense(120, activation="softmax"),
        ]
    )
    network.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    read, asked = rng.random((windows, WINDOW, 1), np.float32), rng.integers(0, 120, windows)
    return lambda: network.train_on_batch(read, asked), windows


def _peak() -> tuple[Callable[[], Any], int]:
    one = np.random.default_rng(0).random((512, 512), np.float32)
    times = round(6 * n_weights() * NOTES / (2 * 512**3) / 8)  # forward and twice back

    def multiply() -> None:
        for _ in range(times):
            one @ one

    return multiply, NOTES // 8


def _in_torch(ours: Callable[[], Any]) -> Row:
    """Compare with PyTorch, in a process of its own: it does not live beside TensorFlow."""
    ours()
    turns = []
    for _ in range(TURNS):
        begin = time.perf_counter()
        ours()
        spent = time.perf_counter() - begin
        done = subprocess.run(
            [sys.executable, "-m", "bench.torch_step"], capture_output=True, check=True, text=True
        )
        turns.append((spent, float(done.stdout)))
    return from_turns(
        "training-torch",
        f"one answer learned, LSTM 2 x {SHAPE.width}: ours, against PyTorch's, float32",
        turns,
        unit="us a note",
        per=NOTES / 1e6,
    )
