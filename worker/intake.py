"""The body of an intake: music is fetched or unpacked, and read file by file.

    fetched/   what a zip from the network held, by composer ─┐
    dropped/   what was uploaded, as it came ─▶ unpacked/    ─┼─▶ read ─▶ the corpus's folder
    a folder of the server, into which nothing is written ────┘

Until all of it is read, what came stays in the intake's own folder: an attempt
that follows on a lost one reads again from there, and downloads nothing twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from generator import corpus as library
from generator.config import MIDI_SUFFIXES, MOST_FILES, MUSICXML_SUFFIXES
from generator.corpus.notes import composer_of, find_all
from generator.corpus.unpacking import UNSORTED, safe_file, safe_name, unpack
from generator.corpus.verdicts import Verdict as Judged
from generator.corpus.verdicts import verdicts
from generator.errors import CorpusError, GeneratorError
from generator.openings import shelving
from webapp import composers, corpora, holdings, stocking
from webapp.messages import Refused
from webapp.models import Corpus, CorpusFile, Intake, Primer, Stage, Verdict
from worker.errors import LostError
from worker.lifecycle import PAUSE_S, Attempt

SUFFIXES = (*MIDI_SUFFIXES, *MUSICXML_SUFFIXES)
ARRIVED = "arrived"  # is there once a download is unpacked


class Found(NamedTuple):
    """A file to be read, and where it will lie in the corpus."""

    path: Path
    composer: str
    place: str  # below the corpus's folder


def take_in(row: Intake, attempt: Attempt) -> dict[str, Any]:
    """Bring the music of ``row`` into its corpus, or the openings it asks for on the shelf."""
    if row.openings_by:
        return _offer_openings(row, attempt)
    try:
        counts = _Reader(row, attempt).read(_found(row, attempt))
    finally:
        holdings.settle(row.corpus)
    shutil.rmtree(row.folder, ignore_errors=True)
    return counts


def _found(row: Intake, attempt: Attempt) -> list[Found]:
    """Bring what is to be read, and say where it lies."""
    if row.corpus.source == Corpus.Source.FOLDER:
        return _in_place(row.corpus)
    if row.url:
        return _placed([row.folder / "fetched"] if _fetch(row, attempt) else [], ())
    return _unpacked(row, attempt)


def _in_place(corpus: Corpus) -> list[Found]:
    """Return the files of a folder of the server, and forget those that are not there now."""
    root = corpus.path.resolve()
    corpora.checked_folder(str(root))
    paths = find_all([root], suffixes=SUFFIXES)
    if len(paths) > MOST_FILES:
        raise Refused("folder_crowded", folder=corpus.folder, high=MOST_FILES)
    found = [Found(path, composer_of(path)[:80], str(path.relative_to(root))) for path in paths]
    corpus.files.exclude(path__in=[each.place for each in found]).delete()
    return found


def _fetch(row: Intake, attempt: Attempt) -> bool:
    folder, mark = row.folder / "fetched", row.folder / ARRIVED
    if mark.exists():
        return True
    try:
        library.fetch(folder, url=row.url, suffixes=SUFFIXES, report=attempt.report)
    except CorpusError as error:
        if error.code == "fetch_busy":  # by an attempt that is not dead after all
            raise LostError(str(error)) from error
        raise
    mark.touch()
    return True


def _unpacked(row: Intake, attempt: Attempt) -> list[Found]:
    """Unpack the zips among what was uploaded; one that is not fit to be is refused."""
    composer = safe_name(row.composer).lower() or UNSORTED
    folders: list[Path] = []
    loose: list[Path] = []
    for path in sorted(Path(row.dropped).glob("*/*")) if row.dropped else []:
        if path.suffix.lower() != ".zip":
            loose.append(path)
            continue
        to = row.folder / "unpacked" / path.parent.name
        try:
            unpack(path, to, attempt.report, suffixes=SUFFIXES, unsorted=composer)
        except CorpusError as error:
            _Reader(row, attempt).refuse(Found(path, "", path.name), error)
        else:
            folders.append(to)
    return _placed(folders, [Found(path, composer, "") for path in loose])


def _placed(folders: list[Path], loose: list[Found] | tuple[()]) -> list[Found]:
    """Give each file a place of its own; of several by one name the later are numbered."""
    found = [Found(path, composer_of(path), "") for path in find_all(folders, suffixes=SUFFIXES)]
    used: set[str] = set()
    placed: list[Found] = []
    for each in (*found, *loose):
        place = _free(f"{each.composer[:80]}/{safe_file(each.path)}", used)
        placed.append(each._replace(composer=each.composer[:80], place=place))
    return placed


def _free(place: str, used: set[str]) -> str:
    """Return ``place``, or the first like it whose MIDI file has no other's place; take it."""
    path = Path(place)
    names = (path.stem, *(f"{path.stem} ({n})" for n in range(2, MOST_FILES)))
    stem = next(name for name in names if str(path.with_name(name)) not in used)
    used.add(str(path.with_name(stem)))
    return str(path.with_name(f"{stem}{path.suffix}"))


