"""Composing: the same seed the same piece, and what the published lines promise."""

import subprocess
import sys

import pytest

from generator import generation, music_generator, openings
from generator.config import GenerationConfig
from generator.errors import ChoiceError, Stopped


@pytest.fixture(scope="module")
def opening():
    """Take the sonata that everybody knows."""
    return openings.load("k545-1")


def test_the_same_seed_composes_the_same_piece(published, opening):
    """Notes, tokens and origin are equal, twice."""
    choices = GenerationConfig(notes=30, seed=4)

    one, two = (generation.compose(published, opening, choices) for _ in range(2))

    assert one == two


def test_another_seed_composes_another_piece(published, opening):
    """One bit in the seed is heard."""
    one, two = (
        generation.compose(published, opening, GenerationConfig(notes=30, seed=seed))
        for seed in (4, 5)
    )

    assert one.tokens != two.tokens


def test_a_longer_piece_begins_as_the_shorter_one(published, opening):
    """Length is where it ends, and changes nothing before."""
    short, long = (
        generation.compose(published, opening, GenerationConfig(notes=n, seed=4)) for n in (16, 32)
    )

    assert short.tokens == long.tokens[:16]


def test_the_machine_begins_at_the_seam(published, opening):
    """Forty tokens of half a beat are twenty quarters; what was asked for follows."""
    piece = generation.compose(published, opening, GenerationConfig(notes=16, seed=4))

    assert 20.0 == piece.score.seam == piece.composed[0].onset
    assert (40, 16) == (len(piece.opening), len(piece.composed))
    assert 28.0 == piece.score.end


def test_the_caller_hears_of_every_token_and_may_stop(published, opening):
    """Progress counts to the end; what the report raises reaches the caller."""
    told = []

    def report(stage, done, total):
        told.append((stage, done, total))
        if done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        generation.compose(published, opening, GenerationConfig(notes=16), report)

    assert [("composing", n, 16) for n in (1, 2, 3)] == told


def test_composing_loads_no_tensorflow_and_no_music21():
    """A worker composes within a second of its start, in 100 MB."""
    program = (
        "import sys; from generator import checkpoint, generation, openings, config;"
        "generation.compose(checkpoint.load(checkpoint.PUBLISHED), openings.load('k545-1'),"
        "config.GenerationConfig(notes=16));"
        "print([name for name in ('tensorflow', 'keras', 'music21') if name in sys.modules])"
    )

    heard = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert b"[]" == heard.stdout.strip()


class TestMusicGenerator:
    def test_returns_that_many_notes_and_chords_with_their_offsets(self):
        """A hundred asked for are a hundred, half a beat apart, without the opening."""
        made = music_generator(100, temperature=1.5)

        assert [i * 0.5 for i in range(100)] == [float(element.offset) for element in made]
        assert {"Note", "Chord"} >= {type(element).__name__ for element in made}

    def test_puts_the_opening_first_when_asked(self):
        """Forty of Mozart, and then the same sixteen as without."""
        without = music_generator(16, seed=9)
        made = music_generator(16, seed=9, opening=True)

        assert 56 == len(made)
        assert [e.pitches for e in without] == [e.pitches for e in made[40:]]

    def test_makes_a_stream(self):
        """music21 takes the list as it is."""
        stream = pytest.importorskip("music21.stream")

        assert 16 == len(stream.Stream(music_generator(16, seed=1)).notes)

    @pytest.mark.parametrize(("n", "temperature"), [(15, 1.0), (4001, 1.0), (16, 0.0), (16, 2.5)])
    def test_refuses_what_lies_outside_the_range(self, n, temperature):
        """The sentence names the value and both bounds."""
        with pytest.raises(ChoiceError, match=r"must be from .* to "):
            music_generator(n, temperature)
