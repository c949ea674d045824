"""Likeness by training: the notes recipe from nothing, against 100 epochs of the 40-note recipe.

How many seconds of one core does training take until ten pieces are as like Chopin in
their note lengths and pitch classes as ten by the 40-note recipe that ships? Ours is
trained in slices and composes the same batch after each; composing and measuring are
not counted. The seconds of the 100 epochs are those of parts of one epoch, timed in
the same run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from bench import Unavailable
from bench.measuring import Row, from_turns
from bench.rows.originality import FOLDERS
from generator import checkpoint, metrics, openings
from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig, NotesTrainingConfig
from generator.corpus import read_notes
from generator.corpus.works import split
from generator.generation import compose
from generator.generation.notes import compose_together
from generator.grid import ONSET, GridScore, on_grid
from generator.models.shape import SHAPES
from generator.models.windowed import build_network
from generator.recipes.chords import WINDOW
from generator.recipes.rows import rows_of
from generator.training.batches import Batch, batches, drawn
from generator.training.fitting import CLIP

os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

FEATURES = ("note_lengths", "pitch_classes")
SHAPE, COMPOSERS = SHAPES["lstm"], ("chopin",)
N_PIECES, N_NOTES, N_TOKENS = 10, 320, 200  # about as many notes of either
SLICE_S, LONGEST_S = 20, 360  # of training
EPOCHS, WINDOWS, BATCH, KINDS = 100, 38_438, 256, 120  # as chopin-40 was trained
TIMED, PARTS = 8, 3  # batches of an epoch in a part, and parts
USUAL = NotesTrainingConfig()


def measure() -> Row:
    """Train in slices until ours is liker; compare the seconds."""
    if not all(folder.is_dir() for folder in FOLDERS):
        raise Unavailable("the two data sets are not in ../shared/datasets")
    pieces = read_notes(FOLDERS, ["chopin"]).pieces
    theirs = _likeness(_published(), pieces)
    seconds, ours = _seconds_until(theirs, pieces)
    spent = [(seconds, part) for part in _seconds_of_published()]
    return from_turns(
        "likeness",
        f"training until {N_PIECES} pieces overlap with Chopin by {ours[0]:.2f} (note lengths) and "
        f"{ours[1]:.2f} (pitch classes), against {EPOCHS} epochs of the 40-note recipe, "
        f"{theirs[0]:.2f} and {theirs[1]:.2f}, told from parts of one",
        spent,
        unit="s of one core",
    )


def _likeness(made: Sequence[GridScore], reference: Sequence[GridScore]) -> list[float]:
    rng = np.random.default_rng(0)
    told = metrics.likeness(made, reference, rng=rng, n_bootstrap=0).features
    return [told[name].overlap for name in FEATURES]


def _published() -> list[GridScore]:
    """Return what the 40-note recipe composes, without the openings."""
    made = checkpoint.load(checkpoint.PUBLISHED)
    configs = [GenerationConfig(notes=N_TOKENS, seed=seed) for seed in range(N_PIECES)]
    return [
        _after_the_seam(compose(made, opening, config).score)
        for opening, config in zip(_openings(), configs, strict=True)
    ]


def _openings() -> list[Any]:
    names = openings.names()
    return [openings.load(names[i % len(names)]) for i in range(N_PIECES)]


def _after_the_seam(score: Any) -> GridScore:
    grid = on_grid(score, composer="", name="composed")
    notes = grid.notes[grid.notes[:, ONSET] >= round(24 * (score.seam or 0))]
    return GridScore(notes=notes - (notes[0, ONSET], 0, 0, 0), name="composed")


def _seconds_until(
    theirs: Sequence[float], pieces: Sequence[GridScore]
) -> tuple[float, list[float]]:
    """Return the seconds of training until both are above ``theirs``, and what ours then are."""
    network, seconds = _network(), 0.0
    laid = _batches([pieces[i] for i in split(pieces).train])
    while seconds < LONGEST_S:
        seconds += _slice(network, laid)
        ours = _likeness(_composed(network), pieces)
        print(f"  {seconds:.0f} s: {', '.join(f'{share:.2f}' for share in ours)}", flush=True)
        if all(our > their for our, their in zip(ours, theirs, strict=True)):
            return seconds, ours
    raise Unavailable(f"ours is not liker after {seconds:.0f} s of training")


def _network() -> Any:
    import keras  # noqa: PLC0415

    from generator.models.in_keras import NotesNetwork  # noqa: PLC0415
    from generator.training.fitting import set_up  # noqa: PLC0415

    half = set_up()
    keras.utils.set_random_seed(USUAL.seed)
    network = NotesNetwork(SHAPE, batch=USUAL.streams, half=half)
    network.compile(
        optimizer=keras.optimizers.AdamW(USUAL.learning_rate, global_clipnorm=CLIP),
        jit_compile=False,
    )
    return network


def _batches(pieces: Sequence[GridScore]) -> Iterator[Batch]:
    """Yield batches of ``pieces``, epoch after epoch, drawn anew for each."""
    learned = [rows_of(piece, COMPOSERS) for piece in pieces]
    for epoch in count():
        readings = drawn(learned, np.random.default_rng([USUAL.seed, epoch]))
        yield from batches(readings, streams=USUAL.streams, steps=USUAL.steps)


def _slice(network: Any, laid: Iterator[Batch]) -> float:
    """Train for about ``SLICE_S`` seconds and return how many it were."""
    begin = time.process_time()
    while time.process_time() - begin < SLICE_S:
        batch = next(laid)
        network.train_on_batch(batch[:3], batch.ids, batch.counts)
    return time.process_time() - begin


def _composed(network: Any) -> list[GridScore]:
    """Return the same batch of pieces, by the weights as they are now."""
    card = {
        **{"recipe": "notes", "network": SHAPE.network, "shape": SHAPE.to_dict()},
        **{"title": "", "attribution": "", "composer": COMPOSERS[0], "composers": COMPOSERS},
    }
    weights = {name: np.asarray(array) for name, array in network.named_arrays().items()}
    known = {name: card[name] for name in ("recipe", "composer", "composers")}
    configs = [
        GenerationConfig.for_model({"notes": N_NOTES, "seed": seed}, **known)
        for seed in range(N_PIECES)
    ]
    made = compose_together(Checkpoint(card, weights, Path()), _openings(), configs)
    return [_after_the_seam(one.score) for one in made]


def _seconds_of_published() -> list[float]:
    """Return the seconds of all epochs of the 40-note recipe, told from each part of one."""
    rng = np.random.default_rng(0)
    network = build_network(KINDS)
    read, asked = rng.random((BATCH, WINDOW, 1), np.float32), rng.integers(0, KINDS, BATCH)
    network.train_on_batch(read, asked)
    steps = EPOCHS * -(-WINDOWS // BATCH)
    spent = []
    for _ in range(PARTS):
        begin = time.process_time()
        for _ in range(TIMED):
            network.train_on_batch(read, asked)
        spent.append((time.process_time() - begin) / TIMED * steps)
    return spent
