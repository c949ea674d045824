"""Which arrays each network has, and how large they are: what a foreign checkpoint must match."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.models.shape import Shape
from generator.recipes import layout
from generator.recipes.notes import N_DURATIONS, N_PITCHES, N_SHIFTS, N_VELOCITIES
from generator.recipes.past import N_PLANES

Shapes = dict[str, tuple[int, ...]]

# The largest network that is taken from elsewhere; those that ship are a fifth of it.
HIGHEST = {"width": 2048, "depth": 24, "hidden": 2048, "heads": 64, "window": 4096}
MOST_REMEMBERED = 8_000_000  # numbers that a Transformer keeps of each piece
MOST_KINDS = 20_000  # tokens of the 40-note recipe
WIDER = 4  # times as wide inside a block of a Transformer


class UnknownShape(Exception):
    """The card describes no network that is known here."""


def shapes_of(card: Mapping[str, Any]) -> Shapes:
    """Return the shape of each array that the network of ``card`` has.

    Raises
    ------
    UnknownShape
        If the card says no sizes, or ones that nobody can use.
    """
    if card["recipe"] == "chords":
        return _windowed(card)
    shape = _shape(card)
    body = _lstm(shape) if shape.network == "lstm" else _transformer(shape)
    front: Shapes = {
        "front.kernel": (layout.WIDTH, shape.width),
        "front.bias": (shape.width,),
    }
    return front | body | _decisions(shape)


def _shape(card: Mapping[str, Any]) -> Shape:
    try:
        shape = Shape.from_dict(dict(card["shape"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UnknownShape("shape") from error
    for name, high in HIGHEST.items():
        value = getattr(shape, name)
        if type(value) is not int or not 1 <= value <= high:
            raise UnknownShape(f"{name} {value}")
    if shape.network != card["network"] or shape.width % (2 * shape.heads):
        raise UnknownShape(f"{shape.network} {shape.width}/{shape.heads}")
    if shape.depth * shape.width * shape.window > MOST_REMEMBERED:
        raise UnknownShape(f"depth {shape.depth}, width {shape.width}, window {shape.window}")
    return shape


def _windowed(card: Mapping[str, Any]) -> Shapes:
    known = card.get("vocabulary")
    tokens = known.get("tokens") if isinstance(known, dict) else None
    if not isinstance(tokens, list) or not 1 <= len(tokens) <= MOST_KINDS:
        raise UnknownShape("vocabulary")
    if card["network"] != "lstm":
        raise UnknownShape(str(card["network"]))
    return {
        "lstm_1.kernel": (1, 1024),
        "lstm_1.recurrent": (256, 1024),
        "lstm_1.bias": (1024,),
        "lstm_2.kernel": (256, 512),
        "lstm_2.recurrent": (128, 512),
        "lstm_2.bias": (512,),
        "dense_1.kernel": (128, 256),
        "dense_1.bias": (256,),
        "dense_2.kernel": (256, len(tokens)),
        "dense_2.bias": (len(tokens),),
    }


def _lstm(shape: Shape) -> Shapes:
    d = shape.width
    return {
        f"lstm_{i + 1}.{name}": size
        for i in range(shape.depth)
        for name, size in {"kernel": (d, 4 * d), "recurrent": (d, 4 * d), "bias": (4 * d,)}.items()
    }


def _transformer(shape: Shape) -> Shapes:
    d = shape.width
    block = {
        "norm_1": (d,),
        "query_key_value": (d, 3 * d),
        "out": (d, d),
        "norm_2": (d,),
        "wide": (d, WIDER * d),
        "wide_bias": (WIDER * d,),
        "narrow": (WIDER * d, d),
    }
    blocks = {f"block_{i + 1}.{k}": v for i in range(shape.depth) for k, v in block.items()}
    return blocks | {"last.norm": (d,)}


def _decisions(shape: Shape) -> Shapes:
    d, h = shape.width, shape.hidden
    found: Shapes = {"pitch_point": (d, N_PLANES), "pitch_point_bias": (N_PLANES,)}
    sizes = {
        "pitch": N_PITCHES,
        "duration": N_DURATIONS,
        "velocity": N_VELOCITIES,
        "onset": N_SHIFTS,
    }
    reads = {
        "duration": layout.FOR_DURATION,
        "velocity": layout.FOR_VELOCITY,
        "onset": layout.FOR_ONSET,
    }
    for part, n in sizes.items():
        found |= {f"{part}_state": (d, h), f"{part}_bias": (h,)}
        found |= {f"{part}_out": (h, n), f"{part}_out_bias": (n,)}
    found |= {f"{part}_within": (columns, h) for part, columns in reads.items()}
    return {f"decisions.{name}": size for name, size in found.items()}
