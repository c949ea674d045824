"""A second opinion: how well a classifier tells what was made from what is real."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.grid import GridScore
from generator.metrics.features import FEATURES, excerpt

N_FOLDS = 5
N_REPEATS = 5
STRENGTH = 0.1  # of scikit-learn's logistic regression, C: there are more features than pieces


def told_apart(
    pieces: Sequence[GridScore], reference: Sequence[GridScore], *, rng: np.random.Generator
) -> float:
    """Return how often a logistic regression is right about pieces it has not seen.

    It is shown all features but velocity, since scores carry none, each scaled to
    the same spread; four fifths of either side to learn from and a fifth to be asked.

    Parameters
    ----------
    pieces, reference : sequence of GridScore, at least 5 each
        Cut to the middle of as many notes as the median of ``pieces`` has.

    Returns
    -------
    float
        The mean of how many of ``pieces`` and how many of ``reference`` are told
        rightly, 0 to 1. At 0.5 they cannot be told apart, at 1 always.

    Raises
    ------
    ValueError
        If there are too few of either.

    Notes
    -----
    The classifier two-sample test of Lopez-Paz and Oquab, "Revisiting Classifier
    Two-Sample Tests", ICLR 2017, by balanced accuracy, since the sides differ in size.
    """
    # Composing does without these, so it does not wait for them.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    if min(len(pieces), len(reference)) < N_FOLDS:
        raise ValueError(f"{len(pieces)} pieces and {len(reference)} works cannot be told apart")
    n_notes = int(np.median([len(piece.notes) for piece in pieces]))
    sides = [[_described(excerpt(one, n_notes)) for one in side] for side in (pieces, reference)]
    is_real = np.repeat([0, 1], [len(side) for side in sides])
    folds = RepeatedStratifiedKFold(
        n_splits=N_FOLDS, n_repeats=N_REPEATS, random_state=int(rng.integers(2**31))
    )
    judge = make_pipeline(
        StandardScaler(),
        LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear"),
    )
    right = cross_val_score(
        judge, np.array(sides[0] + sides[1]), is_real, cv=folds, scoring="balanced_accuracy"
    )
    return float(right.mean())


def _described(piece: GridScore) -> np.ndarray:
    heard = (count(piece.notes) for name, count in FEATURES.items() if name != "velocity")
    return np.concatenate(list(heard))
