"""The picture that stands beside a link to a piece elsewhere: a line of its score."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

SIZE = (1200, 630)  # pixels, as the places that show such pictures ask for
MARGIN = 48
PADDING = 36  # of the sheet, around the line
PAPER, SHEET, INK, RULE = "#f8f1e4", "#fefcf8", "#1c1713", "#dcd0bd"


def draw(thumbnail: Path, path: Path) -> Path:
    """Lay a line of a score on a sheet of our paper; write a PNG, and return its path.

    It has no words: a title may change, and stands beside the picture anyway.

    Parameters
    ----------
    thumbnail : Path
        The line, in its colours on white, as engraving makes it.
    path : Path
        Where to write; what stands there is replaced whole.
    """
    card = Image.new("RGB", SIZE, PAPER)
    sheet = (MARGIN, MARGIN, SIZE[0] - MARGIN - 1, SIZE[1] - MARGIN - 1)
    ImageDraw.Draw(card).rectangle(sheet, fill=SHEET, outline=RULE)
    with Image.open(thumbnail) as line:
        drawn = _fitting(line.convert("RGB"))
    corner = ((SIZE[0] - drawn.width) // 2, (SIZE[1] - drawn.height) // 2)
    paper, ink = (Image.new("RGB", drawn.size, colour) for colour in (SHEET, INK))
    card.paste(ImageChops.lighter(ImageChops.multiply(drawn, paper), ink), corner)
    aside = path.with_suffix(".partial")
    card.save(aside, format="PNG", optimize=True)
    return aside.replace(path)


def _fitting(line: Image.Image) -> Image.Image:
    """Return ``line`` as large as the sheet allows."""
    room = tuple(side - 2 * (MARGIN + PADDING) for side in SIZE)
    scale = min(room[0] / line.width, room[1] / line.height)
    size = (max(round(line.width * scale), 1), max(round(line.height * scale), 1))
    return line.resize(size, Image.Resampling.LANCZOS)
