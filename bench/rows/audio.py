"""Sound: the FluidSynth library with its SoundFont kept, against the program started anew."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from bench.measuring import Row, compare
from generator import files
from generator.rendering import audio
from generator.score import Note, Score

NOTES = 100  # of a piece as the page offers it
SEED = 1


def measure() -> Row:
    """Play the same piece of 100 notes both ways."""
    score = _piece()
    kept = audio.Synthesizer()
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder, "piece.mid"), Path(folder, "piece.wav")
        files.write_midi(score, midi)
        return compare(
            "audio",
            f"{score.seconds:.0f} s of sound: pyfluidsynth, SoundFont kept, against the program",
            ours=lambda: kept.render(score),
            theirs=lambda: audio.render_with_program(midi, wav),
        )


def _piece() -> Score:
    chance = random.Random(SEED)
    pitches = [chance.randint(45, 84) for _ in range(NOTES)]
    notes = tuple(Note(step * 0.5, 0.5, pitch) for step, pitch in enumerate(pitches))
    return Score(notes=notes)
