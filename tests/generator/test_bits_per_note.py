"""Bits per note: what the yardstick asks of whoever measures by it."""

import csv
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from generator import canonical, evaluation
from generator.corpus import read_notes
from generator.evaluation import notes
from generator.grid import GridScore, Metre
from tests.generator.shaping import SHAPES, small_checkpoint

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"


@pytest.fixture(scope="module", params=SHAPES)
def small(request, tmp_path_factory):
    """Write a small checkpoint of each network."""
    return small_checkpoint(tmp_path_factory.mktemp("small"), request.param)


def study(n, *, seed=0, steps=(0, 0, 3, 6, 7, 12, 13, 20)):
    """Return a piece of drawn chords and runs, in steps of a 24th of a quarter note."""
    rng = np.random.default_rng(seed)
    onsets = np.cumsum(rng.choice(steps, n))
    rows = {(int(o), int(p)): (int(d), int(v)) for o, p, d, v in zip(
        onsets, rng.integers(20, 70, n), rng.choice([5, 6, 12, 23, 24], n), rng.integers(30, 90, n),
        strict=True,
    )}  # fmt: skip
    notes = np.array([(*place, *rest) for place, rest in sorted(rows.items())])
    return GridScore(notes=notes, metres=(Metre(0, 3, 4),), composer="chopin", name=f"study {seed}")


def heard(model, *pieces):
    """Return what a checkpoint thinks of ``pieces``."""
    return evaluation.listen(model, pieces, composer="chopin")


def test_what_comes_later_changes_nothing_before(small):
    """All notes after the 25th are others: the rows up to it stay."""
    one = study(40)
    notes = one.notes.copy()
    notes[25:, 1] = 87 - notes[25:, 1]
    notes[25:, 2:] = (1, 1)
    other = replace(one, notes=notes[np.lexsort((notes[:, 1], notes[:, 0]))])
    same = int(np.argmin((one.notes == other.notes).all(axis=1)))

    ours, theirs = (heard(small, piece)[0].bits for piece in (one, other))

    assert same >= 20
    np.testing.assert_array_equal(ours[:same], theirs[:same])


def test_one_at_a_time_is_as_many_together(small):
    """Pieces of several lengths, side by side in groups and each alone: the same bits."""
    pieces = [study(n, seed=n) for n in (5, 30, 18, 1)]

    together = heard(small, *pieces)

    for piece, one in zip(pieces, together, strict=True):
        np.testing.assert_array_equal(one.bits, heard(small, piece)[0].bits)


def test_the_chances_of_the_next_note_sum_to_one(small):
    """By brute force: after four notes, every class of onset, pitch and duration there is."""
    begun = study(4, seed=3)
    last = begun.notes[-1, 0]
    total, mass = 0.0, np.zeros(len(canonical.SHIFTS))
    pitches = range(begun.notes[-1, 1] + 1, 88, 1)
    for shift, pitch in product((0, 5, 9), pitches):
        rows = [[last + canonical.SHIFTS[shift], pitch, 6, 64]]
        piece = replace(begun, notes=np.vstack([begun.notes, rows]))
        bits = heard(small, piece)[0].bits[-1]
        mass[shift] += 2 ** -bits[1]
        total += 2 ** -bits[:2].sum()

    # Within a chord only the higher keys can be; after it the lower ones as well.
    assert pytest.approx(1, abs=1e-6) == mass[0]
    assert (mass[[5, 9]] < 1).all()
    assert 0 < total < 1


def test_onset_duration_and_velocity_are_distributions(small, monkeypatch):
    """What is scored sums to one over its classes, for every note and part."""
    sums = []

    def score(one, i, part, chances, right):
        sums.append(float(chances.sum()))
        assert (chances > 0).sum() > 0
        assert np.isfinite(np.log2(chances[right]))

    monkeypatch.setattr(notes._Group, "_score", staticmethod(score))
    heard(small, study(20, seed=9))

    assert len(sums) > 60
    np.testing.assert_allclose(sums, 1, atol=1e-9)


def test_figures_are_the_means_of_the_rows(small, tmp_path, monkeypatch):
    """The file of every note and the printed figures say the same."""
    from generator import files, grid  # noqa: PLC0415

    (tmp_path / "chopin").mkdir()
    for seed in (1, 2):
        score = grid.off_grid(study(25, seed=seed, steps=(0, 3, 6, 12)))
        files.write_midi(score, tmp_path / "chopin" / f"study_{seed}.mid")
    each = tmp_path / "each.csv"

    told = evaluation.evaluate(small, [tmp_path], composer="chopin", each=each)

    with each.open() as file:
        rows = [
            [float(row[part]) for part in ("onset", "pitch", "duration", "velocity")]
            for row in csv.DictReader(file)
        ]
    means = np.mean(rows, axis=0)
    assert (2, len(rows)) == (told["pieces"], told["notes"])
    assert pytest.approx(means[:3].sum(), abs=1e-3) == told["bits_per_note"]
    np.testing.assert_allclose(list(told["bits"].values()), means, atol=1e-3)
    assert small.hash == told["checkpoint"]


@pytest.mark.skipif(not DATASETS.exists(), reason="the data sets are not on this machine")
def test_the_beginning_of_every_development_file_has_a_finite_figure(tmp_path):
    """No note of the 402 files is impossible to a network; the first 12 of each are asked."""
    model = small_checkpoint(tmp_path, "lstm")
    pieces = [replace(p, notes=p.notes[:12]) for p in read_notes([DATASETS]).pieces]

    bits = np.concatenate([one.bits for one in heard(model, *pieces)])

    assert len(bits) > 400 * 10
    assert np.isfinite(bits).all()
