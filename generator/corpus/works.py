"""Which files are one work, and a split of a corpus that keeps each work whole.

A model must be measured on music it has never seen. Another edition of a work, a
reprint, another movement or another file with the same notes would give it away,
so they are one work here, and a work is either learned from or held out. Two
files are one work

- by their names: movements of a sonata, pieces of a suite, the same opus and
  number in two sets (pieces of a collection are works of their own); or
- by their notes: where 40 successive notes, in order of onset and pitch, are the
  same in any key. Onsets and durations are not compared, so that no finer
  comparison finds more. Long scales join a few works that have little in common;
  that costs nothing but choice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generator.grid import PITCH, GridScore, Steps

RUN_NOTES = 40
SHARE = 0.06  # of the notes, held out

#: Pieces of a collection: works of their own, though their names end in a number.
COLLECTIONS = re.compile(r"bach_\d+|mendel_op\d+_\d+|brahms_opus117_\d+|schu(im|mm)-\d+")
#: Suites whose pieces have names that do not show it.
SUITES = {
    "espana": re.compile(r"alb_esp\d+"),
    "suite espanola": re.compile(r"alb_se\d+"),
    "petite suite": re.compile(r"bor_ps\d+"),
    "suite bergamasque": re.compile(r"deb_(prel|menu|clai|pass)"),
    "the seasons": re.compile(r"ty_[a-z]+"),
}
#: Chopin's works in the published set, by opus and number: chpn_op10_e01, chpn-p1, chp_op18.
CHOPIN = re.compile(r"chpn?_op(?P<opus>\d+)(_e?(?P<number>\d+))?|chpn-p(?P<prelude>\d+)")
#: Those from first editions: opus, edition, publisher, number, as in 006-1b-Sm-001.
FIRST_EDITION = re.compile(r"(?P<opus>\d{3})(_(?P<part>\d))?-\w+-[a-z]+(-(?P<number>\d{3})\b.*)?")
PRELUDES = 28  # opus
SONATAS = {4, 35, 58}  # whose numbers are movements
MOVEMENT = re.compile(r"(?P<work>.+?)[_-]\d+")

#: What is held out of the two published sets: five of Chopin's works of the one and ten
#: of the other, of the kinds he wrote most, and a few by others. About 6 % of the notes.
HELD_OUT = (
    "chopin/chpn-p6",
    "chopin/chpn-p15",
    "chopin/chpn_op25_e3",
    "chopin/chpn_op27_1",
    "chopin/chpn_op33_4",
    "chopin/010-1b-Sm-007",
    "chopin/015-1a-BH-002",
    "chopin/017-1-BH-001",
    "chopin/026-1-BH-001",
    "chopin/029-1-BH",
    "chopin/034_2-1-BH-002",
    "chopin/041-1-BH-001",
    "chopin/048-1-BH-002",
    "chopin/063-1-BH-001",
    "chopin/070-1-MEIf-002",
    "bach/bach_850",
    "beeth/beethoven_opus90_1",
    "brahms/br_im6",
    "burgm/burg_quelle",
    "grieg/grieg_spring",
    "haydn/haydn_9_1",
    "liszt/liz_liebestraum",
    "mendelssohn/mendel_op30_1",
    "mendelssohn/mendel_op62_3",
    "mozart/mz_545_1",
    "schubert/schuim-2",
    "schubert/schumm-3",
    "schumann/scn68_10",
)


class Split(NamedTuple):
    """Which pieces to learn from, and which to measure on, by their place in the corpus."""

    train: list[int]
    held_out: list[int]


def split(
    pieces: Sequence[GridScore],
    *,
    held_out: Iterable[str] = HELD_OUT,
    share: float = SHARE,
    seed: int = 0,
) -> Split:
    """Split a corpus by work.

    Parameters
    ----------
    pieces : sequence of GridScore
    held_out : iterable of str
        Pieces to hold out, as ``composer/name`` without the ending, each with
        all of its work. Those that are not in the corpus are passed over; where
        none is, or nothing would be left to learn from, works are drawn.
    share : float from 0 to 1
        How much to draw of each composer's notes; 0 holds nothing out, whatever
        is named. Of a composer with one work none is drawn, nor is a work that
        holds more than twice the share, or music by several.
    seed : int
        The same seed draws the same works of the same corpus.

    Returns
    -------
    split : Split
        Both sides in rising order; together they are all pieces.
    """
    if not share:
        return Split(list(range(len(pieces))), [])
    groups = works(pieces)
    names = {name.casefold() for name in held_out}
    chosen = [group for group in groups if any(_name(pieces[i]) in names for i in group)]
    if len(chosen) in (0, len(groups)):
        chosen = _drawn(pieces, groups, share, np.random.default_rng(seed))

    apart = {i for group in chosen for i in group}
    return Split([i for i in range(len(pieces)) if i not in apart], sorted(apart))


def works(pieces: Sequence[GridScore]) -> list[list[int]]:
    """Return the places of the pieces, those of one work together, in order of the first."""
    leaders = list(range(len(pieces)))
    first: dict[object, int] = {}  # piece by what it is known by
    for i, piece in enumerate(pieces):
        for mark in (work_name(piece), *runs(piece.notes).tolist()):
            _join(leaders, first.setdefault(mark, i), i)

    groups = defaultdict(list)
    for i in range(len(pieces)):
        groups[_leader(leaders, i)].append(i)
    return list(groups.values())


def work_name(piece: GridScore) -> str:
    """Return a name that pieces of one work share, as far as their own names tell.

    Examples
    --------
    >>> def name(file, composer="chopin"):
    ...     return work_name(GridScore(notes=np.zeros((0, 4)), composer=composer, name=file))
    >>> name("chpn_op7_1.mid"), name("007-1-KI-001.mid"), name("058-1-BH-002.mid")
    ('chopin/op. 7 no. 1', 'chopin/op. 7 no. 1', 'chopin/op. 58')
    >>> name("mz_311_2.mid", "mozart"), name("mendel_op19_2.mid", "mendelssohn")
    ('mozart/mz_311', 'mendelssohn/mendel_op19_2')
    """
    composer, _, stem = _name(piece).partition("/")
    return f"{composer}/{_work_of(stem)}"


def _work_of(stem: str) -> str:
    if COLLECTIONS.fullmatch(stem):
        return stem
    for suite, pattern in SUITES.items():
        if pattern.fullmatch(stem):
            return suite
    if named := CHOPIN.fullmatch(stem):
        return _opus(named["opus"] or PRELUDES, named["number"] or named["prelude"])
    if named := FIRST_EDITION.fullmatch(stem):
        return _opus(named["opus"], named["part"] or named["number"])
    movement = MOVEMENT.fullmatch(stem)
    return movement["work"] if movement else stem


def _opus(opus: str | int, number: str | None) -> str:
    is_whole = number is None or int(opus) in SONATAS
    return f"op. {int(opus)}" if is_whole else f"op. {int(opus)} no. {int(number or 0)}"


def runs(notes: Steps) -> npt.NDArray[np.uint64]:
    """Return a hash of each run of ``RUN_NOTES`` notes, the same in any key.

    Parameters
    ----------
    notes : int array, shape (N, 4)
        In order of onset and pitch.

    Returns
    -------
    hashes : uint64 array
        Of the intervals between successive notes; each once.
    """
    intervals = np.diff(notes[:, PITCH])
    n_intervals = RUN_NOTES - 1
    if len(intervals) < n_intervals:
        return np.zeros(0, np.uint64)

    scattered = np.random.default_rng(0).integers(0, 2**64, 256, np.uint64)[intervals % 256]
    n_runs = len(intervals) - n_intervals + 1
    hashes = np.zeros(n_runs, np.uint64)
    for i in range(n_intervals):  # a polynomial of the intervals, modulo 2 to the 64th
        hashes = hashes * np.uint64(0xD6E8FEB86659FD93) + scattered[i : i + n_runs]
    return np.unique(hashes)


def _name(piece: GridScore) -> str:
    return f"{piece.composer}/{re.sub(r'[.]midi?$', '', piece.name, flags=re.I)}".casefold()


def _join(leaders: list[int], one: int, two: int) -> None:
    one, two = _leader(leaders, one), _leader(leaders, two)
    leaders[max(one, two)] = min(one, two)


def _leader(leaders: list[int], i: int) -> int:
    while leaders[i] != i:
        leaders[i] = i = leaders[leaders[i]]
    return i


def _drawn(
    pieces: Sequence[GridScore], groups: list[list[int]], share: float, rng: np.random.Generator
) -> list[list[int]]:
    by_composer: dict[str, list[list[int]]] = defaultdict(list)
    for group in groups:
        composers = {pieces[i].composer for i in group}
        by_composer[composers.pop() if len(composers) == 1 else ""].append(group)

    drawn: list[list[int]] = []
    for composer in sorted(by_composer.keys() - {""}):
        drawn += _drawn_of_one(pieces, by_composer[composer], share, rng)
    return drawn


def _drawn_of_one(
    pieces: Sequence[GridScore], groups: list[list[int]], share: float, rng: np.random.Generator
) -> list[list[int]]:
    """Draw works of one composer until ``share`` of the notes is reached."""
    sizes = [sum(len(pieces[i].notes) for i in group) for group in groups]
    wanted = share * sum(sizes)
    drawn: list[list[int]] = []
    n_notes = 0
    for i in rng.permutation(len(groups)):
        fits = n_notes + sizes[i] <= 2 * wanted and len(drawn) + 1 < len(groups)
        if n_notes < wanted and fits:
            drawn.append(groups[i])
            n_notes += sizes[i]
    return drawn
