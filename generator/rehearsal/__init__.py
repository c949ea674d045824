"""A model is heard before it is given to visitors: a fixed batch, measured, and what to say of it.

The batch is the same for every model that can begin so: eight openings with eight seeds,
at temperature 1. So two models can be laid beside each other, piece by piece, and what is
said of one today can be said again tomorrow.
"""

from generator.rehearsal.batch import BARS, N_PIECES, TOKENS, Rehearsed, compose, openings_for
from generator.rehearsal.measuring import Measures, measure, reference
from generator.rehearsal.verdicts import Line, Side, judge

__all__ = [
    "BARS",
    "N_PIECES",
    "TOKENS",
    "Line",
    "Measures",
    "Rehearsed",
    "Side",
    "compose",
    "judge",
    "measure",
    "openings_for",
    "reference",
]
