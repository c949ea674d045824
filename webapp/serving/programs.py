"""What a site consists of: the command of each of its programs.

The compose file starts the same programs, each in a container of its own; a
test holds the two together.
"""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass

from webapp import queue
from webapp.serving.places import Home

# A visitor's piece goes first on the cores that all share; staff can wait a little.
NICE = {queue.PREPARATION: 5, queue.TRAINING: 10}

THREADS = 8  # requests served side by side; SQLite has one writer anyway


@dataclass(frozen=True, kw_only=True)
class Program:
    """One program of a site."""

    name: str  # in messages, and of its log
    command: tuple[str, ...]
    stop: signal.Signals = signal.SIGTERM
    descriptors: tuple[int, ...] = ()  # open files it is handed
    ends_last: bool = False  # the others speak to it while they end


def redis(home: Home) -> Program:
    """Return a Redis that listens on a unix socket alone and forgets no message.

    It refuses new messages rather than drop old ones, and shows the environment
    it was started with, which ``guard`` looks for.
    """
    settings = {
        "port": "0",
        "unixsocket": str(home.socket),
        "unixsocketperm": "700",
        "dir": str(home.redis),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "set-proc-title": "no",
        "daemonize": "no",
    }
    options = (part for name, value in settings.items() for part in (f"--{name}", value))
    return Program(name="redis", command=("redis-server", *options), ends_last=True)


def web(descriptor: int) -> Program:
    """Return the web server, on a socket that is open already.

    The socket outlives the server, so that one which ends is followed by
    another without a request being refused.
    """
    command = (
        *("-m", "gunicorn", "webapp.wsgi", "--bind", f"fd://{descriptor}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)),
        *("--graceful-timeout", "3", "--no-control-socket"),
    )
    return Program(name="web", command=(sys.executable, *command), descriptors=(descriptor,))


def worker(name: str) -> Program:
    """Return the worker of the queue ``name``.

    One that composes may end its piece, a matter of seconds. A training takes
    hours and goes on from its last epoch, so its worker ends at once.
    """
    stop = signal.SIGQUIT if name == queue.TRAINING else signal.SIGTERM
    return Program(
        name=f"worker-{name}",
        command=(
            *_niced(name),
            *_celery(
                *("worker", "--queues", name, "--concurrency", "1", "--hostname", f"{name}@%h"),
                *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
            ),
        ),
        stop=stop,
    )


def beat(home: Home) -> Program:
    """Return the clock that sends the sweeper round."""
    schedule = str(home.run / "beat-schedule")
    return Program(name="beat", command=_celery("beat", "--schedule", schedule))


def _niced(name: str) -> tuple[str, ...]:
    return ("nice", "-n", str(NICE[name])) if name in NICE else ()


def _celery(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "-A", "worker.celery", *arguments)
