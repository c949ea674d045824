"""Rows as the JSON API says them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from generator.config import DEFAULT_INSTRUMENT, INSTRUMENTS, as_asked
from webapp import messages
from webapp.estimate import Estimate
from webapp.models import Checkpoint, Piece, Primer, Rehearsal

# Every kind of file, in the order of the API: one address each, or one a page.
ONE = ("midi", "musicxml", "pdf", "wav", "ogg", "mp3", "flac", "positions")
PER_PAGE = ("png", "svg")
PLAYED = ("mp3", "ogg")
ZIP = "piece.zip"

PARAMETERS = (
    *("composer", "notes", "bars", "temperature", "pitch_temperature", "rhythm_temperature"),
    *("top_p", "pedal", "rubato", "seed"),
)


def piece_json(piece: Piece, estimate: Estimate) -> dict[str, Any]:
    """Return a piece, whatever it is at."""
    return {
        "id": str(piece.pk),
        "title": piece.title,
        "note": piece.note,
        "composer": piece.composer,
        "url": piece.get_absolute_url(),
        "is_example": piece.is_example,
        "private": piece.is_private,
        "status": piece.status,
        "stage": piece.stage,
        "progress": round(piece.progress, 4),
        "eta_s": _rounded(estimate.eta_s(piece)),
        "position": estimate.position(piece),
        "error": messages.sentence(piece.error_code, piece.error_values)
        if piece.error_code
        else None,
        "advice": messages.advice(piece.error_code) if piece.error_code else None,
        "parameters": _parameters(piece),
        "parent": str(piece.parent_id) if piece.parent_id else None,
        "from_bar": piece.from_bar,
        "to_bar": piece.to_bar,
        "set": str(piece.batch) if piece.batch else None,
        "seam": _seam(piece),
        "originality": piece.originality,
        "files": _files(piece),
        "created_at": _moment(piece.created_at),
        "wait_s": _rounded(piece.wait_s),
        "run_s": _rounded(piece.run_s),
    }


def checkpoint_json(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return a model that can be chosen."""
    return {
        "id": checkpoint.hash,
        "name": checkpoint.name,
        "title": checkpoint.title,
        "recipe": checkpoint.recipe,
        "network": checkpoint.network,
        "composer": checkpoint.composer,
        "composers": checkpoint.composers or [checkpoint.composer],
        "is_active": checkpoint.is_active,
        "attribution": checkpoint.card.get("attribution", ""),
        "licence": checkpoint.card.get("licence", ""),
        "figures": checkpoint.card.get("figures", {}),
        "created_at": _moment(checkpoint.created_at),
    }


def rehearsal_json(row: Rehearsal) -> dict[str, Any]:
    """Return a rehearsal, whatever it is at."""
    error = messages.sentence(row.error_code, row.error_values) if row.error_code else None
    return {
        "id": str(row.pk),
        "url": row.get_absolute_url(),
        "checkpoint": row.checkpoint_id,
        "against": row.against_id,
        "status": row.status,
        "stage": row.stage,
        "progress": round(row.progress, 4),
        "error": error,
        "verdict": row.figures.get("verdict"),
        "lines": row.figures.get("lines", []),
        "created_at": _moment(row.created_at),
    }


def primer_json(primer: Primer) -> dict[str, Any]:
    """Return an opening that can be chosen."""
    return {
        "id": primer.name,
        "title": primer.title,
        "composer": primer.composer,
        "attribution": primer.attribution,
        "licence": primer.licence,
    }


def _parameters(piece: Piece) -> dict[str, Any]:
    chosen = {name: piece.config.get(name) for name in PARAMETERS}
    asked = as_asked(chosen, piece.checkpoint.recipe)
    return {"checkpoint": piece.checkpoint_id, "primer": piece.primer_id} | asked


def _files(piece: Piece) -> dict[str, Any]:
    files: dict[str, Any] = {}
    for kind in ONE:
        path = piece.files.get(kind)
        files[kind] = piece.file_url(path) if path else None
    for kind in PER_PAGE:
        files[kind] = [piece.file_url(path) for path in piece.files.get(kind) or []]
    files["instruments"] = {name: _played(piece, name) for name in INSTRUMENTS}
    is_whole = piece.is_final and piece.files
    files["zip"] = reverse("piece-file", args=[piece.pk, ZIP]) if is_whole else None
    return files


def _played(piece: Piece, instrument: str) -> dict[str, str] | None:
    """Return the piece as played on ``instrument``; None while it was not."""
    end = "" if instrument == DEFAULT_INSTRUMENT else f"-{instrument}"
    there = {kind: piece.files.get(kind + end) for kind in PLAYED}
    return {kind: piece.file_url(path) for kind, path in there.items() if path} or None


def _seam(piece: Piece) -> float | None:
    """Return where the machine begins, in quarters; a list has read it without the notes."""
    if "seam" in vars(piece):
        return vars(piece)["seam"]  # type: ignore[no-any-return]
    return (piece.score or {}).get("seam")


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
