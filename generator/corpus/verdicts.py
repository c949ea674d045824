"""What is said of each file of a corpus: taken, taken with remarks, or refused with the reason.

A file comes from anybody, so each is read in a process that may take only so
much time and memory. Whether it is taken is decided by ``gridding.learnable``
alone, by which a training decides too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from generator import config, files, midi
from generator.canonical import LOWEST
from generator.corpus.events import DRUM_CHANNEL, Events
from generator.corpus.gridding import is_of_piano, learnable, on_steps, seconds
from generator.corpus.parallel import HeavyError, Outcome, SlowError, each
from generator.corpus.reading import n_cores
from generator.errors import REMARKS, CorpusError, GeneratorError, gettext_noop
from generator.grid import ONSET, PITCH, VELOCITY, Steps

PIANOS = range(8)  # programs of General MIDI
NEITHER = gettext_noop("it is neither MIDI nor MusicXML")

#: Steps between two strikes that a picture of the rhythm tells apart: 24 are a quarter note.
RHYTHM = np.array([3, 4, 6, 8, 12, 16, 18, 24, 36, 48, 72, 96])


class Remark(NamedTuple):
    """Something worth knowing of a file that was taken."""

    code: str  # a key of errors.REMARKS
    values: Mapping[str, Any]  # of which "n" says how many

    def __str__(self) -> str:
        one, several = REMARKS[self.code]
        return (one if self.values.get("n", 1) == 1 else several).format(**self.values)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one file."""

    refusal: GeneratorError | None = None
    remarks: tuple[Remark, ...] = ()
    sha256: str = ""  # of the MIDI file, hexadecimal
    n_notes: int = 0
    seconds: float = 0.0
    pitches: Mapping[int, int] = field(default_factory=dict)  # how often each is struck
    rhythm: Mapping[int, int] = field(default_factory=dict)  # how often each of RHYTHM comes
    midi: bytes | None = None  # what a file that is not MIDI was turned into


def verdicts(
    paths: Sequence[Path], *, limit_s: float = config.MOST_READING_S
) -> Iterator[tuple[Path, Verdict]]:
    """Read files side by side, and yield what is said of each when it is known.

    Parameters
    ----------
    paths : sequence of Path
        MIDI or MusicXML by their content, whatever they are called.
    limit_s : float
        How long one may take; a file that takes longer is refused.
    """
    outcomes = each(
        judge,
        paths,
        n_processes=min(n_cores(), len(paths)),
        limit_s=limit_s,
        memory_bytes=config.MOST_READING_BYTES,
    )
    with closing(outcomes):
        for outcome in outcomes:
            path = paths[outcome.index]
            yield path, _verdict_of(path, outcome, limit_s)


def judge(path: Path) -> Verdict:
    """Return what is said of the file at ``path``. Runs in a process of its own."""
    try:
        content, is_turned = midi_of(path)
        events = learnable(content, path.name)
    except CorpusError as error:
        return Verdict(refusal=error)
    notes = on_steps(events)
    told = [*remarks(events, notes), *([Remark("from_musicxml", {})] if is_turned else [])]
    return Verdict(
        remarks=tuple(told),
        sha256=hashlib.sha256(content).hexdigest(),
        n_notes=len(notes),
        seconds=round(seconds(events), 2),
        pitches=dict(Counter((notes[:, PITCH] + LOWEST).tolist())),
        rhythm=_rhythm(notes),
        midi=content if is_turned else None,
    )


def midi_of(path: Path) -> tuple[bytes, bool]:
    """Return a file as MIDI, and whether it was something else; raise CorpusError for neither."""
    with path.open("rb") as file:
        content = file.read(max(config.MOST_BYTES.values()) + 1)
    if content.startswith(b"MThd") or not content:
        return content, False
    if not content.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith((b"<", b"PK")):
        raise CorpusError("file_unreadable", file=path.name, reason=NEITHER)
    return midi.bytes_of(files.read_score(path)), True


def remarks(events: Events, notes: Steps) -> Iterator[Remark]:
    """Yield what is worth knowing of a MIDI file whose ``notes`` are taken."""
    beyond = sum(not is_of_piano(pitch) for _, pitch, *_ in events.notes)
    others = {channel for channel, program in events.programs.items() if program not in PIANOS} - {
        DRUM_CHANNEL
    }
    counts = {
        "drums_left_out": events.n_drums,
        "beyond_keys_left_out": beyond,
        "unended_left_out": events.n_unended,
        "other_instruments": len(others),
    }
    yield from (Remark(code, {"n": n}) for code, n in counts.items() if n)
    if not events.metres:
        yield Remark("metre_unsaid", {})
    if len(np.unique(notes[:, VELOCITY])) == 1:
        yield Remark("evenly_loud", {})


def _rhythm(notes: Steps) -> dict[int, int]:
    """Count the times from strike to strike, each as the nearest of ``RHYTHM``."""
    between = np.diff(np.unique(notes[:, ONSET]))
    nearest = np.abs(np.subtract.outer(between, RHYTHM)).argmin(axis=1)
    return dict(Counter(RHYTHM[nearest].tolist()))


def _verdict_of(path: Path, outcome: Outcome, limit_s: float) -> Verdict:
    error = outcome.error
    if error is None:
        verdict: Verdict = outcome.value
        return verdict
    return Verdict(refusal=refusal(path, error, limit_s))


def refusal(path: Path, error: Exception, limit_s: float) -> GeneratorError:
    """Return what is said of a file whose reading ended in ``error``."""
    if isinstance(error, GeneratorError):
        return error
    if isinstance(error, SlowError):
        return CorpusError("file_slow", file=path.name, limit_s=f"{limit_s:g}")
    if isinstance(error, HeavyError):
        return CorpusError("file_heavy", file=path.name)
    return CorpusError("file_unreadable", file=path.name, reason=str(error))
