"""The two pictures of a training."""

import matplotlib.image
import numpy as np
import pytest
from matplotlib import pyplot as plt

from generator.rendering.plots import plot_history

HISTORY = [
    {
        "epoch": e, "loss": 4 / e, "accuracy": e / 40,
        "val_loss": 4 / e + 0.02 * e, "val_accuracy": e / 50, "seconds": 50.0,
    }
    for e in range(1, 21)
]  # fmt: skip


def test_both_pictures_are_drawn(tmp_path):
    """Each is a page with ink on it, and nothing else is left in the folder."""
    folder = tmp_path / "plots"
    folder.mkdir()

    paths = plot_history(HISTORY, folder)

    assert [folder / "accuracy.png", folder / "loss.png"] == paths
    assert {"accuracy.png", "loss.png"} == {p.name for p in folder.iterdir()}
    for path in paths:
        picture = matplotlib.image.imread(path)
        assert picture.shape[1] == 1050
        assert np.ptp(picture[..., :3]) > 0.5


def test_the_same_history_gives_the_same_file(tmp_path):
    """A checkpoint is named by the hash of its content."""
    first = [path.read_bytes() for path in plot_history(HISTORY, tmp_path)]

    assert first == [path.read_bytes() for path in plot_history(HISTORY, tmp_path)]


def test_another_history_gives_another_picture(tmp_path):
    """The curves are the history's."""
    before = plot_history(HISTORY, tmp_path)[1].read_bytes()

    assert before != plot_history(HISTORY[:9], tmp_path)[1].read_bytes()


@pytest.mark.parametrize("n_epochs", [0, 1])
def test_a_training_that_ended_early_is_drawn_too(tmp_path, n_epochs):
    """No epoch, or one, is no error and no warning."""
    assert all(path.stat().st_size > 0 for path in plot_history(HISTORY[:n_epochs], tmp_path))


def test_no_state_of_pyplot_is_touched(tmp_path):
    """A worker draws in any thread, and a figure left open is memory lost."""
    plot_history(HISTORY, tmp_path)

    assert [] == plt.get_fignums()
