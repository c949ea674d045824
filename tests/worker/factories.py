"""Rows and music for the workers' tests: small, made here, and valid."""

import io
import zipfile
from pathlib import Path

import mido
import numpy as np

from generator import checkpoint
from generator.config import GenerationConfig, TrainingConfig
from generator.models.shape import Shape
from generator.models.shapes import shapes_of
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
    facts = {
        "name": "chance",
        "title": "Chance",
        "recipe": "chords",
        "network": "lstm",
        "composer": "nobody",
    }
    card = facts | {"attribution": "Nobody.", "vocabulary": known.to_dict()}
    weights = {
        name: rng.normal(0, 0.05, shape).astype(np.float32)
        for name, shape in shapes_of(card).items()
    }
    made = checkpoint.save(folder, card=card, weights=weights, history=[])
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


def song(*pitches: int) -> bytes:
    """Return quarter notes as a MIDI file, of rising loudness."""
    track = mido.MidiTrack([mido.MetaMessage("time_signature", numerator=4, denominator=4)])
    for i, pitch in enumerate(pitches):
        track.append(mido.Message("note_on", note=pitch, velocity=60 + i % 40))
        track.append(mido.Message("note_off", note=pitch, time=480))
    file = io.BytesIO()
    mido.MidiFile(tracks=[track], ticks_per_beat=480).save(file=file)
    return file.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip of ``members``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
