"""Teach the network of the 40-note recipe, and tell the caller how it goes.

The caller gives two functions: ``report`` hears of every step, ``on_epoch`` of
every epoch. Either may store what it is told, draw it, or raise
:class:`~generator.errors.Stopped` to end early; this module does not care which.

After every epoch its whole state lies on disk: weights, optimiser, dropout's
random state and the figures so far. The order of the windows is drawn anew for
each epoch from the seed and the epoch's number. So a training that was killed
goes on from its last whole epoch as if nothing had happened.

The published split is kept and called what it is: windows are dealt to training
and test at random, so most of a test window stands in training windows too.
Its accuracy says how well the network remembers, not how well it knows Chopin.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generator import checkpoint, corpus
from generator.checkpoint import Checkpoint
from generator.config import TrainingConfig
from generator.models import windowed
from generator.recipes import chords as recipe
from generator.rendering.plots import plot_history
from generator.training.state import State

Report = Callable[[str, int, int], None]
Inputs = npt.NDArray[np.float32]
Targets = npt.NDArray[np.int32]

MAX_LANES = 4  # parts of a batch trained side by side, one a core
ATTRIBUTION = "Learned from music by {composer}."


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """What is known after one pass over the training windows."""

    epoch: int  # from 1
    loss: float  # mean over the training windows, nats per token
    accuracy: float  # share of training windows whose likeliest token was right
    val_loss: float  # the same on the test windows
    val_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Windows:
    """The published split: four fifths to train on, one fifth to test on, dealt at random."""

    train_inputs: Inputs  # (N, 40, 1)
    train_targets: Targets  # (N,)
    test_inputs: Inputs
    test_targets: Targets


def train(
    folders: Sequence[Path],
    *,
    composer: str,
    config: TrainingConfig,
    to: Path,
    resume: Path,
    cache: Path | None = None,
    attribution: str = "",
    licence: str = "",
    name: str = "",
    report: Report = lambda *_: None,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> Checkpoint:
    """Train on ``composer``'s files in ``folders`` and write a checkpoint to ``to``.

    Parameters
    ----------
    folders : sequence of Path
        Corpora; a file's composer is the name of its folder.
    composer : str
    config : TrainingConfig
    to : Path
        Becomes the checkpoint's folder, with its plots.
    resume : Path
        Where the state lies between epochs. A training whose state is there
        goes on from it.
    cache : Path, optional
        Where files that were read once are kept.
    attribution, licence : str, optional
        Whom to name for the music, and how the checkpoint may be used; written
        into the card.
    name : str, optional
        The checkpoint's; as a rule the composer's with the recipe's.
    report, on_epoch : callable, optional

    Raises
    ------
    CorpusError
        If there is no music by ``composer``, or less than a window.
    CheckpointError
        If ``resume`` holds the state of another training.
    """
    reading = corpus.read(folders, composer, cache=cache, report=report)
    heard = [chord for work in reading.works for chord in work.chords]
    known = recipe.vocabulary(heard, min_count=config.min_count)
    ids = recipe.encode(heard, known)
    split = _split(ids, len(known.tokens), config)

    facts = {"corpus": reading.fingerprint, "config": config.to_dict()}
    network, history = _fit(
        split, len(known.tokens), config, resume, facts, report=report, on_epoch=on_epoch
    )
    card = {
        "name": name or f"{composer}-40",
        "title": f"{composer.capitalize()}, 40-note recipe",
        "recipe": "chords",
        "network": "lstm",
        "composer": composer,
        "attribution": attribution or ATTRIBUTION.format(composer=composer.capitalize()),
        "licence": licence,
        "corpus": _corpus_facts(reading, ids),
        "config": config.to_dict(),
        "figures": asdict(history[-1]) | _counts(reading, ids, history),
        "versions": {package: version(package) for package in ("keras", "music21", "numpy")},
        "vocabulary": known.to_dict(),
    }
    rows = [asdict(epoch) for epoch in history]
    plot_history(rows, to)
    return checkpoint.save(to, card=card, weights=windowed.weights_of(network), history=rows)


def _corpus_facts(reading: corpus.Reading, ids: recipe.Ids) -> dict[str, Any]:
    """Return what a card says of the music."""
    heard = [chord for work in reading.works for chord in work.chords]
    return {
        "fingerprint": reading.fingerprint,
        "files": len(reading.works),
        "rejected": [f"{row.name}: {row.error}" for row in reading.rejected],
        "tokens": len(heard),
        "kinds": len({recipe.token(chord.pitches) for chord in heard}),
        "tokens_kept": len(ids),
    }


def _counts(
    reading: corpus.Reading, ids: recipe.Ids, history: Sequence[Epoch]
) -> dict[str, int | str]:
    """Return what a card counts beside the figures of the last epoch."""
    return {
        "epochs": len(history),
        "split": "windows at random",
        "n_works": len(reading.works),
        "n_tokens": len(ids),
        "n_windows": len(ids) - recipe.WINDOW,
    }


def _split(ids: recipe.Ids, n_kinds: int, config: TrainingConfig) -> Windows:
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - a second to import

    read, target = recipe.windows(ids)
    inputs = recipe.normalise(read, n_kinds)
    train_x, test_x, train_y, test_y = train_test_split(
        inputs, target, test_size=config.test_share, shuffle=True, random_state=config.seed
    )
    return Windows(train_x, train_y, test_x, test_y)


def _fit(
    split: Windows,
    n_kinds: int,
    config: TrainingConfig,
    resume: Path,
    facts: dict[str, Any],
    *,
    report: Report,
    on_epoch: Callable[[Epoch], None],
) -> tuple[Any, list[Epoch]]:
    """Return the network after ``config.epochs`` epochs, and the figures of each."""
    lanes = _set_threads()
    import keras  # noqa: PLC0415 - half a gigabyte, and only training needs it

    keras.utils.set_random_seed(config.seed)
    network = windowed.build_network(n_kinds, lanes=lanes)
    network.optimizer.build(network.trainable_variables)
    state = State(resume, facts)
    history = [Epoch(**row) for row in state.restore(network)]
    n_train = len(split.train_targets)
    while len(history) < config.epochs:
        done = len(history)
        report("fitting", done, config.epochs)
        order = np.random.default_rng([config.seed, done]).permutation(n_train)
        started = time.perf_counter()
        figures = network.fit(
            split.train_inputs[order],
            split.train_targets[order],
            batch_size=config.batch_size,
            shuffle=False,  # it is, above, in an order that can be drawn again
            validation_data=(split.test_inputs, split.test_targets),
            verbose=0,
        ).history
        seconds = time.perf_counter() - started
        measured = {name: float(values[0]) for name, values in figures.items()}
        history.append(Epoch(epoch=done + 1, seconds=round(seconds, 2), **measured))
        state.keep(network, [asdict(epoch) for epoch in history])
        on_epoch(history[-1])
    return network, history


def _set_threads() -> int:
    """Give every lane of the network a thread of its own; return how many lanes.

    TensorFlow reads these names when it is first imported. Threads inside an
    operation would only take cores from the lanes.
    """
    lanes = min(os.cpu_count() or 1, MAX_LANES)
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(lanes))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    return lanes
