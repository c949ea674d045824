"""music21's ``show`` made to work where there is no display.

With a display, music21 opens MuseScore, as it always does. Without one,
``show()`` writes the pages as PNG and ``show('midi')`` the MIDI, and each prints
the paths. All of it holds in this process alone: music21's ``Environment`` keeps
a setting in memory, while its ``UserSettings``, which are not used here, write
the user's own file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from music21 import converter, environment
from music21.converter import museScore, subConverters
from PIL import Image

from generator.errors import RenderingError

PROGRAMS = ("mscore3", "musescore3", "mscore", "musescore", "mscore4portable", "mscore-portable")
LIMIT_S = 60.0
RESOLUTION = 150  # dots an inch: a third of the time of MuseScore's own 300


def set_up() -> None:
    """Name MuseScore to music21, and let ``show`` print paths where nothing can be opened.

    A program that the user chose and that is there stays chosen. Calling this
    again does nothing more.
    """
    settings: Any = _settings()
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    for key in ("musicxmlPath", "musescoreDirectPNGPath", "midiPath"):
        chosen = settings[key]
        if program and not (chosen and Path(chosen).exists()):
            settings[key] = program
    # music21 calls MuseScore without a time limit, and without the one setting
    # that keeps it alive when there is no display.
    museScore.runThroughMuseScore = _through_musescore
    for shown in (ShownScore, ShownMidi):
        if shown not in converter.Converter().subConvertersList():
            converter.registerSubConverter(shown)


def _settings() -> Any:
    return environment.Environment()  # type: ignore[no-untyped-call]


def has_display() -> bool:
    """Tell whether a window can be opened."""
    windowed = sys.platform in ("win32", "darwin")
    return windowed or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


class ShownScore(subConverters.ConverterMusicXML):
    """MusicXML, shown as PNG pages where there is no display."""

    def show(
        self, obj: Any, fmt: Any, app: Any = None, subformats: Any = (), **keywords: Any
    ) -> None:
        """Open ``obj`` in MuseScore, or write its pages."""
        if not has_display():
            subformats = subformats or ["png"]
        super().show(  # type: ignore[no-untyped-call]
            obj, fmt, app=app, subformats=subformats, **keywords
        )

    def launch(self, filePath: Path, *args: Any, **keywords: Any) -> None:  # noqa: N803 - music21's
        """Open a file that was written, or print its path, and those of its later pages."""
        _launch(super().launch, filePath, *args, **keywords)


class ShownMidi(subConverters.ConverterMidi):
    """MIDI, whose path is printed where there is no display."""

    def launch(self, filePath: Path, *args: Any, **keywords: Any) -> None:  # noqa: N803 - music21's
        """Open a file that was written, or print its path."""
        _launch(super().launch, filePath, *args, **keywords)


def _launch(open_file: Any, path: Path, *args: Any, **keywords: Any) -> None:
    if has_display():
        open_file(path, *args, **keywords)
        return
    for page in _pages(Path(path)):
        print(page)  # noqa: T201 - the paths are what was asked for


def _pages(path: Path) -> list[Path]:
    """Return the PNG pages that belong to the first one, or ``path`` alone."""
    stem, _, number = path.stem.rpartition("-")
    if path.suffix != ".png" or not number.isdecimal():
        return [path]
    return sorted(path.parent.glob(f"{stem}-*{path.suffix}"))


def _through_musescore(
    fp: Path,
    subformats: Any = (),
    *,
    dpi: int | None = None,
    trimEdges: bool = True,  # noqa: N803 - music21's
    leaveMargin: int = 20,  # noqa: N803 - music21's
    **_: Any,
) -> Path:
    """Engrave a MusicXML file; the arguments are those of music21's own function."""
    program = _settings()["musescoreDirectPNGPath"]
    if not program or not Path(program).exists():
        raise RenderingError("tool_missing", tool="MuseScore", package="musescore3")
    wanted = Path(fp).with_suffix(f".{subformats[0] if subformats else 'png'}")
    trim = ["-T", str(leaveMargin)] if trimEdges else []
    call = [str(program), str(fp), "-o", str(wanted), "-r", str(dpi or RESOLUTION), *trim]
    headless = {} if has_display() else {"QT_QPA_PLATFORM": "offscreen"}
    try:
        subprocess.run(
            call, check=True, timeout=LIMIT_S, capture_output=True, env=os.environ | headless
        )
    except subprocess.TimeoutExpired as error:
        raise RenderingError("tool_slow", tool="MuseScore", limit_s=f"{LIMIT_S:g}") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1][:200] if said else f"exit {error.returncode}."
        raise RenderingError("tool_failed", tool="MuseScore", reason=reason) from error
    if wanted.suffix != ".png":
        return wanted
    first: Path = museScore.findNumberedPNGPath(wanted)
    for page in _pages(first):
        _lay_on_white(page)
    return first


def _lay_on_white(page: Path) -> None:
    """Give a page its paper; MuseScore leaves it transparent, and black in a dark viewer."""
    with Image.open(page) as ink:
        sheet = Image.new("RGBA", ink.size, "white")
        sheet.alpha_composite(ink.convert("RGBA"))
    sheet.convert("L").save(page)
