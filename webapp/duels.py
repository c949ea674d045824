"""Blind duels: two models, a piece by each, and listeners who do not know which is which.

The pieces of a bout have one opening, one seed, one length and one temperature. They are
ordinary pieces of nobody's, private, composed by the worker that no visitor waits for,
one bout at a time. Which of the two is heard first is drawn for each listener, and stays.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import salted_hmac

from generator.config import SEED
from generator.errors import GeneratorError
from webapp import services
from webapp.messages import Refused
from webapp.models import FINAL, Bout, Checkpoint, Duel, Piece, Status, Vote

N_BOUTS = 6
MOST_BOUTS = 3 * N_BOUTS  # made, those that failed included
BARS = 16
TEMPERATURE = 1.0
SURE = 1.96  # standard deviations: 95 of 100 intervals hold the true share
HALF = 0.5
SALT = "webapp.duels"

HALVES = ("piece_one", "piece_other")
READY = {f"{half}__status": Status.SUCCEEDED for half in HALVES} | {"duel__is_open": True}


def start(one: Checkpoint, other: Checkpoint) -> Duel:
    """Let two models meet; raises Refused if they are one, or meet already."""
    if one == other:
        raise Refused("duel_same")
    same = Q(one=one, other=other) | Q(one=other, other=one)
    if Duel.objects.filter(same, is_open=True).exists():
        raise Refused("duel_open")
    duel = Duel.objects.create(one=one, other=other)
    prepare()
    return duel


def close(duel: Duel) -> None:
    """Ask nobody any more."""
    Duel.objects.filter(pk=duel.pk).update(is_open=False)


def prepare() -> bool:
    """Have one more bout composed, if a duel lacks one and nobody waits for a piece."""
    if Piece.objects.exclude(status__in=FINAL).exists():
        return False
    for duel in Duel.objects.filter(is_open=True).select_related("one", "other"):
        made = Bout.objects.filter(duel=duel)
        if made.count() < MOST_BOUTS and _sound(made).count() < N_BOUTS:
            return _compose(duel)
    return False


def is_ready(voter: str) -> bool:
    """Whether there is a pair that ``voter``, who may be new, has not judged."""
    ready = Bout.objects.filter(**READY)
    return (ready.exclude(votes__voter=voter) if voter else ready).exists()


def next_bout(voter: str) -> Bout | None:
    """Return a pair that ``voter`` has not judged: of those that fewest have, the same again."""
    ready = Bout.objects.filter(**READY).exclude(votes__voter=voter)
    counted = ready.annotate(n_votes=Count("votes")).order_by("n_votes", "created_at")
    return counted.select_related(*HALVES).first()


def heard(bout: Bout, voter: str) -> tuple[Piece, Piece]:
    """Return the pieces of a bout in the order in which ``voter`` hears them."""
    pair = (bout.piece_one, bout.piece_other)
    return (pair[1], pair[0]) if _is_turned(bout, voter) else pair


def vote(bout: Bout, voter: str, answer: str) -> Vote:
    """Keep what ``voter`` said: ``first``, ``second`` or ``neither``; raises Refused the 2nd time.

    ``first`` is what this listener heard first.
    """
    sides = [Vote.Choice.ONE, Vote.Choice.OTHER]
    if _is_turned(bout, voter):
        sides.reverse()
    choice = {"first": sides[0], "second": sides[1], "neither": Vote.Choice.NEITHER}[answer]
    try:
        with transaction.atomic():
            return Vote.objects.create(bout=bout, voter=voter, choice=choice)
    except IntegrityError as error:
        raise Refused("vote_twice") from error


@dataclass(frozen=True, kw_only=True)
class Score:
    """How a duel stands."""

    one: int  # votes
    other: int
    neither: int
    n_voters: int
    low: float  # of the one's share of the decided votes: in 95 of 100 cases it lies between
    high: float

    @property
    def decided(self) -> int:
        """Votes for either."""
        return self.one + self.other

    @property
    def share(self) -> float | None:
        """The one's share of the decided votes; None before the first."""
        return self.one / self.decided if self.decided else None

    @property
    def leader(self) -> str:
        """Which of the two is better beyond chance: ``one``, ``other``, or neither."""
        if self.low > HALF:
            return "one"
        return "other" if self.high < HALF else ""


def score(duel: Duel) -> Score:
    """Count the votes of a duel."""
    votes = Vote.objects.filter(bout__duel=duel)
    n = dict(votes.values_list("choice").annotate(Count("pk")))
    one, other = n.get(Vote.Choice.ONE, 0), n.get(Vote.Choice.OTHER, 0)
    low, high = interval(one, one + other)
    return Score(
        one=one,
        other=other,
        neither=n.get(Vote.Choice.NEITHER, 0),
        n_voters=votes.values("voter").distinct().count(),
        low=low,
        high=high,
    )


def interval(n: int, total: int) -> tuple[float, float]:
    """Return Wilson's interval of a share: n of ``total``, 95 of 100.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), 209-212.

    >>> [round(end, 3) for end in interval(8, 10)]
    [0.49, 0.943]
    >>> interval(0, 0)
    (0.0, 1.0)
    """
    if not total:
        return 0.0, 1.0
    share, weight = n / total, SURE**2 / total
    middle = (share + weight / 2) / (1 + weight)
    reach = SURE / (1 + weight) * sqrt(share * (1 - share) / total + weight / (4 * total))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _is_turned(bout: Bout, voter: str) -> bool:
    return bool(salted_hmac(SALT, f"{bout.pk}:{voter}").digest()[0] & 1)


def _sound(bouts: QuerySet[Bout]) -> QuerySet[Bout]:
    """Return those whose pieces are there, or are on their way."""
    lost = (Status.FAILED, Status.CANCELLED)
    return bouts.exclude(piece_one__status__in=lost).exclude(piece_other__status__in=lost)


def _compose(duel: Duel) -> bool:
    """Ask for a bout; False where one of the models cannot follow."""
    choices: dict[str, Any] = {"bars": BARS, "temperature": TEMPERATURE}
    choices["seed"] = secrets.randbelow(int(SEED.high) + 1)
    try:
        with transaction.atomic():
            one, other = (
                services.compose(checkpoint=model, is_private=True, **choices)
                for model in (duel.one, duel.other)
            )
            Bout.objects.create(duel=duel, piece_one=one, piece_other=other)
    except (GeneratorError, Refused):
        return False
    return True
