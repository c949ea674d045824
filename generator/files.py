"""Music on disk: MIDI and MusicXML to notes, and notes to MIDI.

This module alone opens a file of music. What is read may come from anybody, so
it is bounded in size and in notes, and whatever a parser trips over becomes one
sentence for the person who chose the file. The parsers are loaded when they
are needed: composing writes MIDI, and needs neither music21 nor pretty_midi.
"""

from __future__ import annotations

import html
import io
import os
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from generator import midi
from generator.config import MOST_BYTES, MOST_NOTES
from generator.errors import CorpusError, gettext_noop
from generator.score import Chord, Score

if TYPE_CHECKING:
    from music21.chord import Chord as MusicChord
    from music21.note import Note as MusicNote

MAX_BYTES = MOST_BYTES
MAX_NOTES = MOST_NOTES

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DAMAGED = gettext_noop("it is damaged, or neither MIDI nor MusicXML")

TITLE = re.compile(r"<(?:work|movement)-title>([^<]+)<")
COMPOSER = re.compile(r"<creator[^>]*type=[\"']composer[\"'][^>]*>([^<]+)<")
TEMPO = re.compile(r"<per-minute|<sound[^>]*\stempo=")

Read = TypeVar("Read")


class Heading(NamedTuple):
    """What a MusicXML file says over its music; empty where it says nothing."""

    title: str
    composer: str
    has_tempo: bool


def read_score(path: Path) -> Score:
    """Read a MIDI or MusicXML file, whichever it is by its content.

    Every track but the drums is read. Of several tempi, the one that holds
    when the first note sounds is kept.

    Parameters
    ----------
    path : Path
        A Standard MIDI File, or MusicXML, compressed (``.mxl``) or not.

    Returns
    -------
    Score
        At least one note. MIDI is not quantised: onsets are as in the file.

    Raises
    ------
    CorpusError
        If the file is too large, damaged, of another kind, or holds no note
        or more than ``MAX_NOTES``.
    """
    kind, content = _content(path)
    score = _parsed(path, midi.score_of if kind == "midi" else _musicxml_score, content)
    _check_count(path, len(score.notes))
    return score


def read_chords(path: Path) -> list[Chord]:
    """Read the chords of a MIDI file as the 40-note recipe does, by music21.

    The score is flattened, and its notes and chords are taken in music21's
    order. music21 snaps onsets to its own grid of sixteenths and triplets,
    and joins what begins together in a voice into a chord.

    Parameters
    ----------
    path : Path
        A Standard MIDI File.

    Returns
    -------
    list of Chord
        In the order of the flattened score, which is by onset. Pitches rise,
        and a pitch that two voices share stands there twice.

    Raises
    ------
    CorpusError
        As for :func:`read_score`.
    """
    kind, content = _content(path)
    if kind != "midi":
        raise _unreadable(path, "it is not a MIDI file")
    _check_count(path, _parsed(path, midi.n_struck, content))
    from generator import streams  # noqa: PLC0415 - loads music21

    chords = _parsed(path, streams.chords_of_midi, content)
    _check_count(path, len(chords))
    return chords


def heading_of(path: Path) -> Heading:
    """Return what the MusicXML file at ``path`` says of its title, its composer and its tempo.

    Raises
    ------
    CorpusError
        If it is too large or cannot be opened.
    """
    _, content = _content(path)
    text = content.decode("utf-16" if content[:2] in UTF_16 else "utf-8", errors="replace")
    title, composer = (_words(pattern.search(text)) for pattern in (TITLE, COMPOSER))
    return Heading(title, composer, bool(TEMPO.search(text)))


def _words(found: re.Match[str] | None) -> str:
    return " ".join(html.unescape(found[1]).split()) if found else ""


def write_midi(score: Score, path: Path) -> None:
    """Write ``score`` as a MIDI file of format 1: a conductor track and a piano track.

    The bytes depend on the score alone. They carry its origin as a text event,
    and no title, date or version.

    Parameters
    ----------
    score : Score
        Overlapping notes of one pitch are written as ``midi.as_played`` has them.
    path : Path
        Written whole or not at all.
    """
    aside = path.with_name(f".{path.name}.part")
    with aside.open("wb") as file:
        file.write(midi.bytes_of(score))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def to_music21(chords: Iterable[Chord]) -> list[MusicNote | MusicChord]:
    """Return ``chords`` as music21 notes and chords with their offsets set."""
    from generator import streams  # noqa: PLC0415 - loads music21

    return streams.to_music21(chords)


def set_up_music21() -> None:
    """Let ``Stream.show`` of music21 find MuseScore and do without a display, in this process."""
    from generator import showing  # noqa: PLC0415 - loads music21

    showing.set_up()


# Reading


def _content(path: Path) -> tuple[str, bytes]:
    try:
        size = path.stat().st_size
        _check_size(path, size, max(MAX_BYTES.values()))
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError("file_missing", file=path.name) from error
    except OSError as error:
        raise _unreadable(path, (error.strerror or "it cannot be opened").lower()) from error
    if not content:
        raise _unreadable(path, "it is empty")
    kind = "midi" if content.startswith(b"MThd") else "musicxml"
    _check_size(path, size, MAX_BYTES[kind])
    if content.startswith(b"PK"):
        content = _parsed(path, _unpacked, content)
    return kind, content


def _unpacked(archive: bytes) -> bytes:
    """Return the score inside a compressed MusicXML file, read up to the limit."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = [name for name in opened.namelist() if name.lower().endswith((".xml", ".musicxml"))]
        score = next(name for name in names if not name.startswith("META-INF"))
        with opened.open(score) as stream:
            content = stream.read(MAX_BYTES["musicxml"] + 1)  # a zip may lie about its sizes
    if len(content) > MAX_BYTES["musicxml"]:
        raise ValueError("the score inside is too large")
    return content


def _parsed(path: Path, parse: Callable[[bytes], Read], content: bytes) -> Read:
    try:
        return parse(content)
    except Exception as error:  # whatever hostile bytes make of a parser
        raise _unreadable(path, DAMAGED) from error


def _musicxml_score(content: bytes) -> Score:
    from generator import streams  # noqa: PLC0415 - loads music21

    return streams.score_of_musicxml(content)


def _check_size(path: Path, size: int, high: int) -> None:
    if size > high:
        raise CorpusError("file_too_large", file=path.name, value=f"{size:,}", high=f"{high:,}")


def _check_count(path: Path, n_notes: int) -> None:
    if n_notes == 0:
        raise _unreadable(path, "it holds no notes")
    if n_notes > MAX_NOTES:
        raise CorpusError("file_crowded", file=path.name, value=n_notes, high=MAX_NOTES)


def _unreadable(path: Path, reason: str) -> CorpusError:
    return CorpusError("file_unreadable", file=path.name, reason=reason)
