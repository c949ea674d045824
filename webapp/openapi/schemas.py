"""What the JSON API takes and gives. Limits and defaults are the library's own."""

from __future__ import annotations

from typing import Any

from generator.config import (
    DEFAULT_NOTES,
    INSTRUMENTS,
    NETWORKS,
    NOTES_ALONE,
    RECIPES,
    GenerationConfig,
)
from webapp import training_orders
from webapp.models import Corpus, Status, Verdict
from webapp.parameters import BESIDE, CHOICES, HIDDEN, NUMBERS, PIECES, SWITCHES, WHOLE, WORDS
from webapp.presentation import ONE, PER_PAGE, PLAYED

Schema = dict[str, Any]

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
REMARKS = "What was left out of the file, or assumed, in sentences."
POSITION = "How many pieces are composed before one that waits; null once it does not."
ORIGINALITY = "The longest run shared with a work that the model learned from; null if unknown."


def every() -> dict[str, Schema]:
    """Return all schemas, by the names that operations and other schemas refer to."""

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
