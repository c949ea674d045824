"""What a corpus holds, as small pictures: numbers for an SVG, and the words that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LOWEST, HIGHEST = 21, 108  # of the piano
NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")

WIDTH, HEIGHT = 352, 96  # of the bars alone
GAP = 0.2  # of a bar, to the next

#: Steps from strike to strike, 24 a quarter note: how it is called, and what stands under its bar.
VALUES: dict[int, tuple[Any, str]] = {
    3: (_("a thirty-second"), "1/32"),
    4: (_("a sixteenth of a triplet"), "3"),
    6: (_("a sixteenth"), "1/16"),
    8: (_("an eighth of a triplet"), "3"),
    12: (_("an eighth"), "1/8"),
    16: (_("a quarter of a triplet"), "3"),
    18: (_("a dotted eighth"), "·"),
    24: (_("a quarter"), "1/4"),
    36: (_("a dotted quarter"), "·"),
    48: (_("a half"), "1/2"),
    72: (_("a dotted half"), "·"),
    96: (_("a whole or more"), "1"),
}


class Bar(NamedTuple):
    """One bar of a picture."""

    x: float
    y: float
    width: float
    height: float
    label: str  # what it stands for, and how often


class Mark(NamedTuple):
    """A word under the bars."""

    x: float
    text: str


class Picture(NamedTuple):
    """Bars over marks, and a sentence that says what they show."""

    bars: list[Bar]
    marks: list[Mark]
    says: str
    width: int = WIDTH
    height: int = HEIGHT


def range_of(pitches: Mapping[str, int]) -> Picture | None:
    """Return how often each key of the piano is struck; None for no notes."""
    counts = {int(pitch): n for pitch, n in pitches.items() if n}
    if not counts:
        return None
    keys = range(LOWEST, HIGHEST + 1)
    heard = sorted(counts)
    low, high = _quartiles(counts)
    says = gettext("From {lowest} to {highest}; half of the notes lie from {low} to {high}.")
    columns = [(counts.get(key, 0), name(key)) for key in keys]
    width = WIDTH / len(keys)
    marks = [Mark((key - LOWEST + 0.5) * width, name(key)) for key in keys if key % 12 == 0]
    words = {"lowest": name(heard[0]), "highest": name(heard[-1])}
    return Picture(_bars(columns), marks, says.format(**words, low=name(low), high=name(high)))


def rhythm_of(rhythm: Mapping[str, int]) -> Picture | None:
    """Return how often each time between two strikes comes; None for none."""
    counts = {int(steps): n for steps, n in rhythm.items() if n and int(steps) in VALUES}
    if not counts:
        return None
    most = max(counts, key=counts.__getitem__)
    share = round(100 * counts[most] / sum(counts.values()))
    says = gettext(
        "The next note comes most often after {value}: {share} times in 100. "
        "A 3 marks triplets, a dot dotted values."
    )
    columns = [(counts.get(steps, 0), str(called)) for steps, (called, _mark) in VALUES.items()]
    width = WIDTH / len(VALUES)
    marks = [Mark((i + 0.5) * width, mark) for i, (_called, mark) in enumerate(VALUES.values())]
    return Picture(
        _bars(columns), marks, says.format(value=VALUES[most][0], share=formats.localize(share))
    )


def name(pitch: int) -> str:
    """Return the name of a key, as in C4 for the middle C.

    Examples
    --------
    >>> name(60), name(21)
    ('C4', 'A0')
    """
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


def _quartiles(counts: Mapping[int, int]) -> tuple[int, int]:
    """Return the keys between which the middle half of the notes lies."""
    total = sum(counts.values())
    sums = list(zip(sorted(counts), accumulate(counts[key] for key in sorted(counts)), strict=True))
    low = next(key for key, so_far in sums if 4 * so_far >= total)
    high = next(key for key, so_far in sums if 4 * so_far >= 3 * total)
    return low, high


def _bars(columns: list[tuple[int, str]]) -> list[Bar]:
    width = WIDTH / len(columns)
    most = max(n for n, _called in columns)
    return [
        Bar(
            x=round((i + GAP / 2) * width, 2),
            y=round(HEIGHT * (1 - n / most), 2),
            width=round((1 - GAP) * width, 2),
            height=round(HEIGHT * n / most, 2),
            label=f"{called}: {formats.localize(n)}",
        )
        for i, (n, called) in enumerate(columns)
        if n
    ]
