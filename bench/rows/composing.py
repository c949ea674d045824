"""Composing: the window in numpy, against a call of `model.predict` for each token."""

from __future__ import annotations

import numpy as np

from bench.measuring import Row, compare
from bench.published import compose_by_predict, keras_network
from generator import checkpoint, generation
from generator.config import GenerationConfig
from generator.recipes.chords import WINDOW

TOKENS = 100


def measure() -> Row:
    """Draw 100 tokens both ways from the same window, seed and weights."""
    model = checkpoint.load(checkpoint.PUBLISHED)
    network = keras_network(model)
    start = np.arange(WINDOW, dtype=np.int32)
    choices = GenerationConfig(notes=TOKENS, seed=1)
    return compare(
        "composing",
        f"{TOKENS} tokens: numpy, against model.predict for each token as published",
        ours=lambda: generation.draw_tokens(model, start, choices),
        theirs=lambda: compose_by_predict(network, start, choices),
        turns=3,
        unit="ms a token",
        per=TOKENS / 1000,
    )
