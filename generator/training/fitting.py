"""A network of the notes recipe on its way through the epochs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generator.checkpoint import Arrays, Checkpoint
from generator.config import NotesTrainingConfig
from generator.evaluation.notes import PARTS
from generator.recipes.rows import Rows
from generator.training import auditions, course
from generator.training import origin as origins
from generator.training import start as starting
from generator.training.auditions import Auditions
from generator.training.batches import Batch, Reading, batches, drawn, n_batches, n_laid
from generator.training.course import NOBODY, Course
from generator.training.state import State

Report = Callable[[str, int, int], None]

WARMING = 0.03  # share of the training in which the learning rate rises
LAST_RATE = 0.01  # of the highest
CLIP = 1.0  # largest norm of a gradient
WINDOW = 512  # notes that a Transformer is trained on at once


@dataclass(frozen=True, kw_only=True)
class Epoch(course.Epoch):
    """What is known after one pass over the music.

    The loss is of onset, pitch and duration, in nats a note of exact values; the
    accuracy is of pitches. A note counts once, in however many keys it was read.
    """

    averaged_val_loss: float | None = None  # of the averaged weights; None where there are none

    @property
    def best_loss(self) -> float:
        """Nats a note on the works held out, of the better of the weights and their average."""
        return min(self.val_loss, self.averaged_val_loss or self.val_loss)


class Fitting:
    """A network on its way through the epochs."""

    def __init__(
        self,
        config: NotesTrainingConfig,
        state: State,
        learned: Sequence[Rows],
        unseen: Sequence[Rows],
        twice: Sequence[bool],
        *,
        start: Checkpoint | None = None,
    ) -> None:
        self.config, self.state, self.start = config, state, start
        self.learned, self.unseen, self.twice = learned, unseen, twice
        self.shape = starting.shape(config, start)
        self.streams, self.steps = _laid(config)
        self.auditions = Auditions(state.folder, {}, config, lambda: auditions.drawn(config.seed))
        self.audience = NOBODY

    def run(self, report: Report, on_epoch: Callable[[Epoch], None]) -> list[Epoch]:
        """Train to the last epoch and return the figures of all."""
        half = set_up()
        fingerprint = self.state.facts.get("corpus", "")
        self.audience.on_origin(origins.origin(fingerprint, self.config, precision=half))
        import keras  # noqa: PLC0415 - half a gigabyte, and only training needs it

        from generator.models.in_keras import NotesNetwork  # noqa: PLC0415

        keras.utils.set_random_seed(self.config.seed)
        self.network = NotesNetwork(self.shape, batch=self.streams, half=half)
        self.network.compile(optimizer=self._optimizer(keras), jit_compile=False)
        if self.start:
            self.network.give(self.start.weights)
        self.network.optimizer.build(self.network.trainable_variables)
        history = [Epoch(**row) for row in self.state.restore(self.network)]
        self.course = Course(
            self.config,
            self.state,
            self.auditions,
            sizes=self._sizes(),
            per_batch=sum(map(len, self.learned)) / self._sizes()[0],
            report=report,
            on_epoch=on_epoch,
            audience=self.audience,
        )
        return self.course.run(self.network, history, self._epoch, self._arrays)

    def best_weights(self) -> dict[str, Any]:
        """Return the arrays of the epoch that knew the works held out best."""
        return self.state.best() or dict(self._arrays())

    def _optimizer(self, keras: Any) -> Any:
        a_pass, extra = self._n_batches(self.learned), self._n_batches(self._again)
        total = self.config.epochs * (a_pass + self.config.focus * extra)
        rate = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=self.config.learning_rate / 20,
            warmup_target=self.config.learning_rate,
            warmup_steps=max(1, round(WARMING * total)),
            decay_steps=max(1, round((1 - WARMING) * total)),
            alpha=LAST_RATE,
        )
        return keras.optimizers.AdamW(
            rate,
            weight_decay=self.config.weight_decay,
            beta_2=0.98,
            global_clipnorm=CLIP,
            use_ema=self.config.averaging > 0,
            ema_momentum=self.config.averaging,
        )

    @property
    def _again(self) -> list[Rows]:
        """The music that is read twice in the last epochs."""
        return [rows for rows, twice in zip(self.learned, self.twice, strict=True) if twice]

    def _n_batches(self, pieces: Sequence[Rows]) -> int:
        return n_batches(pieces, streams=self.streams, steps=self.steps) if pieces else 0

    def _is_focused(self, done: int) -> bool:
        return done >= self.config.epochs * (1 - self.config.focus)

    def _sizes(self) -> list[int]:
        """Return about how many batches each epoch has."""
        plain, focused = (
            n_laid(pieces, streams=self.streams, steps=self.steps)
            for pieces in (self.learned, [*self.learned, *self._again])
        )
        return [focused if self._is_focused(i) else plain for i in range(self.config.epochs)]

    def _epoch(self, done: int) -> tuple[Epoch, Arrays]:
        """Go through the music once; return the figures, and the arrays that they are best of."""
        rng = np.random.default_rng([self.config.seed, done])
        readings = drawn(self.learned, rng, twice=self.twice if self._is_focused(done) else ())
        started = time.perf_counter()
        heard = Tally()
        for batch in self._batches(readings):
            heard.add(self._step(self.network.train_on_batch, batch), batch)
            self.course.step()
        seconds = time.perf_counter() - started
        unseen = self.measure() if self.unseen else heard
        arrays, averaged = self._averaged() if self.unseen and self.config.averaging else ({}, None)
        epoch = Epoch(
            epoch=done + 1,
            loss=heard.nats,
            accuracy=heard.accuracy,
            val_loss=unseen.nats,
            val_accuracy=unseen.accuracy,
            seconds=round(seconds, 2),
            speed=round(sum(len(reading.rows) for reading in readings) / seconds, 1),
            averaged_val_loss=averaged.nats if averaged else None,
        )
        return epoch, arrays if epoch.best_loss < epoch.val_loss else self._arrays()

    def _averaged(self) -> tuple[Arrays, Tally]:
        """Return the averaged weights and their figures; the network keeps its own."""
        variables = self.network.trainable_variables
        own = [np.asarray(variable).copy() for variable in variables]
        self.network.optimizer.finalize_variable_values(variables)
        arrays, told = self._arrays(), self.measure()
        for variable, array in zip(variables, own, strict=True):
            variable.assign(array)
        return arrays, told

    def _arrays(self) -> Arrays:
        return course.copied(self.network.named_arrays())

    def measure(self) -> Tally:
        """Return the figures on the works held out."""
        told = Tally()
        for batch in self._batches([Reading(rows) for rows in self.unseen]):
            told.add(self._step(self.network.test_on_batch, batch), batch)
        return told

    def _batches(self, readings: Sequence[Reading]) -> Iterator[Batch]:
        return batches(readings, streams=self.streams, steps=self.steps)

    @staticmethod
    def _step(do: Callable[..., Any], batch: Batch) -> dict[str, float]:
        told: dict[str, float] = do(
            (batch.ahead, batch.within, batch.begins),
            batch.ids,
            batch.counts,
            return_dict=True,
        )
        return told


class Tally:
    """Means over the notes of many batches."""

    def __init__(self) -> None:
        self._sums = dict.fromkeys((*PARTS, "accuracy"), 0.0)
        self._counts = dict.fromkeys((*PARTS, "accuracy"), 0.0)

    def add(self, told: dict[str, float], batch: Batch) -> None:
        """Add the means over one batch."""
        counts = batch.counts.sum(axis=(0, 1))
        for part, count in zip((*PARTS, "accuracy"), (*counts, counts[1]), strict=True):
            self._sums[part] += float(told[part]) * float(count)
            self._counts[part] += float(count)

    @property
    def nats(self) -> float:
        """Nats a note: onset, pitch and duration."""
        return round(sum(self._mean(part) for part in ("onset", "pitch", "duration")), 5)

    @property
    def accuracy(self) -> float:
        """Share of notes whose likeliest pitch was right."""
        return round(self._mean("accuracy"), 5)

    def _mean(self, part: str) -> float:
        return self._sums[part] / max(self._counts[part], 1.0)


def _laid(config: NotesTrainingConfig) -> tuple[int, int]:
    """Return streams and steps; a Transformer carries no state, so its streams are longer."""
    if config.network == "lstm":
        return config.streams, config.steps
    return max(1, config.streams * config.steps // WINDOW), WINDOW


def set_up() -> str:
    """Set TensorFlow's threads; return the type that matrix products run in."""
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(os.cpu_count() or 1))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    return "bfloat16" if _multiplies_bfloat16() else "float32"


def _multiplies_bfloat16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
