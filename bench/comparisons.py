"""`python -m bench.comparisons [NAME ...]`: what a network of the notes recipe gains by what.

Each line is one training from nothing, all with the same budget: every sixth work
that is learned from, read twice, 1,024 notes a batch, the rate along one cosine.
It tells bits a note of exact values on the beginnings of Chopin's works that are
held out, of the weights after the last epoch and of their average. Where two lines differ by less
than `usual` and `another seed`, nothing was learned of the difference.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.rows.originality import FOLDERS
from generator.checkpoint import Checkpoint
from generator.config import NotesTrainingConfig
from generator.corpus import read_notes
from generator.corpus.works import split
from generator.grid import GridScore
from generator.recipes.layout import AHEAD, WITHIN
from generator.recipes.rows import Rows, rows_of
from generator.training import batches
from generator.training.fitting import Epoch, Fitting
from generator.training.state import State

EVERY = 6  # of the works that are learned from, one in so many
USUAL = NotesTrainingConfig(epochs=2, streams=8, steps=128, focus=0)
UNSEEN = 600  # notes of each work that is held out
REMEMBERED = 2  # the first plane that is no key held or struck now
REMEMBERING = ("run", "transposed run", "trust")  # facts ahead that come from looking back
KNOWN_AT_ONCE = ("pitch", "duration", "velocity")  # facts within that do not


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way to train; what is not said is as usual."""

    config: dict[str, Any] = field(default_factory=dict)
    in_every_key: bool = True
    may_look_back: bool = True
    stages: tuple[bool, ...] = (False,)  # one after the other; whether it reads Chopin alone


VARIANTS = {
    "usual": Variant(),
    "another seed": Variant(config={"seed": 1}),
    "no looking back": Variant(may_look_back=False),
    "one key": Variant(in_every_key=False),
    "width 256": Variant(config={"width": 256}),
    "width 512": Variant(config={"width": 512}),
    "depth 1": Variant(config={"depth": 1}),
    "depth 3": Variant(config={"depth": 3}),
    "dropout 0": Variant(config={"dropout": 0.0}),
    "dropout 0.2": Variant(config={"dropout": 0.2}),
    "chopin alone": Variant(stages=(True,)),
    "all, then chopin": Variant(stages=(False, True)),
    "transformer": Variant(config={"network": "transformer"}),
    "transformer, dropout 0": Variant(config={"network": "transformer", "dropout": 0.0}),
}


@dataclass(frozen=True)
class Music:
    """Works as rows, in their order."""

    learned: Sequence[Rows]
    by_chopin: Sequence[bool]  # of those learned from
    unseen: Sequence[Rows]  # by Chopin

    def stage(self, variant: Variant, *, chopin_alone: bool) -> tuple[list[Rows], list[Rows]]:
        """Return what one stage of a training learns from, and what it is asked about."""
        chosen = [
            rows
            for rows, is_his in zip(self.learned, self.by_chopin, strict=True)
            if is_his or not chopin_alone
        ]
        see: Callable[[Rows], Rows] = _seen if variant.may_look_back else _forgotten
        return [see(rows) for rows in chosen], [see(rows) for rows in self.unseen]


def read() -> Music:
    """Read the two data sets, every sixth work of what is learned from."""
    pieces = read_notes(FOLDERS).pieces
    composers = sorted({piece.composer for piece in pieces})
    parts = split(pieces)
    learned = [pieces[i] for i in parts.train][::EVERY]
    unseen = [
        replace(piece, notes=piece.notes[:UNSEEN])
        for i in parts.held_out
        if _is_his(piece := pieces[i])
    ]
    return Music(
        [rows_of(piece, composers) for piece in learned],
        [_is_his(piece) for piece in learned],
        [rows_of(piece, composers) for piece in unseen],
    )


def train(variant: Variant, music: Music) -> list[Epoch]:
    """Train one stage after the other, each as many notes as the others; return all epochs."""
    told: list[Epoch] = []
    start: Checkpoint | None = None
    budget = USUAL.epochs * _notes(music.learned) / len(variant.stages)
    with tempfile.TemporaryDirectory() as folder:
        for i, chopin_alone in enumerate(variant.stages):
            learned, unseen = music.stage(variant, chopin_alone=chopin_alone)
            epochs = max(1, round(budget / _notes(learned)))
            config = replace(USUAL, **{**variant.config, "epochs": epochs})
            state = State(Path(folder) / str(i), {})
            fitting = Fitting(config, state, learned, unseen, [False] * len(learned), start=start)
            told += fitting.run(lambda *_: None, lambda _: None)
            card = {"shape": fitting.shape.to_dict()}
            start = Checkpoint(card, fitting.best_weights(), Path(folder))
    return told


def _is_his(piece: GridScore) -> bool:
    return piece.composer == "chopin"


def _notes(pieces: Sequence[Rows]) -> int:
    return sum(len(rows) for rows in pieces)


def _seen(rows: Rows) -> Rows:
    return rows


def _forgotten(rows: Rows) -> Rows:
    """Return ``rows`` without what comes from looking back further than the note before."""
    ahead, planes, within = rows.ahead.copy(), rows.planes.copy(), rows.within.copy()
    ahead[:, [AHEAD.names.index(name) for name in REMEMBERING]] = -1
    planes[:, REMEMBERED:] = 0
    within[:, [i for i, name in enumerate(WITHIN.names) if name not in KNOWN_AT_ONCE]] = -1
    return replace(rows, ahead=ahead, planes=planes, within=within)


def main() -> None:
    """Train by each variant that is named, or by all, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.comparisons", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(VARIANTS)}")
    names = parser.parse_args().names or list(VARIANTS)

    music = read()
    print(f"{_notes(music.learned):,} notes learned from, {_notes(music.unseen):,} unseen")
    print("variant", "bits", "averaged", "learned", "core seconds", sep="\t")
    allowed = batches.shifts_allowed
    for name in names:
        variant = VARIANTS[name]
        batches.shifts_allowed = allowed if variant.in_every_key else lambda *_, **__: (0, 0)
        begin = time.process_time()
        last = train(variant, music)[-1]
        seconds = round(time.process_time() - begin)
        bits = [
            f"{nats / math.log(2):.3f}"
            for nats in (last.val_loss, last.averaged_val_loss or math.nan, last.loss)
        ]
        print(name, *bits, seconds, sep="\t", flush=True)


if __name__ == "__main__":
    main()
