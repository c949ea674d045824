"""A site of its own for each test that starts workers."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tests.worker.sites import Redis, Site
from webapp import env, queue


@pytest.fixture
def redis() -> Iterator[Redis]:
    """A Redis that nobody else knows of."""
    server = Redis()
    yield server
    server.stop()


@pytest.fixture
def site(tmp_path, redis, settings, empty_database, django_db_blocker) -> Iterator[Site]:
    """A site whose database is a file, because its workers are other processes."""
    settings.REDIS_URL = redis.url
    settings.BROKER_URL = env.broker_url(redis.url)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CHECKPOINTS_ROOT = tmp_path / "checkpoints"
    settings.TRAININGS_ROOT = tmp_path / "trainings"
    settings.CORPORA_ROOT = tmp_path / "corpora"
    settings.INTAKES_ROOT = tmp_path / "intakes"
    queue.client.cache_clear()
    queue.redis.cache_clear()
    made = Site(tmp_path, redis)
    shutil.copy(empty_database, tmp_path / "db.sqlite3")
    with django_db_blocker.unblock(), database(tmp_path / "db.sqlite3"):
        yield made
        made.stop()
    queue.client.cache_clear()
    queue.redis.cache_clear()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory, django_db_blocker) -> Path:
    """A migrated database in a file, for each site to begin with a copy of."""
    file = tmp_path_factory.mktemp("database") / "db.sqlite3"
    with django_db_blocker.unblock(), database(file):
        call_command("migrate", verbosity=0)
    return file


@contextmanager
def database(file: Path) -> Iterator[None]:
    """Let every thread of this process work on the SQLite database in ``file``."""
    usual, opened = connections.settings["default"], connections["default"]
    connections.settings["default"] = usual | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": settings.SQLITE,
    }
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections.settings["default"], connections["default"] = usual, opened
