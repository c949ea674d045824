"""Curves of a training, as points of a drawing."""

from webapp import charts

ROWS = [{"epoch": n, "loss": 4.0 - n, "val_loss": abs(n - 2) + 1.0} for n in (1, 2, 3)]


def test_a_curve_goes_from_edge_to_edge():
    """The first epoch at the left, the last at the right; a lower loss lies lower."""
    chart = charts.chart(ROWS, ["loss"])

    points = [point.split(",") for point in chart.curves[0].points.split()]
    xs, ys = ([float(point[i]) for point in points] for i in (0, 1))
    assert (chart.left, chart.right) == (xs[0], xs[-1])
    assert sorted(ys) == ys
    assert all(chart.top <= y <= chart.bottom for y in ys)


def test_the_best_epoch_is_where_the_works_held_out_were_known_best():
    """And it stands above its number."""
    chart = charts.chart(ROWS, ["loss", "val_loss"])

    assert 2 == chart.best_epoch
    assert (chart.left + chart.right) / 2 == chart.best


def test_numbers_at_the_side_are_round_and_take_in_all():
    """From below the least to above the most."""
    labels = [float(tick.label) for tick in charts.chart(ROWS, ["loss"]).up]

    assert labels[0] <= 1.0
    assert labels[-1] >= 3.0
    assert len(labels) <= charts.N_TICKS + 2


def test_a_gap_is_no_point():
    """What was not measured in an epoch is left out."""
    rows = [*ROWS, {"epoch": 4, "loss": None}, {"epoch": 5, "loss": float("nan")}]

    assert 3 == len(charts.chart(rows, ["loss"]).curves[0].points.split())


def test_one_epoch_is_no_curve():
    """Nor is none."""
    assert charts.chart(ROWS[:1], ["loss"]) is None
    assert charts.chart([], ["loss"]) is None


def test_a_flat_curve_is_drawn():
    """Nothing is divided by nothing."""
    rows = [{"epoch": n, "loss": 2.0} for n in (1, 2)]

    assert 2 == len(charts.chart(rows, ["loss"]).curves[0].points.split())
