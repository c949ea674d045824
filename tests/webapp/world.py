"""A site with a row of every kind, and every page there is, read from the addresses themselves.

A page that is new is found by its address; where its rows are new too, the tests say so
until `ROWS` has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.core.management import call_command
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils.timezone import now

from generator.config import GenerationConfig, NotesTrainingConfig
from tests.webapp.conftest import owner_client
from tests.webapp.factories import (
    FIGURES,
    make_corpus,
    make_file,
    make_piece,
    make_primer,
    make_training,
)
from tests.webapp.own_openings import OPENING, bring, judged
from webapp import comparing, jobs, urls
from webapp.comparing import MOST
from webapp.models import (
    Bout,
    Checkpoint,
    Corpus,
    CorpusFile,
    Duel,
    Import,
    Intake,
    Piece,
    Rehearsal,
    Reproduction,
    Status,
    Upload,
    Verdict,
    Vote,
)

# Parts of an address that name a file, not a page.
FILES = {"side", "number", "letter", "file", "rest"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297"><path d="M9 9h99"/></svg>'
STUCK = {"silence": [], "one_note": [], "loop": [2]}
TOLD = {"n_pieces": 8, "overlap": 0.9, "low": 0.86, "high": 0.93, "told_apart": 0.7}
REMARK = {"code": "drums_left_out", "values": {"n": 1}}
LINE = {"name": "loop", "verdict": "warn", "code": "loop_some"}
SAME, OTHER = {"is_identical": True}, {"is_identical": False, "bar": 9, "in": "notes"}

Rows = dict[str, list[UUID | str]]


class Page(NamedTuple):
    """An address that answers with a page, and to whom."""

    address: str
    is_for_staff: bool


def build() -> Rows:
    """Store it all, and return the rows by the first part of their address; alice owns pieces."""
    call_command("stock", verbosity=0)
    done = Piece.objects.filter(is_example=True).first()
    assert done
    pieces = _pieces(done)
    one, other = Checkpoint.objects.filter(recipe="notes")[:2]
    take = next(piece for piece in pieces if piece.batch)
    duels, bouts = _duels(one, other)
    return {
        "openings": _openings(),
        "pieces": [piece.pk for piece in pieces],
        "sets": [piece.batch for piece in pieces if piece.batch and piece.take == 0],
        "reproductions": _reproductions(take),
        "models": [one.pk, Checkpoint.objects.filter(recipe="chords")[0].pk],
        "models/import": _imports(),
        "corpora": _corpora(),
        "trainings": _trainings(one),
        "rehearsals": _rehearsals(one, other),
        "duels": bouts,
        "duels/score": duels,
    }


def pages(rows: Rows, staff: Client) -> Iterator[Page]:
    """Read the addresses, and yield each that answers a visitor, or else the staff, with a page."""
    visitor = owner_client("alice")
    for pattern in urls.urlpatterns:
        if not isinstance(pattern, URLPattern) or pattern.name is None:
            continue
        route, wanted = str(pattern.pattern), set(pattern.pattern.converters)
        if route.startswith("api/") or wanted & FILES or wanted > {"pk"}:
            continue
        is_known = len(wanted) <= 1 and wanted <= {"pk", "name"}
        assert is_known, f"{route}: say in tests/webapp/world.py what its parts are"
        for pk in _keys(route, rows) if wanted else [None]:
            address = reverse(pattern.name, args=[pk] if wanted else [])
            if _is_page(visitor.get(address)):
                yield Page(address, is_for_staff=False)
            elif _is_page(staff.get(address)):
                yield Page(address, is_for_staff=True)
    yield Page(comparing.address(rows["pieces"][:MOST]), is_for_staff=False)


def _keys(route: str, rows: Rows) -> list[Any]:
    first, _, rest = (part.strip("/") for part in re.split("(<.*>)", route))
    return rows[f"{first}/{rest}" if f"{first}/{rest}" in rows else first]


def _is_page(answer: HttpResponseBase) -> bool:
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    answer.close()
    return answer.status_code == 200 and is_html


def _pieces(done: Piece) -> list[Piece]:
    fields = {"score": done.score, "owner": "alice", "checkpoint": done.checkpoint}
    config = GenerationConfig(seed=7, bars=8).to_dict()
    fields |= {"config": config, "originality": done.originality}
    batch, ways = uuid4(), uuid4()
    own = make_piece(Status.SUCCEEDED, note="For an evening.", **fields)
    made = [make_piece(Status.SUCCEEDED, batch=batch, take=i, **fields) for i in range(2)]
    made += [make_piece(batch=ways, parent=own, from_bar=11, source=done.score, **fields)]
    for piece in (own, *made[:2]):
        make_file(piece, "score-1.svg", SVG, "svg")
        make_file(piece, "piece.mp3", b"", "mp3")
    running = {"stage": "composing", "done": 3, "total": 8, "batch": ways, "take": 1}
    made += [make_piece(Status.RUNNING, parent=own, from_bar=11, **running, **fields)]
    failed = make_piece(Status.FAILED, owner="alice")
    return [done, own, *made, failed, make_piece(Status.CANCELLED, owner="alice")]


def _openings() -> list[str]:
    """One that ships, one that was shown already, and alice's: waiting, read, and refused."""
    alice = owner_client("alice")
    waiting, kept, refused = bring(alice), judged(bring(alice), REMARK), bring(alice)
    jobs.fail(
        jobs.claim(Upload, refused.upload.pk), "file_unreadable", {"file": "x", "reason": "?"}
    )
    for primer in (shown := make_primer(opening=OPENING), kept):
        make_file(primer, "score-1.svg", SVG, "svg")
        make_file(primer, "piece.mp3", b"", "mp3")
    return ["k331-3", *(primer.pk for primer in (shown, waiting, kept, refused))]


