"""Put on the shelves what ships with the product: models, openings, example pieces."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.text import slugify
from django.utils.timezone import now

from generator.config import DEFAULT_CHECKPOINT
from webapp import checkpoints
from webapp.models import Checkpoint, Piece, Primer, Status

logger = logging.getLogger(__name__)

SHELF = uuid.UUID("6fc8e1f6-16f8-4f5c-9a02-0d8a5ce1a6fb")  # an example's id follows from its name

KINDS = {
    "piece.mid": "midi",
    "piece.musicxml": "musicxml",
    "piece.pdf": "pdf",
    "piece.wav": "wav",
    "piece.ogg": "ogg",
    "piece.mp3": "mp3",
    "piece.flac": "flac",
    "positions.json": "positions",
    "thumbnail.png": "thumbnail",
    "thumbnail.svg": "thumbnail",
}
LONGEST_NAME = 80  # characters
PAGE = re.compile(r"score-\d+\.(svg|png)")


class Stock(NamedTuple):
    """How much is there."""

    checkpoints: int
    primers: int
    examples: int


def stock() -> Stock:
    """Store what ships, once, however often this is called."""
    return Stock(_checkpoints(), _primers(), _examples())


def _checkpoints() -> int:
    cards = sorted(Path(settings.PRETRAINED_ROOT).glob("*/card.json"))
    stored = [checkpoints.register(card.parent) for card in cards]
    for checkpoint in stored:
        _retire_what_lay_where(checkpoint)
    _settle_default(stored)
    return len(stored)


def _retire_what_lay_where(checkpoint: Checkpoint) -> None:
    """Offer no model any more whose folder now holds ``checkpoint``, which takes its place."""
    earlier = Checkpoint.objects.filter(folder=checkpoint.folder).exclude(pk=checkpoint.pk)
    active = earlier.filter(is_active=True).first()
    if active:
        checkpoints.activate(checkpoint, is_chosen=active.is_chosen)
    earlier.update(is_offered=False)


def _settle_default(shipped: list[Checkpoint]) -> None:
    """Let the shipped default compose, unless a person chose otherwise.

    A model that was trained here is active by somebody's choice alone; one that
    ships may be so because it was the default of an earlier version.
    """
    if not shipped:
        return
    active = Checkpoint.objects.filter(is_active=True).first()
    if active and (active.is_chosen or active not in shipped):
        return
    default = next((one for one in shipped if one.name == DEFAULT_CHECKPOINT), shipped[0])
    if default != active:
        checkpoints.activate(default, is_chosen=False)


def take_openings(folder: Path) -> tuple[int, list[str]]:
    """Offer the openings that ``python -m generator openings`` wrote; say what is none.

    What staff changed of one that was taken before, stays.
    """
    taken, refused = 0, []
    shipped = {file.stem for file in Path(settings.OPENINGS_ROOT).glob("*.json")}
    for file in sorted(folder.glob("*.json")):
        try:
            facts = _facts(_read(file))
        except (ValueError, KeyError, TypeError):
            refused.append(file.name)
            continue
        name = slugify(file.stem)[:LONGEST_NAME]
        if not name or name in shipped:
            refused.append(file.name)
            continue
        Primer.objects.get_or_create(name=name, defaults=facts)
        taken += 1
    return taken, refused


def _primers() -> int:
    files = sorted(Path(settings.OPENINGS_ROOT).glob("*.json"))
    for file in files:
        opening = _read(file)
        Primer.objects.update_or_create(name=opening["name"], defaults=_facts(opening))
    return len(files)


def _facts(opening: dict[str, Any]) -> dict[str, Any]:
    """Return an opening as a row holds it: what is read, and the whole of it for the workers."""
    names = ("title", "composer", "attribution", "licence")
    if not opening["chords"]:
        raise ValueError(opening["name"])
    return {name: str(opening[name]) for name in names} | {"opening": opening}


def _examples() -> int:
    folders = sorted(card.parent for card in Path(settings.EXAMPLES_ROOT).glob("*/piece.json"))
    # The first by name is listed first.
    return sum(_example(folder) for folder in reversed(folders))


def _example(folder: Path) -> bool:
    pk = uuid.uuid5(SHELF, folder.name)
    piece = Piece.with_deleted.filter(pk=pk).first()
    if piece and all(Path(settings.MEDIA_ROOT, path).exists() for path in piece.file_paths()):
        return True
    about = _read(folder / "piece.json")
    checkpoint = Checkpoint.objects.filter(pk=about["checkpoint"]).first()
    primer = Primer.objects.filter(pk=about["primer"]).first()
    if checkpoint is None or primer is None:
        logger.warning("The example %s is left out: its model or opening is not here.", folder.name)
        return False
    files = _copied(folder, pk)
    facts = {name: about[name] for name in ("title", "config", "score")} | {
        "originality": about.get("originality"),
        "checkpoint": checkpoint,
        "primer": primer,
        "files": files,
    }
    if piece:
        Piece.with_deleted.filter(pk=pk).update(**facts, **Piece(**facts).found_by())
    else:
        _store(pk, facts)
    return True


def _store(pk: uuid.UUID, facts: dict[str, Any]) -> None:
    moment = now()
    Piece.objects.create(
        pk=pk,
        status=Status.SUCCEEDED,
        is_example=True,
        created_at=moment,
        started_at=moment,
        finished_at=moment,
        **facts,
    )


def _copied(folder: Path, pk: uuid.UUID) -> dict[str, Any]:
    """Copy the files of an example to where files are served from; return them by kind."""
    files: dict[str, Any] = {}
    place = Path(settings.MEDIA_ROOT, str(pk), "0")
    place.mkdir(parents=True, exist_ok=True)
    for source in sorted(folder.iterdir(), key=_page_number):
        page = PAGE.fullmatch(source.name)
        if not page and source.name not in KINDS:
            continue
        _copy(source, place / source.name)
        path = f"{pk}/0/{source.name}"
        if page:
            files.setdefault(page[1], []).append(path)
        else:
            files[KINDS[source.name]] = path
    return files


def _copy(source: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, aside)
    aside.replace(target)


def _page_number(file: Path) -> tuple[int, str]:
    digits = re.sub(r"\D", "", file.stem)
    return (int(digits) if digits else 0, file.name)


def _read(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8")))
