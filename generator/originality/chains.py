"""Two chains of links, and the longest piece of chain that both have.

A chain is a row of numbers, one for each note; equal numbers are equal links. Every
stretch of it has a hash of 64 bits that is had from two sums, however long it is.
Two different stretches are taken for the same less than once in ten billion pieces.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generator.grid import Steps

Hashes = npt.NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15  # odd, so it has an inverse modulo 2 ** 64
N_DRAWERS = 2**16
_SCATTER = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))


class Shared(NamedTuple):
    """Where two chains go the same way."""

    n_links: int = 0
    here: int = 0  # the first link in one chain
    there: int = 0  # and in the other


class Chain:
    """A row of links, hashed.

    With prefix sums S[i] of ``value[j] * base ** j`` the stretch from i to i + n has
    the hash ``(S[i + n] - S[i]) / base ** i``; all arithmetic is modulo 2 ** 64.
    """

    def __init__(self, codes: Steps) -> None:
        """Hash ``codes``, one number of 0 or more for each link."""
        powers = _powers(_BASE, len(codes))
        self._sums = np.concatenate([[np.uint64(0)], np.cumsum(_scattered(codes) * powers)])
        self._undone = _powers(pow(_BASE, -1, 2**64), len(codes))

    def __len__(self) -> int:
        return len(self._undone)

    def hashes(self, begin: Steps, n: int) -> Hashes:
        """Return the hashes of the ``n`` links from each of ``begin``; all must be there."""
        hashes: Hashes = (self._sums[begin + n] - self._sums[begin]) * self._undone[begin]
        return hashes


def drawer(hashes: Hashes) -> npt.NDArray[np.uint16]:
    """Return the drawer of each hash, of which there are ``N_DRAWERS``."""
    return (hashes >> np.uint64(48)).astype(np.uint16)


def longest(
    one: Chain, other: Chain, here: Steps, there: Steps, *, lowest: int, below: int
) -> Shared:
    """Return the longest stretch of ``one`` that is also in ``other``.

    Lengths are doubled while they are found, then halved in between; what a shorter
    stretch has ruled out is not looked at again.

    Parameters
    ----------
    here, there : np.ndarray of int
        Where the stretch may begin, rising.
    lowest, below : int
        The shortest length that counts, and the first that is not tried.

    Returns
    -------
    Shared
        Of several equally long, the first in ``one``, where it comes first in ``other``.
    """
    found, tried = 0, lowest
    while found < tried < below:
        kept = _alike(one, other, here, there, tried)
        if len(kept[0]):
            found, (here, there) = tried, kept
        else:
            below = tried
        tried = min(2 * found, (found + below) // 2)
    if not found:
        return Shared()
    alike = other.hashes(there, found) == one.hashes(here[:1], found)
    return Shared(found, int(here[0]), int(there[alike.argmax()]))


def _alike(one: Chain, other: Chain, here: Steps, there: Steps, n: int) -> tuple[Steps, Steps]:
    """Return those of ``here`` and of ``there`` from which ``n`` links go the same way."""
    here, there = here[here + n <= len(one)], there[there + n <= len(other)]
    mine, theirs = one.hashes(here, n), other.hashes(there, n)
    if not len(mine):
        return here, there[:0]
    # Most of a long chain is ruled out by its drawers, which costs less than to compare it.
    is_used = np.zeros(N_DRAWERS, np.bool_)
    is_used[drawer(mine)] = True
    near = is_used[drawer(theirs)]
    there, theirs = there[near], theirs[near]
    met = _is_in(theirs, mine)
    return here[_is_in(mine, theirs[met])], there[met]


def _is_in(values: Hashes, sought: Hashes) -> npt.NDArray[np.bool_]:
    if not len(sought):
        return np.zeros(len(values), np.bool_)
    sought = np.sort(sought)
    nearest = sought[np.minimum(np.searchsorted(sought, values), len(sought) - 1)]
    return np.equal(nearest, values)


def _powers(base: int, n: int) -> Hashes:
    """Return base ** 0 to base ** (n - 1), modulo 2 ** 64."""
    factors = np.full(n, base, np.uint64)
    factors[:1] = 1
    return np.cumprod(factors)


def _scattered(codes: Steps) -> Hashes:
    """Return for each number one of 64 bits that looks like chance (the mixer of SplitMix64)."""
    mixed = (codes.astype(np.uint64) + np.uint64(1)) * np.uint64(_BASE)
    for shift, factor in _SCATTER:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed
