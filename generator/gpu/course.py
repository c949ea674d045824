"""One training on a GPU.

After a few steps as they come, a step is recorded as one CUDA graph and replayed: batch,
network, loss, gradient, and the change of the weights. The learning rate follows the
clock, for time is what is borrowed.

A training may learn from networks that were trained before it: beside what came next in
the music, it is asked for the mean of their answers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from generator.gpu.music import NUMBERS, Batch, Music
from generator.models.in_torch import NotesNetwork, States
from generator.models.shape import Shape

SOUGHT = {"onset": 1.0, "pitch": 1.0, "duration": 1.0, "velocity": 0.5}  # weight in the loss
WARMING, LAST_RATE, CLIP = 0.03, 0.01, 1.0  # as generator.training.fitting has them
LONGEST = 16  # parts of a piece that a state is carried through
AT_ONCE = 1024  # notes that are measured at once
AS_THEY_COME = 3  # steps before one is recorded

Answers = dict[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class Training:
    """One network to be trained."""

    name: str
    network: str
    width: int
    depth: int
    seconds: float
    heads: int = 4
    hidden: int = 256
    window: int = 512
    dropout: float = 0.1
    streams: int = 128
    steps: int = 128
    learning_rate: float = 0.002  # the highest
    weight_decay: float = 0.01
    focus: float = 0.5  # share of the time, the last, in which Chopin is read twice
    teachers: tuple[str, ...] = ()
    taught: float = 0.5  # share of the loss that the teachers' answers have
    seed: int = 0

    @property
    def shape(self) -> Shape:
        """How large it is."""
        names = ("network", "width", "depth", "hidden", "heads", "window", "dropout")
        return Shape(**{name: getattr(self, name) for name in names})


class Tally:
    """Sums over the notes of many batches, kept on the device."""

    def __init__(self, device: torch.device) -> None:
        self.sums = torch.zeros(2, len(SOUGHT) + 1, device=device)

    def add(self, nats: Sequence[Tensor], right: Tensor, batch: Batch) -> None:
        """Add what one batch told."""
        counts = batch.counts.sum((0, 1))
        self.sums[0] += torch.stack([*nats, (right * batch.counts[..., 1]).sum()]).detach()
        self.sums[1] += torch.cat([counts, counts[1:2]])

    def told(self) -> tuple[float, float]:
        """Return nats a note of onset, pitch and duration, and the accuracy of pitches."""
        means = (self.sums[0] / self.sums[1].clamp(min=1)).tolist()
        return round(sum(means[:3]), 5), round(means[-1], 5)


def loss_of(
    logits: Answers, batch: Batch, tally: Tally, answers: Answers | None = None, taught: float = 0
) -> Tensor:
    """Return nats a note, and add them to ``tally``; ``answers`` are the teachers'."""
    total, nats = torch.zeros((), device=batch.counts.device), []
    for i, (part, weight) in enumerate(SOUGHT.items()):
        count = batch.counts[..., i]
        flat = functional.cross_entropy(
            logits[part].flatten(0, 1), batch.ids[..., i].flatten(), reduction="none"
        )
        lost = flat.view_as(count)
        nats.append((lost * count).sum())
        if answers:
            # What cannot be has no share in the answers, and no finite logarithm.
            theirs = -(answers[part] * logits[part].log_softmax(-1).clamp(min=-30)).sum(-1)
            lost = (1 - taught) * lost + taught * theirs
        total = total + weight * (lost * count).sum()
    right = (logits["pitch"].argmax(-1) == batch.ids[..., 1]).float()
    tally.add(nats, right, batch)
    return total / batch.counts[..., 1].sum().clamp(min=1)


@torch.no_grad()
def measured(network: NotesNetwork, music: Music) -> tuple[float, float]:
    """Return nats a note and the accuracy of pitches on the works held out."""
    network.eval()
    readings = music.unseen()
    tally, states = Tally(music.device), network.body.begin(len(readings), music.device)
    for told in music.laid(readings, len(readings), AT_ONCE):
        batch = music.batch(told.to(music.device), AT_ONCE)
        with torch.autocast(music.device.type, torch.bfloat16):
            logits, states = network(batch.ahead, batch.within, batch.begins, states)
        loss_of(logits, batch, tally)
    network.train()
    return tally.told()


