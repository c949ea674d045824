"""How like real music a batch of pieces is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from generator.corpus.works import works
from generator.grid import N_KEYS, GridScore, Steps
from generator.metrics.densities import divergence, grid_over, overlap
from generator.metrics.features import FEATURES, Floats, excerpt

QUANTILES = (0.025, 0.975)
FEWEST = 3  # works, so that there is a distance and it has a spread
N_SPLITS = 9  # of the reference in two halves
N_BOOTSTRAP = 1000
EIGHTH = 12  # steps


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far two sets of pieces agree in one feature."""

    overlap: float  # area, 0 to 1; 1 is alike
    divergence: float  # nats, 0 or more; 0 is alike
    low: float  # of the overlap: 95 of 100 batches of such pieces lie between
    high: float


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How far a batch of pieces agrees with real music, in each feature and on the whole."""

    features: dict[str, Agreement]
    mean_overlap: float  # of the features
    low: float  # of the mean, as with each
    high: float
    n_pieces: int
    n_reference: int
    n_notes: int  # to which all were cut

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON, rounded to what they can tell."""
        plain = asdict(self)
        for said in (plain, *plain["features"].values()):
            said |= {key: round(v, 4) for key, v in said.items() if isinstance(v, float)}
        return plain


def likeness(
    pieces: Sequence[GridScore],
    reference: Sequence[GridScore],
    *,
    rng: np.random.Generator,
    n_bootstrap: int = N_BOOTSTRAP,
) -> Likeness:
    """Hold ``pieces`` against real music.

    Parameters
    ----------
    pieces : sequence of GridScore, at least 1
        What is measured. A single piece has no interval that means anything.
    reference : sequence of GridScore, at least 3
        Real music. All are cut to the middle of as many notes as the median of
        ``pieces`` has. Works in which all notes are equally loud have no part
        in the feature velocity; where fewer than three are left it is left out.
    rng : np.random.Generator
        Draws the batches of the bootstrap.
    n_bootstrap : int
        How many batches of as many pieces are drawn, each from ``pieces`` with
        replacement; 0 makes each interval the estimate alone.

    Raises
    ------
    ValueError
        If there are too few of either.
    """
    return _likeness(pieces, reference, rng, n_bootstrap, flat_too=True)


