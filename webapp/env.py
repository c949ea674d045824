"""Read settings from the environment, once, and complain early.

Every reader takes a name and a default. A value that cannot be understood
stops the start with the name, the value and what was wanted in its place; a
server that starts is a server whose settings were read.

The environment itself is read here and nowhere else in the web app, and this
is the one place that knows both spellings of a Redis on a unix socket.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# The kernel takes 107 bytes; Redis and Celery add a few of their own.
LONGEST_SOCKET = 99

BROKERS = ("redis", "rediss", "unix")


def text(name: str, default: str) -> str:
    """Return the value as it stands; one that is set to nothing counts as not set."""
    return os.environ.get(name, "") or default


def flag(name: str, default: bool) -> bool:
    """Return yes or no."""
    value = text(name, "yes" if default else "no")
    if value not in ("yes", "no"):
        raise ImproperlyConfigured(f"{name} is {value!r}, and must be yes or no")
    return value == "yes"


def number(name: str, default: int) -> int:
    """Return a whole number, 0 or above."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal()):
        raise ImproperlyConfigured(f"{name} is {value!r}, and must be a whole number")
    return int(value)


def words(name: str, default: str) -> list[str]:
    """Return what stands between the commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    """Return an absolute path."""
    return Path(text(name, str(default))).expanduser().resolve()


def secret(name: str, file: Path) -> str:
    """Return the value, or else the one kept in ``file``, which is made on the first call.

    Several processes may start at once: each writes aside, and the first link wins.
    """
    if value := text(name, ""):
        return value
    if not file.exists():
        _keep(file, secrets.token_urlsafe(50))
    return file.read_text(encoding="ascii").strip()


def _keep(file: Path, value: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own, also among threads, and readable for its owner alone.
        descriptor, aside = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
        with os.fdopen(descriptor, "w", encoding="ascii") as sink:
            sink.write(value)
        with contextlib.suppress(FileExistsError):
            os.link(aside, file)
        Path(aside).unlink()
    except OSError as error:
        raise ImproperlyConfigured(f"{file} cannot be written: {error.strerror}") from error


def socket_for(home: Path) -> Path:
    """Return where the Redis of the site kept in ``home`` listens.

    In a short folder of its own, because ``home`` may lie too deep for a socket.
    """
    site = hashlib.sha256(str(home).encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir(), f"impromptu-{os.getuid()}-{site}", "redis.sock")


def redis_url(name: str, home: Path) -> str:
    """Return the address of Redis as redis-py spells it; by default that of ``home``."""
    value = text(name, f"unix://{quote(str(socket_for(home)))}?db=0")
    parts = urlsplit(value)
    if parts.scheme not in BROKERS:
        raise ImproperlyConfigured(
            f"{name} is {value!r}, and must begin with redis://, rediss:// or unix://"
        )
    if parts.scheme == "unix":
        _check_socket(name, unquote(parts.netloc + parts.path))
    return value


def broker_url(url: str) -> str:
    """Return ``url`` as kombu spells it: it knows no ``unix://``.

    >>> broker_url("unix:///run/redis.sock?db=2")
    'redis+socket:///run/redis.sock?virtual_host=2'
    >>> broker_url("redis://localhost:6379/1")
    'redis://localhost:6379/1'
    """
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def _check_socket(name: str, socket: str) -> None:
    if not socket.startswith("/"):
        raise ImproperlyConfigured(f"{name} names the socket {socket!r}; its path must begin at /")
    length = len(os.fsencode(socket))
    if length > LONGEST_SOCKET:
        raise ImproperlyConfigured(
            f"{name} names a socket of {length} characters, and at most {LONGEST_SOCKET} can be"
            f" used: {socket}"
        )