class Course:
    """A network on its way.

    Parameters
    ----------
    plan : Training
    music : Music
    teachers : sequence of NotesNetwork
        Whose answers are asked for.
    """

    def __init__(self, plan: Training, music: Music, teachers: Sequence[NotesNetwork]) -> None:
        self.plan, self.music, device = plan, music, music.device
        self.teachers = [teacher.eval() for teacher in teachers]
        torch.manual_seed(plan.seed)
        self.network: NotesNetwork = NotesNetwork(plan.shape).to(device)
        self.history: list[dict[str, Any]] = []
        self.n_steps = 0
        self._weights = [w for w in self.network.parameters() if w.requires_grad]
        self._rate = torch.zeros((), device=device)
        self._optimizer = torch.optim.AdamW(
            [
                {"params": [w for w in self._weights if w.ndim > 1]},
                {"params": [w for w in self._weights if w.ndim == 1], "weight_decay": 0.0},
            ],
            lr=self._rate,
            weight_decay=plan.weight_decay,
            betas=(0.9, 0.98),
            fused=device.type == "cuda",
            capturable=device.type == "cuda",
        )
        # A graph reads and writes the same memory each time that it is replayed.
        self._tally = Tally(device)
        self._told = torch.zeros(plan.streams, NUMBERS, dtype=torch.int64, device=device)
        self._states, *self._theirs = (
            [
                (hidden.clone(), cell.clone())
                for hidden, cell in one.body.begin(plan.streams, device)
            ]
            for one in (self.network, *self.teachers)
        )
        self._graph: Any = None

    def run(self) -> NotesNetwork:
        """Train until the time is over; return the network as it knew the rest best."""
        self._began = time.time()
        best: dict[str, Tensor] = {}
        while self._gone() < 1:
            epoch = self._epoch()
            is_best = all(epoch["val_loss"] < earlier["val_loss"] for earlier in self.history)
            self.history.append(epoch)
            if is_best:
                best = {name: w.clone() for name, w in self.network.state_dict().items()}
        self._graph = None
        self.network.load_state_dict(best or self.network.state_dict())
        return self.network

    def _gone(self) -> float:
        return (time.time() - self._began) / self.plan.seconds

    def _epoch(self) -> dict[str, Any]:
        plan, music, started = self.plan, self.music, time.time()
        rng = np.random.default_rng([plan.seed, len(self.history)])
        readings = music.drawn(rng, focused=self._gone() >= 1 - plan.focus)
        # A Transformer carries no state: each part of its pieces stands for itself.
        is_carried = plan.network == "lstm"
        longest, cuts = (LONGEST, None) if is_carried else (1, rng)
        self._tally.sums.zero_()
        for told in music.laid(readings, plan.streams, plan.steps, longest=longest, rng=cuts):
            if self._gone() >= 1:
                break
            self._rate.fill_(plan.learning_rate * _share(self._gone()))
            self._told.copy_(told, non_blocking=True)
            self._step()
            self.n_steps += 1
        loss, accuracy = self._tally.told()
        val_loss, val_accuracy = measured(self.network, music)
        return {
            "epoch": len(self.history) + 1,
            "loss": loss,
            "accuracy": accuracy,
            "val_loss": val_loss,
            "val_accuracy": val_accuracy,
            "seconds": round(time.time() - started, 2),
        }

    def _step(self) -> None:
        if self.music.device.type != "cuda":
            self._learn()
        elif self._graph:
            self._graph.replay()
        elif self.n_steps < AS_THEY_COME:
            aside = torch.cuda.Stream()
            aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(aside):
                self._learn()
            torch.cuda.current_stream().wait_stream(aside)
        else:
            self._graph = torch.cuda.CUDAGraph()
            self._optimizer.zero_grad(set_to_none=True)
            with torch.cuda.graph(self._graph):
                self._learn()
            self._graph.replay()  # recording it did nothing

    def _learn(self) -> None:
        plan = self.plan
        self._optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            batch = self.music.batch(self._told, plan.steps)
        with torch.autocast(self.music.device.type, torch.bfloat16, cache_enabled=False):
            answers = self._asked(batch)
            logits, states = self.network(batch.ahead, batch.within, batch.begins, self._states)
        loss_of(logits, batch, self._tally, answers, plan.taught).backward()
        torch.nn.utils.clip_grad_norm_(self._weights, CLIP)
        self._optimizer.step()
        _keep(self._states, states)

    @torch.no_grad()
    def _asked(self, batch: Batch) -> Answers | None:
        """Return the mean of the teachers' answers."""
        means: Answers = {}
        for teacher, kept in zip(self.teachers, self._theirs, strict=True):
            logits, states = teacher(batch.ahead, batch.within, batch.begins, kept)
            _keep(kept, states)
            for part in SOUGHT:
                share = logits[part].softmax(-1) / len(self.teachers)
                means[part] = means[part] + share if part in means else share
        return means or None


def _share(gone: float) -> float:
    """Return the share of the highest rate that is learned at, ``gone`` of the time being over."""
    if gone < WARMING:
        return 0.05 + 0.95 * gone / WARMING
    turn = math.pi * min(1.0, (gone - WARMING) / (1 - WARMING))
    return LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(turn)) / 2


@torch.no_grad()
def _keep(kept: States, states: States) -> None:
    for (hidden, cell), (new_hidden, new_cell) in zip(kept, states, strict=True):
        hidden.copy_(new_hidden)
        cell.copy_(new_cell)
