"""The gallery of 100,000 pieces: against one of 100, and its last page against OFFSET."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.measuring import Row, from_turns

FEW, MANY = 100, 100_000
TURNS = 15
AT_ONCE = 2000  # rows of one INSERT
NOTES = [[i / 2, 0.5, 48 + i * 7 % 36, 64] for i in range(200)]
FORMS = ("Nocturne", "Waltz", "Étude", "Ballade", "Баркарола", "Мазурка")


def measure() -> list[Row]:
    """Fill two galleries and open the same pages of both in turn."""
    with tempfile.TemporaryDirectory(prefix="gallery") as folder:
        _set_up(Path(folder))
        few, many = (_filled(Path(folder, f"{n}.sqlite3"), n) for n in (FEW, MANY))
        rows = [_against_few(few, many, *line) for line in PAGES]
        rows.append(_against_offset(many))
        _open(":memory:")
        return rows


# What is asked of both galleries.
PAGES = (
    ("first", "The first page", ""),
    (
        "common",
        "The first page of a word that every sixth title has",
        "?q=waltz",
    ),
    ("rare", "A search that finds one piece", "?q=unique"),
    ("title", "The first page by title, of one temperature", "?sort=title&temperature=1.2-1.6"),
)


def _against_few(few: Path, many: Path, name: str, said: str, query: str) -> Row:
    turns = [(_seconds(many, query), _seconds(few, query)) for _ in range(TURNS)]
    what = f"{said} of {MANY:,} pieces, against that of {FEW}"
    return from_turns(f"gallery_{name}", what, turns, unit="ms", per=0.001)


def _against_offset(many: Path) -> Row:
    from webapp import gallery

    _open(many)
    last = gallery.public().order_by("created_at", "id")[gallery.PAGE_SIZE]
    cursor = gallery._cursor(last, "newest")

    def by_offset() -> object:
        keys = gallery.public().order_by("-created_at", "-id").values_list("pk", flat=True)
        page = list(keys[MANY - gallery.PAGE_SIZE : MANY])
        return list(gallery.light().filter(pk__in=page).order_by("-created_at", "-id"))

    def by_key() -> object:
        return gallery.page(gallery.Visitor(), cursor=cursor)

    turns = [(_timed(by_key), _timed(by_offset)) for _ in range(TURNS + 1)][1:]
    what = f"The last page of {MANY:,} pieces by its key, against OFFSET in the same index"
    return from_turns("gallery_last", what, turns, unit="ms", per=0.001)


def _set_up(home: Path) -> None:
    import django

    before = {name: os.environ.get(name) for name in ("IMPROMPTU_HOME", "DATABASE_URL")}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    os.environ["IMPROMPTU_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    django.setup()
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


def _filled(place: Path, n: int) -> Path:
    from django.core.management import call_command

    from webapp.models import Checkpoint, Piece, Primer

    _open(place)
    call_command("migrate", verbosity=0)
    facts = {"recipe": "notes", "network": "lstm", "composer": "chopin"}
    models = [
        Checkpoint.objects.create(hash=f"{i:064x}", name=f"m{i}", title=f"Model {i}", **facts)
        for i in range(4)
    ]
    primers = [
        Primer.objects.create(name=f"k{i}", title=f"Sonata K. {i}", composer="Mozart")
        for i in range(20)
    ]
    batch: list[Piece] = []
    for piece in _pieces(n, models, primers):
        batch.append(piece)
        if len(batch) == AT_ONCE:
            Piece.objects.bulk_create(batch)
            batch = []
    Piece.objects.bulk_create(batch)
    return place


def _pieces(n: int, models: list[Any], primers: list[Any]) -> Iterator[Any]:
    from django.utils.timezone import now

    from webapp.models import Piece

    end = now()
    for i in range(n):
        moment = end - timedelta(minutes=i)
        piece = Piece(
            title="Unique" if i == n // 2 else f"{FORMS[i % len(FORMS)]} {i}",
            checkpoint=models[i % len(models)],
            primer=primers[i % len(primers)],
            config={"temperature": 0.4 + i % 15 / 10, "bars": 32, "seed": i},
            score={"notes": NOTES, "seam": 16.0, "time_signatures": [[0.0, 4, 4]]},
            status="succeeded",
            owner=f"owner{i % 1000}",
            **dict.fromkeys(("created_at", "started_at", "finished_at"), moment),
        )
        for name, value in piece.found_by().items():
            setattr(piece, name, value)
        yield piece


def _open(place: Path | str) -> None:
    """Let the next query go to the database at ``place``."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(place)
    connection.ensure_connection()


def _seconds(place: Path, query: str) -> float:
    """Return the seconds of one page as a visitor gets it: the second time that it is asked."""
    from django.test import Client

    _open(place)
    client = Client(headers={"host": "localhost"})
    address = f"/pieces/{query}"
    assert client.get(address).status_code == 200  # noqa: S101
    return _timed(lambda: client.get(address))


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
