"""Settings from the environment: what is read, and what is refused."""

import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection
from redis import Redis

from webapp import env


@pytest.mark.parametrize(("value", "expected"), [("yes", True), ("no", False)])
def test_a_flag_is_yes_or_no(monkeypatch, value, expected):
    """Two words, and no guessing about 'True', '1' or 'on'."""
    monkeypatch.setenv("X", value)

    assert expected is env.flag("X", default=not expected)


@pytest.mark.parametrize(
    ("read", "value", "complaint"),
    [
        (lambda name: env.flag(name, False), "True", "X is 'True', and must be yes or no"),
        (lambda name: env.number(name, 1), "-1", "X is '-1', and must be a whole number"),
        (lambda name: env.number(name, 1), "ten", "X is 'ten', and must be a whole number"),
        (
            lambda name: env.redis_url(name, Path("/")),
            "amqp://x",
            "X is 'amqp://x', and must begin with redis://, rediss:// or unix://",
        ),
        (
            lambda name: env.redis_url(name, Path("/")),
            "unix://run/redis.sock",
            "X names the socket 'run/redis.sock'; its path must begin at /",
        ),
        (
            lambda name: env.redis_url(name, Path("/")),
            "unix:///" + "a" * 99,
            "X names a socket of 100 characters, and at most 99 can be used",
        ),
    ],
)
def test_what_cannot_be_read_stops_the_start(monkeypatch, read, value, complaint):
    """The sentence names the variable, its value and what was wanted."""
    monkeypatch.setenv("X", value)

    with pytest.raises(ImproperlyConfigured, match=re.escape(complaint)):
        read("X")


def test_nothing_is_as_good_as_not_set(monkeypatch):
    """A compose file that passes an empty variable passes none."""
    monkeypatch.setenv("X", "")

    assert ("y", 3, True) == (env.text("X", "y"), env.number("X", 3), env.flag("X", True))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("unix:///run/r.sock", "redis+socket:///run/r.sock?virtual_host=0"),
        ("unix:///run/r.sock?db=3", "redis+socket:///run/r.sock?virtual_host=3"),
        ("redis://:secret@host:6380/2", "redis://:secret@host:6380/2"),
        ("rediss://host/0", "rediss://host/0"),
    ],
)
def test_kombu_is_given_its_own_spelling(ours, theirs):
    """It knows no unix://, and redis-py no redis+socket://."""
    assert theirs == env.broker_url(ours)


def test_both_spellings_reach_the_same_database(redis_url):
    """A message that kombu stores is one that redis-py counts."""
    url = redis_url.replace("db=0", "db=3")
    with Connection(env.broker_url(url)) as connection, Redis.from_url(url) as redis:
        queue = connection.SimpleQueue("spelling")
        queue.put("a message")

        assert 1 == redis.llen("spelling")
        queue.clear()
        queue.close()


def test_each_site_has_a_socket_of_its_own_in_a_short_place():
    """However deep the site lies, the kernel takes the path."""
    deep = Path("/", *["a-long-folder-name"] * 20)

    one, other = env.socket_for(deep), env.socket_for(deep / "b")

    assert one != other
    assert one == env.socket_for(deep)
    assert len(os.fsencode(one)) <= env.LONGEST_SOCKET


def test_the_secret_is_made_once_and_kept_to_its_owner(tmp_path):
    """Processes that start at once all read the same one."""
    file = tmp_path / "home" / "secret_key"

    with ThreadPoolExecutor(8) as pool:
        read = set(pool.map(lambda _: env.secret("X_NOT_SET", file), range(8)))

    assert 1 == len(read)
    assert len(read.pop()) >= 50
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert [file] == list(file.parent.iterdir())


def test_a_secret_that_is_set_is_not_written(monkeypatch, tmp_path):
    """Where the operator keeps it, we do not."""
    monkeypatch.setenv("X", "theirs")

    assert "theirs" == env.secret("X", tmp_path / "secret_key")
    assert not (tmp_path / "secret_key").exists()
