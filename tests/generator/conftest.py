"""What the library's tests share: the checkpoint that ships, and a corpus small enough to learn."""

from pathlib import Path

import numpy as np
import pytest

from generator import checkpoint, files
from generator.score import Note, Score


@pytest.fixture(scope="session")
def published() -> checkpoint.Checkpoint:
    """Return the checkpoint that ships with the library."""
    return checkpoint.load(checkpoint.PUBLISHED)


@pytest.fixture(scope="session")
def corpora(tmp_path_factory) -> Path:
    """Write two little studies by Tiny: scales over a bass, each of 60 notes."""
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "tiny").mkdir()
    rng = np.random.default_rng(7)
    for number in (1, 2):
        pitches = 60 + rng.choice([0, 2, 4, 5, 7], size=60)
        notes = tuple(Note(i * 0.5, 0.5, int(p)) for i, p in enumerate(pitches))
        files.write_midi(Score(notes=notes), folder / "tiny" / f"study_{number}.mid")
    return folder
