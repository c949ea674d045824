"""The body of a rehearsal: a fixed batch, composed by one model and laid beside another's."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from generator import notation, rehearsal
from generator.checkpoint import Checkpoint as Loaded
from generator.errors import RenderingError, Stopped
from generator.grid import GridScore
from generator.rehearsal import Measures, Rehearsed, Side
from generator.rehearsal.measuring import best
from generator.rehearsal.verdicts import overall
from generator.rendering import audio, engraving
from generator.score import Clock
from webapp import rehearsals
from webapp.models import Checkpoint, Rehearsal, Stage
from worker import composing, storage
from worker.child import NICE
from worker.lifecycle import Attempt

logger = logging.getLogger(__name__)

LIMIT_S = 60.0  # for MuseScore, a piece
SOUNDS = ("mp3",)  # every browser plays it, and sixteen pieces are much to encode
OURS, THEIRS = "one", "other"  # the sides: the model that rehearses, and what it is held against

Report = Callable[[str, int, int], None]


def rehearse(row: Rehearsal, attempt: Attempt) -> dict[str, Any]:
    """Compose the batch of ``row``, measure it, and make of every piece a page and a sound.

    Figures and players appear in the row as soon as they are there.
    """
    os.setpriority(os.PRIO_PROCESS, 0, NICE)  # of this thread, and of all that it starts
    models = {OURS: row.checkpoint} | ({THEIRS: row.against} if row.against else {})
    loaded = {
        side: composing.load_checkpoint(model.path, model.hash) for side, model in models.items()
    }
    batches = _composed(loaded, attempt)
    real = _music(row.checkpoint, attempt)
    measured = _measured(loaded, batches, real, attempt)
    row.figures = _figures(row.checkpoint, measured, real)
    row.pieces = _told(batches)
    attempt.publish(figures=row.figures, pieces=row.pieces)

    engraved = _engraved(row, batches, attempt)
    lines = _lines(loaded, measured, engraved)
    row.figures |= {"lines": [line.to_dict() for line in lines], "verdict": overall(lines)}
    row.figures |= {"engraved": engraved}
    attempt.publish(figures=row.figures, pieces=row.pieces)
    _sounded(row, batches, attempt)
    return {}


def _composed(loaded: dict[str, Loaded], attempt: Attempt) -> dict[str, list[Rehearsed]]:
    batches: dict[str, list[Rehearsed]] = {}
    begun = rehearsal.openings_for(loaded.values())
    for number, (side, made) in enumerate(loaded.items()):
        report = _share(attempt.report, number, len(loaded))
        batches[side] = rehearsal.compose(
            made, report, n_pieces=settings.REHEARSAL_PIECES, begun=begun
        )
    return batches


def _share(report: Report, number: int, of: int) -> Report:
    """Return a report of the ``number``-th of several parts, told as a share of all."""
    return lambda stage, done, total: report(stage, number * total + done, of * total)


def _music(checkpoint: Checkpoint, attempt: Attempt) -> list[GridScore]:
    folders = rehearsals.music_for(checkpoint)
    return rehearsal.reference(folders, checkpoint.composer, attempt.report)


def _measured(
    loaded: dict[str, Loaded],
    batches: dict[str, list[Rehearsed]],
    real: list[GridScore],
    attempt: Attempt,
) -> dict[str, Measures]:
    measured: dict[str, Measures] = {}
    for done, (side, made) in enumerate(loaded.items()):
        attempt.report(Stage.REHEARSING, done, len(loaded))
        measured[side] = rehearsal.measure(made, batches[side], real)
    return measured


def _figures(
    checkpoint: Checkpoint, measured: dict[str, Measures], real: list[GridScore]
) -> dict[str, Any]:
    ours = measured[OURS]
    return {
        "music": {"composer": checkpoint.composer, "works": len(real)} if real else None,
        "ceiling": best(real, n_pieces=ours.n_pieces, n_notes=ours.n_notes),
    } | {side: figures.to_dict() for side, figures in measured.items()}


def _told(batches: dict[str, list[Rehearsed]]) -> list[dict[str, Any]]:
    """Return the pairs as the page shows them: an opening, a seed, and what each side has."""
    return [
        {
            "opening": pair[0].opening.title,
            "composer": pair[0].opening.composer,
            "seed": pair[0].seed,
        }
        | {side: {"files": {}} | _times(piece) for side, piece in zip(batches, pair, strict=True)}
        for pair in zip(*batches.values(), strict=True)
    ]


def _times(piece: Rehearsed) -> dict[str, float]:
    """Return how long a piece sounds, and when the machine begins, in seconds."""
    score = piece.composition.score
    begins = Clock(score).seconds_at(score.seam or 0.0)
    return {"seconds": round(score.seconds, 1), "begins": round(begins, 1)}


def _engraved(
    row: Rehearsal, batches: dict[str, list[Rehearsed]], attempt: Attempt
) -> dict[str, int | None]:
    """Engrave every piece; return how many of each side could be, None without MuseScore."""
    counts: dict[str, int | None] = dict.fromkeys(batches, 0)
    for done, (side, number, piece) in enumerate(_each(batches)):
        attempt.report(Stage.ENGRAVING, done, len(row.pieces) * len(batches))
        folder = _folder(row, side, number)
        try:
            page = _engrave(piece, folder)
        except Stopped:
            raise
        except RenderingError as error:
            if error.code == "tool_missing":
                return dict.fromkeys(batches)
            logger.info("rehearsal %s: piece %s of %s: %s", row.pk, number, side, error)
        except Exception:  # what cannot be written as a page is what is counted here
            logger.exception("rehearsal %s: piece %s of %s has no page", row.pk, number, side)
        else:
            counts[side] = (counts[side] or 0) + 1
            row.pieces[number - 1][side]["files"] |= storage.relative({"pdf": page.pdf})
            attempt.publish(pieces=row.pieces)
    return counts


def _engrave(piece: Rehearsed, folder: Path) -> engraving.Engraving:
    musicxml = folder / "piece.musicxml"
    score = piece.composition.score
    subtitle = f"after {piece.opening.title}"
    musicxml.write_bytes(notation.to_musicxml(score, title="Rehearsal", subtitle=subtitle))
    return engraving.engrave(musicxml, folder, limit_s=LIMIT_S)


def _lines(
    loaded: dict[str, Loaded], measured: dict[str, Measures], engraved: dict[str, int | None]
) -> list[rehearsal.Line]:
    sides = [
        Side(card=made.card, measures=measured[side], n_engraved=engraved[side])
        for side, made in loaded.items()
    ]
    return rehearsal.judge(*sides)


def _sounded(row: Rehearsal, batches: dict[str, list[Rehearsed]], attempt: Attempt) -> None:
    """Play every piece, pair by pair, so that there is soon something to compare."""
    player = composing.synthesizer()
    for done, (side, number, piece) in enumerate(_each(batches)):
        attempt.report(Stage.SOUNDING, done, len(row.pieces) * len(batches))
        folder = _folder(row, side, number)
        made = audio.sound(piece.composition.score, folder, formats=SOUNDS, synthesizer=player)
        row.pieces[number - 1][side]["files"] |= storage.relative(made)
        attempt.publish(pieces=row.pieces)


def _each(batches: dict[str, list[Rehearsed]]) -> list[tuple[str, int, Rehearsed]]:
    """Return every piece with its side and number, the two of a pair one after the other."""
    pairs = enumerate(zip(*batches.values(), strict=True), 1)
    return [
        (side, number, piece)
        for number, pair in pairs
        for side, piece in zip(batches, pair, strict=True)
    ]


def _folder(row: Rehearsal, side: str, number: int) -> Path:
    folder = storage.folder(row) / f"{side}-{number}"
    folder.mkdir(exist_ok=True)
    return folder
