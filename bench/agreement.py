"""`python -m bench.agreement [FILE ...]` compares the notes we read with those of music21.

Both read a MIDI file, music21 with `quantizePost=False`, and what they read is
compared as a set of (onset step, pitch). Every difference is printed with its
file and its reason. Without files, a sample of the two data sets is compared;
with `--all`, every file of theirs, which takes music21 a quarter of an hour.
"""

from __future__ import annotations

import argparse
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import mido

from generator import corpus
from generator.canonical import DRUM_CHANNEL, HIGHEST, LOWEST
from generator.grid import step

DATASETS = Path(__file__).parents[2] / "shared" / "datasets"
SAMPLE = 12  # files
CHORD_STEPS = 2  # music21 gathers what begins within a 16th of a quarter, 1.5 steps

Struck = set[tuple[int, int]]  # onset step, pitch

GATHERED = "music21 gathers notes that begin and end within a 64th of each other at the first onset"
UNRELEASED = "music21 ends a note with the release of another; the file has none for it"
NO_KEY = "no key of the piano"
DRUMS = "a drum"
UNKNOWN = "not explained"


class Difference(NamedTuple):
    """A note that only one of the two has, or that lies elsewhere."""

    pitch: int
    ours: int | None  # onset step
    theirs: int | None
    reason: str


def all_files() -> list[Path]:
    """Return every MIDI file of the two data sets, in order of place."""
    return sorted(path for path in DATASETS.rglob("*") if path.suffix.lower() == ".mid")


def spread(paths: Sequence[Path], n: int) -> list[Path]:
    """Return ``n`` files that lie equally far apart in bytes, so that large ones count more."""
    ends = list(accumulate(path.stat().st_size for path in paths))
    marks = [(i + 0.5) / n * ends[-1] for i in range(n)]
    return [next(p for p, end in zip(paths, ends, strict=True) if end >= mark) for mark in marks]


def struck_by_music21(path: Path) -> Struck:
    """Return the onset steps and pitches of a file's notes as music21 reads them.

    A note that music21 splits at a bar line and ties is counted once.
    """
    from music21 import chord, converter  # noqa: PLC0415 - seconds

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = converter.parse(path, format="midi", forceSource=True, quantizePost=False)
    return {
        (step(float(element.offset)), note.pitch.midi)
        for element in score.flatten().notes
        for note in (element.notes if isinstance(element, chord.Chord) else [element])
        if hasattr(note, "pitch")
        and all(tie is None or tie.type == "start" for tie in (note.tie, element.tie))
    }


def differences(path: Path) -> Iterator[Difference]:
    """Yield where our notes of a file differ from music21's, by onset."""
    ours = _struck_by_us(path)
    theirs = struck_by_music21(path)
    raw, drums = _strikes(path)
    mine, other = ours - theirs, theirs - ours
    for onset, pitch in sorted(mine):
        moved = [s for s in range(onset - CHORD_STEPS, onset) if (s, pitch) in other]
        if moved:
            other.remove((moved[0], pitch))
            led = any(s == moved[0] for s, _ in ours)  # the note that the others were put to
            yield Difference(pitch, onset, moved[0], GATHERED if led else UNKNOWN)
        elif any((s, pitch) in theirs for s in range(onset - CHORD_STEPS, onset)):
            yield Difference(pitch, onset, None, GATHERED)  # it fell on one struck before
        else:
            yield Difference(pitch, onset, None, UNKNOWN)
    for onset, pitch in sorted(other):
        if not LOWEST <= pitch <= HIGHEST:
            reason = NO_KEY
        elif (onset, pitch) in drums:
            reason = DRUMS
        else:
            reason = UNRELEASED if (onset, pitch) in raw else UNKNOWN
        yield Difference(pitch, None, onset, reason)


def _struck_by_us(path: Path) -> Struck:
    notes = corpus.read_grid(path.read_bytes()).notes
    return {(onset, pitch + LOWEST) for onset, pitch, *_ in notes.tolist()}


def _strikes(path: Path) -> tuple[Struck, Struck]:
    """Return what a file strikes, whether or not it ends: on the piano, and on the drums."""
    midi = mido.MidiFile(path, clip=True)
    struck: tuple[Struck, Struck] = set(), set()
    for track in midi.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                place = step(now / midi.ticks_per_beat), message.note
                struck[message.channel == DRUM_CHANNEL].add(place)
    return struck


def main() -> None:
    """Compare the files asked for, print each difference, then how many of each reason."""
    parser = argparse.ArgumentParser(prog="python -m bench.agreement", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--all", action="store_true", help="every file of the two data sets")
    choices = parser.parse_args()
    known = all_files()
    paths = choices.files or (known if choices.all or not known else spread(known, SAMPLE))

    counted: Counter[str] = Counter()
    n_notes = 0
    print("file", "pitch", "our_step", "music21_step", "reason", sep="\t")
    for path in paths:
        n_notes += len(_struck_by_us(path))
        for found in differences(path):
            counted[found.reason] += 1
            print(path.name, *("-" if part is None else part for part in found), sep="\t")
    print(f"\n{len(paths)} files, {n_notes} notes, {counted.total()} differences")
    for reason, count in counted.most_common():
        print(f"{count:>6}  {reason}")


if __name__ == "__main__":
    main()
