"""Which scores are free, and the score that follows from their beats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from generator.beats.tracking import Floats, Onset, track
from generator.corpus.gridding import LOOSEST, looseness
from generator.errors import CorpusError
from generator.score import Clock, Note, Pedal, Score, Tempo, TimeSignature

ON_BEAT = 0.04  # quarter notes by which an onset may miss its beat
FEWEST = 16  # onsets; less is no evidence
BY_CHANCE = 0.1  # looseness between the beats; chance makes 0.14 and more, music 0.05 at most
LONGEST = 3600.0  # seconds; nobody plays longer, but a file may claim to
STEPS = 24  # to the quarter note

SOON = 0.02  # seconds; a beat this near to the beginning is the first
TOGETHER = 0.035  # seconds; what is struck closer is one chord
AROUND = 8  # chords to either side that loudness is compared with
LOW = 52  # pitch below which a key is a bass

# Spacing of a beat's grid in quarter notes, and what it costs to choose it over a simpler one.
SPACINGS = ((1 / 2, 0.0), (1 / 4, 0.004), (1 / 3, 0.006), (1 / 6, 0.02), (1 / 8, 0.03))


def is_free(score: Score) -> bool:
    """Return whether ``score`` was played in freely: its onsets lie on no beat of its own."""
    return looseness([note.onset for note in score.notes]) > LOOSEST


def counted(score: Score) -> Score:
    """Return ``score`` as it is or, where it was played in freely, in beats that were estimated.

    Raises
    ------
    CorpusError
        As for :func:`estimate`.
    """
    return estimate(score) if is_free(score) else score


def estimate(score: Score) -> Score:
    """Return ``score`` counted in the beats that it was played in.

    Parameters
    ----------
    score : Score
        Played freely; its own quarter notes and metres are not believed.

    Returns
    -------
    Score
        The same notes in order of onset and pitch. A beat is a quarter note;
        onsets lie on halves, thirds, quarters, sixths or eighths of it. Its
        ``tempi`` are the player's: ``seconds_at`` a note's onset is when it
        was struck, within what the grid took.

    Raises
    ------
    CorpusError
        ``beats_unclear``, if the notes follow no beat that can be heard;
        ``beats_few``, if there are too few to hear one.
    """
    chords = list(_chords(score))
    if len(chords) < FEWEST:
        raise CorpusError("beats_few", value=len(chords), low=FEWEST)
    if chords[-1][0].time - chords[0][0].time > LONGEST:
        raise CorpusError("beats_unclear")
    beats = track([onset for onset, _ in chords])
    counted = _Count(beats)
    places = np.array([counted.quarters_at(onset.time) for onset, _ in chords])
    if _looseness_between(places) > BY_CHANCE:
        raise CorpusError("beats_unclear")
    return _recounted(score, chords, counted)


def _looseness_between(places: Floats) -> float:
    """Return how loose the onsets between the beats are: those on them prove nothing."""
    between = places[np.abs(places - np.round(places)) > ON_BEAT]
    return looseness(between) if len(between) >= FEWEST else 0.0


def _chords(score: Score) -> Iterator[tuple[Onset, list[Note]]]:
    """Yield what is struck at once, with the seconds and the strength of it."""
    clock = Clock(score)
    groups: list[tuple[float, list[Note]]] = []
    for note in sorted(score.notes):
        time = clock.seconds_at(note.onset)
        if groups and time - groups[-1][0] < TOGETHER:
            groups[-1][1].append(note)
        else:
            groups.append((time, [note]))
    loudness = np.array([max(note.velocity for note in notes) for _, notes in groups], dtype=float)
    for i, (time, notes) in enumerate(groups):
        near = loudness[max(0, i - AROUND) : i + AROUND + 1].mean()
        wait = (groups[i + 1][0] if i + 1 < len(groups) else time + 1) - time
        lasts = max(clock.seconds_at(n.onset + n.duration) for n in notes) - time
        bass = min(note.pitch for note in notes) < LOW
        weight = (
            0.35 * np.log(len(notes))
            + 0.5 * bass
            + 1.5 * (loudness[i] - near) / near
            + 0.5 * np.log1p(min(wait, 2.0) / 0.2)
            + 0.3 * np.log1p(min(lasts, 2.0) / 0.2)
        )
        yield Onset(time, float(weight)), notes


class _Count:
    """From seconds to beats, and back to tempi."""

    def __init__(self, beats: Floats) -> None:
        period = float(np.median(np.diff(beats)))
        # A silence before the first beat is counted too, in beats of its own.
        lead = max(1, round(beats[0] / period)) if beats[0] > SOON else 0
        before = np.arange(lead) * beats[0] / max(lead, 1)
        self.first = lead
        self.times = np.concatenate([before, beats, beats[-1] + period * np.arange(1, 9)])

    def quarters_at(self, seconds: float) -> float:
        """Return the beat, from 0, and how much of it has passed."""
        return float(np.interp(seconds, self.times, np.arange(len(self.times))))

    def tempi(self, end: float) -> tuple[Tempo, ...]:
        """Return the tempo of every beat until ``end``, in quarter notes."""
        told = [Tempo(float(i), 60 / (b - a)) for i, (a, b) in enumerate(pairwise(self.times))]
        return tuple(tempo for tempo in told if tempo.onset < end)


def _recounted(score: Score, chords: Sequence[tuple[Onset, list[Note]]], count: _Count) -> Score:
    clock = Clock(score)
    places = _snapped([count.quarters_at(onset.time) for onset, _ in chords])
    notes = []
    for place, (onset, struck) in zip(places, chords, strict=True):
        for note in struck:
            end = count.quarters_at(clock.seconds_at(note.onset + note.duration))
            lasts = max(1, round((end - count.quarters_at(onset.time)) * STEPS))
            notes.append(note._replace(onset=place, duration=lasts / STEPS))
    pedals = [
        (count.quarters_at(clock.seconds_at(p.onset)),
         count.quarters_at(clock.seconds_at(p.onset + p.duration)))
        for p in score.pedals
    ]  # fmt: skip
    end = max(note.onset + note.duration for note in notes)
    tempi = count.tempi(end)
    metres = _metres(places, [onset.weight for onset, _ in chords], chords)
    return replace(
        score,
        notes=tuple(sorted(notes, key=lambda note: (note.onset, note.pitch))),
        tempo_qpm=float(np.median([tempo.qpm for tempo in tempi])),
        time_signatures=metres,
        pedals=tuple(Pedal(down, up - down) for down, up in pedals if up > down),
        tempi=tempi,
    )


def _snapped(places: Sequence[float]) -> list[float]:
    """Put each place on the grid that explains its beat most simply; none falls on another."""
    by_beat: dict[int, list[float]] = {}
    for place in places:
        by_beat.setdefault(int(place + 1 / 16), []).append(place)
    snapped: list[float] = []
    for beat, members in by_beat.items():
        spacing = min(SPACINGS, key=lambda choice: _cost(members, beat, *choice))[0]
        snapped += [beat + spacing * round((place - beat) / spacing) for place in members]
    return [round(place * STEPS) / STEPS for place in snapped]


def _cost(members: Sequence[float], beat: int, spacing: float, price: float) -> float:
    cells = [spacing * round((place - beat) / spacing) for place in members]
    error = sum((place - beat - cell) ** 2 for place, cell in zip(members, cells, strict=True))
    return price + error + 0.05 * (len(cells) - len(set(cells)))


def _metres(
    places: Sequence[float], weights: Sequence[float], chords: Sequence[tuple[Onset, list[Note]]]
) -> tuple[TimeSignature, ...]:
    """Return three or four quarters to the bar, whichever puts more weight on its first."""
    n_beats = int(max(places)) + 1
    strength = np.zeros(n_beats)
    for place, weight, (_, notes) in zip(places, weights, chords, strict=True):
        if place == int(place):
            lowest = min(note.pitch for note in notes)
            strength[int(place)] = weight + max(0, 60 - lowest) / 24
    strength -= strength.mean()
    choices = [
        (float(strength[phase::beats].mean()), -beats, phase)
        for beats in (3, 4)
        for phase in range(beats)
        if n_beats > phase
    ]
    _, beats, phase = max(choices)
    bar = TimeSignature(float(phase), -beats, 4)
    return (TimeSignature(0.0, phase, 4), bar) if phase else (bar,)
