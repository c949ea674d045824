"""The description of the JSON API, as OpenAPI 3.1: what it can be asked, and in which form."""

from __future__ import annotations

from http import HTTPStatus

from webapp.finding import SORTS
from webapp.openapi import schemas
from webapp.openapi.operations import OPERATIONS, Operation
from webapp.openapi.schemas import Schema

INTRODUCTION = (
    "A request without cookies needs no token. One that carries a session or owner cookie, and "
    "changes something, needs the csrftoken cookie's value as X-CSRFToken, and an Origin of this "
    "site."
)
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


def document() -> Schema:
    """Return the description, as OpenAPI 3.1."""
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Impromptu", "version": "1", "description": INTRODUCTION},
        "paths": paths,
        "components": {"schemas": schemas.every()},
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
