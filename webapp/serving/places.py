"""Where a site keeps what it needs while it runs: its own lock, socket and logs.

All of it follows from the site's home folder, so that two sites share nothing.
"""

from __future__ import annotations

import fcntl
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from webapp import env

LOG_BYTES = 5_000_000  # a longer log is put aside when its program starts


class Refused(Exception):
    """The site cannot start; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """The folder that ``IMPROMPTU_HOME`` names."""

    path: Path

    @property
    def logs(self) -> Path:
        """Return the folder of the programs' logs."""
        return _folder(self.path / "logs")

    @property
    def run(self) -> Path:
        """Return the folder of what lives as long as the site runs."""
        return _folder(self.path / "run")

    @property
    def redis(self) -> Path:
        """Return the folder of what Redis keeps."""
        return _folder(self.path / "redis")

    @property
    def socket(self) -> Path:
        """Return where Redis listens, in a folder that nobody else can enter.

        Raises
        ------
        Refused
            If someone else has made the folder.
        """
        socket = env.socket_for(self.path)
        socket.parent.mkdir(mode=0o700, exist_ok=True)
        if socket.parent.is_symlink() or socket.parent.stat().st_uid != os.getuid():
            raise Refused(f"{socket.parent} belongs to someone else. Remove it, then try again.")
        socket.parent.chmod(0o700)
        return socket

    def log(self, name: str) -> Path:
        """Return the log of the program ``name``, the one before put aside where it is long."""
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path

    def take(self) -> IO[str]:
        """Hold this home until the file returned is closed, or this process ends.

        Raises
        ------
        Refused
            If another process holds it.
        """
        held = (self.run / "serve.lock").open("a+")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            holder = held.read().strip() or "another process"
            held.close()
            raise Refused(
                f"A site with IMPROMPTU_HOME={self.path} runs already ({holder}). "
                "Stop it first, or set IMPROMPTU_HOME to another folder."
            ) from None
        held.truncate(0)
        return held


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to ``host`` and ``port``; port 0 takes one that is free.

    Raises
    ------
    Refused
        If the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except PermissionError:
        raise Refused(
            f"Port {port} may be opened by root alone. Set PORT to 1024 or above."
        ) from None
    except OverflowError:
        raise Refused(f"PORT is {port}, and must be from 0 to 65,535.") from None
    except OSError as error:
        raise Refused(
            f"Port {port} of {host} cannot be opened: {error.strerror}. "
            f"Set PORT to another one, as in: PORT={port + 1} make run"
        ) from None


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
