"""From probabilities to one token.

Conventions
-----------
Probabilities are one-dimensional, shape ``(V,)``, float64, and sum to 1. A zero
forbids its token. Temperature comes first, then the nucleus is cut, then one
number from ``rng`` decides: a draw costs one random number whatever was chosen,
so pieces with one seed stay comparable.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def heat(probabilities: Floats, temperature: float) -> Floats:
    """Divide the log-probabilities by ``temperature`` and return them as probabilities.

    Below 1 the likely becomes likelier, above 1 the rare comes closer.

    Examples
    --------
    >>> heat(np.array([0.8, 0.2]), 2.0).round(3).tolist()
    [0.667, 0.333]
    """
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities) / temperature
    odds = np.exp(logits - logits.max())
    shares: Floats = odds / odds.sum()
    return shares


def nucleus(probabilities: Floats, top_p: float) -> Floats:
    """Keep the likeliest tokens that together hold ``top_p`` of the mass.

    The token that crosses the line is kept, so at least one always is. Equal
    probabilities are taken in order of token id.

    References
    ----------
    .. [1] A. Holtzman, J. Buys, L. Du, M. Forbes and Y. Choi, "The Curious
       Case of Neural Text Degeneration", ICLR 2020, arXiv:1904.09751.

    Examples
    --------
    >>> nucleus(np.array([0.5, 0.3, 0.2]), 0.6).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    order = np.argsort(-probabilities, kind="stable")
    mass_ahead = np.cumsum(probabilities[order]) - probabilities[order]
    inside = order[mass_ahead < top_p]
    kept = np.zeros_like(probabilities)
    kept[inside] = probabilities[inside]
    shares: Floats = kept / kept.sum()
    return shares


def draw(
    probabilities: Floats, *, temperature: float, top_p: float, rng: np.random.Generator
) -> int:
    """Draw one token id.

    Parameters
    ----------
    probabilities : np.ndarray, shape (V,), float64
    temperature : float > 0
    top_p : float, in (0, 1]
    rng : np.random.Generator
        The only source of chance; exactly one number is taken from it.

    Returns
    -------
    token : int
        In ``range(V)``, and never one of probability zero.
    """
    shares = heat(probabilities, temperature)
    if top_p < 1:
        shares = nucleus(shares, top_p)
    reached = np.cumsum(shares)
    token = int(np.searchsorted(reached, rng.random() * reached[-1], side="right"))
    return min(token, int(np.flatnonzero(shares)[-1]))
