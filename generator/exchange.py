"""A checkpoint as one file: read from anywhere, trusted in nothing, never executed.

The file is a zip of what a checkpoint's folder holds (``config.CHECKPOINT_FILES``), and
nothing else. Every member is read within limits, every array by its header first: its
type must be a plain float and its shape the one that the card's network has. There is no
pickle and no code in it; a file that could hold some is refused before it is opened.
"""

from __future__ import annotations

import json
import math
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, NoReturn

import numpy as np

from generator import cards, checkpoint, generation, openings, originality
from generator.checkpoint import Checkpoint
from generator.config import CHECKPOINT_FILES, MOST_EXCHANGED, NETWORKS, RECIPES, GenerationConfig
from generator.errors import CheckpointError, GeneratorError, PrimerError
from generator.models.shapes import UnknownShape, shapes_of
from generator.originality.index import FIRST

NEEDED = ("card.json", "history.json", "weights.npz")
MOST = {  # bytes of each member
    "card.json": 4_000_000,
    "history.json": 4_000_000,
    "weights.npz": MOST_EXCHANGED,
    "originality.npz": 64_000_000,
    "accuracy.png": 4_000_000,
    "loss.png": 4_000_000,
}
MOST_PACKED = 200  # times as large as packed, no more
BLOCK = 1 << 20
MOST_MEMBERS = 4096
MOST_LIST, DEEPEST, MOST_NUMBER = 50_000, 12, 1e15
PROBE_NOTES = 16  # are composed, to know that it can

PICKLE = re.compile(rb"\x80[\x02-\x05]")
HDF5, PNG = b"\x89HDF\r\n\x1a\n", b"\x89PNG\r\n\x1a\n"
WEIGHTS, INDEX = ("<f2", "<f4"), {"u1", "u2", "i1", "i2", "i4", "i8", "U"}


def take_in(file: Path, folder: Path, *, name: str = "") -> Checkpoint:
    """Read the checkpoint in ``file`` into the empty ``folder``, once it is found whole.

    Parameters
    ----------
    file : Path
        What somebody says is an exported checkpoint.
    folder : Path
        Made if need be. What lies in it after an error is worth nothing.
    name : str, optional
        What the file was called, for the sentences; as a rule its own name.

    Raises
    ------
    CheckpointError
        With a sentence that says what is wrong.
    """
    called = name or file.name
    _look_at_first_bytes(file, called)
    try:
        with zipfile.ZipFile(file) as archive:
            _unpack(archive, folder, called)
    # How zipfile trips over what no program writes, a way to pack that it does not know included.
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise CheckpointError("import_not_a_zip", file=called) from error
    card = _card(folder, called)
    _check_weights(folder / "weights.npz", card, called)
    _check_history(folder / "history.json", called)
    _check_index(folder, called)
    made = _load(folder, called)
    _probe(made, called)
    return made


def _refuse(called: str, code: str, **values: Any) -> NoReturn:
    raise CheckpointError(code, file=called, **values)


def _look_at_first_bytes(file: Path, called: str) -> None:
    with file.open("rb") as opened:
        head = opened.read(8)
    if head == HDF5 or called.lower().endswith((".keras", ".h5", ".hdf5")):
        _refuse(called, "import_keras")
    if PICKLE.match(head) or called.lower().endswith((".pkl", ".pickle", ".pt", ".pth")):
        _refuse(called, "import_pickle")
    if not zipfile.is_zipfile(file):
        _refuse(called, "import_not_a_zip")
    if file.stat().st_size > sum(MOST.values()):
        _refuse(called, "import_too_large", member=called, high=sum(MOST.values()))


# --- the zip


