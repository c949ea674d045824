"""What an operator is told before the first visitor comes."""

import shutil

import pytest
from django.core.checks import run_checks

from webapp import checks


def found():
    return {message.id: message for message in run_checks(tags=["impromptu"])}


def test_a_missing_program_is_named_with_its_package(monkeypatch, tmp_path):
    """One line to run for each."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(checks, "SOUNDFONTS", (tmp_path,))

    messages = found()

    assert [
        ("impromptu.W001", "apt-get install musescore3"),
        ("impromptu.W002", "apt-get install fluidsynth"),
        ("impromptu.W003", "apt-get install fluid-soundfont-gm"),
    ] == sorted((code, message.hint) for code, message in messages.items())


@pytest.mark.skipif(not shutil.which("fluidsynth"), reason="FluidSynth is not installed")
def test_a_program_that_is_here_is_not_missed():
    """Nothing is said of what is in order."""
    assert "impromptu.W002" not in found()


def test_a_home_that_cannot_be_made_is_an_error(settings, tmp_path):
    """A file lies where the folder should be."""
    (tmp_path / "file").touch()
    settings.HOME = tmp_path / "file" / "home"

    assert "cannot be used" in found()["impromptu.E001"].msg
