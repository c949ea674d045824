"""A whole site on this machine, started and ended by a test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import wait_until

ROOT = Path(__file__).parents[1]
START_S = 120.0  # on a machine that is busy with other things
JOB_S = 120.0


class Site:
    """A running `serve`, and what it says."""

    def __init__(self, home: Path, **environment: str) -> None:
        inherited = {k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "DATABASE_URL")}
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env={**inherited, "IMPROMPTU_HOME": str(home), "PORT": "0", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self.said.append(line)

    @property
    def url(self) -> str:
        return "".join(re.findall(r"Ready: (http://\S+)", "".join(self.said)))

    def wait_until_ready(self) -> None:
        wait_until(lambda: bool(self.url) or self.process.poll() is not None, "Ready", START_S)
        assert self.url, self.told()

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def compose(self) -> str:
        request = urllib.request.Request(
            f"{self.url}/api/pieces",
            data=json.dumps({"notes": 16, "seed": 1}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["id"]

    def final(self, piece: str) -> dict[str, Any]:
        """Wait until ``piece`` has come to its end, and return it."""

        def is_final() -> bool:
            found.update(self.get(f"/api/pieces/{piece}"))
            return found["status"] in ("succeeded", "failed", "cancelled")

        found: dict[str, Any] = {}
        wait_until(is_final, "the end of the piece", JOB_S)
        return found

    def processes(self) -> dict[int, str]:
        """Return what runs for this site besides `serve` itself: every process with its home."""
        wanted = f"IMPROMPTU_HOME={self.home}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    found[int(entry.name)] = b" ".join(words).decode()
            except OSError:
                continue
        found.pop(self.process.pid, None)
        return found

    def ended(self) -> int:
        """Wait for the end of `serve`, and return its exit status."""
        code = self.process.wait(60)
        self._listener.join(10)
        return code

    def told(self) -> str:
        logs = sorted((self.home / "logs").glob("*.log")) if self.home.exists() else []
        return "".join(self.said) + "".join(
            f"\n== {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs
        )

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.ended()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.ended()


@contextmanager
def started(home: Path, **environment: str) -> Iterator[Site]:
    """Start a site and wait until it is ready; end it, whatever happens."""
    site = Site(home, **environment)
    try:
        site.wait_until_ready()
        yield site
    finally:
        site.close()
