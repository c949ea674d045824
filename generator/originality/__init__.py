"""How much of a piece is copied: its longest run shared with a work of the training corpus.

A run is counted in notes and compared in links (``generator.repeats``): two passages
are the same when each note comes as long after the one before, lies as far above it
and lasts as long, in the classes of the yardstick. So a copy is found in any key, at
any tempo and however loud. Nothing is left out: a scale that both run up counts.

What an index holds
-------------------
The links of the works it was built from and the bar of each note, in order, with the
works' names. There is no key, no loudness, no tempo and no pedal in it, and what lies
between two classes is rounded. The compositions are free; the files they were read
from are not, so an index names whom their licences ask to be named.
"""

from generator.originality.index import FILE, Index, Run, build, load
from generator.originality.measuring import Line, is_too_close, line

__all__ = [
    "FILE",
    "Index",
    "Line",
    "Run",
    "build",
    "is_too_close",
    "line",
    "load",
]
