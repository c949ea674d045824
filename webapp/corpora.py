"""Music to learn from: what pages, the API and the workers ask of corpora."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.text import slugify

from generator.config import MIDI_SUFFIXES, MOST_FILES, PUBLISHED_URL
from webapp import composers, holdings, queue
from webapp.messages import Refused
from webapp.models import FINAL, Corpus, CorpusFile, Intake, Primer, Status, Training

LONGEST_STEM = 50  # characters, each up to four bytes on the disk
# What ends an intake that the same files would not end again.
PASSING = ("", "internal", "worker_lost")


def create(
    *,
    title: str,
    source: str,
    attribution: str,
    licence: str,
    owner: Any = None,
    url: str = "",
    folder: str = "",
    composer: str = "",
    files: Sequence[TemporaryUploadedFile] = (),
) -> Corpus:
    """Store a corpus, and have its music fetched, unpacked and read."""
    place = str(checked_folder(folder)) if source == Corpus.Source.FOLDER else ""
    if source == Corpus.Source.UPLOADED and not files:
        raise Refused("upload_empty")
    if source == Corpus.Source.FETCHED:
        url = url or PUBLISHED_URL
    with transaction.atomic():
        corpus = Corpus(
            title=title, source=source, attribution=attribution, licence=licence, owner=owner
        )
        corpus.folder = place or str(Path(settings.CORPORA_ROOT, str(corpus.pk)))
        corpus.save()
        _begin(corpus, url=url, composer=composer, files=files)
    if not place:
        corpus.path.mkdir(parents=True, exist_ok=True)
    return corpus


def add(corpus: Corpus, files: Sequence[TemporaryUploadedFile], composer: str = "") -> Intake:
    """Have more files read into a corpus of our own."""
    if not is_ours(corpus):
        raise Refused("folder_stays", corpus=corpus.title)
    if not files:
        raise Refused("upload_empty")
    check_free(corpus)
    return _begin(corpus, composer=composer, files=files)


def read_again(corpus: Corpus) -> Intake:
    """Have a folder of the server read again, whose files may have changed."""
    check_free(corpus)
    return _begin(corpus)


def offer_openings(corpus: Corpus, composer: str) -> Intake:
    """Have the openings of a composer's works offered on the first page."""
    check_free(corpus, is_only_read=True)
    if not holdings.taken(corpus).filter(composer=composer).exists():
        raise Refused("no_composer", corpus=corpus.title, composer=composers.title(composer))
    return _begin(corpus, openings_by=composer)


def withdraw_openings(corpus: Corpus, composer: str) -> int:
    """Offer the openings of a composer's works no longer; say how many there were."""
    files = corpus.files.filter(composer=composer)
    names = [opening_name(file) for file in files]
    return Primer.objects.filter(name__in=names, is_offered=True).update(is_offered=False)


def opening_name(file: CorpusFile) -> str:
    """Return how the opening of a file is called: by work, and by what the file holds."""
    work = slugify(f"{file.composer} {Path(file.path).stem}")[:60].strip("-")
    return f"{work or 'opening'}-{file.sha256[:10]}"


def again(intake: Intake) -> Intake:
    """Try once more what failed or was cancelled; what had come is gone on with."""
    check_free(intake.corpus)
    if not can_repeat(intake):
        raise Refused("nothing_to_repeat")
    facts = {name: getattr(intake, name) for name in ("url", "composer", "openings_by")}
    with transaction.atomic():
        fresh = Intake(corpus=intake.corpus, **facts)
        if intake.folder.exists():
            intake.folder.rename(fresh.folder)
        fresh.dropped = str(fresh.folder / "dropped") if intake.dropped else ""
        fresh.save()
        queue.enqueue(fresh)
    return fresh


def can_repeat(intake: Intake) -> bool:
    """Whether trying once more might end otherwise."""
    if intake.status not in (Status.FAILED, Status.CANCELLED):
        return False
    if intake.dropped:
        return Path(intake.dropped).is_dir() and intake.error_code in PASSING
    return True


