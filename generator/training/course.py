"""The epochs of a training, one after the other, whatever the recipe.

A training is over after its last epoch, after as many epochs in a row as its
patience allows in which it knew the works held out no better, or when whoever
started it has heard enough: then the epoch under way is given up, and what the
last whole one left is kept.

After every epoch its whole state lies on disk before anybody is told, so that a
training that was killed has nothing to take back.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np

from generator.checkpoint import Arrays
from generator.config import NotesTrainingConfig, TrainingConfig
from generator.errors import TrainingError
from generator.training.auditions import Auditions
from generator.training.state import State

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """What is known after one pass over the music."""

    epoch: int  # from 1
    loss: float  # nats a token, or a note, of what was learned from
    accuracy: float  # share of them whose likeliest answer was right
    val_loss: float  # the same on what was held out
    val_accuracy: float
    seconds: float
    speed: float | None = None  # notes, or windows, a second

    @property
    def best_loss(self) -> float:
        """Nats on what was held out, of the weights that would be kept of this epoch."""
        return self.val_loss


E = TypeVar("E", bound=Epoch)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who listens to a training, beside those whom every long work tells how far it is."""

    on_pace: Callable[[float, float], None] = lambda *_: None  # a second; seconds left
    on_origin: Callable[[dict[str, Any]], None] = lambda _: None  # what makes it again
    on_audition: Callable[[dict[str, Any]], None] = lambda _: None
    has_heard_enough: Callable[[], bool] = lambda: False


NOBODY = Audience()


class _Enough(Exception):
    """No further batch is wanted."""


class Course:
    """One way through the epochs.

    Parameters
    ----------
    config : TrainingConfig or NotesTrainingConfig
    state : State
        Where each epoch is kept.
    auditions : Auditions
    sizes : sequence of int
        Batches of each epoch.
    per_batch : float
        Notes, or windows, in a batch, on average.
    report, on_epoch : callable
    audience : Audience
    """

    def __init__(
        self,
        config: TrainingConfig | NotesTrainingConfig,
        state: State,
        auditions: Auditions,
        *,
        sizes: Sequence[int],
        per_batch: float,
        report: Report,
        on_epoch: Callable[[Any], None],
        audience: Audience,
    ) -> None:
        self.config, self.state, self.auditions = config, state, auditions
        self.sizes, self.per_batch = sizes, per_batch
        self.report, self.on_epoch, self.audience = report, on_epoch, audience
        self.has_ended_early = False
        self._n_whole, self._in_epoch = 0, 0
        self._counted, self._since = 0, 0.0

    def run(
        self,
        network: Any,
        history: list[E],
        go: Callable[[int], tuple[E, Arrays]],
        arrays_of: Callable[[], Arrays],
    ) -> list[E]:
        """Go on from ``history`` to the end, and return the figures of all epochs.

        ``go`` does the epoch after so many, calls :meth:`step` after each of its
        batches, and returns its figures with the arrays that they are the best of.
        ``arrays_of`` returns those that ``network`` has now.
        """
        while not is_over(history, self.config):
            self._n_whole, self._in_epoch = len(history), 0
            try:
                epoch, arrays = go(len(history))
            except _Enough:
                self.state.restore(network)
                break
            self._keep(network, history, epoch, arrays)
        self.has_ended_early = len(history) < self.config.epochs
        if not self.auditions.is_held(len(history)):
            self._tell(self.auditions.hold(len(history), arrays_of()))
        return history

    def step(self) -> None:
        """Tell that one more batch is done; end here if enough was heard.

        The first batch of a process is not counted into the speed: in it, the
        network is compiled.
        """
        if self._n_whole and self.audience.has_heard_enough():
            raise _Enough
        self._in_epoch += 1
        done, total = sum(self.sizes[: self._n_whole]) + self._in_epoch, sum(self.sizes)
        self.report("fitting", min(done, total), total)
        if not self._since:
            self._since = time.perf_counter()
            return
        self._counted += 1
        a_second = self._counted / max(time.perf_counter() - self._since, 1e-9)
        self.audience.on_pace(a_second * self.per_batch, max(total - done, 0) / a_second)

    def _keep(self, network: Any, history: list[E], epoch: E, arrays: Arrays) -> None:
        if not all(map(math.isfinite, (epoch.loss, epoch.val_loss))):
            raise TrainingError("training_diverged", epoch=epoch.epoch)
        is_best = all(epoch.best_loss < earlier.best_loss for earlier in history)
        history.append(epoch)
        held = None
        if self.auditions.is_due(epoch.epoch) or is_over(history, self.config):
            held = self.auditions.hold(epoch.epoch, arrays)
        rows = [asdict(one) for one in history]
        self.state.keep(network, rows, best=arrays if is_best else None)
        self.on_epoch(epoch)
        self._tell(held)

    def _tell(self, held: dict[str, Any] | None) -> None:
        if held:
            self.audience.on_audition(held)


def is_over(history: Sequence[Epoch], config: TrainingConfig | NotesTrainingConfig) -> bool:
    """Whether the last epoch is done, or patience is lost.

    >>> told = [{"epoch": i, "val_loss": loss} for i, loss in enumerate((3.0, 2.0, 2.5, 2.1), 1)]
    >>> rest = dict.fromkeys(("loss", "accuracy", "val_accuracy", "seconds"), 0.0)
    >>> history = [Epoch(**one, **rest) for one in told]
    >>> is_over(history, TrainingConfig(patience=2)), is_over(history, TrainingConfig(patience=3))
    (True, False)
    """
    if len(history) >= config.epochs:
        return True
    if config.patience is None or not history:
        return False
    return len(history) - best(history).epoch >= config.patience


def best(history: Sequence[E]) -> E:
    """Return the epoch that knew best what was held out; the first of equals."""
    return min(history, key=lambda epoch: epoch.best_loss)


def copied(arrays: Mapping[str, Any]) -> Arrays:
    """Return ``arrays`` as they are now: a network goes on changing its own."""
    return {name: np.asarray(array).copy() for name, array in arrays.items()}
