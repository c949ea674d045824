"""Take the music out of a zip, and nothing else.

A zip comes from outside, and its headers may lie. Every name is looked at
before a byte is written, every byte is counted while it is inflated, and the
files reach their folder only when all of them are there.
"""

from __future__ import annotations

import filecmp
import io
import os
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath, PurePosixPath

from generator.config import MIDI_SUFFIXES, MOST_FILES
from generator.corpus.reporting import Report, silent
from generator.errors import CorpusError, gettext_noop

SUFFIXES = MIDI_SUFFIXES

MAX_MEMBERS = MOST_FILES
MAX_MEMBER_BYTES = 8_000_000  # the largest file of the published corpus has 0.3 million
MAX_TOTAL_BYTES = 500_000_000
MAX_RATIO = 200  # unpacked to packed; MIDI packs to a third or so
RATIO_FROM_BYTES = 1_000_000  # a small file of nothing but rests may pack better
CHUNK_BYTES = 65_536
MAX_DIRECTORY_BYTES = 16_000_000  # of the list of members
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for gigabytes at once
PACKED = gettext_noop("it is packed in a way that is not read here")

UNSORTED = "unknown"  # composer of a file that lies in no folder

Members = dict[PurePosixPath, zipfile.ZipInfo]  # by the place where each will lie


def unpack(
    zip_file: Path,
    folder: Path,
    report: Report = silent,
    *,
    suffixes: Sequence[str] = SUFFIXES,
    unsorted: str = UNSORTED,
) -> list[Path]:
    """Put the MIDI files of ``zip_file`` into ``folder/<composer>/``.

    The composer of a file is the folder it lies in, at any depth of the zip,
    in lower case. A file that is there already with the same bytes stays as
    it is; one with other bytes is replaced.

    Parameters
    ----------
    zip_file : Path
    folder : Path
        Made where it is missing.
    report : callable, optional
        Called with ``"unpacking"``, files so far and files in all.
    suffixes : sequence of str
        Endings of the files that are taken, in lower case; as a rule MIDI's.
    unsorted : str
        The composer of a file that lies in no folder.

    Returns
    -------
    files : list of Path
        In order of composer and name.

    Raises
    ------
    CorpusError
        If the zip is damaged, holds no MIDI file, or holds a member that
        climbs out, repeats another, is encrypted or unpacks beyond a limit.
        Nothing has been put into ``folder`` then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with (
            _Bounded(io.FileIO(zip_file)) as file,
            _opened(file, zip_file.name) as archive,
            tempfile.TemporaryDirectory(prefix=".unpack-", dir=folder) as aside,
        ):
            members = _choose(archive, zip_file.name, tuple(suffixes), unsorted)
            _inflate(archive, members, Path(aside), zip_file.name, report)
            return [_place(Path(aside) / name, folder / name) for name in sorted(members)]
    except FileNotFoundError as error:
        raise CorpusError("file_missing", file=str(zip_file)) from error
    except zipfile.BadZipFile as error:
        raise CorpusError("not_a_zip", file=zip_file.name, reason=_reason(error)) from error


def _opened(file: _Bounded, name: str) -> zipfile.ZipFile:
    """Return the zip in ``file``, whose list of members is read now."""
    try:
        return zipfile.ZipFile(file)
    except _CrowdedError as error:
        value, high = f"more than {MAX_MEMBERS}", MAX_MEMBERS
        raise CorpusError("archive_crowded", file=name, value=value, high=high) from error
    # How zipfile trips over what no program writes.
    except (OSError, ValueError, NotImplementedError, OverflowError, struct.error) as error:
        raise CorpusError("not_a_zip", file=name, reason=_reason(error)) from error


class _CrowdedError(Exception):
    """The list of members alone is too large to be read."""


class _Bounded(io.BufferedReader):
    """A file of which zipfile reads no list of members that would fill the memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise _CrowdedError
        return super().read(size)