def _unpack(archive: zipfile.ZipFile, folder: Path, called: str) -> None:
    """Write the members into ``folder``, each within its limit."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if any(name.endswith((".h5", "config.json")) for name in names):
        _refuse(called, "import_keras")
    if any(name.endswith((".pkl", ".pickle")) for name in names):
        _refuse(called, "import_pickle")
    for member in members[:MOST_MEMBERS]:
        _check_member(member, called)
    if doubled := next((name for name in names if names.count(name) > 1), None):
        _refuse(called, "import_repeats", member=doubled)
    if missing := next((name for name in NEEDED if name not in names), None):
        _refuse(called, "import_lacks", member=missing)
    folder.mkdir(parents=True, exist_ok=True)
    for member in members:
        _write(archive, member, folder / member.filename, called)


def _check_member(member: zipfile.ZipInfo, called: str) -> None:
    """Refuse whatever is no file of ours, or unpacks to more than it may."""
    name = member.filename
    if stat.S_ISLNK(member.external_attr >> 16) or _climbs(name):
        _refuse(called, "import_climbs", member=name[:80])
    if name not in CHECKPOINT_FILES:
        _refuse(called, "import_foreign", member=name[:80])
    if member.flag_bits & 1:
        _refuse(called, "import_encrypted", member=name)
    if member.file_size > MOST[name]:
        _refuse(called, "import_too_large", member=name, high=MOST[name])
    if member.file_size > MOST_PACKED * max(member.compress_size, 1):
        _refuse(called, "import_explodes", member=name)


def _climbs(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, called: str) -> None:
    """Copy a member; its header may lie, so what comes out is counted."""
    high, written = MOST[member.filename], 0
    try:
        with archive.open(member) as packed, to.open("xb") as out:
            while block := packed.read(BLOCK):
                written += len(block)
                if written > high:
                    _refuse(called, "import_too_large", member=member.filename, high=high)
                out.write(block)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError) as error:
        raise CheckpointError("import_damaged", file=called, member=member.filename) from error
    if to.suffix == ".png" and not to.read_bytes().startswith(PNG):
        _refuse(called, "import_damaged", member=member.filename)


# --- the card


def _card(folder: Path, called: str) -> dict[str, Any]:
    """Return the card, with every fact that anything here relies on looked at."""
    card = _json(folder / "card.json", called)
    if not isinstance(card, dict):
        _refuse(called, "import_card", field="card.json")
    if card.get("format") != checkpoint.FORMAT:
        value = str(card.get("format"))[:20]
        _refuse(called, "import_format", value=value, known=checkpoint.FORMAT)
    if card.get("recipe") not in RECIPES or card.get("network") not in NETWORKS:
        value = f"{card.get('recipe')}, {card.get('network')}"[:80]
        _refuse(called, "import_network", value=value)
    wrong = next(cards.wrong(card), None)
    if wrong:
        _refuse(called, "import_card", field=wrong)
    return card


def _json(path: Path, called: str) -> Any:
    """Return what a JSON file holds, if it is of a size and depth that anybody needs."""
    try:
        value = json.loads(path.read_bytes(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CheckpointError("import_damaged", file=called, member=path.name) from error
    if not _is_modest(value):
        _refuse(called, "import_card", field=path.name)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _is_modest(value: Any, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return len(value) <= MOST_LIST and all(_is_modest(one, depth + 1) for one in value)
    if isinstance(value, str):
        return len(value) <= cards.LONGEST_TEXT
    return not isinstance(value, int | float) or abs(value) <= MOST_NUMBER


# --- the arrays


def _check_weights(path: Path, card: Mapping[str, Any], called: str) -> None:
    """Compare every array's header with what the network needs, and its numbers with sense."""
    try:
        wanted = shapes_of(card)
    except UnknownShape as error:
        raise CheckpointError("import_network", file=called, value=str(error)[:80]) from error
    found = _headers(path, called)
    if missing := next((name for name in wanted if name not in found), None):
        _refuse(called, "import_array_missing", array=missing)
    for name, (kind, shape) in found.items():
        if name not in wanted:
            _refuse(called, "import_array_foreign", array=name[:80])
        if kind not in WEIGHTS:
            _refuse(called, "import_array_type", array=name, value=kind[:20])
        if shape != wanted[name]:
            values = {"value": str(shape)[:60], "wanted": str(wanted[name])}
            _refuse(called, "import_array_shape", array=name, **values)
    with np.load(path, allow_pickle=False) as arrays:
        for name in wanted:
            if not np.isfinite(arrays[name]).all():
                _refuse(called, "import_array_broken", array=name)


