"""From a score to sound, by one way or the other, checked and written.

The first way is the FluidSynth library, whose SoundFont stays loaded in the
process; the second is the ``fluidsynth`` program, for where the library cannot
be loaded. FluidSynth calls a missing or broken SoundFont a success and plays
silence, so every result is listened to before it is believed.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import soundfile

from generator import files
from generator.config import DEFAULT_INSTRUMENT
from generator.errors import RenderingError
from generator.rendering import soundfonts, sounds
from generator.rendering.sounds import RATE, Samples
from generator.rendering.synthesizer import GAIN, LIMIT_S, SETTINGS, Synthesizer, check_length
from generator.score import Score

__all__ = ["Synthesizer", "render_with_program", "sound"]


def sound(
    score: Score,
    folder: Path,
    *,
    formats: Sequence[str] = sounds.FORMATS,
    title: str = "",
    synthesizer: Synthesizer | None = None,
    instrument: str = DEFAULT_INSTRUMENT,
    stem: str = sounds.STEM,
    limit_s: float = LIMIT_S,
) -> dict[str, Path]:
    """Write the sound of ``score`` into ``folder``: ``piece.wav``, ``piece.ogg`` and so on.

    Parameters
    ----------
    score : Score
    folder : Path
        Must be there.
    formats : sequence of str
        Of ``wav ogg mp3 flac``.
    title : str
        Written into the tags where there is one; the origin always is.
    synthesizer : Synthesizer, optional
        One that is kept. Left out, one is made, or else the program is called.
    instrument : str
        Of ``config.INSTRUMENTS``; the program knows the first alone.
    stem : str
        What the files are called.
    limit_s : float
        Longest time that playing may take, in seconds.

    Returns
    -------
    dict
        Each format to its path.

    Raises
    ------
    RenderingError
        If FluidSynth or the SoundFont is missing or broken, nothing is heard,
        or the piece or the work is too long.
    """
    samples = _by_either_way(score, synthesizer, instrument, limit_s)
    origin = score.origin.sentence() if score.origin else ""
    return sounds.write(
        sounds.levelled(samples),
        folder,
        comment=origin,
        title=title,
        formats=formats,
        stem=stem,
    )


def render_with_program(
    midi_file: Path, wav: Path, *, soundfont: Path | None = None, limit_s: float = LIMIT_S
) -> None:
    """Play a MIDI file with the ``fluidsynth`` program, into a WAV of floats.

    The level is FluidSynth's own. The program works in a private folder, and
    reads no settings of the user's.

    Raises
    ------
    RenderingError
        If the program or the SoundFont is missing, or it fails or takes too
        long. Whether anything is heard is not looked at.
    """
    chosen = soundfont or soundfonts.find()
    options = [f"-o{name}={value}" for name, value in SETTINGS.items()]
    # Beside the WAV, so that moving it there is a rename.
    with tempfile.TemporaryDirectory(prefix=".sound-", dir=wav.parent.resolve()) as scratch:
        written = Path(scratch, "sound.wav")
        call = ["fluidsynth", "-ni", f"-F{written}", "-Twav", "-Ofloat", f"-r{RATE}", f"-g{GAIN}"]
        call += [*options, str(chosen), str(midi_file.resolve())]
        try:
            run = subprocess.run(
                call, cwd=scratch, env=os.environ | {"HOME": scratch}, timeout=limit_s,
                capture_output=True, check=False,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise RenderingError("tool_missing", tool="FluidSynth", package="fluidsynth") from error
        except subprocess.TimeoutExpired as error:
            raise RenderingError("tool_slow", tool="FluidSynth", limit_s=f"{limit_s:g}") from error
        if run.returncode or not written.is_file():
            said = run.stderr.decode(errors="replace").strip().splitlines()
            reason = said[-1][:200] if said else f"exit {run.returncode}."
            raise RenderingError("tool_failed", tool="FluidSynth", reason=reason)
        sounds.move(written, wav)


def _by_either_way(
    score: Score, synthesizer: Synthesizer | None, instrument: str, limit_s: float
) -> Samples:
    try:
        player = synthesizer or Synthesizer()
        return player.render(score, instrument=instrument, limit_s=limit_s)
    except RenderingError as error:
        is_missing = error.code == "tool_missing" and error.values.get("tool") == "FluidSynth"
        if not is_missing or instrument != DEFAULT_INSTRUMENT:
            raise
    return _by_program(score, limit_s)


def _by_program(score: Score, limit_s: float) -> Samples:
    check_length(score)
    soundfont = soundfonts.find()
    with tempfile.TemporaryDirectory(prefix="impromptu-sound-") as scratch:
        midi_file, wav = Path(scratch, "piece.mid"), Path(scratch, "piece.wav")
        files.write_midi(score, midi_file)
        render_with_program(midi_file, wav, soundfont=soundfont, limit_s=limit_s)
        samples, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    sounds.check_heard(samples, soundfont)
    return sounds.rung_out(samples, score.seconds)
