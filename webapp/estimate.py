"""How long a piece may still take, by how long the recent ones took."""

from __future__ import annotations

from datetime import datetime
from statistics import median
from typing import NamedTuple

from webapp.models import Piece, Status

RECENT = 20


class Estimate(NamedTuple):
    """What is known at one moment: read once, asked for every piece of a page."""

    run_s: float | None  # the median of recent runs; None before the first
    waiting_since: tuple[datetime, ...]  # when each piece that waits or runs was asked for

    def eta_s(self, piece: Piece) -> float | None:
        """Return the seconds until ``piece`` is done, or None where nothing is known."""
        if piece.is_final or self.run_s is None:
            return None
        if piece.status == Status.RUNNING:
            return max(self.run_s - (piece.run_s or 0.0), 0.0)
        return (self._n_before(piece) + 1) * self.run_s

    def position(self, piece: Piece) -> int | None:
        """Return how many pieces are composed before ``piece``; None where it does not wait."""
        return self._n_before(piece) if piece.status == Status.QUEUED else None

    def _n_before(self, piece: Piece) -> int:
        return sum(moment < piece.created_at for moment in self.waiting_since)


NOTHING = Estimate(None, ())


def now() -> Estimate:
    """Read what is known now: two queries."""
    done = Piece.objects.filter(status=Status.SUCCEEDED, is_example=False)
    recent = done.order_by("-finished_at").values_list("started_at", "finished_at")[:RECENT]
    runs = [(end - start).total_seconds() for start, end in recent if start and end]
    waiting = Piece.objects.filter(status__in=(Status.QUEUED, Status.RUNNING))
    waiting = waiting.exclude(is_private=True, owner="")  # for duels: they wait elsewhere
    moments = tuple(waiting.order_by().values_list("created_at", flat=True))
    return Estimate(median(runs) if runs else None, moments)


def for_pieces(pieces: list[Piece]) -> Estimate:
    """Read what ``pieces`` need to know: nothing, where all of them are done."""
    return NOTHING if all(piece.is_final for piece in pieces) else now()


def eta_s(piece: Piece) -> float | None:
    """Return the seconds until ``piece`` is done, or None where nothing is known."""
    return for_pieces([piece]).eta_s(piece)
