"""A training in two pictures: accuracy and loss, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

INK, FAINT, PAPER = "#22201c", "#8b857a", "#fdfbf6"
SIZE_INCHES = (7.0, 4.2)
DPI = 150


def plot_history(history: Sequence[dict[str, Any]], folder: Path) -> list[Path]:
    """Draw the accuracy and the loss of a training, on its own data and held out.

    Parameters
    ----------
    history : sequence of dict
        One for each epoch: ``epoch``, ``accuracy``, ``val_accuracy``, ``loss``
        and ``val_loss``.
    folder : Path
        Must be there. Each picture appears in it whole or not at all.

    Returns
    -------
    list of Path
        ``accuracy.png`` and ``loss.png``.
    """
    return [
        _plot(history, "accuracy", "Accuracy", max, folder / "accuracy.png"),
        _plot(history, "loss", "Loss (nats a token)", min, folder / "loss.png"),
    ]


def _plot(
    history: Sequence[dict[str, Any]],
    name: str,
    label: str,
    best_of: Callable[..., Any],
    path: Path,
) -> Path:
    # A figure of its own, not pyplot's: nothing is left over, and threads do not meet.
    figure = Figure(figsize=SIZE_INCHES, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw(axes, history, name, best_of)
    _quieten(axes, label)
    if name == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))

    aside = path.with_name(f".{path.name}.part")
    # Without matplotlib's version in it, the same history gives the same file.
    figure.savefig(aside, format="png", dpi=DPI, metadata={"Software": None})
    aside.replace(path)
    return path


def _draw(
    axes: Axes, history: Sequence[dict[str, Any]], name: str, best_of: Callable[..., Any]
) -> None:
    epochs = [row["epoch"] for row in history]
    marker = "o" if len(history) == 1 else None  # a line of one point is not seen
    for key, colour, said in ((name, FAINT, "training"), (f"val_{name}", INK, "test")):
        values = [row[key] for row in history]
        axes.plot(epochs, values, color=colour, linewidth=1.6, marker=marker, label=said)
    if history:
        best = best_of(history, key=lambda row: row[f"val_{name}"])
        value = best[f"val_{name}"]
        shown = f"{value:.1%}" if name == "accuracy" else f"{value:.3f}"
        said = f"best on test: {shown}, epoch {best['epoch']}"
        axes.plot(best["epoch"], value, "o", color=INK, mfc=PAPER, markersize=7, label=said)


def _quieten(axes: Axes, label: str) -> None:
    """Leave what is read: two axes, a faint grid, a key without a box."""
    axes.set_facecolor(PAPER)
    axes.set_xlabel("Epoch", color=INK)
    axes.set_title(label, loc="left", color=INK, fontsize=11)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(axis="y", color=FAINT, alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.tick_params(colors=INK, labelsize=9, length=3, color=FAINT)
    handles, _ = axes.get_legend_handles_labels()
    if handles:
        axes.legend(frameon=False, labelcolor=INK, fontsize=9)
