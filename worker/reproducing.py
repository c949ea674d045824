"""The body of a reproduction: a piece is composed again, and laid beside what is stored."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from generator.score import Score
from webapp import counting
from webapp.models import Reproduction
from worker import composing, surroundings
from worker.lifecycle import Attempt

# What is compared, in this order: what is struck, and how it is played.
LAYERS = ("notes", "pedals", "tempi")


def reproduce(row: Reproduction, attempt: Attempt) -> dict[str, Any]:
    """Compose the piece of ``row`` again, and say whether it is the same."""
    piece = row.piece
    (made,) = composing.written([piece], attempt.report)
    return {"answer": compare(piece.score or {}, made.score) | _reasons(row)}


def compare(stored: dict[str, Any], again: Score) -> dict[str, Any]:
    """Return whether two scores are the same; if not, the first bar that differs, and in what."""
    fresh = again.to_dict()
    for layer in LAYERS:
        there, here = ([list(row) for row in each.get(layer) or ()] for each in (stored, fresh))
        if there != here:
            first = _first_odd(there, here)
            return {"is_identical": False, "bar": counting.bar_of(stored, first), "in": layer}
    return {"is_identical": True}


def _first_odd(there: list[list[float]], here: list[list[float]]) -> float:
    """Return the first onset at which two lists in order differ."""
    odd = next(pair for pair in zip_longest(there, here) if pair[0] != pair[1])
    return float(min(row[0] for row in odd if row is not None))


def _reasons(row: Reproduction) -> dict[str, Any]:
    then, here = row.piece.made_with, surroundings.now(row.piece)
    return {"is_known": bool(then), "others": surroundings.differing(then, here)}