def ceiling(
    reference: Sequence[GridScore],
    rng: np.random.Generator,
    *,
    n_pieces: int | None = None,
    n_notes: int | None = None,
) -> Likeness:
    """Hold half of real music against the other half: more likeness than this is not to be had.

    The halves are dealt by work (``generator.corpus.works``), so no movement or
    edition of a work is on the other side. Of several splits that with the middle mean
    is told.

    Parameters
    ----------
    n_pieces, n_notes : int, optional
        Take no more pieces of the one half, and no more notes of each piece, so
        that the ceiling is that of a batch of this size.

    Raises
    ------
    ValueError
        If there are too few works for two halves.
    """
    if n_notes is not None:
        reference = [excerpt(work, n_notes) for work in reference]
    groups = works(reference)
    if len(groups) < 2 * FEWEST:
        raise ValueError(f"{len(groups)} works make no two halves to compare")
    splits = [_halves(reference, groups, rng, n_pieces) for _ in range(N_SPLITS)]
    means = [_likeness(*split, rng, 0, flat_too=False).mean_overlap for split in splits]
    middle = splits[int(np.argsort(means)[N_SPLITS // 2])]
    return _likeness(*middle, rng, N_BOOTSTRAP, flat_too=False)


def floor(reference: Sequence[GridScore], rng: np.random.Generator, n_pieces: int = 20) -> Likeness:
    """Hold random notes against real music: every key as likely, half a quarter each, one loudness.

    The pieces have as many notes as the median work.
    """
    n_notes = int(np.median([len(work.notes) for work in reference]))
    return likeness([_random(n_notes, rng) for _ in range(n_pieces)], reference, rng=rng)


def _likeness(
    pieces: Sequence[GridScore],
    reference: Sequence[GridScore],
    rng: np.random.Generator,
    n_bootstrap: int,
    *,
    flat_too: bool,
) -> Likeness:
    """Compare all features. ``flat_too``: pieces of one loudness are held against velocities."""
    if not pieces or len(reference) < FEWEST:
        raise ValueError(f"{len(pieces)} pieces and {len(reference)} works cannot be compared")
    n_notes = int(np.median([len(piece.notes) for piece in pieces]))
    made, real = _counted(pieces, n_notes), _counted(reference, n_notes)
    weights = rng.multinomial(len(pieces), np.full(len(pieces), 1 / len(pieces)), n_bootstrap)

    features: dict[str, Agreement] = {}
    drawn: list[Floats] = []
    for name in FEATURES:
        played = [name != "velocity" or not work.is_flat for work in reference]
        heard = [name != "velocity" or flat_too or not piece.is_flat for piece in pieces]
        if sum(played) >= FEWEST and any(heard):
            features[name], overlaps = _agreement(
                made[name][heard], real[name][played], weights[:, heard]
            )
            drawn.append(overlaps)
    mean = float(np.mean([one.overlap for one in features.values()]))
    low, high = _interval(mean, np.mean(drawn, axis=0))
    return Likeness(
        features=features,
        mean_overlap=mean,
        low=low,
        high=high,
        n_pieces=len(pieces),
        n_reference=len(reference),
        n_notes=n_notes,
    )


def _counted(pieces: Sequence[GridScore], n_notes: int) -> dict[str, Floats]:
    """Return each feature of all pieces, of shape (n_pieces, size of the feature)."""
    cut = [excerpt(piece, n_notes).notes for piece in pieces]
    return {name: np.array([count(notes) for notes in cut]) for name, count in FEATURES.items()}


def _agreement(made: Floats, real: Floats, weights: Steps) -> tuple[Agreement, Floats]:
    """Return how far the distances among ``real`` and those to ``made`` agree.

    ``weights`` (B, G) says how often each piece is in a batch of the bootstrap; its
    overlaps (B,) are the second that is returned.
    """
    intra = _distances(real, real)[np.triu_indices(len(real), 1)]
    inter = _distances(made, real)  # (G, R)
    grid = grid_over(intra, inter)
    counts = grid.counts(inter)  # (G, bins)
    usual = grid.densities(grid.counts(intra[None])[0])
    ours = grid.densities(counts.sum(axis=0))
    drawn = overlap(usual, grid.densities(weights @ counts))
    low, high = _interval(area := float(overlap(usual, ours)), drawn)
    nats = float(divergence(usual, ours))
    return Agreement(overlap=area, divergence=nats, low=low, high=high), drawn


def _distances(one: Floats, other: Floats) -> Floats:
    """Return the Euclidean distances between rows: (A, D) and (B, D) make (A, B)."""
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)))


def _interval(estimate: float, drawn: Floats) -> tuple[float, float]:
    """Return the bootstrap's interval, moved so that its median lies at the estimate.

    A batch drawn with replacement has fewer different pieces, so it agrees a little
    less; that is no news of the pieces.
    """
    if not drawn.size:
        return estimate, estimate
    low, high = np.clip(estimate + np.quantile(drawn, QUANTILES) - np.median(drawn), 0, 1)
    return float(low), float(high)


def _halves(
    reference: Sequence[GridScore],
    groups: list[list[int]],
    rng: np.random.Generator,
    n_pieces: int | None,
) -> tuple[list[GridScore], list[GridScore]]:
    order = [groups[i] for i in rng.permutation(len(groups))]
    half = len(order) // 2
    one, other = (
        [reference[i] for group in side for i in group] for side in (order[:half], order[half:])
    )
    return one[:n_pieces], other


def _random(n_notes: int, rng: np.random.Generator) -> GridScore:
    onsets = np.arange(n_notes) * EIGHTH
    rest = np.full(n_notes, EIGHTH), np.full(n_notes, 76)
    return GridScore(notes=np.column_stack([onsets, rng.integers(0, N_KEYS, n_notes), *rest]))
