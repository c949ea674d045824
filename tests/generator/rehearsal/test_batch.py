"""The fixed batch: the same again, and measured for what it is."""

import numpy as np
import pytest

from generator import checkpoint, rehearsal
from generator.errors import PrimerError
from generator.grid import ONSET
from generator.recipes import chords
from generator.rehearsal import measuring
from generator.score import Chord


@pytest.fixture(scope="module")
def lstm():
    return checkpoint.load(checkpoint.PRETRAINED / "lstm")


@pytest.fixture(scope="module")
def batch(lstm):
    return rehearsal.compose(lstm, n_pieces=2)


def test_the_same_model_writes_the_same_batch(lstm, batch):
    """Openings and seeds are fixed, and a piece does not depend on how many are with it."""
    again = rehearsal.compose(lstm, n_pieces=1)

    assert batch[0].composition.score == again[0].composition.score


def test_pieces_of_a_batch_differ_in_opening_and_seed(batch):
    """Or one would hear the same eight times."""
    assert 2 == len({piece.opening.name for piece in batch})
    assert [1, 2] == [piece.seed for piece in batch]


def test_only_what_the_machine_wrote_is_measured(batch):
    """Mozart's notes are left out, and the rest begins at the seam."""
    music, score = batch[0].music, batch[0].composition.score

    assert 0 < len(music.notes) < len(score.notes)
    assert 0 <= music.notes[0, ONSET] < 24 * 4


def test_the_measures_say_what_was_measured(lstm, batch):
    """Without real music likeness is not told; the line is the card's own."""
    told = rehearsal.measure(lstm, batch, [])

    assert (2, None, None) == (told.n_pieces, told.overlap, told.told_apart)
    assert lstm.card["figures"]["originality"]["maximum"] == told.line
    assert 0 < told.longest <= told.line
    assert {"silence", "one_note", "loop"} == set(told.stuck)


def test_pieces_are_like_themselves(lstm, batch):
    """Held against music that they are part of, a batch is much like it, within its interval."""
    music = [piece.music for piece in batch]
    real = [*music, *music]

    told = rehearsal.measure(lstm, batch, real)

    assert told.low <= told.overlap <= told.high
    assert told.overlap > 0.5


def test_a_batch_that_repeats_one_note_is_found_out(lstm, batch):
    """One key struck for ever is no piece."""
    music = batch[0].music
    notes = music.notes.copy()
    notes[:, 1] = 40
    notes[:, 0] = np.arange(len(notes)) * 12
    stuck = measuring._stuck([music, type(music)(notes=notes)])

    assert [2] == stuck["one_note"]
    assert [2] == stuck["loop"]


def test_the_40_note_recipe_rehearses_too():
    """A hundred tokens, and progress counted over the whole batch."""
    told = []
    made = checkpoint.load(checkpoint.PUBLISHED)

    batch = rehearsal.compose(made, lambda *step: told.append(step), n_pieces=2)

    assert [100, 100] == [len(piece.composition.composed) for piece in batch]
    assert ("composing", 200, 200) == told[-1]
    assert sorted(told) == told
    assert rehearsal.measure(made, batch, []).longest is None


def test_without_enough_music_there_is_no_reference(tmp_path):
    """An empty folder, one that is not there, and one without the composer."""
    (tmp_path / "nobody").mkdir()

    assert [] == rehearsal.reference([tmp_path, tmp_path / "gone"], "chopin")


def test_only_openings_that_both_can_begin_with_are_taken(lstm):
    """A model of few notes and chords leaves out what it does not know, and so does the other."""
    made = checkpoint.load(checkpoint.PUBLISHED)
    scale = [Chord(0, 0.5, (pitch,)) for pitch in (60, 62, 64, 65, 67, 69, 71, 72)]
    few = chords.vocabulary(scale, min_count=1).to_dict()
    poor = checkpoint.Checkpoint(made.card | {"vocabulary": few}, made.weights, made.folder)

    able = rehearsal.openings_for([lstm, poor])

    assert ["k330-1", "k333-1", "k545-1", "k545-2"] == [opening.name for opening in able]


def test_a_model_that_can_begin_with_none_is_said_to(lstm):
    """With the sentence of the first opening that it does not know."""
    made = checkpoint.load(checkpoint.PUBLISHED)
    none = {**made.card["vocabulary"], "tokens": ["9.9"]}
    deaf = checkpoint.Checkpoint(made.card | {"vocabulary": none}, made.weights, made.folder)

    with pytest.raises(PrimerError, match="needs 40"):
        rehearsal.openings_for([lstm, deaf])
