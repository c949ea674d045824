"""Rows for tests, valid unless the test says otherwise."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from generator.config import GenerationConfig, TrainingConfig
from webapp import holdings
from webapp.models import (
    FINAL,
    Checkpoint,
    Corpus,
    CorpusFile,
    Intake,
    Job,
    Piece,
    Primer,
    Status,
    Training,
    Upload,
    Verdict,
)

CHORDS = [[0.0, 1.0, [60, 64, 67], 76], [1.0, 0.5, [72], 76], [1.5, 0.5, [71], 76]]
SCORE = {
    "notes": [[0.0, 1.0, 60, 76], [1.0, 0.5, 72, 76]],
    "tempo_qpm": 120.0,
    "time_signatures": [[0.0, 4, 4]],
    "seam": 1.0,
    "origin": None,
}

# What three epochs of a training came to; the second is the best.
FIGURES = [
    {
        "epoch": n,
        "loss": 3.0 / n,
        "accuracy": 0.2 * n,
        "val_loss": held,
        "val_accuracy": 0.1 * n,
        "seconds": 9.0,
        "speed": speed,
    }
    for n, held, speed in ((1, 4.0, 100.0), (2, 3.5, 500.0), (3, 3.7, 510.0))
]

_numbers = count(1)


def make_checkpoint(**fields: Any) -> Checkpoint:
    """Store a model that learned from Chopin."""
    number = next(_numbers)
    defaults = {
        "hash": f"{number:064x}",
        "name": f"chopin-{number}",
        "title": "After Chopin",
        "recipe": "chords",
        "network": "lstm",
        "composer": "chopin",
        "card": {"attribution": "Bernd Krueger, piano-midi.de"},
        "folder": "generator/pretrained/none",
    }
    return Checkpoint.objects.create(**defaults | fields)


def make_kept_checkpoint(**fields: Any) -> Checkpoint:
    """Store a model whose folder is there, among those of this site: a card and no weights."""
    row = make_checkpoint(**fields)
    row.folder = str(Path(settings.CHECKPOINTS_ROOT, row.hash))
    row.save()
    row.path.mkdir(parents=True)
    facts = ("hash", "name", "title", "recipe", "network", "composer")
    card = row.card | {name: getattr(row, name) for name in facts}
    (row.path / "card.json").write_text(json.dumps(card))
    (row.path / "history.json").write_text("[]")
    (row.path / "weights.npz").write_bytes(b"no weights")
    return row


def make_notes_checkpoint(**fields: Any) -> Checkpoint:
    """Store a model of the notes recipe that knows three composers; a card and no weights."""
    number = next(_numbers)
    defaults = {
        "hash": f"{number:064x}",
        "name": f"lstm-{number}",
        "title": "All composers",
        "recipe": "notes",
        "composers": ["bach", "beeth", "chopin"],
    }
    return make_checkpoint(**defaults | fields)


def make_primer(**fields: Any) -> Primer:
    """Store an opening by Mozart."""
    defaults = {
        "name": f"k{next(_numbers)}",
        "title": "Sonata in C",
        "composer": "Mozart",
        "attribution": "Written out by us",
        "licence": "CC0",
    }
    defaults["opening"] = defaults | {"chords": CHORDS}
    return Primer.objects.create(**defaults | fields)


def make_upload(status: str = Status.QUEUED, **fields: Any) -> Upload:
    """Store a visitor's file in any state of its life."""
    defaults = {"primer": make_primer(), "dropped": "/nowhere/mine.mid", "owner": "somebody"}
    return Upload.objects.create(**_life(status) | defaults | fields)


def make_piece(status: str = Status.QUEUED, **fields: Any) -> Piece:
    """Store a piece in any state of its life."""
    fields.setdefault("checkpoint", Checkpoint.objects.first() or make_checkpoint())
    fields.setdefault("primer", Primer.objects.first() or make_primer())
    fields.setdefault("title", "Sonata in C")
    fields.setdefault("config", GenerationConfig(seed=7).to_dict())
    if status == Status.SUCCEEDED:
        fields.setdefault("score", SCORE)
    return Piece.objects.create(**_life(status) | fields)


