"""`manage.py serve`: whole sites on this machine, from the start to the end of all they started.

The tests that need running sites share two, and come in the order of a site's
life: it composes, it heals, it is stopped, it is killed.
"""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tests.serving import START_S, Site
from webapp.serving.places import Home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", name="sites")
def _sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Site]]:
    sites = [Site(tmp_path_factory.mktemp(name) / "home") for name in ("first", "second")]
    try:
        for site in sites:
            site.wait_until_ready()
        yield sites
    finally:
        for site in sites:
            site.close()


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    """Where another program has the port, serve says so and starts nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site = Site(tmp_path / "home", PORT=str(port))

        assert 1 == site.ended()

    assert f"Port {port} of 127.0.0.1 cannot be opened" in site.told()
    assert {} == site.processes()


def test_a_program_that_cannot_start_shows_its_log(tmp_path: Path) -> None:
    """Where Redis refuses to start, its own last lines say why."""
    site = Site(tmp_path / "home")
    # A file where Redis wants its folder of append-only files.
    (tmp_path / "home" / "redis").mkdir(parents=True, exist_ok=True)
    (tmp_path / "home" / "redis" / "appendonlydir").write_text("in the way")

    assert 1 == site.ended()
    assert "redis cannot start. Its log" in site.told()
    assert "appendonlydir" in "".join(site.said)
    assert {} == site.processes()


def test_two_sites_share_nothing(sites: list[Site]) -> None:
    """Two sites on one machine compose side by side, and neither knows the other's piece."""
    pieces = [site.compose() for site in sites]
    done = [site.final(piece) for site, piece in zip(sites, pieces, strict=True)]

    assert ["succeeded", "succeeded"] == [piece["status"] for piece in done], sites[0].told()
    for site, other in (sites, reversed(sites)):
        gallery = [piece["id"] for piece in site.get("/api/pieces")["pieces"]]
        assert pieces[sites.index(site)] in gallery
        assert pieces[sites.index(other)] not in gallery


def test_redis_listens_on_no_port(sites: list[Site]) -> None:
    """The site's own Redis is reached by its socket alone, in a folder of its own."""
    commands = [" ".join(site.processes().values()) for site in sites]
    sockets = {re.search(r"--unixsocket (\S+)", command)[1] for command in commands}  # type: ignore[index]

    assert all("redis-server --port 0 " in command for command in commands)
    assert 2 == len(sockets)
    for path in sockets:
        assert 0o700 == Path(path).parent.stat().st_mode & 0o777
        assert len(path) < 100


def test_a_second_start_in_one_home_is_refused(sites: list[Site]) -> None:
    """A home holds one site: the second start says which process has it."""
    second = Site(sites[0].home)

    assert 1 == second.ended()
    said = "".join(second.said)
    assert f"IMPROMPTU_HOME={sites[0].home} runs already" in said
    assert str(sites[0].process.pid) in said
    assert sites[0].url in said


def test_a_program_that_dies_is_started_again(sites: list[Site]) -> None:
    """Killed, the generation worker is back, and the next piece is composed."""
    site = sites[0]
    worker = min(pid for pid, words in site.processes().items() if "generation@%h" in words)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: "worker-generation ended (-9)" in "".join(site.said), "the message")

    assert "succeeded" == site.final(site.compose())["status"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_that_was_started(sites: list[Site], number: signal.Signals) -> None:
    """After SIGTERM or Ctrl-C no process of the site is left, also in the middle of a piece.

    The first site gets SIGTERM; the second goes on, until its own end.
    """
    site = sites[[signal.SIGTERM, signal.SIGINT].index(number)]
    assert len(site.processes()) > 5
    site.compose()

    site.process.send_signal(number)

    assert 0 == site.ended()
    assert {} == site.processes()
    if number == signal.SIGTERM:
        assert sites[1].get("/readyz")


def test_a_killed_site_leaves_nothing_behind(tmp_path: Path) -> None:
    """After `kill -9` of serve, what it had started ends within seconds."""
    site = Site(tmp_path / "home")
    wait_until(lambda: len(site.processes()) > 5, "the start of all programs", START_S)

    site.process.kill()
    site.ended()

    wait_until(lambda: not site.processes(), "the end of all programs", 10)
    Home(site.home).take().close()  # the home is free again: its lock went with the process
