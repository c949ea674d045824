"""The description of the JSON API. Limits and defaults are the library's own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NamedTuple

from generator.config import (
    DEFAULT_NOTES,
    INSTRUMENTS,
    NETWORKS,
    NOTES_ALONE,
    RECIPES,
    GenerationConfig,
)
from webapp.models import Status
from webapp.parameters import CHOICES, NUMBERS, SWITCHES, WHOLE, WORDS
from webapp.presentation import ONE, PER_PAGE, PLAYED

Schema = dict[str, Any]


class Operation(NamedTuple):
    """What one method of one address does."""

    path: str
    method: str
    name: str  # of the address in webapp.urls
    summary: str
    answers: dict[int, str]
    gives: str = ""  # a schema of SCHEMAS
    query: tuple[str, ...] = ()


REFUSALS = {403: "another's, or sent by another site", 404: "there is none"}
BODY = {
    400: "the body is no JSON object",
    403: "sent by another site",
    413: "the body is too large",
    415: "the body is not application/json",
    422: "a field is unknown, or its value out of bounds",
    429: "too many pieces wait already",
}

OPERATIONS = (
    Operation(
        *("/api/pieces", "post", "api-pieces", "Have a piece composed"),
        {202: "the piece, as it waits"} | BODY,
        "Piece",
    ),
    Operation(
        *("/api/pieces", "get", "api-pieces", "List pieces, newest first"),
        {200: "a page of pieces", 422: "the cursor is none of ours"},
        "Pieces",
        ("q", "composer", "checkpoint", "cursor"),
    ),
    Operation(
        *("/api/pieces/{id}", "get", "api-piece", "Show a piece"),
        {200: "the piece", 404: "there is none"},
        "Piece",
    ),
    Operation(
        *("/api/pieces/{id}", "delete", "api-piece", "Delete a piece and its files"),
        {204: "it is gone"} | REFUSALS,
    ),
    Operation(
        *("/api/pieces/{id}/cancel", "post", "api-piece-cancel", "Cancel a piece"),
        {200: "the piece"} | REFUSALS,
        "Piece",
    ),
    Operation(
        *("/api/checkpoints", "get", "api-checkpoints", "List the models"),
        {200: "all that can be chosen"},
        "Checkpoints",
    ),
    Operation(
        *("/api/primers", "get", "api-primers", "List the openings"),
        {200: "all that can be chosen"},
        "Primers",
    ),
    Operation(
        *("/api/openapi.json", "get", "api-openapi", "Describe this API"),
        {200: "this document"},
    ),
)

INTRODUCTION = (
    "A request without cookies needs no token. One that carries a session or owner cookie, and "
    "changes something, needs the csrftoken cookie's value as X-CSRFToken, and an Origin of this "
    "site."
)

_ALONE = f"Of the notes recipe alone, as {', '.join(NOTES_ALONE)} are. "
MEANINGS = {
    "checkpoint": "The id of a model; the active one by default.",
    "primer": "The id of an opening; by default the seed draws one.",
    "notes": (
        f"How many come after the opening: {DEFAULT_NOTES['chords']} by default in the 40-note "
        f"recipe, {DEFAULT_NOTES['notes']} in the notes recipe."
    ),
    "bars": "How many come after the opening; wins over notes. An ending may add two.",
    "composer": f"{_ALONE}One of the model's composers; by default its composer.",
    "pitch_temperature": f"{_ALONE}Of which notes; by default temperature.",
    "rhythm_temperature": f"{_ALONE}Of when and how long; by default temperature.",
    "pedal": f"{_ALONE}Whether the sustain pedal is pressed; by default it is.",
    "rubato": f"{_ALONE}Whether the tempo gives way; by default it does.",
    "seed": "The same seed writes the same notes; a fresh one by default.",
}
ORIGINALITY = "The longest run shared with a work that the model learned from; null if unknown."


def document() -> Schema:
    """Return the description, as OpenAPI 3.1."""
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Impromptu", "version": "1", "description": INTRODUCTION},
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _operation(operation: Operation) -> Schema:
    described: Schema = {
        "summary": operation.summary,
        "operationId": f"{operation.method}-{operation.name}",
        "responses": {
            str(status): _answer(status, text, operation.gives)
            for status, text in operation.answers.items()
        },
    }
    found = [_parameter(name, "query") for name in operation.query]
    if "{id}" in operation.path:
        found.append(_parameter("id", "path"))
    if found:
        described["parameters"] = found
    if HTTPStatus.UNSUPPORTED_MEDIA_TYPE in operation.answers:
        described["requestBody"] = {"required": True, "content": _json("Order")}
    return described


def _answer(status: int, text: str, gives: str) -> Schema:
    schema = gives if status < HTTPStatus.MULTIPLE_CHOICES else "Errors"
    return {"description": text} | ({"content": _json(schema)} if schema else {})


def _parameter(name: str, place: str) -> Schema:
    schema = {"type": "string"} | ({"format": "uuid"} if place == "path" else {})
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _schemas() -> dict[str, Schema]:
    def listed(name: str, **more: Schema) -> Schema:
        item = {"$ref": f"#/components/schemas/{name}"}
        key = f"{name.lower()}s"
        return _object({key: {"type": "array", "items": item}} | more)

    fault = _object({"field": _text(True), "value": {}, "message": _text()})
    return {
        "Order": _object(_order(), is_closed=True),
        "Piece": _object(_piece()),
        "Pieces": listed("Piece", next=_text(True)),
        "Checkpoint": _object(_checkpoint()),
        "Checkpoints": listed("Checkpoint"),
        "Primer": _object(_texts("id", "title", "composer", "attribution", "licence")),
        "Primers": listed("Primer"),
        "Errors": _object({"errors": {"type": "array", "items": fault}}),
    }


def _order() -> Schema:
    defaults = GenerationConfig().to_dict() | {"seed": None}
    fields = {name: _text(True) for name in (*CHOICES, *WORDS)}
    for name, (low, high) in NUMBERS.items():
        kind = "integer" if name in WHOLE else "number"
        bounds = {"minimum": low, "maximum": high, "default": defaults.get(name)}
        fields[name] = {"type": [kind, "null"]} | bounds
    fields |= {name: {"type": ["boolean", "null"]} for name in SWITCHES}
    for name, text in MEANINGS.items():
        fields[name] = fields[name] | {"description": text}
    del fields["notes"]["default"]  # it depends on the recipe
    return fields


def _checkpoint() -> Schema:
    recipe, network = ({"enum": list(known)} for known in (RECIPES, NETWORKS))
    return _texts("id", "name", "title", "composer", "attribution", "licence") | {
        "recipe": recipe,
        "network": network,
        "composers": {"type": "array", "items": _text()},
        "is_active": {"type": "boolean"},
        "figures": {"type": "object"},
        "created_at": {"type": "string", "format": "date-time"},
    }


def _piece() -> Schema:
    seconds = {"type": ["number", "null"], "minimum": 0}
    files = {kind: _text(True) for kind in (*ONE, "zip")}
    files |= {kind: {"type": "array", "items": _text()} for kind in PER_PAGE}
    played = _object({kind: _text() for kind in PLAYED}) | {"type": ["object", "null"]}
    files["instruments"] = _object(dict.fromkeys(INSTRUMENTS, played))
    return {
        "id": {"type": "string", "format": "uuid"},
        "title": _text(),
        "composer": _text(),
        "url": _text(),
        "is_example": {"type": "boolean"},
        "status": {"enum": list(Status.values)},
        "stage": _text(),
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "eta_s": seconds,
        "error": _text(True),
        "parameters": _object(_order()),
        "seam": seconds,
        "originality": {"type": ["object", "null"], "description": ORIGINALITY},
        "files": _object(files),
        "created_at": {"type": "string", "format": "date-time"},
        "wait_s": seconds,
        "run_s": seconds,
    }


def _texts(*names: str) -> Schema:
    return {name: _text() for name in names}


def _text(is_optional: bool = False) -> Schema:
    return {"type": ["string", "null"] if is_optional else "string"}


def _object(properties: Schema, is_closed: bool = False) -> Schema:
    return {"type": "object", "properties": properties} | (
        {"additionalProperties": False} if is_closed else {}
    )
