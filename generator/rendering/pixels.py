"""Pages as pixels: read, measured and saved small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

Pixels = npt.NDArray[np.uint8]  # 0 black, 255 white

SVG_DPI = 360  # units to the inch in MuseScore's SVG
INK = 128  # a pixel darker than this is ink
GREYS = 16


def read(path: Path) -> Pixels:
    """Return a page on white: MuseScore draws on nothing, and a dark viewer would hide it."""
    with Image.open(path) as image:
        white = Image.new("L", image.size, 255)
        white.paste(image.convert("L"), mask=image.convert("RGBA").getchannel("A"))
    return np.asarray(white)


def ink(page: Pixels) -> float:
    """Return the share of a page that is printed on."""
    return float((page < INK).mean())


def save(page: Pixels, path: Path, origin: str = "") -> None:
    """Write a page in sixteen greys, which print needs no more than, and say where it is from."""
    step = 256 // GREYS
    image = Image.fromarray(page // step).convert("P")
    image.putpalette([level * 255 // (GREYS - 1) for level in range(GREYS) for _ in "rgb"])
    words = PngInfo()
    if origin:
        words.add_itxt("Source", origin)
    image.save(path, bits=4, pnginfo=words)


def highest(page: Pixels, x: int, y: int, width: int, *, dpi: int) -> int:
    """Return the row of the highest ink that belongs to what begins at ``x`` and ``y``."""
    has_ink: npt.NDArray[np.bool_] = np.any(page[:, x : x + width] < INK, axis=1)
    return _edge(has_ink, y, max(0, y - dpi), dpi // 9)


def _edge(has_ink: npt.NDArray[np.bool_], row: int, limit: int, gap: int) -> int:
    """Walk from ``row`` towards ``limit`` and stop at the last ink before ``gap`` blank rows."""
    step = 1 if limit > row else -1
    last = row
    for at in range(row, limit, step):
        if has_ink[at]:
            last = at
        elif abs(at - last) >= gap:
            break
    return last
