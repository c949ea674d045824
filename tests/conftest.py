"""Fixtures that more than one folder of tests needs: a site, a Redis, a PostgreSQL of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis, RedisError

from webapp import env, queue

ROOT = Path(__file__).parents[1]
PATIENCE_S = 30.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that no core is left with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def wait_until(is_there: Callable[[], bool], what: str, limit_s: float = PATIENCE_S) -> None:
    """Return once ``is_there`` says so, and fail the test after ``limit_s``."""
    deadline = time.monotonic() + limit_s
    while not is_there():
        assert time.monotonic() < deadline, f"{what} did not happen within {limit_s:g} s"
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def own_site(settings, tmp_path) -> Iterator[Path]:
    """Point the site at a folder of this test's own, and at no broker at all."""
    home = tmp_path / "home"
    home.mkdir()
    settings.HOME = home
    settings.MEDIA_ROOT = home / "media"
    settings.CHECKPOINTS_ROOT = home / "checkpoints"
    settings.TRAININGS_ROOT = home / "trainings"
    settings.CORPUS_ROOT = home / "corpus"
    settings.CACHE_ROOT = home / "cache"
    settings.RUN_ROOT = home / "run"
    settings.CORPORA_ROOT = home / "corpora"
    settings.INTAKES_ROOT = home / "intakes"
    settings.UPLOADS_ROOT = home / "uploads"
    _point_at(settings, "unix:///nowhere/redis.sock")
    yield home
    _forget_connections()


@pytest.fixture
def broker(settings, redis_url) -> Redis:
    """Return an empty Redis that the site sends its messages to."""
    _point_at(settings, redis_url)
    server = Redis.from_url(redis_url)
    server.flushall()
    yield server
    server.close()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Start a Redis on a unix socket in a short folder; no port, nothing kept."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    with tempfile.TemporaryDirectory(prefix="r") as folder:
        socket = Path(folder, "redis.sock")
        words = ("--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", folder)
        process = subprocess.Popen(["redis-server", *words], stdout=subprocess.DEVNULL)
        try:
            url = f"unix://{socket}?db=0"
            wait_until(lambda: _answers(url), "Redis")
            yield url
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start a PostgreSQL on a unix socket. It refuses root, so it runs as postgres there."""
    programs = _postgres_programs()
    user = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="p") as folder:
        if user:
            shutil.chown(folder, user)
        data = Path(folder, "data")
        words = ("-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8")
        subprocess.run(
            [programs / "initdb", *words], user=user, cwd=folder, check=True, capture_output=True
        )
        quick = ("-c", "listen_addresses=", "-c", "fsync=off")
        command = [programs / "postgres", "-D", str(data), "-k", folder, *quick]
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            ready = [programs / "pg_isready", "-h", folder, "-q"]
            wait_until(
                lambda: subprocess.run(ready, check=False).returncode == 0,
                "PostgreSQL",
            )
            yield f"postgres://postgres@/postgres?host={folder}"
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed")
    return found[-1].parent


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url) as server:
            return bool(server.ping())
    except RedisError:
        return False


def _point_at(settings, url: str) -> None:
    settings.REDIS_URL = url
    settings.BROKER_URL = env.broker_url(url)
    _forget_connections()


def _forget_connections() -> None:
    if queue.redis.cache_info().currsize:
        queue.redis().close()
    if queue.client.cache_info().currsize:
        queue.client().close()
    queue.redis.cache_clear()
    queue.client.cache_clear()
