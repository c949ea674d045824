"""Words as they are compared: no capitals, no accents, one spelling.

A database folds capitals as its locale says, and SQLite those of English
alone. So both what is stored and what is looked for are folded here.
"""

from __future__ import annotations

import unicodedata

LONGEST = 200  # characters of a key; the indexes hold it whole


def key(text: str) -> str:
    """Return ``text`` as it is looked for and sorted by.

    >>> key("Étude в си-мажоре: Ёлка")
    'etude в си-мажоре: елка'
    """
    # The short i is a letter of its own and stays one; a yo is an ye, as print has it.
    spelled = text.replace("\0", "").casefold().replace("й", "\1")
    apart = unicodedata.normalize("NFKD", spelled)
    bare = "".join(c for c in apart if not unicodedata.combining(c)).replace("\1", "й")
    return " ".join(bare.split())[:LONGEST]