class _Reader:
    """Reads files into the corpus of one intake, and counts what becomes of them."""

    def __init__(self, row: Intake, attempt: Attempt) -> None:
        self.row, self.corpus, self.attempt = row, row.corpus, attempt
        self.is_ours = corpora.is_ours(row.corpus)
        self.told_at = 0.0

    def read(self, found: list[Found]) -> dict[str, Any]:
        """Read every file; return what the row holds in the end."""
        self.attempt.report(Stage.READING, 0, len(found))
        for done, (each, judged) in enumerate(self._judged(found), 1):
            if judged.refusal:
                self.refuse(each, judged.refusal)
            else:
                self._take(each, judged)
            self._tell(done, len(found))
        return self._counts()

    def refuse(self, each: Found, error: GeneratorError) -> None:
        """Store why a file is refused; one that was taken before under its name stays."""
        place, size = each.place, each.path.stat().st_size
        if self.is_ours and self.corpus.files.filter(path=place, verdict__in=holdings.TAKEN):
            place = f"{place} ({self.row.created_at:%Y-%m-%d %H:%M})"
        told = {"code": error.code, "values": _plain(error.values)}
        self.row.n_refused += 1
        self._store(place, each, verdict=Verdict.REFUSED, remarks=[told], size=size)

    def _judged(self, found: list[Found]) -> Iterator[tuple[Found, Judged]]:
        by_path = {each.path: each for each in found}
        if not self.is_ours:
            for path in [p for p in by_path if p.suffix.lower() not in MIDI_SUFFIXES]:
                error = CorpusError("file_is_musicxml", file=path.name)
                yield by_path.pop(path), Judged(refusal=error)
        if by_path:
            for path, judged in verdicts(list(by_path)):
                yield by_path[path], judged

    def _take(self, each: Found, judged: Judged) -> None:
        place = str(Path(each.place).with_suffix(".mid")) if self.is_ours else each.place
        size = each.path.stat().st_size
        if self.is_ours:
            _put(each.path, judged.midi, self.corpus.path / place)
        self.row.n_taken += 1
        self._store(
            place,
            each,
            verdict=Verdict.REMARKED if judged.remarks else Verdict.TAKEN,
            remarks=[{"code": told.code, "values": dict(told.values)} for told in judged.remarks],
            size=size,
            sha256=judged.sha256,
            notes=judged.n_notes,
            seconds=judged.seconds,
            pitches=judged.pitches,
            rhythm=judged.rhythm,
        )

    def _store(self, place: str, each: Found, **facts: Any) -> None:
        nothing = {"sha256": "", "notes": 0, "seconds": 0.0, "pitches": {}, "rhythm": {}}
        CorpusFile.objects.update_or_create(
            corpus=self.corpus,
            path=place[:500],
            defaults={"composer": each.composer} | nothing | facts,
        )

    def _tell(self, done: int, total: int) -> None:
        self.attempt.report(Stage.READING, done, total)
        if monotonic() - self.told_at >= PAUSE_S or done == total:
            self.told_at = monotonic()
            self.attempt.publish(done=done, **self._counts())

    def _counts(self) -> dict[str, Any]:
        return {"n_taken": self.row.n_taken, "n_refused": self.row.n_refused}


def _put(source: Path, midi: bytes | None, target: Path) -> None:
    """Let a file lie in the corpus, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name[:100]}.part")
    if midi is None:
        shutil.copyfile(source, aside)
    else:
        aside.write_bytes(midi)
    aside.replace(target)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return ``values`` as every database can hold them."""
    return {
        name: value if isinstance(value, int) else str(value).replace("\0", "")[:300]
        for name, value in values.items()
    }


def _offer_openings(row: Intake, attempt: Attempt) -> dict[str, Any]:
    """Let pieces begin as the works of one composer do."""
    corpus, to = row.corpus, row.folder / "openings"
    files = holdings.taken(corpus).filter(composer=row.openings_by)
    names = {corpus.path / file.path: corpora.opening_name(file) for file in files}
    shutil.rmtree(to, ignore_errors=True)
    told = shelving.shelve_files(
        names,
        to,
        composer=composers.title(row.openings_by),
        attribution=corpus.attribution,
        licence=corpus.licence,
        report=attempt.report,
    )
    stocking.take_openings(to)
    Primer.objects.filter(name__in=told["openings"]).update(is_offered=True)
    shutil.rmtree(row.folder, ignore_errors=True)
    return {"n_taken": len(told["openings"]), "n_refused": len(told["rejected"])}