def _choose(
    archive: zipfile.ZipFile, name: str, suffixes: tuple[str, ...], unsorted: str
) -> Members:
    """Return the MIDI files by the place each will get, once every name was looked at."""
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise CorpusError("archive_crowded", file=name, value=len(infos), high=MAX_MEMBERS)
    for info in infos:
        _check_name(info, name)
    _check_repeats([info.filename for info in infos], name)

    members: Members = {}
    for info in infos:
        if not _is_music(info, suffixes):
            continue
        _check_promise(info, name)
        place = _place_of(info, unsorted)
        twin = members.setdefault(place, info)
        if (twin.CRC, twin.file_size) != (info.CRC, info.file_size):
            raise CorpusError("archive_repeats", file=name, member=info.filename)
    if not members:
        raise CorpusError("archive_empty", file=name)
    return members


def _check_name(info: zipfile.ZipInfo, name: str) -> None:
    """Refuse a member that could land outside of its folder."""
    path = info.orig_filename  # zipfile itself cuts a name at its first NUL
    climbs = (
        path.startswith("/")
        or "\\" in path
        or "\0" in path
        or ".." in path.split("/")
        or re.match(r"[A-Za-z]:", path)
        or stat.S_ISLNK(info.external_attr >> 16)
    )
    if climbs:
        raise CorpusError("archive_climbs", file=name, member=path)


def _check_repeats(paths: list[str], name: str) -> None:
    seen: set[str] = set()
    for path in paths:
        if path in seen:
            raise CorpusError("archive_repeats", file=name, member=path)
        seen.add(path)


def _is_music(info: zipfile.ZipInfo, suffixes: tuple[str, ...]) -> bool:
    path = PurePosixPath(info.filename)
    is_hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return not info.is_dir() and not is_hidden and path.suffix.lower() in suffixes


def _check_promise(info: zipfile.ZipInfo, name: str) -> None:
    """Refuse what the headers alone give away."""
    if info.flag_bits & 0x1:
        raise CorpusError("archive_encrypted", file=name, member=info.filename)
    if info.compress_type not in METHODS:
        raise CorpusError("archive_damaged", file=name, member=info.filename, reason=PACKED)
    _check_bytes(info, info.file_size, name)


def _check_bytes(info: zipfile.ZipInfo, n_bytes: int, name: str) -> None:
    explodes = n_bytes > RATIO_FROM_BYTES and n_bytes > MAX_RATIO * info.compress_size
    if n_bytes > MAX_MEMBER_BYTES or explodes:
        high = min(MAX_MEMBER_BYTES, max(RATIO_FROM_BYTES, MAX_RATIO * info.compress_size))
        raise CorpusError("archive_explodes", file=name, member=info.filename, high=high)


def _place_of(info: zipfile.ZipInfo, unsorted: str) -> PurePosixPath:
    path = PurePosixPath(info.filename)
    return PurePosixPath(safe_name(path.parent.name).lower() or unsorted, safe_file(path))


def safe_file(path: PurePath) -> str:
    """Return how a file of music is called here; MIDI ends in ``.mid``."""
    suffix = path.suffix.lower()
    return f"{safe_name(path.stem) or UNSORTED}{'.mid' if suffix in SUFFIXES else suffix}"


def safe_name(name: str) -> str:
    """Keep letters, digits, spaces, dots and hyphens, and no dot in front."""
    safe = re.sub(r"[^\w .+-]", "_", name).strip(" .")[:100]
    return safe.encode()[:200].decode(errors="ignore")  # a disk counts bytes


def _inflate(
    archive: zipfile.ZipFile, members: Members, aside: Path, name: str, report: Report
) -> None:
    n_bytes = 0
    for done, (place, info) in enumerate(sorted(members.items()), 1):
        path = aside / place
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            for chunk in _chunks(archive, info, name):
                n_bytes += file.write(chunk)
                _check_bytes(info, file.tell(), name)
                if n_bytes > MAX_TOTAL_BYTES:
                    raise CorpusError(
                        "archive_explodes", file=name, member=info.filename, high=MAX_TOTAL_BYTES
                    )
            file.flush()
            os.fsync(file.fileno())
        report("unpacking", done, len(members))


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Yield what ``info`` unpacks to; its checksum is proved at the end."""
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    # The last two are how zipfile refuses a method that it cannot inflate, and a password.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise CorpusError(
            "archive_damaged", file=name, member=info.filename, reason=_reason(error)
        ) from error


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _place(source: Path, target: Path) -> Path:
    if not (target.is_file() and filecmp.cmp(source, target, shallow=False)):
        target.parent.mkdir(exist_ok=True)
        source.replace(target)
    return target
