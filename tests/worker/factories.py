"""Rows and music for the workers' tests: small, made here, and valid."""

from pathlib import Path

import mido
import numpy as np

from generator import checkpoint
from generator.config import GenerationConfig, TrainingConfig
from generator.models.shape import Shape
from generator.recipes import chords as recipe
from generator.recipes import layout
from generator.recipes.notes import N_DURATIONS, N_PITCHES, N_SHIFTS, N_VELOCITIES
from generator.recipes.past import N_PLANES
from generator.score import Chord
from webapp.models import Checkpoint, Piece, Primer, Training

SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


def make_checkpoint(folder: Path) -> Checkpoint:
    """Store a network of the published size that has learned nothing: its music is chance."""
    rng = np.random.default_rng(1)
    known = recipe.vocabulary([Chord(0, 0.5, (pitch,)) for pitch in SCALE], min_count=1)
    n_kinds = len(known.tokens)
    shapes = {
        "lstm_1.kernel": (1, 1024),
        "lstm_1.recurrent": (256, 1024),
        "lstm_1.bias": (1024,),
        "lstm_2.kernel": (256, 512),
        "lstm_2.recurrent": (128, 512),
        "lstm_2.bias": (512,),
        "dense_1.kernel": (128, 256),
        "dense_1.bias": (256,),
        "dense_2.kernel": (256, n_kinds),
        "dense_2.bias": (n_kinds,),
    }
    facts = {
        "name": "chance",
        "title": "Chance",
        "recipe": "chords",
        "network": "lstm",
        "composer": "nobody",
    }
    made = checkpoint.save(
        folder,
        card=facts | {"attribution": "Nobody.", "vocabulary": known.to_dict()},
        weights={
            name: rng.normal(0, 0.05, shape).astype(np.float32) for name, shape in shapes.items()
        },
        history=[],
    )
    return Checkpoint.objects.create(
        **facts, hash=made.hash, card=made.card, folder=str(folder), is_active=True
    )


def make_notes_checkpoint(folder: Path) -> Checkpoint:
    """Store a small network of the notes recipe that has learned nothing, and two composers."""
    shape = Shape(network="lstm", width=16, depth=1, hidden=8)
    facts = {
        "name": "chance-in-time",
        "title": "Chance, in time",
        "recipe": "notes",
        "network": "lstm",
        "composer": "nobody",
        "composers": ["nobody", "somebody"],
    }
    made = checkpoint.save(
        folder,
        card=facts | {"attribution": "Nobody.", "shape": shape.to_dict(), "figures": {}},
        weights=_small(shape),
        history=[],
    )
    return Checkpoint.objects.create(**facts, hash=made.hash, card=made.card, folder=str(folder))


def _small(shape: Shape) -> dict[str, np.ndarray]:
    """Return the arrays of a network that thinks next to nothing."""
    d, h = shape.width, shape.hidden
    shapes = {
        "front.kernel": (layout.WIDTH, d),
        "front.bias": (d,),
        "lstm_1.kernel": (d, 4 * d),
        "lstm_1.recurrent": (d, 4 * d),
        "lstm_1.bias": (4 * d,),
        "decisions.pitch_point": (d, N_PLANES),
        "decisions.pitch_point_bias": (N_PLANES,),
    }
    reads = {
        "duration": layout.FOR_DURATION,
        "velocity": layout.FOR_VELOCITY,
        "onset": layout.FOR_ONSET,
    }
    sizes = (N_PITCHES, N_DURATIONS, N_VELOCITIES, N_SHIFTS)
    for part, n in zip(("pitch", *reads), sizes, strict=True):
        own = {"state": (d, h), "bias": (h,), "out": (h, n), "out_bias": (n,)}
        own |= {"within": (reads[part], h)} if part in reads else {}
        shapes |= {f"decisions.{part}_{name}": size for name, size in own.items()}
    rng = np.random.default_rng(2)
    return {name: rng.normal(0, 0.1, size).astype(np.float32) for name, size in shapes.items()}


def make_primer() -> Primer:
    """Store an opening of 48 notes, up and down the scale."""
    facts = {
        "name": "scale",
        "title": "A scale",
        "composer": "Nobody",
        "attribution": "Nobody.",
        "licence": "CC0",
    }
    chords = [[i * 0.5, 0.5, [SCALE[i % 8]], 76] for i in range(48)]
    return Primer.objects.create(**facts, opening=facts | {"chords": chords})


def make_piece(home: Path, *, notes: int = 24, **fields: object) -> Piece:
    """Store a waiting piece, with the model and the opening that it needs."""
    config = GenerationConfig(notes=notes, seed=7).to_dict()
    values = {"title": "A test", "config": config} | fields
    return Piece.objects.create(
        checkpoint=make_checkpoint(home / "checkpoints" / "chance"), primer=make_primer(), **values
    )


def make_training(home: Path, *, epochs: int = 2, **fields: object) -> Training:
    """Store a waiting training on a tiny corpus, which is written beside it."""
    corpus = home / "corpus"
    write_corpus(corpus / "nobody")
    config = TrainingConfig(epochs=epochs, batch_size=64, min_count=1).to_dict()
    values = {
        "corpus": [str(corpus)],
        "composer": "nobody",
        "recipe": "chords",
        "network": "lstm",
        "config": config,
    }
    return Training.objects.create(**values | fields)


def write_corpus(folder: Path) -> None:
    """Write three MIDI files of 60 notes."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(3)
    for number in range(3):
        track = mido.MidiTrack()
        for pitch in rng.choice(SCALE, 60).tolist():
            track.append(mido.Message("note_on", note=pitch, velocity=70, time=0))
            track.append(mido.Message("note_off", note=pitch, velocity=0, time=240))
        file = mido.MidiFile(ticks_per_beat=480)
        file.tracks.append(track)
        file.save(folder / f"piece-{number}.mid")
