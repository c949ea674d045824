"""A network of the notes recipe small enough to make for a test, its weights drawn at random."""

from pathlib import Path

import numpy as np

from generator import checkpoint
from generator.models.shape import Shape
from generator.recipes import layout
from generator.recipes.notes import N_DURATIONS, N_PITCHES, N_SHIFTS, N_VELOCITIES
from generator.recipes.past import N_PLANES

SHAPES = {
    "lstm": Shape(network="lstm", width=16, depth=2, hidden=12),
    "transformer": Shape(network="transformer", width=16, depth=2, hidden=12, heads=2, window=24),
}


def arrays(shape: Shape, *, seed: int = 0, scale: float = 0.3) -> dict[str, np.ndarray]:
    """Return drawn weights of every array that a network of ``shape`` has."""
    rng = np.random.default_rng(seed)
    return {
        name: (scale * rng.standard_normal(size)).astype(np.float32)
        for name, size in (_front(shape) | _body(shape) | _decisions(shape)).items()
    }


def small_checkpoint(folder: Path, network: str) -> checkpoint.Checkpoint:
    """Write and return a checkpoint of a small network that knows two composers."""
    shape = SHAPES[network]
    card = {
        "name": f"small-{network}",
        "title": f"Small {network}",
        "recipe": "notes",
        "network": network,
        "composer": "chopin",
        "composers": ["bach", "chopin"],
        "shape": shape.to_dict(),
        "figures": {},
        "attribution": "Nobody.",
        "licence": "CC0",
    }
    return checkpoint.save(folder, card=card, weights=arrays(shape), history=[], half=True)


def _front(shape):
    return {"front.kernel": (layout.WIDTH, shape.width), "front.bias": (shape.width,)}


def _body(shape):
    width = shape.width
    if shape.network == "lstm":
        parts = {
            "kernel": (width, 4 * width),
            "recurrent": (width, 4 * width),
            "bias": (4 * width,),
        }
        return {f"lstm_{i + 1}.{k}": v for i in range(shape.depth) for k, v in parts.items()}
    parts = {
        "norm_1": (width,),
        "query_key_value": (width, 3 * width),
        "out": (width, width),
        "norm_2": (width,),
        "wide": (width, 4 * width),
        "wide_bias": (4 * width,),
        "narrow": (4 * width, width),
    }
    blocks = {f"block_{i + 1}.{k}": v for i in range(shape.depth) for k, v in parts.items()}
    return blocks | {"last.norm": (width,)}


def _decisions(shape):
    width, hidden = shape.width, shape.hidden
    sizes = {
        "pitch_state": (width, hidden),
        "pitch_bias": (hidden,),
        "pitch_out": (hidden, N_PITCHES),
        "pitch_out_bias": (N_PITCHES,),
        "pitch_point": (width, N_PLANES),
        "pitch_point_bias": (N_PLANES,),
    }
    for part, seen, kinds in (
        ("duration", layout.FOR_DURATION, N_DURATIONS),
        ("velocity", layout.FOR_VELOCITY, N_VELOCITIES),
        ("onset", layout.FOR_ONSET, N_SHIFTS),
    ):
        sizes |= {
            f"{part}_state": (width, hidden),
            f"{part}_within": (seen, hidden),
            f"{part}_bias": (hidden,),
            f"{part}_out": (hidden, kinds),
            f"{part}_out_bias": (kinds,),
        }
    return {f"decisions.{name}": size for name, size in sizes.items()}
