"""Openings to choose from: the house's, and those that visitors bring for themselves.

A visitor's own is nobody else's to find or to choose. Its first page, and the answer
to the upload, is its own page from the beginning: what a worker says of the file
stands there.
"""

from __future__ import annotations

import logging
import re
import secrets
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils.text import slugify
from django.utils.timezone import now

from generator.config import MOST_BYTES
from webapp import queue, wordkeys
from webapp.messages import Refused
from webapp.models import FINAL, Piece, Primer, Upload
from webapp.models.piece import BY_COMPOSER
from webapp.spoken import everywhere

logger = logging.getLogger(__name__)

MOST_UPLOADED = max(MOST_BYTES.values())  # bytes
MOST_WAITING = 3  # files of one owner that wait or are read
MOST_OWN = 200  # openings of one owner
NOBODY = "nobody:"  # owns what its owner gave up and a piece still needs; no cookie says so
LONGEST_STEM = 40  # characters of a file's name in the opening's
ABANDONED = timedelta(days=1)  # after which a refusal has been read
UNUSED = timedelta(days=7)  # after which a cut that nothing was made of goes
AT_ONCE = 100  # rows that one sweep looks at
# What the page of an opening shows; of free playing, which has no bars, the sound alone.
WHOLE, HEARD = {"svg", "positions", "thumbnail", "mp3"}, {"mp3"}


def listed(owner: str) -> QuerySet[Primer]:
    """Return the openings that ``owner`` finds in lists: the house's and their own."""
    return Primer.objects.filter(_of(owner), is_offered=True).defer("opening")


def usable(owner: str) -> QuerySet[Primer]:
    """Return what ``owner`` may begin a piece with: what is listed, and cuts of it."""
    is_there = Q(is_offered=True) | Q(source__is_offered=True)
    return Primer.objects.filter(_of(owner), is_there).defer("opening")


def offered(owner: str, named: str) -> QuerySet[Primer]:
    """Return what the form offers ``owner``: the list, their own first, and the one named."""
    rows = usable(owner).filter(Q(is_offered=True) | Q(pk=named.replace("\0", "")))
    return rows.order_by("-owner", *BY_COMPOSER)


def house() -> QuerySet[Primer]:
    """Return the openings that everyone finds."""
    return listed("")


def found(owner: str, q: str) -> QuerySet[Primer]:
    """Return what of the list mentions all words of ``q``, in title or composer."""
    words = wordkeys.key(q).split()
    if not words:
        return listed(owner)
    named = listed(owner).values_list("pk", "title", "composer")
    keys = {
        pk: wordkeys.key(f"{everywhere(title)} {everywhere(composer)}")
        for pk, title, composer in named
    }
    return listed(owner).filter(
        pk__in=[pk for pk, key in keys.items() if all(word in key for word in words)]
    )


def is_whole(primer: Primer) -> bool:
    """Whether picture and sound of an opening are there; of one that nobody read never."""
    wanted = HEARD if primer.opening.get("is_free") else WHOLE
    return wanted <= set(primer.files)


def look_at(primer: Primer) -> None:
    """Have picture and sound of an opening made for who looks at it, if they are not there."""
    if primer.opening and not is_whole(primer):
        queue.request_opening(primer.pk, is_looked_at=True)


def accept(
    uploaded: TemporaryUploadedFile | None, *, owner: str, title: str = "", composer: str = ""
) -> Primer:
    """Lay an uploaded file aside and have a worker read it; return the opening it will be.

    Raises Refused without a file, and where ``owner`` has too many already.
    """
    if uploaded is None:
        raise Refused("opening_no_file")
    _check_room(owner)
    name = _short(str(uploaded.name))
    row = Upload(owner=owner, title=_plain(title), composer=_plain(composer))
    row.dropped = str(Path(settings.INTAKES_ROOT, str(row.pk), name))
    Path(row.dropped).parent.mkdir(parents=True)
    shutil.move(uploaded.temporary_file_path(), row.dropped)
    with transaction.atomic():
        row.primer = Primer.objects.create(
            name=_name(name),
            title=row.title or Path(name).stem,
            composer=row.composer,
            owner=owner,
            is_offered=False,
        )
        row.save(force_insert=True)
        queue.enqueue(row)
    return row.primer


