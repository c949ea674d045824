"""What the card of a checkpoint must say, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator import originality
from generator.recipes.layout import MAX_COMPOSERS

LONGEST_TEXT = 4_000  # characters
HIGHEST_PITCH = 127
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}")
TEXTS = {"title": 200, "recipe": 20, "network": 20, "composer": 80}


def wrong(card: Mapping[str, Any]) -> Iterator[str]:
    """Give the names of what a card says amiss."""
    for name, longest in TEXTS.items():
        if not _is_text(card.get(name), longest):
            yield name
    if not SLUG.fullmatch(str(card.get("name"))):
        yield "name"
    for name in ("attribution", "licence"):
        if not _is_text(card.get(name, "-") or "-", LONGEST_TEXT):
            yield name
    if not _are_composers(card.get("composers", []), is_needed=card["recipe"] == "notes"):
        yield "composers"
    for name in ("corpus", "config", "figures"):
        if not isinstance(card.get(name, {}), dict):
            yield name
    yield from _wrong_figures(card.get("figures") or {})
    if card["recipe"] == "chords" and not _is_vocabulary(card.get("vocabulary")):
        yield "vocabulary"


def _are_composers(composers: Any, *, is_needed: bool) -> bool:
    if not isinstance(composers, list) or len(composers) > MAX_COMPOSERS:
        return False
    return all(_is_text(one, 80) for one in composers) and bool(composers or not is_needed)


def _is_vocabulary(known: Any) -> bool:
    """Whether every token has a name of its own and voicings that a piano can play."""
    if not isinstance(known, dict) or set(known) != {"tokens", "voicings"}:
        return False
    tokens, voicings = known["tokens"], known["voicings"]
    if not isinstance(tokens, list) or not isinstance(voicings, dict):
        return False
    if len({str(token) for token in tokens}) != len(tokens) or set(voicings) != set(tokens):
        return False
    return all(
        isinstance(rows, list) and rows and all(map(_is_voicing, rows))
        for rows in voicings.values()
    )


def _is_voicing(row: Any) -> bool:
    if not isinstance(row, list) or len(row) != len(("pitches", "count")):
        return False
    pitches, count = row
    is_played = isinstance(pitches, list) and all(
        type(pitch) is int and 0 <= pitch <= HIGHEST_PITCH for pitch in pitches
    )
    return is_played and bool(pitches) and type(count) is int


def _wrong_figures(figures: Any) -> Iterator[str]:
    if not isinstance(figures, dict):
        return
    for name in ("likeness", "originality", "copying", "stuck"):
        if not isinstance(figures.get(name, {}), dict):
            yield f"figures, {name}"
    if line := figures.get("originality"):
        try:
            originality.Line.from_dict(line)
        except TypeError:
            yield "figures, originality"
        if not all(isinstance(value, int | float) for value in line.values()):
            yield "figures, originality"
    told = figures.get("evaluations", [])
    if not isinstance(told, list) or not all(map(_is_evaluation, told)):
        yield "figures, evaluations"


def _is_evaluation(told: Any) -> bool:
    if not isinstance(told, dict) or not isinstance(told.get("notes", 0), int):
        return False
    return all(isinstance(told.get(name, {}), dict) for name in ("bits", "top1"))


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()