def make_tweakable(**fields: Any) -> Piece:
    """Store a piece of alice's that is done, by a model that knows bars."""
    known = Checkpoint.objects.filter(recipe="notes")
    model = known.first() or make_notes_checkpoint(is_active=True)
    chosen = {"bars": 8, "seed": 7, "temperature": 0.9, "composer": "beeth"}
    config = GenerationConfig.for_model(chosen, **model.abilities).to_dict()
    defaults = {"checkpoint": model, "config": config, "owner": "alice"}
    return make_piece(Status.SUCCEEDED, **defaults | fields)


def make_training(status: str = Status.QUEUED, **fields: Any) -> Training:
    """Store a training in any state of its life."""
    fields.setdefault("composer", "chopin")
    fields.setdefault("recipe", "chords")
    fields.setdefault("network", "lstm")
    fields.setdefault("config", TrainingConfig().to_dict())
    return Training.objects.create(**_life(status) | fields)


MAKERS = {Piece: make_piece, Training: make_training}


def make_corpus(title: str = "First editions", **notes: int) -> Corpus:
    """Store a corpus with one piece of so many notes by each composer, and a bad file."""
    corpus = Corpus.objects.create(title=title, folder=f"/music/{title}")
    for composer, n in notes.items():
        path = f"{composer}/one.mid"
        CorpusFile.objects.create(
            corpus=corpus, path=path, composer=composer, notes=n, verdict=Verdict.TAKEN
        )
    CorpusFile.objects.create(
        corpus=corpus, path="chopin/bad.mid", composer="chopin", verdict=Verdict.REFUSED
    )
    return corpus


def make_empty_corpus(**fields: Any) -> Corpus:
    """Store a corpus without files, with a folder of its own."""
    corpus = Corpus(**{"title": "Ours", "attribution": "Us", "licence": "CC0"} | fields)
    corpus.folder = corpus.folder or str(Path(settings.CORPORA_ROOT, str(corpus.pk)))
    corpus.save()
    return corpus


def make_corpus_file(
    corpus: Corpus, path: str, verdict: str = Verdict.TAKEN, **fields: Any
) -> CorpusFile:
    """Store a file of ``corpus`` with its verdict, on the disk too."""
    place = corpus.path / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"MThd")
    facts = {"notes": 100, "seconds": 60.0, "sha256": path, "pitches": {"60": 100}}
    taken = facts | {"rhythm": {"24": 99}} if verdict in holdings.TAKEN else {}
    return CorpusFile.objects.create(
        corpus=corpus,
        path=path,
        composer=path.partition("/")[0],
        verdict=verdict,
        **taken | fields,
    )


def make_intake(corpus: Corpus, status: str = Status.SUCCEEDED, **fields: Any) -> Intake:
    """Store an intake in any state of its life."""
    return Intake.objects.create(corpus=corpus, **_life(status) | fields)


def make_file(piece: Piece, name: str, content: bytes, kind: str = "wav") -> Path:
    """Write a file of ``piece``, and name it in the row."""
    path = Path(settings.MEDIA_ROOT, str(piece.pk), str(piece.attempt), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    entry = path.relative_to(settings.MEDIA_ROOT).as_posix()
    piece.files[kind] = [*piece.files.get(kind, []), entry] if kind in ("png", "svg") else entry
    piece.save(update_fields=["files"])
    return path


def _life(status: str) -> dict[str, Any]:
    moment = now()
    life: dict[str, Any] = {"status": status}
    if status != Status.QUEUED:
        life |= {"attempt": 1, "started_at": moment, "heartbeat_at": moment}
    if status in FINAL:
        life |= {"finished_at": moment}
    if status == Status.FAILED:
        life |= {"error_code": "internal"}
    return life


def again(row: Job) -> Any:
    """Return the row as the database has it now."""
    return type(row)._default_manager.get(pk=row.pk)
