"""The curves of a training: where their points stand, and how the axes are numbered."""

from __future__ import annotations

from tests.webapp.factories import FIGURES
from webapp import curves


def test_a_curve_stands_where_its_figures_say():
    """The axis is as long as the training will be; what is better lies lower, for a loss."""
    chart = curves.chart(FIGURES, "loss", epochs=11, best=2, auditions=[1, 9])

    held = next(line for line in chart.lines if line.name == "held")
    places = [tuple(map(float, pair.split(","))) for pair in held.points.split()]
    assert [curves.LEFT, curves.LEFT + 30.8, curves.LEFT + 61.6] == [x for x, _ in places]
    assert places[1][1] > places[2][1] > places[0][1]
    assert (2, *places[1], 3.5) == chart.best
    assert [1] == [mark.epoch for mark in chart.heard]
    assert all(curves.TOP <= y <= chart.floor for _, y in places)


def test_a_flat_curve_and_one_of_one_epoch_can_be_drawn():
    """Neither has a span of its own."""
    flat = [FIGURES[0] | {"loss": 2.0, "val_loss": 2.0, "epoch": n} for n in (1, 2)]

    assert curves.chart(flat, "loss", epochs=2, best=1)
    assert curves.chart(flat[:1], "loss", epochs=1, best=1)
    assert curves.chart([], "loss", epochs=5, best=1) is None


def test_the_axis_has_round_numbers():
    """And as many as can be read."""
    chart = curves.chart(FIGURES, "accuracy", epochs=100, best=2)

    assert [0.1, 0.2, 0.3, 0.4, 0.5, 0.6] == [tick.value for tick in chart.y_ticks]
    assert [1, 20, 40, 60, 80, 100] == [tick.value for tick in chart.x_ticks]
