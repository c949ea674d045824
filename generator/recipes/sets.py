"""Sets of small numbers as whole numbers: bit ``i`` says whether ``i`` belongs to the set.

Keys that are held, ids that a decision may fall on: to join, to forbid and to
move such a set is one operation, however many belong to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt


def below(n: int) -> int:
    """Return the set of all numbers below ``n``; the empty set where that is none.

    >>> bin(below(3)), below(-1)
    ('0b111', 0)
    """
    return (1 << n) - 1 if n > 0 else 0


def of(members: Iterable[int]) -> int:
    """Return the set of ``members``.

    >>> bin(of([0, 3]))
    '0b1001'
    """
    numbers = 0
    for member in members:
        numbers |= 1 << member
    return numbers


def members(numbers: int) -> list[int]:
    """Return what belongs to a set, rising.

    >>> members(0b1001)
    [0, 3]
    """
    found = []
    while numbers:
        lowest = numbers & -numbers
        found.append(lowest.bit_length() - 1)
        numbers ^= lowest
    return found


def spread(sets: Sequence[int], width: int) -> npt.NDArray[np.uint8]:
    """Return rows of zeros and ones, shape (sets, ``width``).

    >>> spread([0b1001, 0], 5).tolist()
    [[1, 0, 0, 1, 0], [0, 0, 0, 0, 0]]
    """
    n_bytes = -(-width // 8)
    packed = b"".join([numbers.to_bytes(n_bytes, "little") for numbers in sets])
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")
    return bits.reshape(-1, 8 * n_bytes)[:, :width]
