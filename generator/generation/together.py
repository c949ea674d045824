"""Several pieces written side by side, each the same as alone.

The network is told the opening, and then its own notes. Of each note it says four
times what is likely, for all pieces at once; what a piece forbids is taken out, and
one call draws for all that are free to choose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from generator.checkpoint import Checkpoint
from generator.generation.composition import Report
from generator.generation.writing import Chances, Writing
from generator.grid import DURATION, ONSET, PITCH, VELOCITY
from generator.models.in_numpy import Columns, probabilities
from generator.recipes import sets
from generator.recipes.notes import N_SHIFTS
from generator.sampling import draw_each

TRACE = 1e-12  # of everything: a draw is possible where only the unlikely is allowed


def write_all(checkpoint: Checkpoint, pieces: Sequence[Writing], report: Report) -> None:
    """Write all pieces to their ends, side by side."""
    network, decisions = checkpoint.notes_network, checkpoint.decisions
    n = max(len(pieces), 2)
    state, blank = network.begin(n), decisions.tell([])
    chances = np.full((n, N_SHIFTS), 1 / N_SHIFTS)
    while going := _begun(pieces, chances):
        rows = list(going)
        ahead: list[Columns] = [[] for _ in range(n)]
        told = np.zeros((n, len(blank)), np.float32)
        for i, piece in going.items():
            ahead[i] = piece.ahead()
        thought, after = network.read(state, ahead)
        network.keep(state, after)
        heard = decisions.hear(thought)

        keys = _chosen(PITCH, going, probabilities(decisions.pitch(thought, heard, ahead)))
        for i, piece in going.items():
            told[i] = decisions.tell(piece.pitch(keys[i]))
        lasts = _chosen(DURATION, going, probabilities(decisions.duration(heard, told)))
        told[rows] += decisions.tell_each([p.duration(lasts[i]) for i, p in going.items()])
        levels = _chosen(VELOCITY, going, probabilities(decisions.velocity(heard, told)))
        told[rows] += decisions.tell_each([p.velocity(levels[i]) for i, p in going.items()])
        highest = [keys.get(i, 0) for i in range(n)]
        chances = probabilities(decisions.onset(heard, told, highest))
        _tell(pieces, report)


def _begun(pieces: Sequence[Writing], chances: Chances) -> dict[int, Writing]:
    """Decide when the next notes come; return the pieces that go on, by their rows."""
    going = {i: piece for i, piece in enumerate(pieces) if not piece.is_done}
    shifts = _chosen(ONSET, going, chances)
    return {i: piece for i, piece in going.items() if piece.onset(shifts[i], chances[i])}


def _chosen(part: int, going: Mapping[int, Writing], chances: Chances) -> dict[int, int]:
    """Return the id that each piece decides on: drawn where it is free, elsewhere as given."""
    free = {i: piece for i, piece in going.items() if piece.is_free}
    chosen = {i: p.given(part, chances[i]) for i, p in going.items() if i not in free}
    if free:
        choices = [piece.choice(part) for piece in free.values()]
        allowed = sets.spread([choice.allowed for choice in choices], chances.shape[-1])
        shares = (chances[list(free)] + TRACE) * allowed
        drawn = draw_each(
            shares / shares.sum(axis=-1, keepdims=True),
            temperatures=[choice.temperature for choice in choices],
            top_ps=[piece.config.top_p for piece in free.values()],
            rngs=[piece.rng for piece in free.values()],
        )
        chosen |= zip(free, drawn, strict=True)
    return chosen


def _tell(pieces: Sequence[Writing], report: Report) -> None:
    least = min((p for p in pieces if not p.is_done), key=_share, default=None)
    if least and least.is_free:
        report("composing", *least.progress)


def _share(piece: Writing) -> float:
    done, total = piece.progress
    return done / max(total, 1)
