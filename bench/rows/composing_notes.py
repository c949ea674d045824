"""Composing by the notes recipe: against reading the weights once, and against model.predict.

A note is onset, pitch, duration and velocity, with all that is looked up and drawn.
``model.predict`` is called in three ways: with one note and the state of the network
kept, the cheapest call there is; and, as it keeps nothing by itself, with the notes
of a window again for every note, 40 as published or as many as a Transformer looks back.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.measuring import Row, compare, from_turns
from generator import checkpoint, openings
from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.generation.notes import compose_together
from generator.recipes import layout

NOTES, TOGETHER, PREDICTED, TURNS = 200, 8, 20, 3
PUBLISHED = 40  # notes that the published loop reads again for every note
COLD = (
    "import time; began = time.time(); from pathlib import Path; "
    "from generator import checkpoint, generation, openings; "
    "from generator.config import GenerationConfig; heard = []; "
    "report = lambda *_: heard or heard.append(time.time()); "
    "generation.compose(checkpoint.load(checkpoint.PRETRAINED / {name!r}), "
    "openings.load('k545-1'), GenerationConfig(notes=16), report); "
    "print(heard[0] - began)"
)


def measure() -> list[Row]:
    """Measure each shipped network of the notes recipe."""
    rows: list[Row] = []
    for folder in sorted(checkpoint.PRETRAINED.iterdir()):
        made = checkpoint.load(folder)
        if made.recipe == "notes":
            rows += [_against_reading(made), *_against_predict(made), _cold(made)]
    return rows


def _composed(made: Checkpoint, n: int) -> Callable[[], Any]:
    opening = openings.load("k545-1")
    configs = [
        GenerationConfig(notes=NOTES, seed=seed, pedal=False, rubato=False) for seed in range(n)
    ]
    return lambda: compose_together(made, [opening] * n, configs)


def _n_read(n: int) -> int:
    """Count the notes that ``n`` pieces are made of: the opening is read as well."""
    return n * (NOTES + len(openings.load("k545-1").grid().notes))


def _against_reading(made: Checkpoint) -> Row:
    """Compare a note, alone, with one reading of all weights."""
    weights = np.concatenate([array.ravel() for array in made.weights.values()])
    times = _n_read(1)
    return compare(
        f"composing-{made.card['network']}",
        f"a note, alone, {weights.size / 1e6:.1f} M weights: ours, against adding them all up once",
        ours=_composed(made, 1),
        theirs=lambda: [weights.sum() for _ in range(times)],
        turns=TURNS,
        unit="ms a note",
        per=times / 1000,
    )


def _against_predict(made: Checkpoint) -> list[Row]:
    """Compare a note of eight pieces side by side with a call of model.predict for each note."""
    window = made.notes_network.shape.window
    ways = [
        (1, "", "model.predict of the same network"),
        (PUBLISHED, f"-window{PUBLISHED}", _again(PUBLISHED, "as published")),
        (window, f"-window{window}", _again(window, "as far as the Transformer looks back")),
    ]
    calls = [_predict(made, length) for length, _, _ in ways]
    composed = _composed(made, TOGETHER)
    composed()
    turns = [_turn(composed, calls) for _ in range(TURNS)]
    return [
        from_turns(
            f"composing-{made.card['network']}-8{suffix}",
            f"a note, eight pieces side by side: ours, against {what}",
            [(ours, theirs[k]) for ours, theirs in turns],
            unit="ms a note",
            per=0.001,
        )
        for k, (_, suffix, what) in enumerate(ways)
    ]


def _again(length: int, why: str) -> str:
    return f"model.predict reading the last {length} notes again for every note ({why})"


def _turn(composed: Callable[[], Any], calls: list[Callable[[], Any]]) -> tuple[float, list[float]]:
    """Return the seconds that one of our notes takes, and one call of each of theirs."""
    ours = _seconds(composed, 1) / _n_read(TOGETHER)
    return ours, [_seconds(call, PREDICTED) for call in calls]


def _seconds(work: Callable[[], Any], times: int) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begin) / times


def _predict(made: Checkpoint, length: int) -> Callable[[], Any]:
    """Return a call of model.predict with so many notes, after one that compiles it."""
    from generator.models.in_keras import NotesNetwork  # noqa: PLC0415 - it loads TensorFlow

    network = NotesNetwork(made.notes_network.shape, batch=1, half="float32")
    for name, array in network.named_arrays().items():
        array.assign(made.weights[name])
    network.compile()
    ahead = np.zeros((1, length, layout.WIDTH), np.uint8)
    within = np.zeros((1, length, layout.WITHIN.width), np.uint8)
    begins = np.zeros(1, np.uint8)
    network.predict((ahead, within, begins), verbose=0)
    return lambda: network.predict((ahead, within, begins), verbose=0)


def _cold(made: Checkpoint) -> Row:
    """Compare the first note of a fresh process with a second, which it should not take."""
    turns = []
    for _ in range(TURNS + 1):
        done = subprocess.run(
            [sys.executable, "-c", COLD.format(name=made.folder.name)],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        turns.append((float(done.stdout), 1.0))
    return from_turns(
        f"first-note-{made.card['network']}",
        "the first note of a fresh process, imports and all: ours, against a second",
        turns[1:],
    )
