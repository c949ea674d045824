"""From probabilities to tokens, of one decision or of several side by side.

Conventions
-----------
Probabilities lie along the last axis, shape ``(V,)`` or ``(B, V)``, float64, and
sum to 1. A zero forbids its token. Temperature comes first, then the nucleus is
cut, then one number from ``rng`` decides: a draw costs one random number whatever
was chosen, so pieces with one seed stay comparable. Rows do not touch each other:
what is drawn of one beside others is, to the last bit, what is drawn of it alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def heat(probabilities: Floats, temperature: float | Floats) -> Floats:
    """Divide the log-probabilities by ``temperature`` and return them as probabilities.

    Below 1 the likely becomes likelier, above 1 the rare comes closer. Several rows
    may have a temperature each, shape ``(B,)``.

    Examples
    --------
    >>> heat(np.array([0.8, 0.2]), 2.0).round(3).tolist()
    [0.667, 0.333]
    """
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities) / np.asarray(temperature)[..., None]
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def nucleus(probabilities: Floats, top_p: float | Floats) -> Floats:
    """Keep the likeliest tokens that together hold ``top_p`` of the mass.

    The token that crosses the line is kept, so at least one always is. Equal
    probabilities are taken in order of token id. Several rows may have a mass
    each, shape ``(B,)``.

    References
    ----------
    .. [1] A. Holtzman, J. Buys, L. Du, M. Forbes and Y. Choi, "The Curious
       Case of Neural Text Degeneration", ICLR 2020, arXiv:1904.09751.

    Examples
    --------
    >>> nucleus(np.array([0.5, 0.3, 0.2]), 0.6).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    falling = np.take_along_axis(probabilities, order, axis=-1)
    mass_ahead = falling.cumsum(axis=-1) - falling
    falling[mass_ahead >= np.asarray(top_p)[..., None]] = 0
    kept = np.empty_like(probabilities)
    np.put_along_axis(kept, order, falling, axis=-1)
    shares: Floats = kept / kept.sum(axis=-1, keepdims=True)
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
    one = probabilities[None]
    return draw_each(one, temperatures=[temperature], top_ps=[top_p], rngs=[rng])[0]


def draw_each(
    probabilities: Floats,
    *,
    temperatures: Sequence[float],
    top_ps: Sequence[float],
    rngs: Sequence[np.random.Generator],
) -> list[int]:
    """Draw one token id of every row, each as by :func:`draw` alone.

    Parameters
    ----------
    probabilities : np.ndarray, shape (B, V), float64
    temperatures, top_ps, rngs : sequence
        One of each for every row; exactly one number is taken from each ``rng``.
    """
    shares = heat(probabilities, np.array(temperatures))
    masses = np.array(top_ps)
    cut = masses < 1
    if cut.any():
        shares[cut] = nucleus(shares[cut], masses[cut])
    reached = shares.cumsum(axis=-1)
    marks = np.array([rng.random() for rng in rngs]) * reached[:, -1]
    tokens = (reached <= marks[:, None]).sum(axis=-1)
    last = shares.shape[-1] - 1 - (shares[:, ::-1] > 0).argmax(axis=-1)
    drawn: list[int] = np.minimum(tokens, last).tolist()
    return drawn
