"""Samples to files that a browser plays: WAV, OGG Vorbis, MP3 and FLAC, with their origin inside.

Conventions
-----------
Samples are float32, shape (n_samples, 2), left and right, at ``RATE``; 1.0 is
full scale.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import numpy.typing as npt
import soundfile
from mutagen import id3

from generator.errors import RenderingError

Samples = npt.NDArray[np.float32]

RATE = 44_100  # samples a second
FORMATS = ("wav", "ogg", "mp3", "flac")
LOSSLESS = ("wav", "flac")
STEM = "piece"
TAIL_S = 4.0  # longest ring after the last key is released
TAIL_FLOOR = 10 ** (-66 / 20)  # of the peak: below this, the ring is over
FADE_S = 0.05
SILENCE = 10 ** (-120 / 20)  # the softest note peaks at -99 dBFS, no note at -146
PEAK = 10 ** (-3 / 20)  # of full scale: -3 dBFS leaves room for what compression adds
FULL_SCALE = 2**15 - 1  # 16-bit PCM
CHUNK = 65_536  # samples; Vorbis in libsndfile crashes on a very long piece at once

# The compressed ones take about 110 kbit/s for a piano, a thirteenth of the WAV. The MP3 keeps
# one rate throughout: in one of changing rate a browser that seeks guesses, a quarter of a
# second beside the place it shows.
ENCODINGS: dict[str, dict[str, Any]] = {
    "wav": {"format": "WAV", "subtype": "PCM_16"},
    "flac": {"format": "FLAC", "subtype": "PCM_16"},
    "ogg": {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.7},
    "mp3": {
        "format": "MP3",
        "subtype": "MPEG_LAYER_III",
        "compression_level": 0.7,
        "bitrate_mode": "CONSTANT",
    },
}


def check_heard(samples: Samples, soundfont: Path) -> None:
    """Raise :class:`RenderingError` if ``samples`` are silence."""
    # NaN compares false, so a broken result does not pass either.
    if not (samples.size and float(np.abs(samples).max()) > SILENCE):
        raise RenderingError("sound_silent", soundfont=str(soundfont))


def rung_out(samples: Samples, seconds: float) -> Samples:
    """Cut ``samples`` where the ring is over, no earlier than the last note's end, and fade."""
    floor = TAIL_FLOOR * np.abs(samples).max()
    heard = np.flatnonzero(np.abs(samples).max(axis=1) > floor)
    end = max(int(heard[-1]) + 1, int(seconds * RATE))
    n_fade = int(FADE_S * RATE)
    kept = samples[: end + n_fade].copy()
    kept[-n_fade:] *= np.linspace(1, 0, n_fade, dtype=np.float32)[:, None]
    return kept


def levelled(samples: Samples) -> Samples:
    """Return ``samples`` with their highest peak at ``PEAK``; silence stays silence."""
    peak = float(np.abs(samples).max(initial=0.0))
    return samples * np.float32(PEAK / peak) if peak else samples


def write(
    samples: Samples,
    folder: Path,
    *,
    comment: str = "",
    title: str = "",
    formats: Sequence[str] = FORMATS,
    stem: str = STEM,
) -> dict[str, Path]:
    """Write ``samples`` as ``piece.wav``, ``piece.ogg`` and so on, side by side.

    Parameters
    ----------
    samples : np.ndarray, shape (n, 2), float32
        Within -1 and 1.
    folder : Path
        Must be there. A file appears in it whole or not at all.
    comment, title : str
        For the tags; an empty one is left out.
    formats : sequence of str
        Keys of ``ENCODINGS``.
    stem : str
        What the files are called.

    Returns
    -------
    dict
        Each format to its path.
    """
    # Rounded here, because libsndfile cuts off. The others take floats: given
    # 16-bit samples, its MP3 is distorted and three times as large.
    pcm = np.rint(samples * FULL_SCALE).astype(np.int16)
    paths = {name: folder / f"{stem}.{name}" for name in formats}

    def write_one(name: str) -> None:
        aside = folder / f".{stem}.{name}.part"
        _encode(pcm if name in LOSSLESS else samples, aside, **ENCODINGS[name])
        _tag(aside, comment=comment, title=title)
        move(aside, paths[name])

    # libsndfile works outside Python's lock, so the formats share the cores.
    with ThreadPoolExecutor(len(paths) or 1, thread_name_prefix="encode") as pool:
        list(pool.map(write_one, paths))
    return paths


def move(source: Path, target: Path) -> None:
    """Put a finished file in its place, once it is safe on the disk."""
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.replace(target)


def _encode(samples: Samples | npt.NDArray[np.int16], path: Path, **encoding: Any) -> None:
    with soundfile.SoundFile(path, "w", RATE, channels=2, **encoding) as file:
        for begin in range(0, len(samples), CHUNK):
            file.write(samples[begin : begin + CHUNK])


def _tag(path: Path, *, comment: str, title: str) -> None:
    """Write the tags: Vorbis comments in OGG and FLAC, ID3 in MP3 and WAV."""
    file: Any = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    for name, text in (("title", title), ("comment", comment)):
        if text:
            is_id3 = isinstance(file.tags, id3.ID3)
            key, value = _frame(name, text) if is_id3 else (name, [text])
            file.tags[key] = value
    file.save()


def _frame(name: str, text: str) -> tuple[str, Any]:
    frames: Any = id3
    if name == "title":
        return "TIT2", frames.TIT2(text=text)
    return "COMM::eng", frames.COMM(lang="eng", text=text)
