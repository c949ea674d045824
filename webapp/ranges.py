"""Parts of a file, as RFC 9110 section 14 lets a player ask for them.

Of several parts in one request we send none: a server may answer with the
whole, and no player asks so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BLOCK = 64 * 1024
ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class Part(NamedTuple):
    """The bytes from ``start`` to before ``stop``."""

    start: int
    stop: int


class Unsatisfiable(Exception):
    """The part asked for lies outside the file."""


def wanted(header: str, size: int) -> Part | None:
    """Return the part that a Range header asks for; None for the whole.

    A header that cannot be understood asks for the whole. Raises Unsatisfiable.

    >>> wanted("bytes=0-1", 10)
    Part(start=0, stop=2)
    >>> wanted("bytes=-3", 10)
    Part(start=7, stop=10)
    """
    found = ONE_RANGE.fullmatch(header)
    if not found or found[1] == found[2] == "":
        return None
    if found[1] == "":
        part = Part(max(size - int(found[2]), 0), size)
    else:
        start = int(found[1])
        stop = int(found[2]) + 1 if found[2] else size
        if found[2] and stop <= start:
            return None
        part = Part(start, min(stop, size))
    if part.start >= part.stop:
        raise Unsatisfiable
    return part


class Reading:
    """The bytes of a part, a block at a time; the server closes it when the answer is sent."""

    def __init__(self, file: BinaryIO, part: Part) -> None:
        self._file = file
        self._left = part.stop - part.start
        file.seek(part.start)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self._file.read(min(BLOCK, self._left))
        if not block:
            raise StopIteration
        self._left -= len(block)
        return block

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
