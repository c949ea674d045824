"""Take an opening from a file: chords for the 40-note recipe, notes and bars for the other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np

from generator import beats, files
from generator.config import CHOICE_BARS, CHOICE_NOTES
from generator.corpus.gridding import read_grid
from generator.errors import CorpusError, PrimerError
from generator.grid import ONSET, GridScore, Metre, off_grid, on_grid, quarters
from generator.opening import Opening
from generator.score import Chord, Note, Score

MIDI_MARK = b"MThd"


def take(path: Path, *, name: str, n_chords: int, bars: int) -> Opening:
    """Return the beginning of a MIDI or MusicXML file.

    The notes are those of the first bars, with an upbeat where there is one; the
    metre is the one they are counted in, the tempo the file's first. What was
    played in freely is counted in beats that are found by ear; where none can be
    heard it has chords, but no notes.

    Raises
    ------
    CorpusError
        If the file is no music that can be read.
    PrimerError
        If it has no note on the piano's keys.
    """
    score = files.read_score(path)
    if _is_midi(path):
        chords = files.read_chords(path)
        grid = read_grid(path.read_bytes(), name=path.name)
    else:
        chords, grid = chords_of(score), on_grid(score)
    if not chords or not len(grid.notes):
        raise PrimerError("primer_empty", file=path.name)

    is_free = beats.is_free(score)
    if is_free:
        with suppress(CorpusError):
            grid, is_free = on_grid(beats.estimate(score), name=path.name), False
    begun = of_grid(grid, name=name, chords=tuple(chords[:n_chords]), bars=bars)
    return replace(begun, notes=(), work=(), is_free=True) if is_free else begun


def of_grid(grid: GridScore, *, name: str, chords: tuple[Chord, ...], bars: int) -> Opening:
    """Return the beginning of music that has bars; ``grid`` has at least one note."""
    metre = metre_of(grid)
    upbeat = (metre.step - int(grid.notes[0, ONSET])) % metre.bar
    notes = _first(grid, upbeat + bars * metre.bar)
    work = _first(grid, upbeat + bars_to_choose(grid) * metre.bar)
    return Opening(
        name=name,
        title=name,
        chords=chords,
        notes=notes,
        work=work if len(work) > len(notes) else (),
        time_signature=(metre.numerator, metre.denominator),
        tempo_qpm=round(grid.tempo_qpm, 2),  # MIDI counts whole microseconds a quarter
        upbeat=quarters(upbeat),
    )


def bars_to_choose(grid: GridScore) -> int:
    """Return how many bars after the upbeat are kept to choose from.

    They end before a change of metre, and are ``CHOICE_BARS`` with ``CHOICE_NOTES`` at most.
    """
    metre, first = metre_of(grid), int(grid.notes[0, ONSET])
    upbeat = (metre.step - first) % metre.bar
    changes = [m.step for m in grid.metres if m.step > max(metre.step, first)]
    n = min([CHOICE_BARS, *(max(0, step - first - upbeat) // metre.bar for step in changes)])
    ends = first + upbeat + metre.bar * np.arange(n + 1)
    counts = np.searchsorted(grid.notes[:, ONSET], ends)
    return int((counts <= CHOICE_NOTES).sum()) - 1


def _is_midi(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MIDI_MARK)) == MIDI_MARK


def chords_of(score: Score) -> list[Chord]:
    """Return what begins and ends together as one chord; the highest first, as in our own."""

    def place(note: Note) -> tuple[float, float]:
        return note.onset, note.duration

    together = groupby(sorted(score.notes, key=place), key=place)
    chords = [
        Chord(onset, duration, tuple(sorted({n.pitch for n in notes})), notes[0].velocity)
        for (onset, duration), members in together
        if (notes := list(members))
    ]
    return sorted(chords, key=lambda chord: (chord.onset, -chord.pitches[-1]))


def metre_of(grid: GridScore) -> Metre:
    """Return the metre at the first note, or the next where an upbeat has one of its own."""
    first = int(grid.notes[0, ONSET])
    reached = [m for m in grid.metres if m.step <= first or m.step - first < m.bar]
    return reached[-1]


def _first(grid: GridScore, n_steps: int) -> tuple[Note, ...]:
    """Return the notes of the first steps from the first note on, in quarter notes from it."""
    begin = int(grid.notes[0, ONSET])
    notes = grid.notes[grid.notes[:, ONSET] < begin + n_steps]
    notes[:, ONSET] -= begin  # a copy: the mask made one
    return off_grid(GridScore(notes=notes)).notes