def _headers(path: Path, called: str) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return type and shape of each array in an .npz; no array is read, no object made."""
    found: dict[str, tuple[str, tuple[int, ...]]] = {}
    with _opened(path, called) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > 2 * MOST[path.name]:
            _refuse(called, "import_too_large", member=path.name, high=MOST[path.name])
        for member in members:
            name = member.filename.removesuffix(".npy")
            if name == member.filename or name in found or member.flag_bits & 1:
                _refuse(called, "import_array_foreign", array=member.filename[:80])
            with archive.open(member) as opened:
                kind, shape, n_bytes = _header(opened)
            if n_bytes is not None and n_bytes != member.file_size:
                _refuse(called, "import_damaged", member=path.name)
            found[name] = (kind, shape)
    return found


def _header(opened: IO[bytes]) -> tuple[str, tuple[int, ...], int | None]:
    """Read the header of an array: its type, its shape, and how large the member must be."""
    major, _ = np.lib.format.read_magic(opened)
    read = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
    if major not in read:
        raise ValueError(f"version {major}")
    shape, is_fortran, kind = read[major](opened)
    if kind.hasobject:
        return "object", shape, None
    if is_fortran and len(shape) > 1:
        return "Fortran order", shape, None
    return kind.str, shape, opened.tell() + math.prod(shape) * kind.itemsize


@contextmanager
def _opened(path: Path, called: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    # As above; and ValueError is how a header of numpy's is refused.
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise CheckpointError("import_damaged", file=called, member=path.name) from error


# --- the rest


def _check_history(path: Path, called: str) -> None:
    rows = _json(path, called)
    is_ours = isinstance(rows, list) and all(
        isinstance(row, dict)
        and all(isinstance(value, int | float | None) for value in row.values())
        for row in rows
    )
    if not is_ours:
        _refuse(called, "import_damaged", member=path.name)


def _check_index(folder: Path, called: str) -> None:
    """Read the works that were learned from, if they are there, as composing will."""
    path = folder / originality.FILE
    if not path.exists():
        return
    for name, (kind, _) in _headers(path, called).items():
        if kind.lstrip("<|>=")[:2] not in INDEX and kind.lstrip("<|>=")[:1] not in INDEX:
            _refuse(called, "import_array_type", array=name, value=kind[:20])
    index = originality.load(path)
    n = len(index.shifts)
    n_works = int((index.shifts == FIRST).sum())
    columns = (index.shifts, index.intervals, index.durations, index.bars)
    if any(column.shape != (n,) for column in columns) or not (
        len(index.names) == len(index.composers) == n_works
    ):
        _refuse(called, "import_damaged", member=originality.FILE)


def _load(folder: Path, called: str) -> Checkpoint:
    try:
        return checkpoint.load(folder)
    except CheckpointError as error:
        raise CheckpointError("import_other_hash", file=called) from error


def _probe(made: Checkpoint, called: str) -> None:
    """Let it compose a few notes: what cannot is no model of ours, whatever it says."""
    config = GenerationConfig.for_model(
        {"notes": PROBE_NOTES, "seed": 0},
        recipe=made.recipe,
        composer=str(made.card["composer"]),
        composers=made.card.get("composers") or (),
    )
    try:
        generation.compose(made, openings.load(openings.names()[0]), config)
    except PrimerError:
        return  # it knows too few of Mozart's notes, and may know others
    except (GeneratorError, ValueError, KeyError, TypeError, IndexError) as error:
        raise CheckpointError("import_mute", file=called) from error
