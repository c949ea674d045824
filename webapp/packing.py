"""Several pieces in one zip, sent while it is made: neither memory nor disk holds it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from webapp.messages import Refused
from webapp.models import Piece

MOST = 50  # pieces of one zip
LARGEST = 1_000  # megabytes
MEGABYTE = 1_000_000
BLOCK = 256 * 1024
DATE = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip


class Sink:
    """What a zip is written to, and handed on from piece by piece. It cannot be sought in."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken, self._parts = b"".join(self._parts), []
        return taken


def answer(pieces: list[Piece]) -> StreamingHttpResponse:
    """Return an answer with all files of ``pieces``; raises Refused where they are too large."""
    files = list(_files(pieces))
    if not files:
        raise Refused("none_chosen")
    size = sum(place.stat().st_size for _name, place in files)
    if size > LARGEST * MEGABYTE:
        raise Refused("zip_large", value=round(size / MEGABYTE), high=LARGEST)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": content_disposition_header(True, "Impromptu.zip") or "",
    }
    return StreamingHttpResponse(_zip(files), content_type="application/zip", headers=headers)


def safe_name(title: str) -> str:
    r"""Return ``title`` as the name of a file or a folder, on any system.

    >>> safe_name("../Étude: “a/b”\r\n")
    'Étude a b'
    """
    name = "".join(c if c.isalnum() or c in " .,-()" else " " for c in title)
    return " ".join(name.split())[:80].strip(" .") or "piece"


def _files(pieces: list[Piece]) -> Iterator[tuple[str, Path]]:
    """Yield every file with its name in the zip: a folder for each piece, named by its title."""
    root = Path(settings.MEDIA_ROOT).resolve()
    folders: set[str] = set()
    for piece in pieces:
        folder = _unused(safe_name(piece.title), folders)
        for path in dict.fromkeys(piece.file_paths()):
            place = (root / path).resolve()
            if place.is_relative_to(root) and place.is_file():
                yield f"{folder}/{place.name}", place


def _unused(name: str, used: set[str]) -> str:
    """Return ``name``, or with a number where it is taken; a disk may not tell capitals apart."""
    number, found = 1, name
    while found.casefold() in used:
        number += 1
        found = f"{name} ({number})"
    used.add(found.casefold())
    return found


def _zip(files: list[tuple[str, Path]]) -> Iterator[bytes]:
    sink = Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, place in files:
            yield from _member(archive, sink, name, place)
    yield sink.take()


def _member(archive: zipfile.ZipFile, sink: Sink, name: str, place: Path) -> Iterator[bytes]:
    try:
        source = place.open("rb")
    except FileNotFoundError:
        return  # deleted for good while the zip was sent
    with source, archive.open(zipfile.ZipInfo(name, DATE), "w") as target:
        while block := source.read(BLOCK):
            target.write(block)
            yield sink.take()
