"""The web starts in a second: it loads no network, no numbers, no music."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("tensorflow", "keras", "numpy", "music21", "pretty_midi", "fluidsynth", "matplotlib")


@pytest.mark.parametrize(
    "code",
    [
        "import generator.config, generator.errors",
        "import webapp.wsgi, webapp.urls, webapp.admin, webapp.stocking",
    ],
)
def test_a_fresh_interpreter_loads_nothing_heavy(code, tmp_path, monkeypatch):
    """Asked of the interpreter itself, after the import."""
    monkeypatch.setenv("IMPROMPTU_HOME", str(tmp_path))
    found = f"import sys; print([name for name in {HEAVY} if name in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {found}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "[]" == done.stdout.strip()
