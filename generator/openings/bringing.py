"""Take an opening from a file that a visitor brings, and say what was taken and what was not.

A file comes from anybody, so it is read in a process that may take only so much
time and memory. MusicXML is turned into MIDI first: there is one way to read notes.
What was played in freely is counted in beats that are found by ear, or refused:
an opening that a visitor brings always has bars.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from generator import beats, files, midi
from generator.config import (
    CHOICE_BARS,
    CHOICE_NOTES,
    MOST_OPENING_S,
    MOST_READING_BYTES,
    OPENING_BARS,
)
from generator.corpus.events import Events
from generator.corpus.gridding import on_steps, read_grid, readable
from generator.corpus.parallel import each
from generator.corpus.verdicts import Remark, midi_of, refusal, remarks
from generator.errors import PrimerError
from generator.grid import ONSET, GridScore, on_grid
from generator.notation.keys import estimate_key
from generator.opening import Opening
from generator.openings.shelving import LONGEST_TITLE, title_of
from generator.openings.taking import bars_to_choose, chords_of, metre_of, of_grid
from generator.score import Score

N_CHORDS = 64  # for the 40-note recipe
LONGEST_COMPOSER = 80  # characters
EIGHTHS = 8  # the shortest beat that a rest of is left out before an upbeat
NOT_SAID = ("evenly_loud", "metre_unsaid")  # remarks for who learns; here they are others


@dataclass(frozen=True, kw_only=True)
class Brought:
    """An opening, and what is worth knowing of the file it was taken from."""

    opening: Opening
    remarks: tuple[Remark, ...] = ()


def bring(path: Path, *, limit_s: float = MOST_OPENING_S) -> Brought:
    """Return the opening in a file that comes from anybody, read in a process of its own.

    Raises
    ------
    GeneratorError
        If it cannot begin a piece: one sentence names the reason. Also where reading
        it takes too much time or memory.
    """
    outcomes = each(read, [path], n_processes=1, limit_s=limit_s, memory_bytes=MOST_READING_BYTES)
    with closing(outcomes):
        outcome = next(outcomes)
    if outcome.error:
        raise refusal(path, outcome.error, limit_s)
    brought: Brought = outcome.value
    return brought


def read(path: Path) -> Brought:
    """Return the opening in the file at ``path``. Raises as :func:`bring` does."""
    content, is_turned = midi_of(path)
    events = readable(content, path.name)
    score = midi.score_of(content) if is_turned else files.read_score(path)
    is_free = beats.is_free(score)
    grid = on_grid(beats.estimate(score)) if is_free else read_grid(content, name=path.name)

    heading = files.heading_of(path) if is_turned else None
    opening = _opening(grid, path)
    if heading:
        title, composer = heading.title[:LONGEST_TITLE], heading.composer[:LONGEST_COMPOSER]
        opening = replace(opening, title=title or path.stem, composer=composer)
    told = [Remark("from_musicxml", {})] if is_turned else []
    told += [one for one in remarks(events, on_steps(events)) if one.code not in NOT_SAID]
    if is_free:
        told.append(_estimated(opening))
    else:
        has_tempo = heading.has_tempo if heading else bool(events.tempi)
        told += _assumed(events, opening, n_tempi=len(score.tempi), has_tempo=has_tempo)
    if grid.is_flat:
        told.append(Remark("evenly_played", {}))
    return Brought(opening=opening, remarks=(*told, *_left_out(grid, opening)))


def _opening(grid: GridScore, path: Path) -> Opening:
    n_bars = max(1, bars_to_choose(grid))
    begun = of_grid(grid, name=path.stem, chords=(), bars=min(OPENING_BARS, n_bars))
    if (n := len(begun.notes)) > CHOICE_NOTES:
        raise PrimerError("primer_crowded", file=path.name, value=n, high=CHOICE_NOTES)
    notes = begun.work or begun.notes
    return replace(
        begun,
        title=title_of(path),
        chords=tuple(chords_of(Score(notes=notes))[:N_CHORDS]),
        key=estimate_key(notes).fifths,
    )


def _estimated(opening: Opening) -> Remark:
    values = {"qpm": round(opening.tempo_qpm), "beats": opening.time_signature[0]}
    return Remark("beats_estimated", values)


def _assumed(
    events: Events, opening: Opening, *, n_tempi: int, has_tempo: bool
) -> Iterator[Remark]:
    """Yield what a file that counts its own beats does not say, or says more than once."""
    if not events.metres:
        yield Remark("metre_unsaid", {})
    if not has_tempo:
        yield Remark("tempo_unsaid", {"qpm": round(opening.tempo_qpm)})
    elif n_tempi:
        yield Remark("other_tempi", {"n": n_tempi})


def _left_out(grid: GridScore, opening: Opening) -> Iterator[Remark]:
    """Yield how many notes come after the bars that are kept, and why they are not."""
    n_kept = len(opening.work or opening.notes)
    if not (n := len(grid.notes) - n_kept):
        return
    n_bars = max(1, bars_to_choose(grid))
    values = {"n": n, "bar": _printed(opening, n_bars)}
    if n_bars == CHOICE_BARS:
        yield Remark("after_bar", values | {"high": CHOICE_BARS})
    elif _changes_at(grid, n_bars):
        yield Remark("after_metre", values)
    else:
        yield Remark("after_crowd", values | {"high": CHOICE_NOTES})


def _printed(opening: Opening, n_bars: int) -> int:
    """Return the number of the last of ``n_bars`` after the upbeat: an upbeat is bar 0.

    One that lacks less than a beat of its bar is printed with the rest, as bar 1.
    """
    numerator, denominator = opening.time_signature
    silent = numerator * 4 / denominator - opening.upbeat
    is_whole = opening.upbeat and silent < 4 / max(4, min(denominator, EIGHTHS))
    return n_bars + bool(is_whole)


def _changes_at(grid: GridScore, n_bars: int) -> bool:
    """Whether the metre changes before the bar after ``n_bars`` is over."""
    metre, first = metre_of(grid), int(grid.notes[0, ONSET])
    upbeat = (metre.step - first) % metre.bar
    end = first + upbeat + (n_bars + 1) * metre.bar
    return bool(np.any([metre.step < m.step < end and m.step > first for m in grid.metres]))
