"""From an address to music in memory: fetch a corpus, unpack it, read it.

A corpus on disk is a folder of MIDI files, sorted into one folder for each
composer; the composer of a file is the name of the folder it lies in, at any
depth. Nothing here trusts what it is given: a host may be gone, a zip may be
hostile, a file may be no music, and each ends in a sentence that says so.
"""

from generator.config import PUBLISHED_URL
from generator.corpus.fetching import fetch
from generator.corpus.gridding import looseness, read_grid
from generator.corpus.notes import NotesReading, read_notes
from generator.corpus.reading import Reading, Rejected, Work, find, read
from generator.corpus.reporting import Report, silent
from generator.corpus.unpacking import unpack
from generator.corpus.works import Split, split

__all__ = [
    "PUBLISHED_URL",
    "NotesReading",
    "Reading",
    "Rejected",
    "Report",
    "Split",
    "Work",
    "fetch",
    "find",
    "looseness",
    "read",
    "read_grid",
    "read_notes",
    "silent",
    "split",
    "unpack",
]
