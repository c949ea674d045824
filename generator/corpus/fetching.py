"""Bring a corpus onto this machine.

A download that was cut off goes on where it ended: what came is kept beside a
note of the server's own mark of that version (ETag or date), and the rest is
asked for under that mark, so that halves of two versions are never joined.
"""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from generator.config import MIDI_SUFFIXES, MOST_ZIP_BYTES, PUBLISHED_URL
from generator.corpus.reporting import Report, silent
from generator.corpus.unpacking import unpack
from generator.errors import CorpusError

MAX_BYTES = MOST_ZIP_BYTES
TIMEOUT_S = 30.0  # without a single byte
CHUNK_BYTES = 65_536

KEPT_AFTER = {"host_gone", "host_refused", "host_cut_off"}  # what came is still good

PARTIAL_CONTENT, RANGE_NOT_SATISFIABLE = 206, 416


def fetch(
    folder: Path,
    *,
    url: str | None = None,
    zip_file: Path | None = None,
    report: Report = silent,
    max_bytes: int = MAX_BYTES,
    timeout_s: float = TIMEOUT_S,
    suffixes: Sequence[str] = MIDI_SUFFIXES,
) -> list[Path]:
    """Put the MIDI files of a zip into ``folder/<composer>/``.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    url : str, optional
        Where the zip is, by http or https; as a rule where it was published.
    zip_file : Path, optional
        A zip that is already here; nothing is downloaded then, and it stays.
    report : callable, optional
        Called with ``"fetching"``, bytes so far and bytes in all (0 while
        unknown), then with ``"unpacking"``, files so far and in all.
    max_bytes : int
        No larger zip is taken.
    timeout_s : float
        How long the server may be silent, in seconds.
    suffixes : sequence of str
        Endings of the files that are taken; as a rule MIDI's.

    Returns
    -------
    files : list of Path
        In order of composer and name.

    Raises
    ------
    CorpusError
        If the zip cannot be had whole, or is not fit to unpack.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if zip_file is not None:
        if zip_file.is_file():
            _check_size(zip_file.name, zip_file.stat().st_size, max_bytes)
        return unpack(zip_file, folder, report, suffixes=suffixes)

    url = url or PUBLISHED_URL
    part = _Part.of(url, folder)
    with _locked(part):
        try:
            _download(url, part, report, max_bytes, timeout_s)
            files = unpack(part.path, folder, report, suffixes=suffixes)
        except CorpusError as error:
            if error.code not in KEPT_AFTER:
                part.forget()
            raise
        part.forget()
    return files


@dataclass(frozen=True)
class _Part:
    """What has come of a download, and of which version of the file it is."""

    path: Path
    note: Path
    lock: Path

    @classmethod
    def of(cls, url: str, folder: Path) -> _Part:
        mark = hashlib.sha256(url.encode()).hexdigest()[:16]
        return cls(*(folder / f".download-{mark}.{suffix}" for suffix in ("part", "json", "lock")))

    @property
    def n_bytes(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def version(self) -> str | None:
        """The server's mark, or None where nothing can be gone on with."""
        try:
            version = json.loads(self.note.read_text())["version"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return version if isinstance(version, str) and self.n_bytes else None

    def begin(self, version: str | None) -> None:
        self.path.write_bytes(b"")
        self.note.write_text(json.dumps({"version": version}))

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def _download(url: str, part: _Part, report: Report, max_bytes: int, timeout_s: float) -> None:
    host = urlsplit(url).hostname
    if urlsplit(url).scheme not in ("http", "https") or not host:
        raise CorpusError("address_refused", url=url)

    try:
        response = _ask(url, part, timeout_s)
    except (OSError, http.client.HTTPException) as error:
        raise CorpusError("host_gone", host=host, reason=_reason(error)) from error
    if response is not None:
        with response:
            _receive(response, url, part, report, max_bytes)


def _ask(url: str, part: _Part, timeout_s: float) -> http.client.HTTPResponse | None:
    """Return the server's answer, or None where nothing is left to be sent."""
    try:
        return _open(url, part, timeout_s)
    except urllib.error.HTTPError as error:
        error.close()
        if not (error.code == RANGE_NOT_SATISFIABLE and part.version):
            raise CorpusError("host_refused", url=url, status=error.code) from error
        if error.headers.get("Content-Range") == f"bytes */{part.n_bytes}":
            return None
    part.forget()  # what lies there now is shorter than what was kept
    return _ask(url, part, timeout_s)


def _open(url: str, part: _Part, timeout_s: float) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers={"User-Agent": "Impromptu"})  # noqa: S310
    if version := part.version:
        request.add_header("Range", f"bytes={part.n_bytes}-")
        request.add_header("If-Range", version)
    # _download() has checked that the scheme is http or https.
    response = urllib.request.urlopen(request, timeout=timeout_s)  # noqa: S310
    return cast(http.client.HTTPResponse, response)


def _receive(
    response: http.client.HTTPResponse, url: str, part: _Part, report: Report, max_bytes: int
) -> None:
    if not _goes_on(response, part):
        part.begin(_version(response))
    done = part.n_bytes
    total = done + response.length if response.length is not None else 0
    _check_size(url, total, max_bytes)

    reason = "the connection was closed"
    with part.path.open("ab") as file:
        try:
            for chunk in _chunks(response):
                done += len(chunk)
                _check_size(url, done, max_bytes)
                file.write(chunk)
                report("fetching", done, total)
        except _CutOffError as error:
            reason, total = str(error), max(total, done + 1)
    if done < total:
        code = "host_cut_off" if part.version else "host_cut_off_lost"
        raise CorpusError(code, url=url, done=done, reason=reason)


def _goes_on(response: http.client.HTTPResponse, part: _Part) -> bool:
    """Whether the body is the rest of what was kept, and not the whole again."""
    if response.status != PARTIAL_CONTENT:
        return False
    return response.headers.get("Content-Range", "").startswith(f"bytes {part.n_bytes}-")


def _version(response: http.client.HTTPResponse) -> str | None:
    """Return a mark that ``If-Range`` may name; a weak ETag is none."""
    etag = response.headers.get("ETag")
    if etag and not etag.startswith("W/"):
        return etag
    return response.headers.get("Last-Modified")


class _CutOffError(Exception):
    """Reading failed; apart from failures of the disk that is written to."""


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while True:
        try:
            chunk = response.read1(CHUNK_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise _CutOffError(_reason(error)) from error
        if not chunk:
            return
        yield chunk


def _reason(error: Exception) -> str:
    """Return what the system says about ``error``, in a few words."""
    inner = getattr(error, "reason", error)
    return getattr(inner, "strerror", None) or str(inner) or type(inner).__name__


def _check_size(name: str, n_bytes: int, max_bytes: int) -> None:
    if n_bytes > max_bytes:
        raise CorpusError("file_too_large", file=name, value=n_bytes, high=max_bytes)


@contextmanager
def _locked(part: _Part) -> Iterator[None]:
    """Let one process at a time write a download."""
    with part.lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CorpusError("fetch_busy", folder=str(part.lock.parent)) from error
        yield
