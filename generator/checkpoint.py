"""A trained model on disk: one folder, named by the hash of what is in it, never changed.

    card.json      what it is: recipe, network, composer, vocabulary, figures, attribution
    weights.npz    the arrays
    history.json   one row for each epoch
    originality.npz   the works it learned from, to compare with (notes recipe)
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

from generator import originality
from generator.errors import CheckpointError
from generator.models.in_numpy import NETWORKS, Decisions, Network
from generator.models.shape import Shape
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
    folder : Path
        Where it lies; what is not always needed is read from there.
    """

    card: dict[str, Any]
    weights: Arrays
    folder: Path

    @property
    def hash(self) -> str:
        """SHA-256 of the content, 64 hexadecimal digits."""
        return str(self.card["hash"])

    @property
    def recipe(self) -> str:
        """The recipe that it composes by: chords or notes."""
        return str(self.card["recipe"])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The tokens the network knows."""
        return Vocabulary.from_dict(self.card["vocabulary"])

    @cached_property
    def network(self) -> WindowedNetwork:
        """The network of the 40-note recipe, ready to compose."""
        return WindowedNetwork(self.weights)

    @cached_property
    def notes_network(self) -> Network:
        """The network of the notes recipe, ready to compose."""
        shape = Shape.from_dict(self.card["shape"])
        network: Network = NETWORKS[shape.network](shape, self.weights)
        return network

    @cached_property
    def decisions(self) -> Decisions:
        """What the network of the notes recipe decides with."""
        return Decisions(self.weights)

    @cached_property
    def index(self) -> originality.Index | None:
        """The works that it learned from, to compare with; None where they are not kept."""
        path = self.folder / originality.FILE
        return originality.load(path) if path.exists() else None


def save(
    folder: Path,
    *,
    card: dict[str, Any],
    weights: Arrays,
    history: list[dict[str, Any]],
    half: bool = False,
) -> Checkpoint:
    """Write a checkpoint and return it; plots are left to the caller.

    ``card`` needs no ``hash`` and no ``format``; both are added. With ``half`` the
    weights are rounded to float16, which halves the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed = _pack(weights, np.dtype(np.float16 if half else np.float32))
    card = {**card, "format": FORMAT}
    card["hash"] = _hash(card, packed)
    _write(folder / "weights.npz", packed)
    _write(folder / "history.json", json.dumps(history, indent=1).encode())
    # The card is written last: a folder with a card is a whole checkpoint.
    _write(folder / "card.json", json.dumps(card, indent=1, ensure_ascii=False).encode())
    return Checkpoint(card, _unpack(folder, packed), folder)


def add_figures(folder: Path, figures: Mapping[str, Any]) -> Checkpoint:
    """Write ``figures`` into the card of a checkpoint that nobody uses yet: its hash changes."""
    made = load(folder)
    card = {**made.card, "figures": {**made.card["figures"], **figures}}
    history = json.loads(_read(folder, "history.json"))
    half = made.recipe == "notes"
    return save(folder, card=card, weights=made.weights, history=history, half=half)


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
    return Checkpoint(card, _unpack(folder, packed), folder)


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


def _pack(weights: Arrays, kind: np.dtype[Any]) -> bytes:
    """Return the arrays as the bytes of an .npz file that depend on nothing else."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(weights):
            array = io.BytesIO()
            np.lib.format.write_array(array, np.ascontiguousarray(weights[name], kind))
            # numpy.savez would write the time of day.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), array.getvalue())
    return packed.getvalue()


def _unpack(folder: Path, packed: bytes) -> Arrays:
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            return {name: arrays[name].astype(np.float32) for name in arrays.files}
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