def _reproductions(piece: Piece) -> list[UUID]:
    known = {"is_known": True, "others": [{"what": "numpy", "then": "1.0", "now": "2.0"}]}
    final = {"status": Status.SUCCEEDED, "finished_at": now()}
    answers = [{"answer": SAME, **final}, {"answer": OTHER | known, **final}, {}]
    return [Reproduction.objects.create(piece=piece, **answer).pk for answer in answers]


def _imports() -> list[UUID]:
    rows = (
        {},
        {"status": Status.FAILED, "error_code": "internal", "finished_at": now()},
    )
    return [Import.objects.create(dropped="x", name="model.impromptu", **row).pk for row in rows]


def _corpora() -> list[UUID]:
    read, empty = make_corpus(chopin=20_000, mozart=10_000), Corpus.objects.create(title="None yet")
    remarks = {"verdict": Verdict.TAKEN, "composer": "chopin", "notes": 900}
    CorpusFile.objects.create(corpus=read, path="chopin/two.mid", **remarks)
    Intake.objects.create(corpus=empty, status=Status.RUNNING, started_at=now(), done=3, total=9)
    return [read.pk, empty.pk]


def _trainings(model: Checkpoint) -> list[UUID]:
    facts = {"recipe": "notes", "config": NotesTrainingConfig(epochs=20).to_dict()}
    going = {"stage": "fitting", "speed": 1234.5, "left_s": 150.0, "done": 30, "total": 200}
    return [
        make_training(**facts).pk,
        make_training(Status.RUNNING, figures=FIGURES, **going, **facts).pk,
        make_training(Status.SUCCEEDED, figures=FIGURES, checkpoint=model, **facts).pk,
        make_training(
            Status.FAILED, error_code="training_diverged", error_values={"epoch": 4}, **facts
        ).pk,
    ]


def _rehearsals(one: Checkpoint, other: Checkpoint) -> list[UUID]:
    told = TOLD | {"longest": 12, "stuck": STUCK}
    line = LINE | {"values": {"n": 1, "total": 8, "pieces": [2]}}
    figures = {"one": told, "other": told, "lines": [line], "verdict": "warn", "music": None}
    side = {"files": {"mp3": "r/piece.mp3"}, "seconds": 61.0, "begins": 9.5}
    pair = {"opening": "A sonata", "composer": "Mozart", "seed": 1, "one": side, "other": side}
    final = {"status": Status.SUCCEEDED, "finished_at": now(), "figures": figures}
    models = {"checkpoint": other, "against": one}
    rows = [models | final | {"pieces": [pair]}, models | {"status": Status.RUNNING}]
    return [Rehearsal.objects.create(**row).pk for row in rows]


def _duels(one: Checkpoint, other: Checkpoint) -> tuple[list[UUID], list[UUID]]:
    duel = Duel.objects.create(one=one, other=other)
    heard = [make_piece(Status.SUCCEEDED, checkpoint=m, is_private=True) for m in (one, other)]
    for piece in heard:
        make_file(piece, "piece.mp3", b"m", "mp3")
    bout = Bout.objects.create(duel=duel, piece_one=heard[0], piece_other=heard[1])
    Vote.objects.create(bout=bout, voter="alice", choice=Vote.Choice.ONE)
    return [duel.pk], [bout.pk]
