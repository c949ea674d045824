"""What stands between two systems of a page: what is the upper one's, and what the lower's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from generator.rendering.pixels import INK, Pixels

CELL = 3  # pixels: what is no farther apart hangs together
WHITE = 255

Cells = npt.NDArray[np.bool_]
Points = Sequence[tuple[float, float]]  # x and y


def parted(page: Pixels, begin: int, end: int, pedals: Points) -> tuple[Pixels, Pixels]:
    """Return the rows between two systems as two pictures: the upper one's, and the lower's.

    ``pedals`` are points of the page, in pixels, that lie on marks of the pedal: all of them
    are the upper one's. What hangs together with a staff is its own. What stands free is of
    that system which it is the nearer to, by itself or by what stands between: a high note
    by its ledger lines.
    """
    band = page[begin:end]
    rows, columns = (-(-side // CELL) for side in band.shape)
    cells = np.zeros((rows * CELL, columns * CELL), bool)
    cells[: band.shape[0], : band.shape[1]] = band < INK
    inked: Cells = np.any(cells.reshape(rows, CELL, columns, CELL), axis=(1, 3))
    marked = np.zeros_like(inked)
    for x, y in pedals:
        if begin <= y < end and 0 <= x < page.shape[1]:
            marked[int(y - begin) // CELL, int(x) // CELL] = True
    marked = _grown(marked)
    is_upper, is_lower, is_pedal = (np.zeros_like(inked) for _ in range(3))
    free = []
    for blob in _blobs(inked):
        hangs, stands = min(blob)[0] == 0, max(blob)[0] == rows - 1
        if hangs or stands or marked[_at(blob)].any():
            kind = is_upper if hangs else is_lower if stands else is_pedal
            kind[_at(blob)] = True
        else:
            free.append(blob)
    _share(free, is_upper, is_lower)
    is_upper |= is_pedal
    return _kept(band, is_upper, is_lower), _kept(band, is_lower, is_upper)


def _share(free: list[list[tuple[int, int]]], upper: Cells, lower: Cells) -> None:
    """Give each blob to the system that reaches it first, both growing by a cell at a time."""
    near_upper, near_lower = upper.copy(), lower.copy()
    near_upper[0] = near_lower[-1] = True  # the staves themselves
    while free:
        near_upper, near_lower = _grown(near_upper), _grown(near_lower)
        left = []
        for blob in free:
            at = _at(blob)
            if near_lower[at].any():
                lower[at] = near_lower[at] = True
            elif near_upper[at].any():
                upper[at] = near_upper[at] = True
            else:
                left.append(blob)
        free = left


def _at(blob: list[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(zip(*blob, strict=True))


def _grown(own: Cells) -> Cells:
    """Return the cells of ``own`` and all that touch them, corner to corner too."""
    wide = np.pad(own, 1)
    around = [wide[i : i + own.shape[0], j : j + own.shape[1]] for i in range(3) for j in range(3)]
    grown: Cells = np.logical_or.reduce(around)
    return grown


def _blobs(inked: Cells) -> Iterator[list[tuple[int, int]]]:
    """Yield the cells that hang together, corner to corner too."""
    left = {(int(row), int(column)) for row, column in np.argwhere(inked)}
    while left:
        blob = [left.pop()]
        for row, column in blob:
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            blob.extend(near)
        yield blob


def _kept(band: Pixels, own: Cells, other: Cells) -> Pixels:
    """Return ``band`` where ``own`` is, and the soft edges around it; the rest white."""
    kept = (_grown(own) & ~other).repeat(CELL, axis=0).repeat(CELL, axis=1)
    return np.where(kept[: band.shape[0], : band.shape[1]], band, WHITE).astype(np.uint8)
