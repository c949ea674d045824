"""Where the piano's sounds are: SoundFonts, and which one is taken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from generator.errors import RenderingError

FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/sounds/sf3", "/usr/share/soundfonts")
NAMES = (
    "FluidR3_GM.sf2", "default-GM.sf2", "default-GM.sf3", "MuseScore_General*.sf3",
    "MuseScore_General*.sf2", "TimGM6mb.sf2",
)  # fmt: skip


def find() -> Path:
    """Return the SoundFont to play with.

    That is the one named by the variable ``SOUNDFONT``; or else the first of
    ``NAMES`` in the system's folders; or else the small one inside pretty_midi.

    Raises
    ------
    RenderingError
        If there is none, or the one named is not there.
    """
    named = os.environ.get("SOUNDFONT")
    found = [Path(named)] if named else list(_installed())
    for soundfont in found:
        if soundfont.is_file():
            return soundfont
    raise missing()


def missing() -> RenderingError:
    """Return the error that says what to install."""
    return RenderingError("tool_missing", tool="SoundFont", package="fluid-soundfont-gm")


def _installed() -> Iterator[Path]:
    for name in NAMES:
        for folder in FOLDERS:
            yield from sorted(Path(folder).glob(name))
    # Its wheel brings a small SoundFont, found here without importing it.
    spec = find_spec("pretty_midi")
    if spec and spec.origin:
        yield Path(spec.origin).with_name("TimGM6mb.sf2")
