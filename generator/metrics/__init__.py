"""How like real music a batch of pieces is.

Each piece is counted in eight features (``features``): pitch classes and the steps
between them, range, intervals, onset steps, note lengths, polyphony and velocity. In
each feature every piece of real music has a distance to every other, and every piece
of ours has one to every piece of real music. Where the two sets of distances are
spread alike, ours lies among the real ones as if it were one of them: the area under
both densities (overlap) is 1, and their Kullback-Leibler divergence 0.

Source
------
L.-C. Yang and A. Lerch, "On the evaluation of generative models in music", Neural
Computing and Applications 32 (2020), 4773-4784, first published in 2018.

Where we differ
---------------
- Both densities lie on one grid. The authors' code evaluates each on a grid of its own,
  from its least to its greatest distance, and what it then prints is no divergence.
- Distances are counted in 256 bins and smoothed with one Gaussian, of the width that
  Scott's rule gives for the distances among real music; the source takes a width for
  each set. Both densities are scaled to sum to 1 on the grid, and a millionth is added
  to each bin, so the divergence is finite.
- Real music's own distances are held against those to ours. The distances among ours
  alone, which the source shows beside them, are not told: ``generator.repeats`` and
  ``told_apart`` see a batch that is all alike.
- The features of rhythm are counted on the grid of ``generator.canonical``, in note
  values instead of seconds and of fractions of a bar. Intervals and onset steps are
  shares of classes, where the source takes the mean. Counts of notes and of pitches
  are left out, since they follow from the length; note lengths stand alone, without
  the steps between them; polyphony and velocity are new.
- All pieces are cut to the same number of notes, from their middle, since shares taken
  from few notes lie farther apart.
- The overlap has an interval, from batches of pieces drawn anew with replacement; the
  real music stays as it is.
"""

from generator.metrics.comparing import Agreement, Likeness, ceiling, floor, likeness
from generator.metrics.telling import told_apart
from generator.repeats import CHOPIN, Collapse, Limits, Loop, collapse, limits

__all__ = [
    "CHOPIN",
    "Agreement",
    "Collapse",
    "Likeness",
    "Limits",
    "Loop",
    "ceiling",
    "collapse",
    "floor",
    "likeness",
    "limits",
    "told_apart",
]
