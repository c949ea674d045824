"""What a visitor may ask of a new piece: from untrusted values to chosen ones.

Every fault is collected, so that all of them can be told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.config import BARS, GenerationConfig, Range, check
from generator.errors import ChoiceError
from webapp import messages
from webapp.models import Checkpoint, Primer

NUMBERS: dict[str, Range] = {"notes": GenerationConfig.LIMITS["notes"], "bars": BARS} | {
    name: GenerationConfig.LIMITS[name] for name in ("temperature", "top_p", "seed")
}
WHOLE = ("notes", "bars", "seed")
CHOICES: dict[str, type[Checkpoint | Primer]] = {"checkpoint": Checkpoint, "primer": Primer}
FIELDS = (*CHOICES, *NUMBERS)

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


def read(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices made in ``asked``, as :func:`webapp.services.compose` takes them.

    What is left out or null is left out here too. Raises :class:`Faulty`.
    """
    faults = [_unknown(name, asked[name]) for name in asked if name not in FIELDS]
    chosen: dict[str, Any] = {}
    for name in FIELDS:
        value = asked.get(name)
        if value is None:
            continue
        try:
            chosen[name] = _number(name, value) if name in NUMBERS else _choice(name, value)
        except Faulty as faulty:
            faults.extend(faulty.faults)
    if faults:
        raise Faulty(*faults)
    return chosen


def _unknown(name: str, value: Any) -> Fault:
    values = {"field": name[:SHOWN], "choices": ", ".join(FIELDS)}
    return Fault(name[:SHOWN], value, "unknown_field", values)


def _number(name: str, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        value = max(min(value, HUGE), -HUGE)
    try:
        check(name, value, NUMBERS[name])
    except ChoiceError as error:
        raise Faulty(Fault(name, value, error.code, error.values)) from error
    if name in WHOLE and not isinstance(value, int):
        raise Faulty(Fault(name, value, "not_whole", {"field": name, "value": value}))
    return value


def _choice(name: str, value: Any) -> Checkpoint | Primer:
    if not isinstance(value, str):
        raise Faulty(Fault(name, value, "not_text", {"field": name, "value": _short(value)}))
    # Few rows, compared here: the database need not be asked about text that it cannot hold.
    for row in CHOICES[name]._default_manager.filter(is_offered=True):
        if row.pk == value:
            return row
    raise Faulty(Fault(name, value, "not_known", {"field": name, "value": value[:SHOWN]}))


def _short(value: Any) -> Any:
    is_plain = value is None or isinstance(value, bool | int | float)
    return value if is_plain else str(value)[:SHOWN]
