"""What a visitor may ask of a new piece: from untrusted values to chosen ones.

Every fault is collected, so that all of them can be told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from generator.config import TAKES, GenerationConfig, Range, check, check_known
from generator.errors import ChoiceError
from webapp import messages, openings
from webapp.models import Checkpoint, Primer

NUMBERS: dict[str, Range] = GenerationConfig.LIMITS
# What is asked beside a config: how many, and which bars of which piece are taken or rewritten.
BESIDE: dict[str, Range] = {
    "takes": TAKES,
    "from_bar": Range(0, 100_000),
    "to_bar": Range(0, 100_000),
}
WHOLE = ("notes", "bars", "seed", *BESIDE)
CHOICES: dict[str, type[Checkpoint | Primer]] = {"checkpoint": Checkpoint, "primer": Primer}
WORDS = ("composer",)
SWITCHES = ("pedal", "rubato")
PIECES = ("parent",)
HIDDEN = ("private",)
FIELDS = (*CHOICES, *NUMBERS, *WORDS, *SWITCHES, *BESIDE, *PIECES, *HIDDEN)
# What the owner may change of a piece, and what it is called in keeping.
CHANGES = {"title": "title", "note": "note", "private": "is_private"}

SHOWN = 80  # characters of a value that are repeated to whoever sent it
HUGE = 10**18  # any bound is below it, and float() takes it


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with what was asked."""

    name: str | None
    value: Any
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return what the API says of it."""
        message = messages.sentence(self.code, self.values)
        return {"field": self.name, "value": _short(self.value), "message": message}


class Faulty(Exception):
    """What was asked cannot be done as it stands."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


def read(asked: Mapping[str, Any], *, owner: str = "") -> dict[str, Any]:
    """Return the choices made in ``asked``, by the names they were asked for; a parent by its id.

    Openings of ``owner``'s own can be chosen beside those of the house.
    What is left out or null is left out here too. Raises :class:`Faulty`.
    """
    faults = [_unknown(name, asked[name]) for name in asked if name not in FIELDS]
    chosen: dict[str, Any] = {}
    for name in FIELDS:
        value = asked.get(name)
        if value is None:
            continue
        try:
            if name in CHOICES:
                chosen[name] = _choice(name, value, owner)
            else:
                chosen[name] = _READERS.get(name, _number)(name, value)
        except Faulty as faulty:
            faults.extend(faulty.faults)
    faults.extend(_beyond_model(chosen, asked))
    if faults:
        raise Faulty(*faults)
    return chosen


def read_changes(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be changed of a piece, as :func:`webapp.keeping.change` takes it."""
    faults = [_unknown(name, asked[name], CHANGES) for name in asked if name not in CHANGES]
    changes: dict[str, Any] = {}
    for name, field_name in CHANGES.items():
        if asked.get(name) is None:
            continue
        try:
            changes[field_name] = (_switch if name == "private" else _word)(name, asked[name])
        except Faulty as faulty:
            faults.extend(faulty.faults)
    if faults:
        raise Faulty(*faults)
    return changes


def _unknown(name: str, value: Any, known: Iterable[str] = FIELDS) -> Fault:
    values = {"field": name[:SHOWN], "choices": ", ".join(known)}
    return Fault(name[:SHOWN], value, "unknown_field", values)


def _number(name: str, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        value = max(min(value, HUGE), -HUGE)
    try:
        check(name, value, (NUMBERS | BESIDE)[name])
    except ChoiceError as error:
        raise Faulty(Fault(name, value, error.code, error.values)) from error
    if name in WHOLE and not isinstance(value, int):
        raise Faulty(Fault(name, value, "not_whole", {"field": name, "value": value}))
    return value


def _beyond_model(chosen: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what of ``chosen`` the model cannot follow; nothing where there is no model."""
    model = chosen.get("checkpoint")
    if model is None and asked.get("checkpoint") is None:
        model = Checkpoint.objects.filter(is_offered=True).defer("card").first()
    if model is None:
        return
    known = {"recipe": model.recipe, "composers": model.composers or [model.composer]}
    for name in chosen.keys() - CHOICES.keys():
        try:
            check_known(name, chosen[name], **known)
        except ChoiceError as error:
            yield Fault(name, chosen[name], error.code, error.values)


def _word(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Faulty(Fault(name, value, "not_text", {"field": name, "value": _short(value)}))
    return value


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        values = {"field": name, "value": _short(value), "choices": "true, false"}
        raise Faulty(Fault(name, value, "not_a_choice", values))
    return value


def _choice(name: str, value: Any, owner: str) -> Checkpoint | Primer:
    _word(name, value)
    rows: QuerySet[Any] = Checkpoint.objects.filter(is_offered=True)
    if name == "primer":
        rows = openings.usable(owner)
    # Few keys, compared here: the database need not be asked about text that it cannot hold.
    if value in rows.values_list("pk", flat=True):
        row: Checkpoint | Primer = rows.get(pk=value)
        return row
    raise Faulty(Fault(name, value, "not_known", {"field": name, "value": value[:SHOWN]}))


def _id(name: str, value: Any) -> UUID:
    try:
        return UUID(_word(name, value))
    except ValueError:
        shown = {"field": name, "value": value[:SHOWN]}
        raise Faulty(Fault(name, value, "not_known", shown)) from None


_READERS: dict[str, Callable[[str, Any], Any]] = (
    dict.fromkeys(WORDS, _word)
    | dict.fromkeys((*SWITCHES, *HIDDEN), _switch)
    | dict.fromkeys(PIECES, _id)
)


def _short(value: Any) -> Any:
    is_plain = value is None or isinstance(value, bool | int | float)
    return value if is_plain else str(value)[:SHOWN]
