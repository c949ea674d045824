"""A piano kept ready: FluidSynth as a library, with its SoundFont loaded.

Conventions
-----------
Samples are float32, shape (n_samples, 2), left and right, at ``RATE``; 1.0 is
full scale. The instrument stands in a small concert hall.
"""

from __future__ import annotations

import ctypes
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from generator import midi
from generator.config import DEFAULT_INSTRUMENT, INSTRUMENTS
from generator.errors import RenderingError
from generator.rendering import soundfonts, sounds
from generator.rendering.sounds import RATE, TAIL_S, Samples
from generator.score import Clock, Score

MAX_SECONDS = 1800.0  # 635 MB of samples
LIMIT_S = 120.0

BLOCK = 64  # samples; FluidSynth works in these, and a note begins with one: within 1.5 ms
CHANNEL, BANK = 0, 0
# Measured on a staccato chord: the hall dies away in 2.2 s and lies 16 dB under the piano.
SETTINGS: dict[str, int | float] = {
    "synth.chorus.active": 0,
    "synth.cpu-cores": 1,
    "synth.dynamic-sample-loading": 1,  # the piano alone: 0.06 s instead of 1.2
    "synth.polyphony": 256,
    "synth.reverb.active": 1,
    "synth.reverb.damp": 0.3,
    "synth.reverb.level": 0.9,
    "synth.reverb.room-size": 0.6,
    "synth.reverb.width": 0.8,
}
GAIN = 0.5


class _Event(NamedTuple):
    """One thing that a player does."""

    what: str  # noteon, noteoff, cc: what FluidSynth calls it
    values: tuple[int, ...]


class Synthesizer:
    """A piano that stays tuned: FluidSynth with the SoundFont kept loaded.

    Every piece is played by a fresh FluidSynth, so that nothing rings over from
    the piece before; it borrows the samples from one that is kept, which takes
    20 ms. The same score gives the same samples, bit for bit.

    Parameters
    ----------
    soundfont : Path, optional
        Left out, :func:`soundfonts.find` looks for one.

    Raises
    ------
    RenderingError
        If libfluidsynth or the SoundFont is missing, or the SoundFont damaged.
    """

    def __init__(self, soundfont: Path | None = None) -> None:
        self.soundfont = soundfont or soundfonts.find()
        if not self.soundfont.is_file():
            raise soundfonts.missing()
        self._fluidsynth = _library()
        self._write = _float_writer(self._fluidsynth)
        self._kept = self._fresh()

    def render(
        self, score: Score, *, instrument: str = DEFAULT_INSTRUMENT, limit_s: float = LIMIT_S
    ) -> Samples:
        """Play ``score``, and let the last notes ring.

        Parameters
        ----------
        score : Score
            At its tempi and with its pedal, up to ``MAX_SECONDS``.
        instrument : str
            Of ``config.INSTRUMENTS``.
        limit_s : float
            Longest time this may take, in seconds.

        Returns
        -------
        samples : np.ndarray, shape (n, 2), float32
            At FluidSynth's own level; :func:`levelled` makes it loud.

        Raises
        ------
        RenderingError
            If the piece or the work is too long, or nothing is heard.
        """
        check_length(score)
        synth = self._fresh(instrument)
        try:
            samples = self._played(synth, score, time.monotonic() + limit_s, limit_s)
        finally:
            synth.delete()
        sounds.check_heard(samples, self.soundfont)
        return sounds.rung_out(samples, score.seconds)

    def _fresh(self, instrument: str = DEFAULT_INSTRUMENT) -> Any:
        synth = self._fluidsynth.Synth(GAIN, float(RATE), 16, **SETTINGS)
        program = INSTRUMENTS[instrument]
        loaded = synth.sfload(str(self.soundfont))
        if loaded < 0 or synth.program_select(CHANNEL, loaded, BANK, program) < 0:
            synth.delete()
            raise RenderingError("soundfont_damaged", soundfont=str(self.soundfont))
        return synth

    def _played(self, synth: Any, score: Score, deadline: float, limit_s: float) -> Samples:
        n_blocks = int((score.seconds + TAIL_S) * RATE / BLOCK) + 1
        samples = np.zeros((n_blocks * BLOCK, 2), dtype=np.float32)
        done = 0
        for block, event in _events(score):
            begin = min(block, n_blocks)  # a pedal may be lifted long after the last note
            self._write_blocks(synth, samples, done, begin)
            done = begin
            getattr(synth, event.what)(CHANNEL, *event.values)
            if time.monotonic() > deadline:
                raise RenderingError("tool_slow", tool="FluidSynth", limit_s=f"{limit_s:g}")
        self._write_blocks(synth, samples, done, n_blocks)
        return samples

    def _write_blocks(self, synth: Any, samples: Samples, begin: int, end: int) -> None:
        """Let FluidSynth write straight into ``samples``, interleaved."""
        if end > begin:
            place = samples[begin * BLOCK :].ctypes.data
            self._write(synth.synth, (end - begin) * BLOCK, place, 0, 2, place, 1, 2)


def check_length(score: Score) -> None:
    """Raise :class:`RenderingError` for a piece that is too long to be turned into sound."""
    if score.seconds > MAX_SECONDS:
        raise RenderingError(
            "sound_too_long", value=f"{score.seconds:,.0f}", high=f"{MAX_SECONDS:,.0f}"
        )


def _library() -> Any:
    """Return pyfluidsynth, which looks for libfluidsynth when it is imported."""
    try:
        import fluidsynth  # noqa: PLC0415 - fails where the library is not installed
    except (ImportError, OSError, AttributeError) as error:
        raise RenderingError("tool_missing", tool="FluidSynth", package="libfluidsynth3") from error
    return fluidsynth


def _float_writer(fluidsynth: Any) -> Any:
    """Return FluidSynth's writer of floats, which pyfluidsynth leaves out.

    Its arguments are the synthesizer, how many samples, and for the left and
    the right channel each a buffer, an offset into it and a stride.
    """
    buffers = [
        (f"{side}{part}", kind, 1)
        for side in ("l", "r")
        for part, kind in (("out", ctypes.c_void_p), ("off", ctypes.c_int), ("incr", ctypes.c_int))
    ]
    return fluidsynth.cfunc(
        "fluid_synth_write_float",
        ctypes.c_int,
        ("synth", ctypes.c_void_p, 1),
        ("len", ctypes.c_int, 1),
        *buffers,
    )


def _events(score: Score) -> list[tuple[int, _Event]]:
    """Return what the player does, by the block it is done in, in order of time.

    Where a key is let go as it is struck again, letting go comes first; where
    the pedal is changed, it is lifted before what is struck and pressed after.
    """
    clock = Clock(score)

    def block(onset: float) -> int:
        return round(clock.seconds_at(onset) * RATE / BLOCK)

    events = []
    for onset, duration, pitch, velocity in midi.as_played(score.notes):
        begin = block(onset)
        events.append((begin, 2, _Event("noteon", (pitch, velocity))))
        events.append((max(block(onset + duration), begin + 1), 0, _Event("noteoff", (pitch,))))
    for onset, duration in score.pedals:
        begin = block(onset)
        events.append((begin, 3, _Event("cc", (midi.SUSTAIN, midi.DOWN))))
        events.append(
            (max(block(onset + duration), begin + 1), 1, _Event("cc", (midi.SUSTAIN, midi.UP)))
        )
    return [(at, event) for at, _, event in sorted(events)]
