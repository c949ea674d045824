"""Whether a site that was started is there yet: asked from outside, as a visitor would."""

from __future__ import annotations

import http.client
import socket
import threading
from pathlib import Path

LIMIT_S = 10.0  # of one question; the workers' roll call alone takes a second
PAUSE_S = 0.2


def address(listener: socket.socket) -> tuple[str, int]:
    """Return the host and port at which this machine itself reaches ``listener``."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104


def url(listener: socket.socket) -> str:
    """Return what to open in a browser on this machine."""
    host, port = address(listener)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def redis_answers(path: Path) -> bool:
    """Say whether the Redis at the socket ``path`` is up and has read what it kept."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class Question:
    """Asks ``/readyz`` in a thread of its own until the answer is yes.

    A server that ends while it is asked leaves the question unanswered for a
    while; who waits here is free meanwhile to see that it ended.
    """

    def __init__(self, listener: socket.socket) -> None:
        self.problem = "no answer yet"  # in the site's own words; nothing once it is ready
        self._address = address(listener)
        self._is_over = threading.Event()
        threading.Thread(target=self._ask, daemon=True).start()

    def give_up(self) -> None:
        """Ask no more."""
        self._is_over.set()

    def _ask(self) -> None:
        while not self._is_over.is_set():
            self.problem = self._answer()
            if not self.problem:
                return
            self._is_over.wait(PAUSE_S)

    def _answer(self) -> str:
        connection = http.client.HTTPConnection(*self._address, timeout=LIMIT_S)
        try:
            # Said to come by HTTPS, so that it is not sent there where HTTPS is on.
            connection.request("GET", "/readyz", headers={"X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            body = answer.read(2000).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return f"no answer yet ({error})"
        finally:
            connection.close()
        return "" if answer.status == http.client.OK else f"{answer.status} {body}"
