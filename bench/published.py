"""The published code's way, step after step, for ours to be timed against."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from generator import files
from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.models import windowed
from generator.recipes import chords as recipe
from generator.rendering import audio
from generator.sampling import draw
from generator.score import Score, chords_to_notes


def keras_network(model: Checkpoint) -> Any:
    """Return the checkpoint's network in Keras."""
    network = windowed.build_network(model.network.n_kinds)
    windowed.give_weights(network, model.weights)
    return network


def compose_by_predict(network: Any, start: recipe.Ids, choices: GenerationConfig) -> list[int]:
    """Draw tokens with one call of ``model.predict`` for each."""
    rng = np.random.Generator(np.random.PCG64(choices.seed))
    ids = [int(i) for i in start]
    n_kinds = network.shared.output_shape[-1]
    for _ in range(choices.notes):
        read = np.array([ids[-recipe.WINDOW :]], np.int32)
        shares = network.predict(recipe.normalise(read, n_kinds), verbose=0)[0].astype(np.float64)
        ids.append(
            draw(
                shares / shares.sum(),
                temperature=choices.temperature,
                top_p=choices.top_p,
                rng=rng,
            )
        )
    return ids[recipe.WINDOW :]


def whole_way(model: Checkpoint, network: Any, choices: GenerationConfig, folder: Path) -> None:
    """Compose, write, engrave and sound, one after the other, as the published code does."""
    from music21 import stream  # noqa: PLC0415 - ours does without

    start = np.arange(recipe.WINDOW, dtype=np.int32)
    tokens = compose_by_predict(network, start, choices)
    chords = recipe.decode(tokens, model.vocabulary, after=[])
    piece = stream.Stream(files.to_music21(chords))
    piece.write("midi", folder / "piece.mid")
    piece.write("musicxml", folder / "piece.musicxml")
    subprocess.run(
        ["mscore3", "-o", str(folder / "score.png"), str(folder / "piece.musicxml")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    files.write_midi(Score(notes=chords_to_notes(chords)), folder / "piece.mid")
    audio.render_with_program(folder / "piece.mid", folder / "piece.wav")
