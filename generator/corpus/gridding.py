"""Put what a MIDI file holds on the grid.

Notes are those of ``generator.canonical.exact``, row for row. What was played in
freely, so that its onsets do not lie on its beats, has no bars to be learned from.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generator.canonical import LOWEST, STEPS_PER_QUARTER
from generator.config import MOST_BYTES, MOST_MINUTES, MOST_NOTES
from generator.corpus.events import DamagedError, Events, events_of
from generator.errors import CorpusError, gettext_noop
from generator.grid import DURATION, N_KEYS, ONSET, PITCH, VELOCITY, GridScore, Metre, Steps

DEFAULT_TEMPO_QPM = 120.0  # what MIDI says of a file that says nothing
MICROSECONDS_A_MINUTE = 60_000_000
TEMPO_QPM = (10.0, 600.0)  # what a file says beyond is brought back to the bound
METRE_PARTS = range(1, 65)  # numerators and denominators that are believed

NO_NOTES = gettext_noop("it holds no notes")
DRUMS_ALONE = gettext_noop("it holds no notes but those of drums")

#: Into how many equal parts music divides the quarter note.
DIVISIONS = (2, 3, 4, 6, 8)
#: Median distance of the onsets from the nearest part, in parts, beyond which they are
#: free. By chance it is a quarter. Of an eighth, a sixth is a twelfth of a quarter note.
LOOSEST = 1 / 6


def read_piece(content: bytes, *, composer: str = "", name: str = "") -> GridScore:
    """Read a MIDI file that a model can learn from.

    Raises
    ------
    CorpusError
        As for :func:`learnable`.
    """
    return _on_grid(learnable(content, name), composer, name)


def learnable(content: bytes, name: str) -> Events:
    """Return what a MIDI file holds, if a model can learn from it.

    Nothing else decides which files of a corpus are taken: a training passes
    over what this refuses, and the verdict on a file says why.

    Raises
    ------
    CorpusError
        As for :func:`readable`, or if the piece was played freely.
    """
    events = readable(content, name)
    if looseness(np.array(events.notes)[:, ONSET] / events.ticks_a_quarter) > LOOSEST:
        raise CorpusError("file_played_freely", file=name)
    return events


def readable(content: bytes, name: str) -> Events:
    """Return what a MIDI file holds, if it is music for the piano.

    Raises
    ------
    CorpusError
        If the bytes are too many or no music, if there is no note of the piano
        or there are too many, or if the piece is too long.
    """
    if len(content) > (high := MOST_BYTES["midi"]):
        raise CorpusError("file_too_large", file=name, value=len(content), high=high)
    events = _events(content, name)
    n_notes = sum(is_of_piano(pitch) for _, pitch, *_ in events.notes)
    if not n_notes:
        reason = DRUMS_ALONE if events.n_drums and not events.notes else NO_NOTES
        raise CorpusError("file_unreadable", file=name, reason=reason)
    if n_notes > MOST_NOTES:
        raise CorpusError("file_crowded", file=name, value=n_notes, high=MOST_NOTES)
    if (minutes := seconds(events) / 60) > MOST_MINUTES:
        raise CorpusError("file_too_long", file=name, value=round(minutes), high=MOST_MINUTES)
    return events


def seconds(events: Events) -> float:
    """Return how long the music lasts, to the end of the last note, with every tempo obeyed."""
    end = max((onset + duration for onset, _, duration, _ in events.notes), default=0)
    told = {0: DEFAULT_TEMPO_QPM}
    told |= {tick: _believed(length) for tick, length in events.tempi if length}
    changes = [(tick, told[tick]) for tick in sorted(told) if tick < end]
    ends = [*(tick for tick, _ in changes[1:]), end]
    minutes = (
        (until - tick) / events.ticks_a_quarter / qpm
        for (tick, qpm), until in zip(changes, ends, strict=False)
    )
    return 60 * sum(minutes)


def read_grid(content: bytes, *, composer: str = "", name: str = "") -> GridScore:
    """Read the bytes of a MIDI file into notes on the grid.

    The notes are those of ``generator.canonical.exact``. A metre holds from step
    0, 4/4 where the file names none; one that says again what holds, at a bar
    line, is left out. The tempo is the file's first, and the pedal is down
    while it is on any channel.

    Raises
    ------
    CorpusError
        If the bytes are no MIDI file.
    """
    return _on_grid(_events(content, name), composer, name)


def looseness(onsets: npt.ArrayLike) -> float:
    """Return how far onsets lie from their beats: 0 on them, about 0.25 by chance.

    It is the median distance of the onsets, each counted once, from the nearest
    n-th of a quarter note, in n-ths, for the n of ``DIVISIONS`` that suits them
    best. Most onsets of a piece lie on one such division even where it mixes
    several, so what is played to a beat is near 0, whatever its rhythm, and what
    is played without one is not. Above ``LOOSEST`` it is free.

    Parameters
    ----------
    onsets : array of float
        In quarter notes as the file counts them, in any order.

    Examples
    --------
    >>> looseness([0, 0.25, 0.5, 1, 4 / 3, 5 / 3, 2])
    0.0
    """
    places = np.unique(np.asarray(onsets, float))
    if not len(places):
        return 0.0
    parts = np.multiply.outer(np.array(DIVISIONS), places)  # (divisions, onsets)
    return float(np.median(np.abs(parts - np.round(parts)), axis=1).min())


def _events(content: bytes, name: str) -> Events:
    try:
        return events_of(content)
    except DamagedError as error:
        raise CorpusError("file_unreadable", file=name, reason=str(error)) from error


def _on_grid(events: Events, composer: str, name: str) -> GridScore:
    notes = on_steps(events)
    end = int((notes[:, ONSET] + notes[:, DURATION]).max(initial=0))
    return GridScore(
        notes=notes,
        metres=_metres(events),
        tempo_qpm=_tempo(events),
        pedals=_pedals(events, end),
        composer=composer,
        name=name,
    )


def on_steps(events: Events) -> Steps:
    """Return the notes by onset and pitch; of those at one place, the longest, then loudest."""
    rows = np.array(events.notes, np.int64).reshape(-1, 4)
    rows[:, ONSET] = _steps(rows[:, ONSET], events.ticks_a_quarter)
    rows[:, DURATION] = np.maximum(1, _steps(rows[:, DURATION], events.ticks_a_quarter))
    rows[:, PITCH] -= LOWEST
    rows = rows[(rows[:, PITCH] >= 0) & (rows[:, PITCH] < N_KEYS)]
    rows = rows[
        np.lexsort((-rows[:, VELOCITY], -rows[:, DURATION], rows[:, PITCH], rows[:, ONSET]))
    ]
    is_new = np.diff(rows[:, [ONSET, PITCH]], axis=0, prepend=-1).any(axis=1)
    return rows[is_new]


def _steps(ticks: Steps, ticks_a_quarter: int) -> Steps:
    return (2 * STEPS_PER_QUARTER * ticks + ticks_a_quarter) // (2 * ticks_a_quarter)


def _step(tick: int, events: Events) -> int:
    return int(_steps(np.array(tick), events.ticks_a_quarter))


def _metres(events: Events) -> tuple[Metre, ...]:
    said = {0: Metre(0, 4, 4)}
    for tick, numerator, denominator in events.metres:
        if numerator in METRE_PARTS and denominator in METRE_PARTS:
            at = _step(tick, events)
            said[at] = Metre(at, numerator, denominator)
    kept = [said[0]]
    for at in sorted(said)[1:]:
        is_same = said[at][1:] == kept[-1][1:] and (at - kept[-1].step) % kept[-1].bar == 0
        if not is_same:
            kept.append(said[at])
    return tuple(kept)


def _tempo(events: Events) -> float:
    told = [(tick, length) for tick, length in events.tempi if length]
    if not told:
        return DEFAULT_TEMPO_QPM
    _, length = min(told, key=lambda tempo: tempo[0])
    return _believed(length)


def _believed(length: int) -> float:
    """Return the tempo of a quarter note that lasts ``length`` microseconds, within bounds."""
    low, high = TEMPO_QPM
    return min(max(MICROSECONDS_A_MINUTE / length, low), high)


def is_of_piano(pitch: int) -> bool:
    """Whether a piano has the key of ``pitch``."""
    return 0 <= pitch - LOWEST < N_KEYS


def _pedals(events: Events, end: int) -> Steps:
    """Return (down, up) of the pedal; one that is never released is so at ``end``."""
    spans: list[tuple[int, int]] = []
    channels: set[int] = set()  # whose pedal is down
    down = 0
    for tick, channel, is_down in sorted(events.pedals, key=lambda pedal: pedal[0]):
        if is_down and not channels:
            down = _step(tick, events)
        released = channels == {channel} and not is_down
        (channels.add if is_down else channels.discard)(channel)
        if released:
            spans.append((down, _step(tick, events)))
    if channels:
        spans.append((down, max(down, end)))
    return np.array([span for span in spans if span[0] < span[1]], np.int64).reshape(-1, 2)
