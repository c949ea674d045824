"""What the JSON API can be asked: every address, its methods, and what each answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple


class Operation(NamedTuple):
    """What one method of one address does."""

    path: str
    method: str
    name: str  # of the address in webapp.urls
    summary: str
    answers: dict[int, str]
    gives: str = ""  # a name of schemas.every()
    query: tuple[str, ...] = ()
    takes: str = "Order"  # another, where there is a body


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
