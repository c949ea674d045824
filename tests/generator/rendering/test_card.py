"""The picture beside a link."""

import numpy as np
import pytest
from PIL import Image

from generator.rendering import card


@pytest.mark.parametrize("size", [(900, 200), (900, 60), (300, 900), (1, 1)])
def test_it_has_the_size_that_is_asked_for_and_the_whole_line_on_it(tmp_path, size):
    """1200 by 630, whatever the line's shape; the ink keeps off the margins."""
    Image.new("L", size, 0).save(tmp_path / "thumbnail.png")

    path = card.draw(tmp_path / "thumbnail.png", tmp_path / "card.png")

    with Image.open(path) as image:
        assert ("PNG", (1200, 630)) == (image.format, image.size)
        rows, columns = np.nonzero(np.asarray(image.convert("L")) < 60)
    assert card.MARGIN < rows.min() < rows.max() < 630 - card.MARGIN
    assert card.MARGIN < columns.min() < columns.max() < 1200 - card.MARGIN
    assert [tmp_path / "card.png"] == list(tmp_path.glob("card.*"))
