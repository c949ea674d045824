"""Two sets of distances as densities on one grid, and how far they agree.

Both are counted in the same bins and smoothed with the same Gaussian, so they can be
compared bin by bin, and a set of pieces can be weighed anew without counting again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.metrics.features import Floats

N_BINS = 256
MARGIN = 3.0  # bandwidths beyond the outermost distances
LEAST = 1e-6  # added to the share of every bin, so that no logarithm is infinite


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """Bins, and the Gaussian that smooths what is counted in them."""

    low: float
    high: float
    kernel: Floats  # (N_BINS, N_BINS), each row sums to 1

    def counts(self, rows: Floats) -> Floats:
        """Count each row of distances by itself: (R, D) becomes (R, N_BINS)."""
        place = (rows - self.low) * (N_BINS / (self.high - self.low))
        bins = np.clip(place.astype(np.int64), 0, N_BINS - 1)
        bins += np.arange(len(rows))[:, None] * N_BINS
        counted = np.bincount(bins.ravel(), minlength=len(rows) * N_BINS)
        return counted.reshape(len(rows), N_BINS).astype(np.float64)

    def densities(self, counts: Floats) -> Floats:
        """Return counts (..., N_BINS) smoothed, each row scaled to sum to 1."""
        smooth = counts @ self.kernel
        shares = smooth / np.maximum(smooth.sum(axis=-1, keepdims=True), 1e-12)
        return np.asarray((shares + LEAST) / (shares.sum(axis=-1, keepdims=True) + N_BINS * LEAST))


def grid_over(real: Floats, other: Floats) -> Grid:
    """Return bins for two sets of distances, as wide as Scott's rule says for ``real``."""
    low, high = min(real.min(), other.min()), max(real.max(), other.max())
    # Where all distances are the same there is no width; a thousandth of them will do.
    bandwidth = real.std() * real.size**-0.2 or max(high, 1.0) * 1e-3
    low, high = low - MARGIN * bandwidth, high + MARGIN * bandwidth
    centres = np.linspace(low, high, N_BINS, endpoint=False)
    kernel = np.exp(-0.5 * ((centres[:, None] - centres[None, :]) / bandwidth) ** 2)
    return Grid(low=low, high=high, kernel=kernel / kernel.sum(axis=1, keepdims=True))


def overlap(one: Floats, other: Floats) -> Floats:
    """Return the area under both densities, 0 (apart) to 1 (the same), for each row."""
    return np.asarray(np.minimum(one, other).sum(axis=-1))


def divergence(real: Floats, other: Floats) -> Floats:
    """Return the Kullback-Leibler divergence of ``other`` from ``real`` in nats, 0 or more."""
    return np.asarray((real * np.log(real / other)).sum(axis=-1))
