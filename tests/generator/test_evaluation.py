"""The figures of a model on music that it is shown."""

import csv

import numpy as np
import pytest

from generator import evaluation
from generator.errors import CorpusError
from generator.evaluation import tokens


def test_figures_are_the_mean_of_the_rows(published, corpora, tmp_path):
    """Two works of 60 known notes hold 40 with a past of 40; their mean is told."""
    each = tmp_path / "each.csv"

    figures = evaluation.evaluate(published, [corpora], composer="tiny", each=each)

    with each.open() as file:
        bits = [float(row["bits"]) for row in csv.DictReader(file)]
    assert (2, 40) == (figures["pieces"], figures["tokens"]["tokens"])
    assert pytest.approx(np.mean(bits), abs=1e-4) == figures["tokens"]["bits_per_token"]
    assert 0 <= figures["tokens"]["top1"] <= 1


def test_what_comes_later_changes_nothing_before(published):
    """A token is asked for given the past alone."""
    ids = np.arange(60, dtype=np.int32)
    other = np.where(np.arange(60) < 50, ids, 7).astype(np.int32)

    one, two = (tokens.surprises(published, row)[0] for row in (ids, other))

    np.testing.assert_array_equal(one[:10], two[:10])


def test_in_pieces_is_as_whole(published, monkeypatch):
    """The size of a batch is nobody's business."""
    ids = (np.arange(90) % 37).astype(np.int32)
    whole = tokens.surprises(published, ids)[0]
    monkeypatch.setattr(tokens, "BATCH", 7)

    np.testing.assert_allclose(whole, tokens.surprises(published, ids)[0], atol=1e-5)


def test_a_composer_without_music_is_named(published, corpora):
    """Nobody's works are no works."""
    with pytest.raises(CorpusError, match="nobody"):
        evaluation.evaluate(published, [corpora], composer="nobody")
