"""Teach the network of the 40-note recipe, and tell the caller how it goes.

The caller gives two functions: ``report`` hears of every step, ``on_epoch`` of
every epoch. Either may store what it is told, draw it, or raise
:class:`~generator.errors.Stopped` to end early; this module does not care which.

As published, the weights that are kept are those of the last epoch. Only where
the training was asked to end early, by its patience or on the way, they are those
of the epoch that knew the test windows best.

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
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generator import checkpoint, corpus
from generator.checkpoint import Arrays, Checkpoint
from generator.config import TrainingConfig
from generator.models import windowed
from generator.recipes import chords as recipe
from generator.rendering.plots import plot_history
from generator.training import auditions, course
from generator.training import origin as origins
from generator.training.auditions import Auditions
from generator.training.course import NOBODY, Audience, Course, Epoch
from generator.training.state import State

Report = Callable[[str, int, int], None]
Inputs = npt.NDArray[np.float32]
Targets = npt.NDArray[np.int32]

MAX_LANES = 4  # parts of a batch trained side by side, one a core
ATTRIBUTION = "Learned from music by {composer}."


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
    audience: Audience = NOBODY,
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
    audience : Audience, optional
        Who hears the rest, and may end it early.

    Raises
    ------
    TrainingError
        If the loss is no number any more.
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
    fitting = _Fitting(split, len(known.tokens), config, State(resume, facts))
    fitting.auditions = Auditions(
        resume,
        _sketch(composer, known),
        config,
        lambda: auditions.known(known, heard, config.seed),
    )
    history = fitting.run(report, on_epoch, audience)
    kept = fitting.kept(history)
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
        "figures": asdict(kept) | _counts(reading, ids, history),
        "versions": origins.versions(),
        "vocabulary": known.to_dict(),
    }
    rows = [asdict(epoch) for epoch in history]
    plot_history(rows, to)
    return checkpoint.save(to, card=card, weights=fitting.weights(), history=rows)


def _sketch(composer: str, known: recipe.Vocabulary) -> dict[str, Any]:
    """Return as much of a card as composing needs."""
    facts = {"title": "", "attribution": "", "recipe": "chords", "composer": composer}
    return facts | {"vocabulary": known.to_dict()}


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


class _Fitting:
    """The published network on its way through the epochs."""

    def __init__(self, split: Windows, n_kinds: int, config: TrainingConfig, state: State) -> None:
        self.split, self.n_kinds, self.config, self.state = split, n_kinds, config, state
        self.auditions: Auditions

    def run(
        self, report: Report, on_epoch: Callable[[Epoch], None], audience: Audience
    ) -> list[Epoch]:
        """Train until it is over and return the figures of every epoch."""
        lanes = _set_threads()
        facts = origins.origin(self.state.facts["corpus"], self.config, precision="float32")
        audience.on_origin(facts)
        import keras  # noqa: PLC0415 - half a gigabyte, and only training needs it

        keras.utils.set_random_seed(self.config.seed)
        self.network = windowed.build_network(self.n_kinds, lanes=lanes)
        self.network.optimizer.build(self.network.trainable_variables)
        n_steps = -(-len(self.split.train_targets) // self.config.batch_size)
        self.course = Course(
            self.config,
            self.state,
            self.auditions,
            sizes=[n_steps] * self.config.epochs,
            per_batch=len(self.split.train_targets) / n_steps,
            report=report,
            on_epoch=on_epoch,
            audience=audience,
        )
        history = [Epoch(**row) for row in self.state.restore(self.network)]
        return self.course.run(self.network, history, self._epoch, self._arrays)

    def kept(self, history: Sequence[Epoch]) -> Epoch:
        """Return the epoch whose weights are kept: the last, unless it ended early."""
        return course.best(history) if self._keeps_best else history[-1]

    def weights(self) -> Arrays:
        """Return the arrays of that epoch."""
        best = self.state.best() if self._keeps_best else None
        return best or self._arrays()

    @property
    def _keeps_best(self) -> bool:
        return self.config.patience is not None or self.course.has_ended_early

    def _arrays(self) -> Arrays:
        return course.copied(windowed.weights_of(self.network))

    def _epoch(self, done: int) -> tuple[Epoch, Arrays]:
        import keras  # noqa: PLC0415

        order = np.random.default_rng([self.config.seed, done]).permutation(
            len(self.split.train_targets)
        )
        started = time.perf_counter()
        figures = self.network.fit(
            self.split.train_inputs[order],
            self.split.train_targets[order],
            batch_size=self.config.batch_size,
            shuffle=False,  # it is, above, in an order that can be drawn again
            validation_data=(self.split.test_inputs, self.split.test_targets),
            callbacks=[
                keras.callbacks.LambdaCallback(
                    on_train_batch_end=lambda *_, **__: self.course.step()
                )
            ],
            verbose=0,
        ).history
        seconds = time.perf_counter() - started
        measured = {name: float(values[0]) for name, values in figures.items()}
        epoch = Epoch(epoch=done + 1, seconds=round(seconds, 2), **measured)
        return replace(epoch, speed=round(len(order) / seconds, 1)), self._arrays()


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
