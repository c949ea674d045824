"""Music to learn from, as the JSON API says and takes it. All of it is for staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from generator.config import PUBLISHED_URL
from webapp import corpora, holdings, messages, staff
from webapp.models import Corpus, CorpusFile, Intake
from webapp.music_forms import FORMS
from webapp.openapi.schemas import SOURCES
from webapp.parameters import Fault, Faulty
from webapp.requests import endpoint, read_json

FIELDS = ("title", "source", "url", "folder", "attribution", "licence")


@staff.call
def list_corpora(request: HttpRequest) -> HttpResponse:
    """List all music there is, the newest first."""
    return JsonResponse({"corpora": [corpus_json(corpus) for corpus in corpora.listed()]})


@staff.call
def create_corpus(request: HttpRequest) -> HttpResponse:
    """Have a zip fetched, or a folder of the server read."""
    made = corpora.create(owner=request.user, **_chosen(read_json(request)))
    response = JsonResponse(corpus_json(made), status=202)
    response["Location"] = reverse("api-corpus", args=[made.pk])
    return response


@staff.call
def show_corpus(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a corpus with the verdict on each of its files."""
    found = Corpus.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    files = [file_json(file) for file in holdings.refused_first(found.files.all())]
    return JsonResponse(corpus_json(found) | {"files": files})


def corpus_json(corpus: Corpus) -> dict[str, Any]:
    """Return a corpus and how far its music is."""
    intake = corpora.latest(corpus)
    return {
        "id": str(corpus.pk),
        "title": corpus.title,
        "source": corpus.source,
        "folder": corpus.folder,
        "url": corpus.get_absolute_url(),
        "attribution": corpus.attribution,
        "licence": corpus.licence,
        "fingerprint": corpus.fingerprint,
        "summary": corpus.summary,
        "intake": intake and intake_json(intake),
        "created_at": corpus.created_at.isoformat().replace("+00:00", "Z"),
    }


def intake_json(intake: Intake) -> dict[str, Any]:
    """Return how far an intake is, or how it ended."""
    said = messages.sentence(intake.error_code, intake.error_values) if intake.error_code else None
    return {
        "id": str(intake.pk),
        "status": intake.status,
        "stage": intake.stage,
        "progress": round(intake.progress, 4),
        "taken": intake.n_taken,
        "refused": intake.n_refused,
        "error": said,
    }


def file_json(file: CorpusFile) -> dict[str, Any]:
    """Return what is said of one file."""
    return {
        "path": file.path,
        "composer": file.composer,
        "verdict": file.verdict,
        "remarks": holdings.said_of(file),
        "notes": file.notes,
        "seconds": file.seconds,
        "bytes": file.size,
        "sha256": file.sha256,
    }


def _chosen(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for, checked as the page's form checks it."""
    choices = ", ".join(FIELDS)
    unknown = asked.keys() - set(FIELDS)
    if unknown:
        values = {"field": min(unknown), "choices": choices}
        raise Faulty(Fault(min(unknown), asked[min(unknown)], "unknown_field", values))
    source = asked.get("source", SOURCES[0])
    if source not in SOURCES:
        values = {"field": "source", "value": str(source)[:80], "choices": ", ".join(SOURCES)}
        raise Faulty(Fault("source", source, "not_a_choice", values))
    for name, value in asked.items():
        if not isinstance(value, str | None):
            values = {"field": name, "value": str(value)[:80]}
            raise Faulty(Fault(name, value, "not_text", values))
    return {"source": source} | _cleaned(source, asked)


def _cleaned(source: str, asked: dict[str, Any]) -> dict[str, Any]:
    kind = FORMS[source]
    given = {name: value for name, value in asked.items() if value is not None}
    usual: dict[str, Any] = {}
    if given.get("url", PUBLISHED_URL) == PUBLISHED_URL:  # elsewhere lies music by others
        usual = {name: field.initial or "" for name, field in kind.base_fields.items()}
    form = kind(usual | given)
    if not form.is_valid():
        said = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
        raise Faulty(
            *(
                Fault(name, asked.get(name), "unfit", {"field": name, "reason": words})
                for name, words in said.items()
            )
        )
    return form.cleaned_data


corpora_all = endpoint(GET=list_corpora, POST=create_corpus)
corpus = endpoint(GET=show_corpus)
