"""A network of the notes recipe that has learned nothing and is a hundredth of the usual size."""

from pathlib import Path

import numpy as np

from generator import checkpoint
from generator.checkpoint import Checkpoint
from generator.models.shapes import shapes_of


def make_small(folder: Path) -> Checkpoint:
    """Write it, with two composers."""
    card = {
        **{"name": "small", "title": "Small", "recipe": "notes", "network": "lstm"},
        **{"composer": "nobody", "composers": ["nobody", "somebody"], "attribution": "Nobody."},
        "shape": {"network": "lstm", "width": 16, "depth": 1, "hidden": 8},
        "figures": {},
    }
    rng = np.random.default_rng(4)
    weights = {
        name: rng.normal(0, 0.1, shape).astype(np.float32)
        for name, shape in shapes_of(card).items()
    }
    return checkpoint.save(folder, card=card, weights=weights, history=[])
