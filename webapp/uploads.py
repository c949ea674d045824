"""Files that are uploaded: written to the disk as they come, up to a limit.

Staff may send a zip of music to any address that takes files; others may send
what an address says that it takes of everyone (:func:`open_to_all`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    StopUpload,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest

from generator.config import MOST_ZIP_BYTES
from webapp import ownership
from webapp.messages import Refused

MEGABYTE = 1_000_000

View = TypeVar("View", bound=Callable[..., Any])


class TooLarge(Refused):
    """More was sent than is taken at once."""

    def __init__(self, high: int) -> None:
        super().__init__("upload_too_large", high=high // MEGABYTE)


def open_to_all(most_bytes: int) -> Callable[[View], View]:
    """Let everyone send files to a view, of so many bytes together."""

    def mark(view: View) -> View:
        view.most_upload_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def most_bytes(request: HttpRequest | None) -> int:
    """Return how much may be sent with ``request``; 0 where no file is taken."""
    view = request and request.resolver_match and request.resolver_match.func
    if own := getattr(view, "most_upload_bytes", 0):
        return int(own)
    return MOST_ZIP_BYTES if request and ownership.visitor(request).is_staff else 0


class Received(TemporaryUploadedFile):
    """A file on the disk of the site itself, so that it can be moved instead of copied."""

    def __init__(self, name: str, content_type: str, charset: str | None) -> None:
        folder = Path(settings.UPLOADS_ROOT)
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=folder)  # noqa: SIM115
        UploadedFile.__init__(self, file, name, content_type, 0, charset)


class CountedUpload(TemporaryFileUploadHandler):
    """Count the bytes of all files together, and write none beyond the limit.

    Where none may be sent no file is taken at all. A request that says beforehand
    that it is far too large is not listened to; one that is somewhat so is heard
    to its end, so that the browser can be told why.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._n_bytes = 0
        self._promised = 0
        self._most = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        self._promised = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._most = most_bytes(self.request)
        if not self._most:
            raise SkipFile
        if getattr(self.request, "is_upload_too_large", False):
            raise SkipFile
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = Received(self.file_name or "", self.content_type or "", self.charset)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._n_bytes += len(raw_data)
        if self._n_bytes > self._most:
            self.request.is_upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=self._promised > 2 * self._most)
        super().receive_data_chunk(raw_data, start)


def files_of(request: HttpRequest, name: str = "files") -> list[TemporaryUploadedFile]:
    """Return what was uploaded under ``name``; raise TooLarge where it was too much."""
    files = request.FILES.getlist(name)
    if getattr(request, "is_upload_too_large", False):
        raise TooLarge(most_bytes(request))
    return [file for file in files if isinstance(file, TemporaryUploadedFile)]
