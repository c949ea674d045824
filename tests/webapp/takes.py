"""The notes that takes are made of in the tests, and the takes that were made."""

from __future__ import annotations

from webapp.models import Piece

BARS = 12
SCORE = {
    "notes": [[float(quarter), 1.0, 60, 76] for quarter in range(4 * BARS)],
    "tempo_qpm": 120.0,
    "time_signatures": [[0.0, 4, 4]],
    "seam": 16.0,
    "origin": None,
}


def newest(n: int) -> list[Piece]:
    """Return the ``n`` pieces that were stored last, in the order of their takes."""
    return sorted(Piece.objects.order_by("-created_at")[:n], key=lambda one: one.take)


def at(piece: Piece, deed: str) -> str:
    """Return where ``deed`` is asked of ``piece``."""
    return f"{piece.get_absolute_url()}{deed}/"
