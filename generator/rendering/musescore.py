"""Runs MuseScore 3: without a display, in a folder of its own, within a time limit."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

from generator import priority
from generator.errors import RenderingError

NAMES = ("mscore3", "mscore", "musescore3", "musescore")
STYLE = "engraving.mss"
TOOL, PACKAGE = "MuseScore", "musescore3"
REASON_LENGTH = 300  # characters of the program's own words that are worth keeping


def find() -> str:
    """Return the path of MuseScore 3; the variable MUSESCORE may name it.

    Raises
    ------
    RenderingError
        ``tool_missing``, with the Debian package that brings it.
    """
    named = os.environ.get("MUSESCORE")
    found = next(filter(None, map(shutil.which, [named] if named else NAMES)), None)
    if found is None:
        raise RenderingError("tool_missing", tool=TOOL, package=PACKAGE)
    return found


def convert(
    musicxml: Path,
    scratch: Path,
    formats: Sequence[str],
    *,
    limit_s: float,
    dpi: int,
    style: str = STYLE,
) -> None:
    """Engrave ``musicxml`` into ``scratch`` as ``score.<format>``, all in one run.

    Parameters
    ----------
    musicxml : Path
    scratch : Path
        An empty folder. MuseScore's own settings and caches go there too.
    formats : sequence of str
        ``png`` and ``svg`` give ``score-1.png`` and so on; ``spos`` and
        ``mpos`` are the places of segments and bars.
    limit_s : float > 0
        After these seconds MuseScore and whatever it started are killed.
    dpi : int
        Of the PNG; the places in ``spos`` and ``mpos`` are in twelfths of its pixels.

    style : str
        The file of this package that says how the page looks.

    Raises
    ------
    RenderingError
        ``tool_missing``, ``tool_slow`` or ``tool_failed``.
    """
    program = find()
    scratch = scratch.resolve()
    job = scratch / "job.json"
    styled = str(scratch / "styled.mscx")
    # A style given on the command line reaches the file that is saved, but not the page
    # that was laid out before it: hence save first, and engrave what was saved.
    steps = [
        {"in": str(musicxml.resolve()), "out": styled},
        {"in": styled, "out": [str(scratch / f"score.{kind}") for kind in formats]},
    ]
    job.write_text(json.dumps(steps), encoding="utf-8")
    with as_file(files("generator.rendering") / style) as look:
        _run([program, "-S", str(look), "-r", str(dpi), "-j", str(job)], scratch, limit_s)


def _run(command: list[str], scratch: Path, limit_s: float) -> None:
    with subprocess.Popen(
        command,
        cwd=scratch,
        env=_environment(scratch),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # a group of its own, so that its children end with it
    ) as process:
        priority.tell_session(process.pid)
        try:
            output, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise RenderingError("tool_slow", tool=TOOL, limit_s=f"{limit_s:g}") from None
        finally:
            _end_group(process)
    if process.returncode:
        words = output.decode(errors="replace").replace(str(scratch), "").split()
        reason = " ".join(words)[-REASON_LENGTH:] or f"exit status {process.returncode}"
        raise RenderingError("tool_failed", tool=TOOL, reason=reason)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _environment(scratch: Path) -> dict[str, str]:
    """Return an environment where nothing of the user's is read or written."""
    runtime = scratch / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    own = {
        "HOME": scratch,
        "XDG_CACHE_HOME": scratch / "cache",
        "XDG_CONFIG_HOME": scratch / "config",
        "XDG_DATA_HOME": scratch / "data",
        "XDG_RUNTIME_DIR": runtime,
    }
    # Without it MuseScore aborts where there is no display.
    return (
        os.environ
        | {name: str(path) for name, path in own.items()}
        | {"QT_QPA_PLATFORM": "offscreen"}
    )
