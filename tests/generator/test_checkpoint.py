"""A checkpoint on disk: whole and known again, or refused with a sentence."""

import json
import shutil

import numpy as np
import pytest

from generator import checkpoint
from generator.errors import CheckpointError

CARD = {"name": "tiny", "recipe": "chords"}
WEIGHTS = {"dense_2.bias": np.arange(3, dtype=np.float32)}


@pytest.fixture
def folder(tmp_path):
    """Save a little checkpoint."""
    checkpoint.save(tmp_path / "tiny", card=CARD, weights=WEIGHTS, history=[])
    return tmp_path / "tiny"


def test_what_was_saved_is_loaded(folder):
    """The card and the arrays come back as they were."""
    loaded = checkpoint.load(folder)

    assert "tiny" == loaded.card["name"]
    np.testing.assert_array_equal(WEIGHTS["dense_2.bias"], loaded.weights["dense_2.bias"])


def test_the_same_content_has_the_same_hash(folder, tmp_path):
    """Neither the time of day nor the folder's name is in it."""
    again = checkpoint.save(tmp_path / "other", card=CARD, weights=WEIGHTS, history=[{"epoch": 1}])

    assert checkpoint.load(folder).hash == again.hash


@pytest.mark.parametrize(
    "change", [{"card": {**CARD, "name": "huge"}}, {"weights": {"dense_2.bias": np.ones(3)}}]
)
def test_other_content_has_another_hash(folder, tmp_path, change):
    """A word in the card or a number in the weights is enough."""
    other = {"card": CARD, "weights": WEIGHTS, "history": []} | change

    assert checkpoint.load(folder).hash != checkpoint.save(tmp_path / "other", **other).hash


def test_figures_that_are_added_change_the_hash_and_nothing_else(tmp_path):
    """A figure measured after the training stands beside the others."""
    card = CARD | {"figures": {"loss": 1.5}}
    before = checkpoint.save(tmp_path, card=card, weights=WEIGHTS, history=[{"epoch": 1}])

    after = checkpoint.add_figures(tmp_path, {"unseen_bits": 5.5})

    assert {"loss": 1.5, "unseen_bits": 5.5} == checkpoint.load(tmp_path).card["figures"]
    assert before.hash != after.hash
    assert [{"epoch": 1}] == json.loads((tmp_path / "history.json").read_text())


@pytest.mark.parametrize("name", ["card.json", "weights.npz"])
def test_a_missing_file_is_named(folder, name):
    """The sentence says which file is not there."""
    (folder / name).unlink()

    with pytest.raises(CheckpointError, match=f"tiny holds no checkpoint: {name} is not there"):
        checkpoint.load(folder)


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_truncated_weights_are_refused(folder, keep):
    """A file that was cut short does not have the hash that the card states."""
    path = folder / "weights.npz"
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(CheckpointError, match="does not match its hash"):
        checkpoint.load(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}'])
def test_a_card_of_another_kind_is_refused(folder, text):
    """Neither half a card nor one of a later format is believed."""
    (folder / "card.json").write_text(text)

    with pytest.raises(CheckpointError, match="checkpoint in tiny"):
        checkpoint.load(folder)


def test_pickled_arrays_are_never_executed(folder):
    """Weights that hold a Python object are damaged weights, even with the right hash."""
    with (folder / "weights.npz").open("wb") as file:
        np.savez(file, evil=np.array([{}], dtype=object))
    card = json.loads((folder / "card.json").read_text())
    card["hash"] = checkpoint._hash(card, (folder / "weights.npz").read_bytes())
    (folder / "card.json").write_text(json.dumps(card))

    with pytest.raises(CheckpointError, match=r"weights\.npz cannot be read"):
        checkpoint.load(folder)


def test_the_one_that_ships_is_whole_and_small(tmp_path):
    """It loads from a copy elsewhere, is under 12 MB, and names whom to thank."""
    shutil.copytree(checkpoint.PUBLISHED, tmp_path / "copy")
    card = checkpoint.load(tmp_path / "copy").card

    assert "Bernd Krueger" in card["attribution"]
    assert 120 == len(card["vocabulary"]["tokens"])
    assert 100 == card["figures"]["epochs"]
    assert sum(path.stat().st_size for path in checkpoint.PUBLISHED.iterdir()) < 12e6