def remove(corpus: Corpus) -> None:
    """Take a corpus away, with the files that are ours; a named folder stays as it is."""
    check_free(corpus)
    ours = [intake.folder for intake in corpus.intakes.all()]
    if is_ours(corpus):
        ours.append(corpus.path)
    corpus.delete()

    def clear() -> None:
        for folder in ours:
            shutil.rmtree(folder, ignore_errors=True)

    transaction.on_commit(clear)


def remove_file(file: CorpusFile) -> None:
    """Take one file out of a corpus of our own."""
    corpus = file.corpus
    if not is_ours(corpus):
        raise Refused("folder_stays", corpus=corpus.title)
    check_free(corpus)
    path = corpus.path / file.path
    if path.resolve().is_relative_to(corpus.path.resolve()):
        path.unlink(missing_ok=True)
    file.delete()
    holdings.settle(corpus)


def is_ours(corpus: Corpus) -> bool:
    """Whether the files were brought here, and may be changed and removed by us."""
    root = Path(settings.CORPORA_ROOT).resolve()
    return corpus.source != Corpus.Source.FOLDER and root in corpus.path.resolve().parents


def latest(corpus: Corpus) -> Intake | None:
    """Return the newest intake of a corpus."""
    return corpus.intakes.first()


def check_free(corpus: Corpus, *, is_only_read: bool = False) -> None:
    """Raise Refused while music comes into a corpus, or a training learns from it."""
    if corpus.intakes.exclude(status__in=FINAL).exists():
        raise Refused("corpus_busy", corpus=corpus.title)
    if not is_only_read and is_in_use(corpus):
        raise Refused("corpus_in_use", corpus=corpus.title)


def is_in_use(corpus: Corpus) -> bool:
    """Whether a training that has not ended learns from it."""
    trainings = Training.objects.exclude(status__in=FINAL)
    if trainings.filter(corpora=corpus).exists():
        return True
    return any(corpus.folder in folders for folders in trainings.values_list("corpus", flat=True))


def checked_folder(name: str) -> Path:
    """Return a folder of the server that can be read and holds music; raise Refused."""
    folder = Path(name)
    if "\0" in name or not folder.is_absolute():
        raise Refused("folder_not_absolute", folder=name.replace("\0", ""))
    try:
        is_there = folder.is_dir()
    except OSError:
        is_there = False
    if not is_there:
        raise Refused("folder_missing", folder=name)
    if not os.access(folder, os.R_OK | os.X_OK):
        raise Refused("folder_unreadable", folder=name)
    if not _holds_midi(folder):
        raise Refused("folder_silent", folder=name)
    return folder


def _holds_midi(folder: Path) -> bool:
    """Whether there is a MIDI file, as far as one may look while a page waits."""
    n_seen = 0
    for _root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if any(name.lower().endswith(MIDI_SUFFIXES) for name in names):
            return True
        n_seen += len(names) + len(folders)
        if n_seen > MOST_FILES:
            raise Refused("folder_crowded", folder=str(folder), high=MOST_FILES)
    return False


def _begin(corpus: Corpus, *, files: Sequence[TemporaryUploadedFile] = (), **facts: str) -> Intake:
    intake = Intake(corpus=corpus, pk=uuid.uuid4(), **facts)
    if files:
        intake.dropped = str(intake.folder / "dropped")
        _drop(files, Path(intake.dropped))
    with transaction.atomic():
        intake.save()
        queue.enqueue(intake)
    return intake


def _drop(files: Iterable[TemporaryUploadedFile], folder: Path) -> None:
    """Move uploads to where a worker finds them; each in a folder of its own, for its name."""
    for number, file in enumerate(files, 1):
        place = folder / f"{number:04}"
        place.mkdir(parents=True)
        shutil.move(file.temporary_file_path(), place / _short(file.name or ""))


def _short(name: str) -> str:
    path = Path(re.sub(r"[/\\\0]", "_", name).lstrip(".") or "file")
    return f"{path.stem[:LONGEST_STEM]}{path.suffix[:10]}"


def listed() -> QuerySet[Corpus]:
    """Return all corpora, with when music last came and how many intakes are under way."""
    return Corpus.objects.annotate(
        last_at=Max("intakes__created_at"), n_intakes=Count("intakes")
    ).order_by("-created_at")
