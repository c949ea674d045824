"""The files around the code say what the code does: setup, locks, containers, commands, README."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from webapp import queue
from webapp.serving import programs
from webapp.serving.places import Home

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-setup.lock")


def text(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.fixture(scope="module", name="services")
def _services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(text("docker-compose.yml"))["services"]


def commands(services: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    return {name: shlex.split(about.get("command", "")) for name, about in services.items()}


def variables_read() -> set[str]:
    """Every environment variable that the web app asks ``webapp.env`` for."""
    sources = "".join(path.read_text() for path in (ROOT / "webapp").rglob("*.py"))
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', sources))


# ---- locks


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_every_package_with_hashes(name: str) -> None:
    """Each entry of a lock is one version, and has at least one hash."""
    entries = re.split(r"\n(?=\S)", text(name).strip())

    assert [] == [
        entry.splitlines()[0]
        for entry in entries
        if not re.match(r"[a-z0-9._-]+(\[\w+\])?==\S+", entry) or "--hash=sha256:" not in entry
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_address_and_no_folder(name: str) -> None:
    """A lock says what to install, and not from where."""
    lines = [line for line in text(name).splitlines() if not line.startswith("    --hash=")]

    assert [] == [line for line in lines if re.search(r"://|@ |^-|--(index|find|extra)", line)]


def test_locks_agree_on_versions() -> None:
    """A package in two locks has the same versions in both, so that they install together."""
    pins: list[dict[str, set[str]]] = []
    for name in LOCKS[:2]:
        pinned: dict[str, set[str]] = {}
        for package, version in re.findall(r"^([a-z0-9._-]+)(?:\[\w+\])?==(\S+)", text(name), re.M):
            pinned.setdefault(package, set()).add(version)
        pins.append(pinned)
    run, test = pins

    assert {} == {
        package: (run[package], test[package])
        for package in run.keys() & test.keys()
        if not test[package] <= run[package]
    }


def test_what_is_asked_for_is_locked() -> None:
    """Every name in requirements.in stands in requirements.lock."""
    asked = set(re.findall(r"^([a-z0-9_-]+)", text("requirements.in"), re.M))
    locked = set(re.findall(r"^([a-z0-9._-]+)==", text("requirements.lock"), re.M))
    locked |= set(re.findall(r"^([a-z0-9._-]+)\[", text("requirements.lock"), re.M))

    assert set() == {name.replace("_", "-") for name in asked} - locked


# ---- set-up and image


def setup_packages() -> set[str]:
    found = re.findall(r"packages\+?=\(([^)]*)\)", text("bin/setup"))
    return set(" ".join(found).split())


def test_image_installs_what_setup_installs() -> None:
    """The image has Debian's packages of `bin/setup run`, but for Redis, which stands beside it."""
    installed = re.search(r"--no-install-recommends \\\n([^&]*)&&", text("Dockerfile"))
    wanted = re.search(r"packages=\(([^)]*)\)", text("bin/setup"))

    assert installed
    assert wanted
    assert set(wanted[1].split()) - {"redis-server"} == set(installed[1].replace("\\", "").split())


def test_setup_brings_every_program_that_is_run() -> None:
    """MuseScore, FluidSynth, Redis, and for the tests a browser and PostgreSQL."""
    assert {
        "musescore3",
        "fluidsynth",
        "fluid-soundfont-gm",
        "libfluidsynth3",
        "redis-server",
        "python3-venv",
        "chromium",
        "postgresql",
    } <= setup_packages()


def test_image_runs_as_an_ordinary_user() -> None:
    """After the image is built, nothing in it runs as root."""
    assert ["impromptu"] == re.findall(r"^USER (\S+)", text("Dockerfile"), re.M)


def test_image_copies_files_that_are_there() -> None:
    """What the image copies by name stands in the repository."""
    copied = re.findall(r"^COPY (.*) \S+$", text("Dockerfile"), re.M)
    names = [name for line in copied for name in line.split()]

    assert [] == [name for name in names if not (ROOT / name).exists()]


