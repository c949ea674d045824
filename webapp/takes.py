"""Tweaking: several pieces from one click, and new pieces out of a piece.

Every one is a piece of its own. Takes of one click share a ``batch``, and are
composed together by whichever worker comes first (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator.config import BARS, STRIP, WAYS, as_asked, seed_of_take
from webapp import counting, services
from webapp.messages import Refused
from webapp.models import Checkpoint, Piece, Primer, Status

MOST_REWRITTEN = 16  # bars at once: of more, it is another piece

# The one temperature counts, where notes and rhythm had their own.
ONE = {"pitch_temperature": None, "rhythm_temperature": None}

Choices = Mapping[str, Any]


def compose(
    *,
    takes: int | None = None,
    temperatures: Sequence[float] = (),
    seed: int | None = None,
    checkpoint: Checkpoint | None = None,
    primer: Primer | None = None,
    owner: str = "",
    parent: Piece | None = None,
    is_private: bool = False,
    **choices: Any,
) -> list[Piece]:
    """Store takes and have them composed.

    They differ by their seeds alone; where there are ``temperatures``, by these
    alone. Raises as :func:`webapp.services.compose`.
    """
    seed = services.drawn_seed() if seed is None else seed
    primer = primer or services.drawn_primer(seed)
    checkpoint = checkpoint or services.active_checkpoint()
    fields = {"owner": owner, "parent": parent, "is_private": is_private}
    asked = choices | {"seed": seed}
    variants = _warmths(asked, temperatures) if temperatures else _seeds(asked, takes or 1)
    return _store(checkpoint, primer, variants, fields)


def strip_of(piece: Piece, *, owner: str) -> list[Piece]:
    """Have the opening and the seed of ``piece`` composed at five temperatures."""
    kept = ("from_bar", "to_bar", "source") if piece.source else ()
    fields = {name: getattr(piece, name) for name in kept}
    fields |= {"parent": piece.parent if kept else piece, "title": piece.title}
    fields |= {"owner": owner, "is_private": piece.is_private}
    return _store(piece.checkpoint, piece.primer, _warmths(_chosen(piece), STRIP), fields)


def go_on(
    piece: Piece,
    *,
    owner: str,
    from_bar: int,
    takes: int | None = WAYS,
    seed: int | None = None,
    is_private: bool | None = None,
    **choices: Any,
) -> list[Piece]:
    """Keep what comes before ``from_bar`` of ``piece``, and have the rest composed anew.

    What is not chosen is as in ``piece``; so is its length, as far as it goes.
    Raises Refused where that cannot be, and otherwise as :func:`compose`.
    """
    bars = _bars_of(piece)
    _check_bar("from_bar", from_bar, bars.first + 1, bars.last)
    length = min(max(bars.last + 1 - from_bar, int(BARS.low)), int(BARS.high))
    asked = _asked(piece, choices, seed)
    if asked.get("bars") is None and choices.get("notes") is None:
        asked["bars"] = length
    fields = _out_of(piece, owner, is_private) | {"from_bar": from_bar}
    return _store(piece.checkpoint, piece.primer, _seeds(asked, takes or 1), fields)


def rewrite(
    piece: Piece,
    *,
    owner: str,
    from_bar: int,
    to_bar: int,
    takes: int | None = WAYS,
    seed: int | None = None,
    is_private: bool | None = None,
    **choices: Any,
) -> list[Piece]:
    """Have the bars from ``from_bar`` to ``to_bar`` of ``piece`` composed anew; the rest stays.

    Several takes are the best of the same candidates, the best first.
    """
    bars = _bars_of(piece)
    _check_bar("from_bar", from_bar, bars.first + 1, bars.last)
    _check_bar("to_bar", to_bar, bars.first + 1, bars.last)
    _check_span(from_bar, to_bar, bars.last)
    length = {name: _chosen(piece)[name] for name in ("bars", "notes")}
    asked = _asked(piece, choices, seed) | length
    fields = _out_of(piece, owner, is_private) | {"from_bar": from_bar, "to_bar": to_bar}
    drafts = [
        services.draft(piece.checkpoint, piece.primer, asked, **fields, rank=rank)
        for rank in range(takes or 1)
    ]
    return services.store(drafts)


def _store(
    checkpoint: Checkpoint, primer: Primer, variants: Sequence[Choices], fields: Choices
) -> list[Piece]:
    return services.store(
        [services.draft(checkpoint, primer, dict(asked), **fields) for asked in variants]
    )


def _seeds(asked: Choices, takes: int) -> list[Choices]:
    return [{**asked, "seed": seed_of_take(asked["seed"], take)} for take in range(takes)]


def _warmths(asked: Choices, temperatures: Sequence[float]) -> list[Choices]:
    return [{**asked, **ONE, "temperature": warmth} for warmth in temperatures]


def _asked(piece: Piece, choices: Choices, seed: int | None) -> dict[str, Any]:
    """Return what is asked of a piece out of ``piece``: its own choices, but for length and seed.

    A temperature that is chosen counts for notes and rhythm too.
    """
    chosen = {name: value for name, value in choices.items() if value is not None}
    own = _chosen(piece) | {"bars": None, "notes": None}
    apart = ONE if "temperature" in chosen else {}
    return own | apart | chosen | {"seed": services.drawn_seed() if seed is None else seed}


def _chosen(piece: Piece) -> dict[str, Any]:
    return as_asked(piece.config, piece.checkpoint.recipe)


def _out_of(piece: Piece, owner: str, is_private: bool | None) -> dict[str, Any]:
    """Return the fields of a piece that is made out of another."""
    hidden = piece.is_private if is_private is None else is_private
    return {
        "parent": piece,
        "source": piece.score,
        "title": piece.title,
        "owner": owner,
        "is_private": hidden,
    }


def _bars_of(piece: Piece) -> counting.Bars:
    if piece.status != Status.SUCCEEDED or not piece.score:
        raise Refused("not_ready")
    if piece.checkpoint.recipe == "chords":
        raise Refused("bars_unknown")
    return counting.bars(piece.score)


def _check_bar(field: str, bar: int, low: int, high: int) -> None:
    if not low <= bar <= high:
        raise Refused("bars_not_there", field=field, value=bar, low=low, high=high)


def _check_span(first: int, last: int, end: int) -> None:
    if last < first:
        raise Refused("bars_turned", value=last, low=first)
    if last - first >= MOST_REWRITTEN:
        raise Refused("bars_too_many", value=last - first + 1, high=MOST_REWRITTEN)
    if last >= end:
        raise Refused("bars_of_the_end", value=last)
