"""Notes as ids: nothing that the yardstick sees is lost."""

from pathlib import Path

import numpy as np
import pytest

from generator import canonical
from generator.recipes.notes import (
    DURATION_CLASS,
    DURATIONS,
    SHIFT_CLASS,
    SHIFTS,
    VELOCITY_CLASS,
    classes,
    decode,
    encode,
)

DATASETS = Path(__file__).parents[4] / "shared" / "datasets"


def as_canonical(ids):
    """Return the yardstick's classes of ids."""
    return np.column_stack(
        [SHIFT_CLASS[ids[:, 0]], ids[:, 1], DURATION_CLASS[ids[:, 2]], VELOCITY_CLASS[ids[:, 3]]]
    )


def test_every_number_of_steps_keeps_its_class():
    """From nothing to sixteen quarters and beyond, as an onset and as a duration."""
    steps = np.arange(1, 2000)
    notes = np.stack([np.cumsum(steps), steps % 88, steps, steps % 127 + 1], axis=1)

    ids = encode(notes)

    expected = classes(np.diff(notes[:, 0], prepend=notes[0, 0]), canonical.SHIFTS)
    np.testing.assert_array_equal(expected, SHIFT_CLASS[ids[:, 0]])
    np.testing.assert_array_equal(classes(steps, canonical.DURATIONS), DURATION_CLASS[ids[:, 2]])
    np.testing.assert_array_equal(notes[:, 3] // 16, VELOCITY_CLASS[ids[:, 3]])


def test_what_is_written_is_read_again():
    """Ids to notes to ids: the same, for every value there is."""
    rng = np.random.default_rng(5)
    ids = np.stack([rng.integers(0, n, 500) for n in (len(SHIFTS), 88, len(DURATIONS), 32)], axis=1)
    ids[0, 0] = 0

    np.testing.assert_array_equal(ids, encode(decode(ids)))


@pytest.mark.skipif(not DATASETS.exists(), reason="the data sets are not on this machine")
def test_real_files_go_there_and_back():
    """A file of every composer, to ids and to notes again: the canonical notes are the same."""
    folders = sorted(path for path in DATASETS.glob("*/*") if path.is_dir())
    files = [min(folder.glob("*.mid"), key=lambda path: path.stat().st_size) for folder in folders]

    for path in files:
        ids = encode(canonical.exact(path))
        np.testing.assert_array_equal(canonical.canonical(path), as_canonical(ids), path.name)
        again = encode(decode(ids))
        np.testing.assert_array_equal(ids, again, path.name)
