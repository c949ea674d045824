"""The whole state of a training between two epochs, on disk.

Weights, their average, optimiser, dropout's random state and the figures so far;
and beside them the weights of the best epoch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from generator.errors import CheckpointError

STATE, BEST = "state.npz", "best.npz"


class State:
    """Where a training goes on from.

    Parameters
    ----------
    folder : Path
    facts : dict
        What the training is known by; the state of another is refused.
    """

    def __init__(self, folder: Path, facts: dict[str, Any]) -> None:
        self.folder, self.facts = folder, facts

    def keep(
        self,
        network: Any,
        history: Sequence[dict[str, Any]],
        *,
        best: Mapping[str, Any] | None = None,
    ) -> None:
        """Write everything that changes; a state is there whole or not at all.

        ``best`` are the named arrays of the latest epoch, if it is the best so far.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if best is not None:
            self._write(BEST, dict(best))
        arrays = {f"v{i}": np.asarray(v) for i, v in enumerate(_variables(network))}
        told = json.dumps({"facts": self.facts, "history": list(history)})
        self._write(STATE, arrays | {"told": np.array(told)})

    def restore(self, network: Any) -> list[dict[str, Any]]:
        """Set ``network`` to what was kept and return the figures so far; none if nothing was.

        Raises
        ------
        CheckpointError
            If the state is of another training.
        """
        path = self.folder / STATE
        if not path.exists():
            return []
        with np.load(path, allow_pickle=False) as state:
            told = json.loads(str(state["told"]))
            if told["facts"] != self.facts:
                raise CheckpointError("resume_other", folder=self.folder.name)
            for i, variable in enumerate(_variables(network)):
                variable.assign(state[f"v{i}"])
        history: list[dict[str, Any]] = told["history"]
        return history

    def best(self) -> dict[str, Any] | None:
        """Return the named arrays of the best epoch; None where no epoch was kept."""
        path = self.folder / BEST
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}

    def _write(self, name: str, arrays: dict[str, Any]) -> None:
        aside = self.folder / f"{name}.partial"
        with aside.open("wb") as file:
            np.savez(file, **arrays)
        aside.replace(self.folder / name)


def _variables(network: Any) -> list[Any]:
    """Return all that changes while training: weights, dropout's random state, optimiser."""
    return [*network.variables, *network.optimizer.variables]
