"""The openings that ship: beginnings of piano works by Mozart.

Each is one JSON file, its notes written out for this project in the values of
the printed score, an appoggiatura in the length it is played; small grace
notes and the alternations of a trill are left out.
"""

from __future__ import annotations

import json
from pathlib import Path

from generator.errors import PrimerError
from generator.opening import Opening

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the names of all openings, in order.

    Examples
    --------
    >>> "k545-1" in names()
    True
    """
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> Opening:
    """Return the opening called ``name``.

    Raises
    ------
    PrimerError
        If there is none of that name.

    Examples
    --------
    >>> load("k545-1").title
    'Sonata in C major, K. 545, first movement'
    """
    if name not in names():
        raise PrimerError("primer_unknown", value=name, choices=", ".join(names()))
    return Opening.from_dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))