def keep(row: Upload, opening: dict[str, Any], remarks: list[dict[str, Any]]) -> Primer:
    """Store what a worker read of an upload, and let its owner choose it; return it as it is."""
    primer = row.primer
    primer.title = row.title or _plain(opening["title"])[:200] or primer.title
    primer.composer = row.composer or _plain(opening["composer"])[:80]
    facts = {"name": primer.pk, "title": primer.title, "composer": primer.composer}
    primer.opening, primer.remarks, primer.is_offered = opening | facts, remarks, True
    fields = ("title", "composer", "opening", "remarks", "is_offered")
    # One that was deleted meanwhile does not come back.
    Primer.objects.filter(pk=primer.pk).update(**{name: getattr(primer, name) for name in fields})
    return primer


def remove(primer: Primer) -> None:
    """Take an opening of one's own out of the list; away with its files, if no piece needs it."""
    Primer.objects.filter(pk=primer.pk).update(is_offered=False)
    _remove_unneeded(primer)


def give_up(owner: str) -> None:
    """Take away all that ``owner`` brought; what a piece still needs is nobody's from now on."""
    Upload.objects.filter(owner=owner).update(owner=NOBODY)
    own = Primer.objects.filter(owner=owner)
    for primer in own.filter(source=None):
        _remove_unneeded(primer)
    Primer.objects.filter(owner=owner).update(owner=NOBODY, is_offered=False)


def sweep() -> None:
    """Remove uploads that were refused a day ago, what nobody needs, and cuts never used."""
    old = Primer.objects.filter(source=None, is_offered=False, created_at__lt=now() - ABANDONED)
    old = old.exclude(owner="").exclude(upload__in=_open())
    cuts = Primer.objects.filter(source__isnull=False, created_at__lt=now() - UNUSED)
    needed = Piece.with_deleted.values("primer")
    for rows in (old.exclude(cuts__in=needed), cuts):
        for primer in rows.exclude(pk__in=needed)[:AT_ONCE]:
            _remove_unneeded(primer)


def lacking() -> list[str]:
    """Return the names of the listed openings whose picture or sound is not there."""
    rows = Primer.objects.filter(is_offered=True)
    told = rows.values_list("pk", "files", "opening__is_free")
    return [pk for pk, files, is_free in told if (HEARD if is_free else WHOLE) - set(files)]


def is_reading() -> bool:
    """Whether a visitor waits for a file to be read."""
    return _open().exists()


def _of(owner: str) -> Q:
    return Q(owner__in={"", owner})


def _open() -> QuerySet[Upload]:
    return Upload.objects.exclude(status__in=FINAL)


def _check_room(owner: str) -> None:
    if _open().filter(owner=owner).count() >= MOST_WAITING:
        raise Refused("uploads_waiting", limit=MOST_WAITING)
    if Primer.objects.filter(owner=owner, source=None, is_offered=True).count() >= MOST_OWN:
        raise Refused("openings_many", limit=MOST_OWN)


def _remove_unneeded(primer: Primer) -> None:
    folders = [primer.folder]
    upload = Upload.objects.filter(primer=primer).first()
    if upload:
        folders.append(Path(upload.dropped).parent)
    try:
        primer.delete()
    except ProtectedError:
        return

    def clear() -> None:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    transaction.on_commit(clear)


def _name(file: str) -> str:
    stem = slugify(Path(file).stem)[:LONGEST_STEM].strip("-_") or "opening"
    return f"{stem}-{secrets.token_hex(5)}"


def _short(name: str) -> str:
    path = Path(re.sub(r"[/\\\0]", "_", name).lstrip(".") or "file")
    return f"{path.stem[:50]}{path.suffix[:10]}"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\0-\x1f\x7f]", " ", text).split())
