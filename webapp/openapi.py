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
from webapp import training_orders
from webapp.finding import SORTS
from webapp.models import Corpus, Status, Verdict
from webapp.parameters import BESIDE, CHOICES, HIDDEN, NUMBERS, PIECES, SWITCHES, WHOLE, WORDS
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
    takes: str = "Order"  # a schema of SCHEMAS, where there is a body


REFUSALS = {403: "another's, or sent by another site", 404: "there is none"}
STAFF = {403: "for staff alone, or sent by another site", 404: "there is none"}
BODY = {
    400: "the body is no JSON object",
    403: "sent by another site",
    413: "the body is too large",
    415: "the body is not application/json",
    422: "a field is unknown, or its value out of bounds",
    429: "too many pieces wait already",
}

TRAINING_BODY = {status: BODY[status] for status in (400, 413, 415, 422)} | {403: STAFF[403]}
ENDING = TRAINING_BODY | {404: "there is none"}

OPERATIONS = (
    Operation(
        *("/api/pieces", "post", "api-pieces", "Have a piece composed"),
        {202: "the piece, as it waits"} | BODY,
        "Piece",
    ),
    Operation(
        *("/api/pieces", "get", "api-pieces", "List pieces, newest first"),
        {200: "a page of pieces", 422: "the cursor is none of ours, or a value cannot be read"},
        "Pieces",
        ("q", "composer", "checkpoint", "temperature", "mine", "favourites", "sort", "cursor"),
    ),
    Operation(
        *("/api/pieces/{id}", "get", "api-piece", "Show a piece"),
        {200: "the piece", 404: "there is none"},
        "Piece",
    ),
    Operation(
        *("/api/pieces/{id}", "patch", "api-piece", "Change title, note or who may see it"),
        {200: "the piece"} | {status: BODY[status] for status in (400, 413, 415, 422)} | REFUSALS,
        "Piece",
        takes="Change",
    ),
    Operation(
        *("/api/pieces/{id}", "delete", "api-piece", "Delete a piece and its files"),
        {204: "it is gone, and for ten minutes it can be restored"} | REFUSALS,
    ),
    Operation(
        *("/api/pieces/{id}/retry", "post", "api-piece-retry", "Compose what failed once more"),
        {200: "the piece", 429: BODY[429]} | REFUSALS,
        "Piece",
    ),
    Operation(
        *("/api/pieces/{id}/restore", "post", "api-piece-restore", "Have a deleted piece back"),
        {200: "the piece", 404: "there is none, or it is gone for good"},
        "Piece",
    ),
    Operation(
        *("/api/pieces/{id}/favourite", "put", "api-piece-favourite", "Give a piece a star"),
        {204: "it has your star", 404: "there is none"},
    ),
    Operation(
        *("/api/pieces/{id}/favourite", "delete", "api-piece-favourite", "Take a star back"),
        {204: "it has no star of yours", 404: "there is none"},
    ),
    Operation(
        *("/api/pieces/{id}/cancel", "post", "api-piece-cancel", "Cancel a piece"),
        {200: "the piece"} | REFUSALS,
        "Piece",
    ),
    Operation(
        *("/api/trainings", "post", "api-trainings", "Begin a training (staff)"),
        {202: "the training, as it waits"} | TRAINING_BODY,
        "Training",
        takes="TrainingOrder",
    ),
    Operation(
        *("/api/trainings/{id}", "get", "api-training", "Show a training (staff)"),
        {200: "the training", 403: STAFF[403], 404: "there is none"},
        "Training",
    ),
    Operation(
        *("/api/trainings/{id}/cancel", "post", "api-training-cancel", "End a training (staff)"),
        {200: "the training"} | ENDING,
        "Training",
        takes="Ending",
    ),
    Operation(
        *("/api/sets/{id}", "get", "api-set", "Show the takes of one click, in their order"),
        {200: "the pieces", 404: "there are none"},
        "Takes",
    ),
    Operation(
        *("/api/checkpoints", "get", "api-checkpoints", "List the models"),
        {200: "all that can be chosen"},
        "Checkpoints",
    ),
    Operation(
        *("/api/checkpoints/{id}/activate", "post", "api-checkpoint-activate"),
        "Give visitors a model",
        {200: "the model, active now", 409: "its folder holds it no more"} | STAFF,
        "Checkpoint",
    ),
    Operation(
        *("/api/checkpoints/roll-back", "post", "api-roll-back"),
        "Give visitors the model they had before",
        {200: "the model, active now", 403: STAFF[403], 422: "there is none"},
        "Checkpoint",
    ),
    Operation(
        *("/api/checkpoints/{id}/rehearse", "post", "api-checkpoint-rehearse"),
        "Let a model rehearse beside the active one",
        {202: "the rehearsal, as it waits"} | STAFF,
        "Rehearsal",
    ),
    Operation(
        *("/api/rehearsals/{id}", "get", "api-rehearsal", "Show a rehearsal"),
        {200: "the rehearsal"} | STAFF,
        "Rehearsal",
    ),
    Operation(
        *("/api/primers", "get", "api-primers", "List the openings"),
        {200: "all that can be chosen"},
        "Primers",
    ),
    Operation(
        *("/api/primers", "post", "api-primers", "Bring an opening: the body is the file"),
        {
            202: "the opening, whose file waits to be read",
            403: BODY[403],
            413: BODY[413],
            415: "the body is no file but a form",
            422: "no file came, or too many files wait already",
        },
        "Opening",
        ("name",),
        takes="File",
    ),
    Operation(
        *("/api/primers/{id}", "get", "api-primer", "Show an opening, its bars and its verdict"),
        {200: "the opening", 404: "there is none, or it is another's"},
        "Opening",
    ),
    Operation(
        *("/api/primers/{id}/cuts", "post", "api-primer-cuts", "Make an opening of some bars"),
        {201: "the opening that is these bars", 404: "there is none, or it is another's"}
        | {status: BODY[status] for status in (400, 403, 413, 415, 422)},
        "Opening",
        takes="Bars",
    ),
    Operation(
        *("/api/corpora", "get", "api-corpora", "List the music to learn from; for staff"),
        {200: "all of it, the newest first", 403: "not of the staff"},
        "Corpora",
    ),
    Operation(
        *("/api/corpora", "post", "api-corpora", "Have a zip fetched or a folder read; for staff"),
        {202: "the corpus, whose music is on its way"}
        | {status: text for status, text in BODY.items() if status != HTTPStatus.TOO_MANY_REQUESTS},
        "Corpus",
        takes="CorpusOrder",
    ),
    Operation(
        *("/api/corpora/{id}", "get", "api-corpus", "Show a corpus and each verdict; for staff"),
        {200: "the corpus with its files", 403: "not of the staff", 404: "there is none"},
        "Corpus",
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
    "takes": "Pieces from one order, each with a seed of its own; one by default.",
    "parent": "The id of a piece that this one is a tweak of.",
    "from_bar": "Of the parent: all before this bar is kept, and the piece goes on from it.",
    "to_bar": "Of the parent: the bars from from_bar to this one are rewritten, the rest stays.",
    "private": "Whether nobody else may see it; as the parent by default, where bars are chosen.",
    "seed": "The same seed writes the same notes; a fresh one by default.",
}
ORDERS = {
    "title": "How it is called; that of the published set by default, where one is fetched.",
    "url": "Where the zip is; the published one by default.",
    "folder": "On the server, in full; where source is folder.",
    "attribution": "Whom to name; asked for, but for the published set.",
    "licence": "What may be done with the files; asked for, but for the published set.",
}
SOURCES = (Corpus.Source.FETCHED.value, Corpus.Source.FOLDER.value)
# What a list may be asked for beside plain text.
QUERY: dict[str, Schema] = {
    "q": {"type": "string", "description": "Words of titles, openings, models and composers."},
    "temperature": {"type": "string", "description": "As 0.8-1.2: above, up to and with."},
    "name": {"type": "string", "description": "How the file is called."},
    "mine": {"enum": ["0", "1"]},
    "favourites": {"enum": ["0", "1"]},
    "sort": {"enum": list(SORTS), "default": "newest"},
}
NAMED = ("/checkpoints/", "/primers/")  # their ids are no UUIDs
FILE: Schema = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
REMARKS = "What was left out of the file, or assumed, in sentences."
POSITION = "How many pieces are composed before one that waits; null once it does not."
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
        is_named = any(noun in operation.path for noun in NAMED)
        found.append(_parameter("id", "path", is_named=is_named))
    if found:
        described["parameters"] = found
    if HTTPStatus.UNSUPPORTED_MEDIA_TYPE in operation.answers:
        content = FILE if operation.takes == "File" else _json(operation.takes)
        described["requestBody"] = {"required": True, "content": content}
    return described


def _answer(status: int, text: str, gives: str) -> Schema:
    schema = gives if status < HTTPStatus.MULTIPLE_CHOICES else "Errors"
    return {"description": text} | ({"content": _json(schema)} if schema else {})


def _parameter(name: str, place: str, *, is_named: bool = False) -> Schema:
    is_uuid = place == "path" and not is_named
    schema = {"type": "string"} | ({"format": "uuid"} if is_uuid else {})
    schema = QUERY.get(name, schema) if place == "query" else schema
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _schemas() -> dict[str, Schema]:
    def listed(name: str, **more: Schema) -> Schema:
        item = {"$ref": f"#/components/schemas/{name}"}
        key = f"{name.lower()}s"
        return _object({key: {"type": "array", "items": item}} | more)

    piece = {"$ref": "#/components/schemas/Piece"}
    fault = _object({"field": _text(True), "value": {}, "message": _text()})
    return {
        "Order": _object(_order() | _beside(), is_closed=True),
        "Change": _object(
            {"title": _text(True), "note": _text(True), "private": {"type": ["boolean", "null"]}},
            is_closed=True,
        ),
        "Piece": _object(_piece()),
        "Pieces": listed("Piece", next=_text(True)),
        "TrainingOrder": _object(_training_order(), is_closed=True),
        "Training": _object(_training()),
        "Ending": _object({"keep_best": {"type": "boolean", "default": False}}, is_closed=True),
        "Takes": _object({"pieces": {"type": "array", "items": piece}}),
        "Checkpoint": _object(_checkpoint()),
        "Checkpoints": listed("Checkpoint"),
        "Rehearsal": _object(_rehearsal()),
        "Primer": _object(_texts("id", "title", "composer", "attribution", "licence")),
        "Primers": listed("Primer"),
        "Opening": _object(_opening()),
        "Bars": _object(
            {name: {"type": "integer"} for name in ("from_bar", "to_bar")}, is_closed=True
        ),
        "CorpusOrder": _object(_corpus_order(), is_closed=True),
        "Corpus": _object(_corpus()),
        "Corpora": _object(
            {"corpora": {"type": "array", "items": {"$ref": "#/components/schemas/Corpus"}}}
        ),
        "Errors": _object({"errors": {"type": "array", "items": fault}}),
    }


def _opening() -> Schema:
    pair = {"type": ["array", "null"], "items": {"type": "integer"}}
    return _texts("id", "title", "composer", "attribution", "licence") | {
        "status": {"enum": list(Status.values)},
        "error": _text(True),
        "remarks": {"type": "array", "items": _text()} | {"description": REMARKS},
        "bars": pair | {"description": "The first and the last to choose from, as in print."},
        "begins_with": pair | {"description": "Those that a piece begins with by default."},
        "tempo_qpm": {"type": ["number", "null"]},
    }


def _order() -> Schema:
    defaults = GenerationConfig().to_dict() | {"seed": None}
    fields = {name: _text(True) for name in (*CHOICES, *WORDS)}
    for name, (low, high) in NUMBERS.items():
        kind = "integer" if name in WHOLE else "number"
        bounds = {"minimum": low, "maximum": high, "default": defaults.get(name)}
        fields[name] = {"type": [kind, "null"]} | bounds
    fields |= {name: {"type": ["boolean", "null"]} for name in SWITCHES}
    del fields["notes"]["default"]  # it depends on the recipe
    return _described(fields)


def _beside() -> dict[str, Schema]:
    fields: dict[str, Schema] = {
        name: {"type": ["integer", "null"], "minimum": low, "maximum": high}
        for name, (low, high) in BESIDE.items()
    }
    fields |= {name: _text(True) | {"format": "uuid"} for name in PIECES}
    return _described(fields | {name: {"type": ["boolean", "null"]} for name in HIDDEN})


def _described(fields: dict[str, Schema]) -> dict[str, Schema]:
    for name in fields.keys() & MEANINGS.keys():
        fields[name] = fields[name] | {"description": MEANINGS[name]}
    return fields


def _corpus_order() -> Schema:
    said = {"title", "url", "folder", "attribution", "licence"}
    return {"source": {"enum": [*SOURCES, None], "default": SOURCES[0]}} | {
        name: _text(True) | {"description": ORDERS[name]} for name in sorted(said)
    }


def _corpus() -> Schema:
    count = {"type": "integer", "minimum": 0}
    intake = _texts("id", "stage") | {
        "status": {"enum": list(Status.values)},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "taken": count,
        "refused": count,
        "error": _text(True),
    }
    file = _texts("path", "composer", "sha256") | {
        "verdict": {"enum": list(Verdict.values)},
        "remarks": {"type": "array", "items": _text()},
        "notes": count,
        "seconds": {"type": "number", "minimum": 0},
        "bytes": count,
    }
    named = ("id", "title", "source", "folder", "url", "attribution", "licence", "fingerprint")
    return _texts(*named) | {
        "summary": {"type": "object"},
        "intake": _object(intake) | {"type": ["object", "null"]},
        "files": {"type": "array", "items": _object(file), "description": "Of one corpus alone."},
        "created_at": {"type": "string", "format": "date-time"},
    }


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


def _rehearsal() -> Schema:
    said = {"name": _text(), "verdict": _text(), "code": _text(), "values": {"type": "object"}}
    return {
        "id": {"type": "string", "format": "uuid"},
        "url": _text(),
        "checkpoint": _text(),
        "against": _text(True),
        "status": {"enum": list(Status.values)},
        "stage": _text(),
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "error": _text(True),
        "verdict": {"enum": ["pass", "warn", None]},
        "lines": {"type": "array", "items": _object(said)},
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
        "note": _text(),
        "composer": _text(),
        "url": _text(),
        "is_example": {"type": "boolean"},
        "private": {"type": "boolean"},
        "status": {"enum": list(Status.values)},
        "stage": _text(),
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "eta_s": seconds,
        "position": {"type": ["integer", "null"], "minimum": 0, "description": POSITION},
        "error": _text(True),
        "advice": _text(True),
        "parameters": _object(_order()),
        "parent": _text(True),
        "from_bar": {"type": ["integer", "null"]},
        "to_bar": {"type": ["integer", "null"]},
        "set": _text(True) | {"description": "Shared by the takes of one order."},
        "seam": seconds,
        "originality": {"type": ["object", "null"], "description": ORIGINALITY},
        "files": _object(files),
        "created_at": {"type": "string", "format": "date-time"},
        "wait_s": seconds,
        "run_s": seconds,
    }


def _training_order() -> Schema:
    fields: Schema = {
        "corpora": {"type": "array", "items": _text(), "minItems": 1},
        "composer": _text(),
        "recipe": {"enum": [*RECIPES, None], "default": "notes"},
        "network": {"enum": [*NETWORKS, None], "default": "lstm"},
        "start": _text(True) | {"description": "The id of a model whose weights it begins from."},
    }
    for name, (low, high) in training_orders.NUMBERS.items():
        kind = "number" if name in training_orders.SHARES else "integer"
        fields[name] = {"type": [kind, "null"], "minimum": low, "maximum": high}
    return fields


def _training() -> Schema:
    number, whole = {"type": ["number", "null"]}, {"type": ["integer", "null"]}
    plain, listed = {"type": "object"}, {"type": "array", "items": {"type": "object"}}
    return {
        **_texts("id", "url", "composer", "recipe", "network", "stage", "created_at"),
        **{"status": {"enum": list(Status.values)}, "error": _text(True), "start": _text(True)},
        **{"checkpoint": _text(True), "keeps_best": {"type": "boolean"}},
        **dict.fromkeys(("progress", "eta_s", "speed", "wait_s", "run_s"), number),
        **dict.fromkeys(("epoch", "epochs", "best_epoch"), whole),
        **dict.fromkeys(("figures", "auditions"), listed),
        **dict.fromkeys(("config", "provenance"), plain),
        "corpora": {"type": "array", "items": _text()},
    }


def _texts(*names: str) -> Schema:
    return {name: _text() for name in names}


def _text(is_optional: bool = False) -> Schema:
    return {"type": ["string", "null"] if is_optional else "string"}


def _object(properties: Schema, is_closed: bool = False) -> Schema:
    return {"type": "object", "properties": properties} | (
        {"additionalProperties": False} if is_closed else {}
    )
