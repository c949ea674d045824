"""The beats of music that was played freely, found by ear: from its onsets alone.

A file that was played in, and not written, keeps time in seconds; its quarter
notes are the recorder's, not the player's. The steps, one module each: which
files are free, where the beats fall, and the score that follows from them.
"""

from generator.beats.estimating import counted, estimate, is_free

__all__ = ["counted", "estimate", "is_free"]
