"""What an operator should know before the first visitor does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

MUSESCORE = ("mscore3", "musescore3", "mscore", "musescore")
SOUNDFONTS = (Path("/usr/share/sounds/sf2"), Path("/usr/share/sounds/sf3"))


@register("impromptu")
def home_can_be_written(**_: Any) -> Iterable[CheckMessage]:
    """E001: without its folder the site has neither database nor files."""
    home = Path(settings.HOME)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror
    else:
        if os.access(home, os.W_OK | os.X_OK):
            return
        reason = "no permission to write"
    hint = "Set IMPROMPTU_HOME to a folder that can be written."
    yield Error(f"{home} cannot be used: {reason}.", hint=hint, id="impromptu.E001")


@register("impromptu")
def musescore_is_here(**_: Any) -> Iterable[CheckMessage]:
    """W001: without MuseScore a piece has no score to read."""
    if not any(map(shutil.which, MUSESCORE)):
        yield _missing("MuseScore", "musescore3", "impromptu.W001")


@register("impromptu")
def fluidsynth_is_here(**_: Any) -> Iterable[CheckMessage]:
    """W002: without FluidSynth a piece has no sound."""
    if not shutil.which("fluidsynth"):
        yield _missing("FluidSynth", "fluidsynth", "impromptu.W002")


@register("impromptu")
def a_soundfont_is_here(**_: Any) -> Iterable[CheckMessage]:
    """W003: without a SoundFont FluidSynth plays silence."""
    if not any(file for folder in SOUNDFONTS for file in folder.glob("*.sf[23]")):
        yield _missing("A SoundFont", "fluid-soundfont-gm", "impromptu.W003")


def _missing(name: str, package: str, code: str) -> CheckMessage:
    return Warning(f"{name} is not installed.", hint=f"apt-get install {package}", id=code)
