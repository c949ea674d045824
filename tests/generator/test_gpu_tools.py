"""What goes to a GPU, and what comes back; the training there needs PyTorch and is not run here."""

import json
import subprocess
from pathlib import Path

import numpy as np

from generator import checkpoint
from generator.corpus import read_notes
from generator.corpus.works import split
from generator.models.shape import Shape
from generator.recipes.rows import rows_of
from tests.generator import shaping

ROOT = Path(__file__).parents[2]


def tool(name: str, *arguments: object) -> str:
    """Run a tool of bin/ and return what it said."""
    command = [ROOT / "bin" / name, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def test_the_rows_that_travel_are_those_that_are_learned_from_here(corpora, tmp_path):
    """Packed into bytes, none becomes 255; pieces to learn from come before those held out."""
    tool("rows-for-gpu", tmp_path / "rows.npz", corpora)

    pieces = read_notes([corpora]).pieces
    parts = split(pieces)
    rows = [rows_of(pieces[i], ["tiny"]) for i in (*parts.train, *parts.held_out)]
    with np.load(tmp_path / "rows.npz") as told:
        assert [len(one) for one in rows] == told["lengths"].tolist()
        assert len(parts.train) == told["n_train"]
        for field in ("ahead", "within", "ids"):
            expected = np.concatenate([getattr(one, field) for one in rows])
            np.testing.assert_array_equal(expected % 256, told[field])
        planes = np.concatenate([one.planes for one in rows])
        np.testing.assert_array_equal(planes.reshape(len(planes), -1), told["planes"])


def test_what_comes_back_becomes_a_checkpoint_of_the_same_music(tmp_path):
    """Its card has the shape of the plan, the best epoch, and whom to name."""
    shape = Shape(network="lstm", width=32, depth=2, hidden=12)
    epochs = [
        {"epoch": i, "loss": 2.0, "accuracy": 0.5, "val_accuracy": 0.5, "seconds": 1.0}
        | {"val_loss": loss}
        for i, loss in enumerate((3.0, 2.0, 2.5), start=1)
    ]
    (tmp_path / "plan.json").write_text(
        json.dumps([{"name": "lstm", "seconds": 9} | shape.to_dict()])
    )
    (tmp_path / "lstm.json").write_text(json.dumps(epochs))
    np.savez(tmp_path / "lstm.npz", **shaping.arrays(shape))

    tool(
        *("checkpoint-from-gpu", tmp_path / "made", "--arrays", tmp_path / "lstm.npz"),
        *("--plan", tmp_path / "plan.json", "--like", "lstm"),
    )

    made, like = checkpoint.load(tmp_path / "made"), checkpoint.load(checkpoint.PRETRAINED / "lstm")
    assert shape.to_dict() == made.card["shape"]
    assert (2, 2.0) == (made.card["figures"]["epoch"], made.card["figures"]["val_loss"])
    for field in ("composers", "corpus", "attribution", "licence", "held_out"):
        assert like.card[field] == made.card[field]