def test_setup_without_root_prints_one_line(tmp_path: Path) -> None:
    """Where it may not install, set-up says what to run, and changes nothing."""
    for name, body in {
        "dpkg-query": "exit 1",  # nothing is installed
        "sudo": "exit 1",  # and no password is known
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    # Root in a test run is nobody here: the script asks bash who it is.
    script = text("bin/setup").replace("((EUID == 0))", "((EUID == -1))")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "setup").write_text(script)

    done = subprocess.run(
        ["bash", tmp_path / "bin" / "setup", "run"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert 1 == done.returncode
    line = next(line for line in done.stderr.splitlines() if line.startswith("  sudo"))
    assert {"musescore3", "redis-server", "fluidsynth"} <= set(line.replace("'", " ").split())
    assert not (tmp_path / ".venv").exists()


# ---- compose


def test_every_queue_has_a_service(services: dict[str, dict[str, Any]]) -> None:
    """Compose starts one worker for each queue, and none for a queue that is not there."""
    served = [
        command[command.index("--queues") + 1]
        for command in commands(services).values()
        if "--queues" in command
    ]

    assert sorted(queue.QUEUES) == sorted(served)


@pytest.mark.parametrize("name", queue.QUEUES)
def test_workers_run_the_same_command_everywhere(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    """A worker in a container is started as `make run` starts it."""
    program = programs.worker(name)
    at = program.command.index(sys.executable)
    command = [*program.command[:at], *program.command[at + 2 :]]

    assert command == commands(services)[f"worker-{name}"]
    assert program.stop.name == services[f"worker-{name}"].get("stop_signal", "SIGTERM")


def test_web_runs_the_same_server_everywhere(services: dict[str, dict[str, Any]]) -> None:
    """The application, the kind of its threads and their number are those of `make run`."""
    ours, theirs = list(programs.web(3).command[2:]), commands(services)["web"]
    options = ("--worker-class", "--threads")

    assert ours[:2] == theirs[:2]
    assert [ours[ours.index(option) + 1] for option in options] == [
        theirs[theirs.index(option) + 1] for option in options
    ]
    assert "--no-control-socket" in theirs


def test_beat_and_redis_are_those_of_make_run(
    services: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    """The clock is the same command, and Redis forgets no message in either."""
    ours = {program.name: " ".join(program.command) for program in _clock_and_redis(tmp_path)}

    assert "celery -A worker.celery beat" in ours["beat"]
    assert commands(services)["beat"][:4] == ["celery", "-A", "worker.celery", "beat"]
    for option in ("--appendonly yes", "--maxmemory-policy noeviction"):
        assert option in ours["redis"]
        assert option in services["redis"]["command"]


def _clock_and_redis(folder: Path) -> list[programs.Program]:
    home = Home(folder)
    program = programs.redis(home)
    home.socket.parent.rmdir()
    return [program, programs.beat(home)]


def test_compose_sets_variables_that_the_code_reads(services: dict[str, dict[str, Any]]) -> None:
    """No variable in the compose file is misspelt or no longer read."""
    ours = [about for about in services.values() if about.get("build")]

    assert ours
    assert set() == {name for about in ours for name in about["environment"]} - variables_read()


def test_every_lasting_service_has_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    """Compose can tell of each service whether it is well; the one that migrates ends."""
    assert ["migrate"] == [name for name, about in services.items() if "healthcheck" not in about]


def test_database_and_redis_have_no_port(services: dict[str, dict[str, Any]]) -> None:
    """Only the web is reachable from outside."""
    assert ["web"] == [name for name, about in services.items() if "ports" in about]


# ---- documents


def test_operations_name_every_variable() -> None:
    """Each environment variable that the code reads has its row in docs/operations.md."""
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", text("docs/operations.md"), re.M))

    assert set() == variables_read() - told


def test_readme_shows_every_make_command() -> None:
    """What `make` lists, the README explains."""
    targets = set(re.findall(r"^([a-z]+):.*##", text("Makefile"), re.M)) - {"help"}

    assert {"run", "test", "bench"} <= targets
    assert set() == targets - set(re.findall(r"`make ([a-z]+)", text("README.md")))


def test_readme_shows_the_library() -> None:
    """The README shows each command of the library and the published lines of Python."""
    readme = text("README.md")
    shown = set(re.findall(r"python -m generator ([a-z]+)", readme))

    assert {"fetch", "train", "generate", "render", "evaluate", "gauge"} == shown
    assert "genMusic = music_generator(100, temperature=1.5)" in readme


def test_readme_names_whom_to_thank() -> None:
    """The maker of the music that was learned from is named, with place and licence."""
    for words in ("Bernd Krueger", "http://www.piano-midi.de", "CC BY-SA 3.0 DE"):
        assert words in text("README.md")
        assert words in text("LICENSE")


def test_documents_point_at_files_that_are_there() -> None:
    """No page names a document that is gone. The picture is made by the product itself."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {name for page in pages for name in re.findall(r"`(docs/[\w./-]+)`", page.read_text())}

    assert set() == {name for name in named if not (ROOT / name).exists()}
