"""`python -m bench.agreement [FILE ...]` compares the notes we read with those of music21.

Both read a MIDI file, music21 with `quantizePost=False`, and what they read is
compared as a set of (onset step, pitch). Every difference is printed with its
file and its reason. Without files, a sample of the two data sets is compared;
with `--all`, every file of theirs, which takes music21 minutes.
"""

from __future__ import annotations

import argparse
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import mido

from generator import corpus
from generator.canonical import DRUM_CHANNEL, HIGHEST, LOWEST
from generator.grid import step

DATASETS = Path(__file__).parents[2] / "shared" / "datasets"
SAMPLE = 12  # files
CHORD_STEPS = 2  # music21 gathers what begins within a 16th of a quarter, 1.5 steps

Struck = set[tuple[int, int]]  # onset step, pitch

GATHERED = "music21 puts notes that begin and end within a 64th into one chord, at the first onset"
PUSHED = "a bar came out longer than its metre in music21, and all after it in the part lies later"
UNRELEASED = "music21 ends a note with the release of another; the file has none for it"
NO_KEY = "no key of the piano"
DRUMS = "a drum"
UNKNOWN = "not explained"


class Read(NamedTuple):
    """A note as music21 reads it."""

    onset: int  # step
    pitch: int
    struck: int  # step of the tick that music21 notes beside it; of a chord, the first tick


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


def notes_of_music21(path: Path) -> list[Any]:
    """Return the notes and chords of a file's flattened score, unquantised."""
    from music21 import converter  # noqa: PLC0415 - seconds

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = converter.parse(path, format="midi", forceSource=True, quantizePost=False)
    return list(score.flatten().notes)


def read_by_music21(path: Path) -> list[Read]:
    """Return a file's notes as music21 reads them, unquantised.

    A note that music21 splits at a bar line and ties is returned once.
    """
    from music21 import chord  # noqa: PLC0415 - seconds

    ticks_a_quarter = mido.MidiFile(path, clip=True).ticks_per_beat
    return [
        Read(
            step(float(element.offset)),
            note.pitch.midi,
            step(element.editorial.midiTickStart / ticks_a_quarter),
        )
        for element in notes_of_music21(path)
        for note in (element.notes if isinstance(element, chord.Chord) else [element])
        if hasattr(note, "pitch")
        and all(tie is None or tie.type == "start" for tie in (note.tie, element.tie))
    ]


def differences(path: Path) -> Iterator[Difference]:
    """Yield where our notes of a file differ from music21's."""
    ours = _struck_by_us(path)
    read = sorted(read_by_music21(path))
    missing = ours - {(note.onset, note.pitch) for note in read}
    for note in read:
        if (note.onset, note.pitch) in ours:
            continue
        places = [s for s in _places(note) if (s, note.pitch) in ours]
        missing -= {(s, note.pitch) for s in places[:1]}
        if places:
            yield Difference(note.pitch, places[0], note.onset, _why_elsewhere(note))
        else:
            yield Difference(note.pitch, None, note.onset, _why_extra(note, path))
    for onset, pitch in sorted(missing):  # music21 has them where we have another
        same = [note for note in read if note.pitch == pitch and onset in _places(note)]
        yield Difference(pitch, onset, None, _why_elsewhere(same[0]) if same else UNKNOWN)


def _places(note: Read) -> range:
    """Return the steps at which the file may strike a note that music21 put into a chord."""
    return range(note.struck, note.struck + CHORD_STEPS + 1)


def _why_elsewhere(note: Read) -> str:
    return GATHERED if note.onset == note.struck else PUSHED


def _why_extra(note: Read, path: Path) -> str:
    piano, drums = _strikes(path)
    if not LOWEST <= note.pitch <= HIGHEST:
        return NO_KEY
    if (note.struck, note.pitch) in drums:
        return DRUMS
    return UNRELEASED if (note.struck, note.pitch) in piano else UNKNOWN


def _struck_by_us(path: Path) -> Struck:
    notes = corpus.read_grid(path.read_bytes()).notes
    return {(onset, pitch + LOWEST) for onset, pitch, *_ in notes.tolist()}


@cache
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
