"""How large a network of the notes recipe is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

SLOWEST = 10_000.0  # notes over which the slowest pair of numbers turns by one radian


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What the arrays of a network are measured by."""

    network: str  # lstm or transformer
    width: int  # numbers in a state
    depth: int  # levels, one above the other
    hidden: int = 256  # units of each decision
    heads: int = 4  # of a Transformer's attention
    window: int = 512  # notes that a Transformer looks back at each level
    dropout: float = 0.1  # while training

    def angles(
        self, places: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return cosine and sine of the angles at ``places``, each (places, size of a head / 2)."""
        pairs = self.width // self.heads // 2
        speeds = SLOWEST ** -(np.arange(pairs) / pairs)
        angles = places[:, None] * speeds
        return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build from what :meth:`to_dict` returned."""
        return cls(**values)


SHAPES = {
    "lstm": Shape(network="lstm", width=384, depth=2),
    "transformer": Shape(network="transformer", width=256, depth=4),
}
