"""What a caller may choose, within which limits, and what is taken where nothing was said.

Only the standard library is imported here, so that a web form can show and
check the very limits that the library holds.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, NamedTuple, Self

from generator.errors import ChoiceError


class Range(NamedTuple):
    """A closed interval."""

    low: float
    high: float


SEED = Range(0, 2**32 - 1)
BARS = Range(8, 128)
RECIPES = ("chords",)
NETWORKS = ("lstm",)

TOKENS_A_BAR = 8  # in the 40-note recipe every token lasts half a beat of a 4/4 bar


@dataclass(frozen=True)
class _Limited:
    """Base of a config: each field named in LIMITS is a number in its range."""

    LIMITS: ClassVar[dict[str, Range]] = {}

    def __post_init__(self) -> None:
        for name, limits in self.LIMITS.items():
            check(name, getattr(self, name), limits)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build from ``values``; keys that are not fields, and nulls, are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{k: v for k, v in values.items() if k in known and v is not None})

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class GenerationConfig(_Limited):
    """How a piece is composed."""

    notes: int = 100  # new tokens after the opening
    temperature: float = 1.0  # 1 is the model's own distribution; above it, wilder
    top_p: float = 1.0  # nucleus mass; 1 keeps every token
    seed: int = 0

    LIMITS: ClassVar = {
        "notes": Range(16, 4000),
        "temperature": Range(0.1, 2.0),
        "top_p": Range(0.01, 1.0),
        "seed": SEED,
    }


@dataclass(frozen=True, kw_only=True)
class TrainingConfig(_Limited):
    """How the network of the 40-note recipe is trained; the defaults are as published."""

    epochs: int = 100
    batch_size: int = 256
    min_count: int = 100  # tokens that occur fewer times are dropped
    test_share: float = 0.2  # of the windows, drawn at random
    seed: int = 0

    LIMITS: ClassVar = {
        "epochs": Range(1, 1000),
        "batch_size": Range(1, 4096),
        "min_count": Range(1, 100_000),
        "test_share": Range(0.01, 0.9),
        "seed": SEED,
    }


def check(field: str, value: object, limits: Range) -> None:
    """Raise :class:`ChoiceError` unless ``value`` is a finite number within ``limits``."""
    is_nan = isinstance(value, float) and math.isnan(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or is_nan:
        raise ChoiceError("not_a_number", field=field, value=str(value)[:80])
    if not limits.low <= value <= limits.high:
        low, high = (f"{bound:,}" for bound in limits)
        raise ChoiceError("out_of_range", field=field, value=str(value)[:80], low=low, high=high)


def notes_for_bars(bars: int) -> int:
    """Return how many tokens of the 40-note recipe fill ``bars``."""
    check("bars", bars, BARS)
    return bars * TOKENS_A_BAR


def draw_opening(names: Sequence[str], seed: int) -> str:
    """Return the opening that ``seed`` draws, whatever the order of ``names``."""
    return random.Random(seed).choice(sorted(names))  # noqa: S311 - chance, not secrecy
