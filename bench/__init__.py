"""What `make bench` measures: each row is two things, timed in turn in the same run."""

from __future__ import annotations


class Unavailable(Exception):
    """A row lacks something it needs on this machine; the message says what."""
