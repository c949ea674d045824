"""The pages on which staff bring music to learn from, and see what became of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from webapp import composers, corpora, holdings, jobs, staff, uploads
from webapp.messages import Refused
from webapp.models import Corpus, CorpusFile, Intake, Primer, Verdict
from webapp.music_forms import FORMS, AddForm, UploadForm

N_FILES = 200  # on a page

ABOUT = {"folder": ("folder_",), "files": ("upload_",)}  # which field a refusal is about


def _of_corpus(view: Callable[[HttpRequest, Corpus], None]) -> Callable[..., HttpResponseBase]:
    """Return the view of a button on a corpus's page: it does its work, and goes back there."""

    @staff.page
    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
        corpus = get_object_or_404(Corpus, pk=pk)
        try:
            view(request, corpus)
        except Refused as error:
            messages.error(request, str(error))
        return redirect(corpus)

    return answer


@staff.page
@require_GET
def corpus_list(request: HttpRequest) -> HttpResponse:
    """Show all music there is to learn from."""
    return render(request, "corpora/list.html", {"corpora": corpora.listed()})


@staff.page
@require_http_methods(["GET", "HEAD", "POST"])
def corpus_new(request: HttpRequest) -> HttpResponse:
    """Show the three ways to bring music; take one of them, and go to what it makes."""
    if request.method != "POST":
        return _new(request, {})
    kind = FORMS.get(request.POST.get("source", ""))
    if kind is None:  # of an upload that was cut short, no field may have come
        kind = UploadForm
    form = kind(request.POST, request.FILES)
    if _is_whole(request, form) and form.is_valid():
        try:
            made = corpora.create(source=form.source, owner=request.user, **form.cleaned_data)
        except Refused as error:
            _blame(form, error)
        else:
            return redirect(made)
    return _new(request, {form.source: form}, status=422)


@staff.page
@require_GET
@never_cache
def corpus_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a corpus: the whole page, or with ``?fragment`` only the parts that change."""
    return _detail(request, get_object_or_404(Corpus, pk=pk))


@staff.page
@require_POST
def corpus_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take more files into a corpus."""
    corpus = get_object_or_404(Corpus, pk=pk)
    form = AddForm(request.POST, request.FILES)
    if _is_whole(request, form) and form.is_valid():
        try:
            corpora.add(corpus, **form.cleaned_data)
        except Refused as error:
            _blame(form, error)
        else:
            return redirect(corpus)
    return _detail(request, corpus, form, status=422)


@_of_corpus
def corpus_read(request: HttpRequest, corpus: Corpus) -> None:
    """Read a folder again, or try once more what failed."""
    intake = corpora.latest(corpus)
    if intake and corpora.can_repeat(intake):
        corpora.again(intake)
    elif corpora.is_ours(corpus):
        raise Refused("nothing_to_repeat")
    else:
        corpora.read_again(corpus)


@_of_corpus
def corpus_cancel(request: HttpRequest, corpus: Corpus) -> None:
    """Ask for the intake under way to end."""
    intake = corpora.latest(corpus)
    if intake:
        jobs.cancel(Intake, intake.pk)


@_of_corpus
def corpus_openings(request: HttpRequest, corpus: Corpus) -> None:
    """Let pieces begin as a composer's works do, or no longer."""
    composer = request.POST.get("composer", "")
    if "withdraw" not in request.POST:
        corpora.offer_openings(corpus, composer)
    elif corpora.withdraw_openings(corpus, composer):
        messages.success(request, gettext("The openings are offered no longer."))


@staff.page
@require_POST
def corpus_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a corpus away, and go to the list."""
    corpus = get_object_or_404(Corpus, pk=pk)
    try:
        corpora.remove(corpus)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("corpus-detail", pk=pk)
    messages.success(request, gettext("The music is removed."))
    return redirect("corpus-list")


@staff.page
@require_POST
def file_delete(request: HttpRequest, pk: UUID, file: int) -> HttpResponse:
    """Take one file out of a corpus."""
    row = get_object_or_404(CorpusFile.objects.select_related("corpus"), pk=file, corpus=pk)
    try:
        corpora.remove_file(row)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("{file} is removed.").format(file=row.path))
    return redirect("corpus-detail", pk=pk)


def _is_whole(request: HttpRequest, form: Any) -> bool:
    """Whether all that was sent has been taken; where it was too much, the form says so."""
    try:
        uploads.files_of(request)
    except uploads.TooLarge as error:
        form.full_clean()
        form.errors.clear()
        form.add_error("files" if "files" in form.fields else None, str(error))
        return False
    return True


def _blame(form: Any, error: Refused) -> None:
    about = next((name for name, starts in ABOUT.items() if error.code.startswith(starts)), None)
    form.add_error(about if about in form.fields else None, str(error))


def _new(request: HttpRequest, filled: dict[str, Any], status: int = 200) -> HttpResponse:
    forms = {
        source: filled.get(source) or kind(auto_id=f"{source}-%s") for source, kind in FORMS.items()
    }
    context = {**forms, "composers": composers.choices(composers.NAMES)}
    return render(request, "corpora/new.html", context, status=status)


def _detail(
    request: HttpRequest, corpus: Corpus, form: AddForm | None = None, status: int = 200
) -> HttpResponse:
    wanted = request.GET.get("verdict", "")
    files = corpus.files.all()
    if wanted in Verdict.values:
        files = files.filter(verdict=wanted)
    page = Paginator(holdings.refused_first(files), N_FILES).get_page(request.GET.get("page"))
    context = {
        "corpus": corpus,
        "intake": corpora.latest(corpus),
        "is_ours": corpora.is_ours(corpus),
        "is_in_use": corpora.is_in_use(corpus),
        "page": page,
        "wanted": wanted,
        "form": form or AddForm(),
        "composers": composers.choices(composers.NAMES),
        "offered": _offered(corpus),
    }
    template = "corpora/_fragment.html" if "fragment" in request.GET else "corpora/detail.html"
    return render(request, template, context, status=status)


def _offered(corpus: Corpus) -> dict[str, int]:
    """Return for each composer how many of the works begin pieces on the first page."""
    names = set(Primer.objects.filter(is_offered=True).values_list("name", flat=True))
    counts = dict.fromkeys(corpus.summary.get("composers", {}), 0)
    for file in holdings.taken(corpus).only("corpus", "composer", "path", "sha256"):
        if corpora.opening_name(file) in names:
            counts[file.composer] = counts.get(file.composer, 0) + 1
    return counts
