"""Composing by the notes recipe: as long as asked, playable, never stuck, and the same again."""

import subprocess
import sys

import numpy as np
import pytest

from generator import generation, openings
from generator.config import GenerationConfig
from generator.generation import cadence, steering
from generator.generation.guard import Guard, longest_loop
from generator.generation.notes import compose_together
from generator.grid import ONSET, Metre
from generator.recipes.past import Heard, Past
from tests.generator.shaping import SHAPES, small_checkpoint


@pytest.fixture(scope="module", params=SHAPES)
def small(request, tmp_path_factory):
    """Write a small checkpoint of each network."""
    return small_checkpoint(tmp_path_factory.mktemp("small"), request.param)


@pytest.fixture(scope="module")
def opening():
    """Return the opening of the sonata in C, K. 545."""
    return openings.load("k545-1")


def new_notes(piece):
    """Return the notes after the seam."""
    return [note for note in piece.score.notes if note.onset >= piece.score.seam]


def test_as_many_notes_are_composed_as_were_asked_for(small, opening):
    """The closing cadence is among them."""
    for n in (16, 45):
        piece = generation.compose(small, opening, GenerationConfig(notes=n, seed=1))

        assert n == len(new_notes(piece))


def test_a_length_in_bars_is_kept_and_closed(small, opening):
    """Eight bars after the seam, and the two of the cadence."""
    piece = generation.compose(small, opening, GenerationConfig(bars=8, seed=2))
    bar = piece.score.time_signatures[-1].bar

    assert piece.score.seam % bar == 0
    assert pytest.approx((8 + 2) * bar) == piece.score.end - piece.score.seam


def test_same_choices_same_notes(small, opening):
    """Also side by side with others; another seed is another piece."""
    configs = [GenerationConfig(notes=40, seed=seed) for seed in (1, 2, 3)]

    together = compose_together(small, [opening] * 3, configs)

    for config, piece in zip(configs, together, strict=True):
        assert piece.score == generation.compose(small, opening, config).score
    assert together[0].score.notes != together[1].score.notes


def test_the_opening_stands_at_the_beginning(small, opening):
    """Its notes are there, and nothing else before the seam."""
    piece = generation.compose(small, opening, GenerationConfig(notes=20, seed=3))
    begun = opening.grid().notes

    ours = [n for n in piece.score.notes if n.onset < piece.score.seam]
    assert len(begun) == len(ours)
    assert [int(p) + 21 for p in begun[:, 1]] == [n.pitch for n in ours]


def test_the_pedal_and_the_rubato_can_be_left_out(small, opening):
    """The notes are the same with and without."""
    plain, played = (
        generation.compose(
            small, opening, GenerationConfig(notes=30, seed=4, pedal=on, rubato=on)
        ).score
        for on in (False, True)
    )

    assert plain.notes == played.notes
    assert ((), ()) == (plain.pedals, plain.tempi)
    assert played.pedals
    assert played.tempi


@pytest.mark.parametrize("temperature", [0.2, 1.5])
def test_two_hands_can_play_it(small, opening, temperature):
    """Even from weights drawn at random: ten keys at most, five a hand within reach, no silence."""
    config = GenerationConfig(notes=120, seed=5, temperature=temperature)
    piece = generation.compose(small, opening, config)
    bar = piece.score.time_signatures[-1].bar
    by_onset = {}
    for note in new_notes(piece):
        by_onset.setdefault(note.onset, []).append(note.pitch)

    assert max(map(len, by_onset.values())) <= 10
    assert all(split(sorted(keys)) for keys in by_onset.values())
    assert max(n.duration for n in new_notes(piece)) <= 2 * bar
    assert silence(piece.score) <= bar


def split(keys):
    """Return whether two hands of five, each within its reach, can strike ``keys``."""
    return any(
        all(len(hand) <= 5 and (not hand or hand[-1] - hand[0] <= 16) for hand in hands)
        for hands in ((keys[:i], keys[i:]) for i in range(len(keys) + 1))
    )


def silence(score):
    """Return the longest time, in quarters, in which nothing sounds."""
    longest, until = 0.0, 0.0
    for note in score.notes:
        longest = max(longest, note.onset - until)
        until = max(until, note.onset + note.duration)
    return longest


def test_the_guard_lets_a_passage_return_and_forbids_that_it_returns_for_ever():
    """Four notes over and over: allowed for a while, then the next is forbidden."""
    guard, heard = Guard(), 0
    while not guard.forbidden(6) and heard < 500:
        guard.push(6, 40 + heard % 4)
        heard += 1

    assert 16 < heard < 32
    assert {40 + heard % 4} == guard.forbidden(6)
    assert set() == guard.forbidden(12)
    assert 1.0 == guard.temperature(0.2)


def test_a_loop_is_counted():
    """Eight notes ten times over follow themselves nine times."""
    tokens = np.array([(6, 40 + i % 8) for i in range(80)])

    assert 9 == longest_loop(tokens)


def test_a_cold_piece_does_not_go_in_circles(small, opening):
    """At the lowest temperature a random network would repeat one thing for ever."""
    config = GenerationConfig(notes=400, seed=6, temperature=0.1)
    piece = generation.compose(small, opening, config)
    onsets = [n.onset for n in new_notes(piece)]
    steps = np.diff(onsets, prepend=onsets[0])

    tokens = np.stack([np.round(24 * steps), [n.pitch for n in new_notes(piece)]], axis=1)

    assert longest_loop(tokens) < 24


def test_the_cadence_closes_in_the_key():
    """After a scale in G major: dominant seventh and tonic, the leading note rises."""
    scale = [55, 57, 59, 60, 62, 64, 66, 67, 66, 67]
    notes = np.array([(12 * i, p - 21, 12, 70) for i, p in enumerate(scale)])

    close = cadence.ending(notes, Metre(0, 4, 4), 192, is_short=True)

    assert cadence.N_NOTES == len(close)
    assert (7, False) == cadence.key_of(notes, Metre(0, 4, 4))
    last = close[close[:, ONSET] == close[-1, ONSET]]
    assert {7, 11, 2} == {int(p + 21) % 12 for p in last[:, 1]}
    assert 7 == int(last[0, 1] + 21) % 12
    assert {2, 6, 9, 0} >= {int(p + 21) % 12 for p in close[:4, 1]}


def test_a_hand_of_thirteen_notes_cannot_be():
    """With five keys under each hand nothing more may be struck; with four low, a fifth above."""
    past = Past((Metre(0, 4, 4),), 8)
    for i, pitch in enumerate((20, 24, 27, 32, 36, 50, 54, 57, 62)):
        past.ahead(0, 0)
        past.push(Heard(0, pitch, 5, 15), 6)
        assert steering.pitches(past), i
    past.ahead(0, 0)
    past.push(Heard(0, 66, 5, 15), 6)

    assert not steering.pitches(past)


def test_composing_loads_no_tensorflow(small):
    """A cold worker composes in a process that never heard of it."""
    code = (
        "import sys; from pathlib import Path; from generator import checkpoint, generation, "
        "openings; from generator.config import GenerationConfig; "
        f"made = checkpoint.load(Path({str(small.folder)!r})); "
        "generation.compose(made, openings.load('k545-1'), GenerationConfig(notes=16)); "
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
