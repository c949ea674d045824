"""The files of a piece, and of whatever else is stored, whole or in part.

Django's own serving of files knows no ranges, and without them a browser
cannot seek in a sound. The same view serves in development and in production.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from webapp import ownership
from webapp.models import Piece
from webapp.packing import safe_name
from webapp.presentation import ZIP
from webapp.ranges import Part, Reading, Unsatisfiable, wanted

TYPES = {
    ".json": "application/json",
    ".flac": "audio/flac",
    ".mid": "audio/midi",
    ".mp3": "audio/mpeg",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".zip": "application/zip",
}

# A drawing opened by itself is a document: it may style itself, and do nothing else.
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip


# A piece may become private: then it is asked for anew each time, and so not shown to others.
KEPT_OPEN, KEPT_PRIVATE = "private, max-age=86400", "private, no-cache"


class HasFiles(Protocol):
    """A job, or something else whose row names files."""

    @property
    def attempt(self) -> int:
        """Which attempt made them."""
        ...

    def file_paths(self) -> Iterable[str]:
        """Return them, as seen from the media folder."""
        ...


class Asset(NamedTuple):
    """An open file, and what an answer says about it."""

    file: BinaryIO
    name: str
    size: int
    modified: int  # seconds since 1970
    etag: str


@require_safe
def piece_file(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """Send a file that the row of the piece names; as an attachment with ``?download``."""
    piece = ownership.piece_to_see(request, pk)
    asset = _zipped(piece) if name == ZIP else _named(piece, name)
    response = _sent(request, asset)
    response["Cache-Control"] = KEPT_PRIVATE if piece.is_private else KEPT_OPEN
    if "download" in request.GET:
        download = _download_name(piece, asset.name)
        response["Content-Disposition"] = content_disposition_header(True, download) or ""
    return response


def job_file(request: HttpRequest, job: HasFiles, name: str) -> HttpResponseBase:
    """Send a file that the row of ``job`` names, to whom the caller lets see it."""
    return _sent(request, _named(job, name))


def stored_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send the file at ``path`` below MEDIA_ROOT, whole or in part, to whoever may have it."""
    file = _open(path)
    if file is None:
        raise Http404
    facts = Path(file.name).stat()
    etag = f'"{facts.st_size:x}-{facts.st_mtime_ns:x}"'
    return send(request, Asset(file, Path(path).name, facts.st_size, int(facts.st_mtime), etag))


def send(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    """Send an open file, whole or in part, for one browser to keep."""
    response = _answer(request, asset)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=86400"
    response["ETag"] = asset.etag
    return response


def _sent(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    response = send(request, asset)
    response["Last-Modified"] = http_date(asset.modified)
    if asset.name.endswith(".svg"):
        response["Content-Security-Policy"] = SVG_POLICY
    return response


def _answer(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    early = get_conditional_response(request, asset.etag, asset.modified)
    if early is not None:
        asset.file.close()
        return early
    try:
        part = _part(request, asset)
    except Unsatisfiable:
        asset.file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{asset.size}"})
    return _body(request, asset, part)


def _body(request: HttpRequest, asset: Asset, part: Part | None) -> HttpResponseBase:
    start, stop = part or Part(0, asset.size)
    headers = {
        "Content-Length": str(stop - start),
        "Content-Type": TYPES.get(Path(asset.name).suffix, "application/octet-stream"),
    }
    if part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{asset.size}"
    if request.method == "HEAD":
        asset.file.close()
        return HttpResponse(headers=headers)
    reading = Reading(asset.file, Part(start, stop))
    return StreamingHttpResponse(reading, status=206 if part else 200, headers=headers)


def _part(request: HttpRequest, asset: Asset) -> Part | None:
    """Return the part to send. Ranges are defined for GET, and hold while the file is the same."""
    header = request.headers.get("Range")
    if header is None or request.method != "GET" or not _is_same(request, asset):
        return None
    return wanted(header, asset.size)


def _is_same(request: HttpRequest, asset: Asset) -> bool:
    condition = request.headers.get("If-Range")
    if condition is None or condition == asset.etag:
        return True
    return parse_http_date_safe(condition) == asset.modified


def _named(job: HasFiles, name: str) -> Asset:
    path = next((path for path in job.file_paths() if Path(path).name == name), None)
    file = _open(path) if path else None
    if file is None:
        raise Http404
    facts = Path(file.name).stat()
    etag = f'"{job.attempt:x}-{facts.st_size:x}-{facts.st_mtime_ns:x}"'
    return Asset(file, name, facts.st_size, int(facts.st_mtime), etag)


def _zipped(piece: Piece) -> Asset:
    """Return all files of a finished piece in one, made anew: it is not kept."""
    names = sorted({Path(path).name for path in piece.file_paths()})
    if not names or not piece.is_final:
        raise Http404
    target = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed with the answer
    etags, modified = [], 0
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            asset = _named(piece, name)
            with asset.file:
                archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), asset.file.read())
            etags.append(name + asset.etag)
            modified = max(modified, asset.modified)
    etag = f'"{sha256("".join(etags).encode()).hexdigest()[:32]}"'
    return Asset(target, ZIP, target.tell(), modified, etag)


def _open(path: str) -> BinaryIO | None:
    root = Path(settings.MEDIA_ROOT).resolve()
    place = (root / path).resolve()
    if not place.is_relative_to(root):
        return None
    try:
        return place.open("rb")
    except (FileNotFoundError, IsADirectoryError):
        return None  # deleted since the row was read


def _download_name(piece: Piece, name: str) -> str:
    """Return a name that says in a folder of downloads what the file is."""
    title = safe_name(piece.title)
    return title + name.removeprefix("piece") if name.startswith("piece") else f"{title} {name}"
