"""A trained model on disk: one folder, named by the hash of what is in it, never changed.

    card.json      what it is: recipe, network, composer, vocabulary, figures, attribution
    weights.npz    the arrays
    history.json   one row for each epoch
    accuracy.png   loss.png

The hash covers the weights and the card. Nothing in a checkpoint is executed:
arrays are read without pickle, and the rest is JSON.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.errors import CheckpointError
from generator.models.windowed import WindowedNetwork
from generator.recipes.chords import Vocabulary

FORMAT = 1
PRETRAINED = Path(__file__).parent / "pretrained"
PUBLISHED = PRETRAINED / "chopin-40"

Arrays = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Checkpoint:
    """A trained model in memory.

    Attributes
    ----------
    card : dict
        ``name title recipe network composer vocabulary figures attribution
        licence corpus config versions format hash``.
    weights : mapping of str to np.ndarray, float32
    """

    card: dict[str, Any]
    weights: Arrays

    @property
    def hash(self) -> str:
        """SHA-256 of the content, 64 hexadecimal digits."""
        return str(self.card["hash"])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The tokens the network knows."""
        return Vocabulary.from_dict(self.card["vocabulary"])

    @cached_property
    def network(self) -> WindowedNetwork:
        """The network, ready to compose."""
        return WindowedNetwork(self.weights)


def save(
    folder: Path, *, card: dict[str, Any], weights: Arrays, history: list[dict[str, Any]]
) -> Checkpoint:
    """Write a checkpoint and return it; plots are left to the caller.

    ``card`` needs no ``hash`` and no ``format``; both are added.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed = _pack(weights)
    card = {**card, "format": FORMAT}
    card["hash"] = _hash(card, packed)
    _write(folder / "weights.npz", packed)
    _write(folder / "history.json", json.dumps(history, indent=1).encode())
    # The card is written last: a folder with a card is a whole checkpoint.
    _write(folder / "card.json", json.dumps(card, indent=1, ensure_ascii=False).encode())
    return Checkpoint(card, dict(weights))


def add_figures(folder: Path, figures: Mapping[str, float]) -> Checkpoint:
    """Write ``figures`` into the card of a checkpoint that nobody uses yet: its hash changes."""
    made = load(folder)
    card = {**made.card, "figures": {**made.card["figures"], **figures}}
    history = json.loads(_read(folder, "history.json"))
    return save(folder, card=card, weights=made.weights, history=history)


def load(folder: Path) -> Checkpoint:
    """Read a checkpoint and check that it is whole.

    Raises
    ------
    CheckpointError
        If a file is missing, of another format, unreadable, or if the content
        does not have the hash that the card states.
    """
    card = read_card(folder)
    packed = _read(folder, "weights.npz")
    if card.get("hash") != _hash(card, packed):
        raise CheckpointError(
            "checkpoint_damaged", folder=folder.name, reason="its content does not match its hash"
        )
    return Checkpoint(card, _unpack(folder, packed))


def read_card(folder: Path) -> dict[str, Any]:
    """Read what a checkpoint says of itself, without its weights.

    Raises
    ------
    CheckpointError
        If there is no card, or one of another format.
    """
    try:
        card = json.loads(_read(folder, "card.json"))
    except ValueError as error:
        raise CheckpointError(
            "checkpoint_damaged", folder=folder.name, reason="card.json is not JSON"
        ) from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        value = card.get("format") if isinstance(card, dict) else None
        raise CheckpointError("checkpoint_format", folder=folder.name, value=value, known=FORMAT)
    return card


def _pack(weights: Arrays) -> bytes:
    """Return the arrays as the bytes of an .npz file that depend on nothing else."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(weights):
            array = io.BytesIO()
            np.lib.format.write_array(array, np.ascontiguousarray(weights[name], np.float32))
            # numpy.savez would write the time of day.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), array.getvalue())
    return packed.getvalue()


def _unpack(folder: Path, packed: bytes) -> Arrays:
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise CheckpointError(
            "checkpoint_damaged", folder=folder.name, reason="weights.npz cannot be read"
        ) from error


def _hash(card: Mapping[str, Any], packed: bytes) -> str:
    said = {key: value for key, value in card.items() if key != "hash"}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    weighed = hashlib.sha256(packed).hexdigest()
    return hashlib.sha256(f"{weighed}\n{text}".encode()).hexdigest()


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise CheckpointError("checkpoint_missing", folder=folder.name, file=name) from error


def _write(path: Path, content: bytes) -> None:
    aside = path.with_suffix(".partial")
    aside.write_bytes(content)
    aside.replace(path)
