"""Which bars an opening has, and the openings that are cut out of others.

A cut is a row of its own, made once and called by its bars, so that whatever goes on
from it need not know that it is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from webapp import counting
from webapp.counting import Bars
from webapp.messages import Refused
from webapp.models import Primer

GRID = 24  # steps to the quarter note
N_CHORDS = 64  # for the 40-note recipe
WINDOW = 40  # of them that it needs
BETWEEN = "--"  # name and bars; no slug holds it, so no other opening is called so
LONGEST_NAME, LONGEST_TITLE = 80, 200  # characters

Opening = dict[str, Any]  # as Opening.to_dict of the library returns it
Note = Sequence[Any]  # onset, duration, pitch, velocity


def score(opening: Opening) -> dict[str, Any]:
    """Return all that there is to choose from, as a stored score: with its bar lines in place."""
    metre = [0.0, *(opening.get("time_signature") or (4, 4))]
    bar = metre[1] * 4 / metre[2]
    shift = (bar - (opening.get("upbeat") or 0.0)) % bar
    return {
        "notes": [[_on_grid(note[0] + shift), *note[1:]] for note in notes_of(opening)],
        "tempo_qpm": opening.get("tempo_qpm"),
        "time_signatures": [metre],
    }


def notes_of(opening: Opening) -> list[Note]:
    """Return the notes to choose from, counted from the first."""
    notes = opening.get("work") or opening.get("notes")
    return list(notes or _notes(opening.get("chords") or ()))


def bars(opening: Opening) -> Bars | None:
    """Return the numbers of the bars to choose from; None where they are not known."""
    if opening.get("is_free") or not opening:
        return None
    return counting.bars(score(opening))


def begun(opening: Opening) -> Bars | None:
    """Return the bars that a piece begins with where none are chosen."""
    whole = bars(opening)
    if whole is None or not opening.get("work"):
        return whole
    counted = score(opening)
    first = counted["notes"][0][0]
    last = max(_on_grid(note[0] + first) for note in opening["notes"])
    return Bars(whole.first, counting.bar_of(counted, last))


def cut(primer: Primer, from_bar: int, to_bar: int) -> Primer:
    """Return the opening that is these bars of ``primer``; its usual ones are itself.

    Raises Refused for bars that it does not have, or in which nothing begins.
    """
    if not primer.opening:
        raise Refused("opening_unread", title=primer.title)
    _check(primer, from_bar, to_bar)
    if Bars(from_bar, to_bar) == begun(primer.opening):
        return primer
    which = f"bars {from_bar} to {to_bar}" if from_bar < to_bar else f"bar {from_bar}"
    name = _name(primer, from_bar, to_bar)
    title = f"{primer.title[: LONGEST_TITLE - len(which) - 2]}, {which}"
    opening = _cut(primer.opening, from_bar, to_bar) | {"name": name, "title": title}
    facts = {field: getattr(primer, field) for field in ("composer", "attribution", "licence")}
    facts |= {"owner": primer.owner, "source": primer, "from_bar": from_bar, "to_bar": to_bar}
    facts |= {"title": title, "opening": opening, "is_offered": False}
    made, is_new = Primer.objects.get_or_create(name=name, defaults=facts)
    if not is_new and made.opening != opening:  # what it is cut from was written anew
        Primer.objects.filter(pk=made.pk).update(**facts)
        made.refresh_from_db()
    return made


def is_short(primer: Primer) -> bool:
    """Whether a cut, so near the end of the music, is too little for the 40-note recipe."""
    return primer.source_id is not None and len(primer.opening["chords"]) < WINDOW


def _check(primer: Primer, from_bar: int, to_bar: int) -> None:
    there = bars(primer.opening)
    if there is None:
        raise Refused("opening_has_no_bars", title=primer.title)
    for field, value in (("from_bar", from_bar), ("to_bar", to_bar)):
        if not there.first <= value <= there.last:
            values = {"field": field, "value": value, "low": there.first, "high": there.last}
            raise Refused("opening_bars", **values)
    if to_bar < from_bar:
        raise Refused("bars_turned", value=to_bar, low=from_bar)


def _name(primer: Primer, from_bar: int, to_bar: int) -> str:
    end = f"{BETWEEN}{from_bar}-{to_bar}"
    room = LONGEST_NAME - len(end)
    if len(primer.pk) <= room:
        return f"{primer.pk}{end}"
    digest = hashlib.sha256(primer.pk.encode()).hexdigest()[:8]
    return f"{primer.pk[: room - 9]}-{digest}{end}"


def _cut(opening: Opening, from_bar: int, to_bar: int) -> Opening:
    """Return the notes from one bar to the end of another; the machine begins at that bar line.

    For the 40-note recipe, which counts no bars, its notes and chords go on beyond.
    """
    counted = score(opening)
    begin, end = counting.onset_of(counted, from_bar), counting.onset_of(counted, to_bar + 1)
    later = [note for note in counted["notes"] if note[0] >= begin]
    notes = [note for note in later if note[0] < end]
    if not notes:
        raise Refused("opening_silent", low=from_bar, high=to_bar)
    first = notes[0][0]
    bar = end - counting.onset_of(counted, to_bar)
    return opening | {
        "notes": _from(first, notes),
        "chords": _chords(_from(first, later))[:N_CHORDS],
        "work": [],
        "upbeat": _on_grid((begin - first) % bar),
        "length": _on_grid(end - first),
    }


def _from(first: float, notes: Sequence[Note]) -> list[list[Any]]:
    return [[_on_grid(note[0] - first), *note[1:]] for note in notes]


def _notes(chords: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Return every pitch of the chords as a note, in order of onset and pitch."""
    return sorted(
        [onset, duration, pitch, velocity]
        for onset, duration, pitches, velocity in chords
        for pitch in pitches
    )


def _chords(notes: Sequence[Note]) -> list[list[Any]]:
    """Return what begins and ends together as one chord, the highest first."""

    def place(note: Note) -> Any:
        return note[0], note[1]

    together = [list(members) for _, members in groupby(sorted(notes, key=place), key=place)]
    chords = [
        [members[0][0], members[0][1], sorted({note[2] for note in members}), members[0][3]]
        for members in together
    ]
    return sorted(chords, key=lambda chord: (chord[0], -chord[2][-1]))


def _on_grid(onset: float) -> float:
    return round(onset * GRID) / GRID
