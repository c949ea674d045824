"""How fast this machine teaches a network: asked of the network itself, for a few seconds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from generator.config import NotesTrainingConfig
from generator.grid import GridScore
from generator.recipes.rows import Rows, rows_of
from generator.training.fitting import Fitting
from generator.training.state import State

PIECES, NOTES = 32, 384  # what one stream of a batch reads in three steps
EPOCHS = 3  # in the first the network is compiled


def speed(network: str) -> float:
    """Return how many notes a second ``network``, ``lstm`` or ``transformer``, learns here.

    Its usual size is taught random notes in batches of the usual size. TensorFlow is
    loaded: call it in a process of its own.
    """
    config = NotesTrainingConfig(network=network, epochs=EPOCHS, focus=0)
    rows = [_noise(seed) for seed in range(PIECES)]
    with tempfile.TemporaryDirectory() as folder:
        fitting = Fitting(config, State(Path(folder), {}), rows, [], [False] * PIECES)
        history = fitting.run(lambda *_: None, lambda _: None)
    return max(float(epoch.speed or 0) for epoch in history[1:])


def _noise(seed: int) -> Rows:
    rng = np.random.default_rng(seed)
    notes = np.column_stack(
        [
            np.cumsum(rng.integers(1, 12, NOTES)),
            rng.integers(20, 70, NOTES),
            rng.integers(1, 24, NOTES),
            rng.integers(30, 100, NOTES),
        ]
    )
    piece = GridScore(notes=notes, composer="nobody", name="noise")
    return rows_of(piece, ["nobody"])
