"""A whole site for a test: its own folder, database, Redis and workers, all of them real."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from webapp import queue
from webapp.models import Job, Training
from worker import child

ROOT = Path(__file__).parents[2]
LIMIT_S = 180.0  # for anything that is waited for, on a busy machine


def until(is_so: Callable[[], object], what: str, *, pause_s: float = 0.05) -> None:
    """Wait until ``is_so()``, and fail with ``what`` was waited for if it never is."""
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(pause_s)


class Redis:
    """A Redis server on a unix socket, in a folder short enough for one."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="imp-"))
        self.socket = self.folder / "redis.sock"
        self.url = f"unix://{self.socket}?db=0"
        self._process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", ""],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        until(self.socket.exists, "Redis listens")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self.folder)


class Worker:
    """A prefork worker in a process group of its own, as on another machine."""

    def __init__(self, environment: dict[str, str], consumed: str, log: Path) -> None:
        self.log = log
        with log.open("ab") as sink:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "worker.celery", "worker"),
                    *("-Q", consumed, "--concurrency", "1", "--loglevel", "INFO"),
                    *("-n", f"{log.stem}@test"),
                ],
                cwd=ROOT,
                env=environment,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )

    @property
    def children(self) -> list[int]:
        """The processes of its pool."""
        pid = self.process.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        """End all of it at once, as when the machine loses power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def kill_child(self) -> None:
        """End the process that works, as the kernel does when memory runs out."""
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.kill()


class Site:
    """The web's side is this very process; the workers are processes of their own."""

    def __init__(self, home: Path, redis: Redis) -> None:
        self.home = home
        self.media = home / "media"
        self.redis = redis
        self.workers: list[Worker] = []
        # A worker is lost after eight silent seconds here, instead of sixty.
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "IMPROMPTU_HOME": str(home),
            "IMPROMPTU_SILENCE_S": "8",
            "REDIS_URL": redis.url,
        }

    def start_worker(self, consumed: str = queue.GENERATION, **environment: str) -> Worker:
        log = self.home / f"worker-{len(self.workers) + 1}.log"
        worker = Worker(self.environment | environment, consumed, log)
        self.workers.append(worker)
        return worker

    def wait_for(self, row: Job, is_so: Callable[[Job], object], what: str) -> None:
        """Wait until ``is_so(row)`` holds for the row as it is stored."""

        def look() -> object:
            row.refresh_from_db()
            return is_so(row)

        try:
            until(look, f"{row} {what}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{row.__dict__}\n{self.logs()}") from None

    def sweep_until(self, row: Job, is_so: Callable[[Job], object], what: str) -> None:
        """Wait as :meth:`wait_for` does, and sweep all the while instead of each minute."""

        def look(stored: Job) -> object:
            if queue.length(queue.GENERATION) == 0:
                queue.send(queue.SWEEP)
            return is_so(stored)

        self.wait_for(row, look, what)

    def logs(self) -> str:
        return "\n".join(worker.log.read_text()[-4000:] for worker in self.workers)

    def folders(self, row: Job) -> list[str]:
        """The attempts at ``row`` whose files are there."""
        return sorted(path.name for path in (self.media / str(row.pk)).glob("*"))

    def stop(self) -> None:
        for worker in self.workers:
            worker.stop()


def is_alive(pid: int) -> bool:
    """Whether ``pid`` runs; one that only waits to be buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def history(folder: Path) -> list[dict[str, float]]:
    """The figures of each epoch, as a checkpoint holds them."""
    rows: list[dict[str, float]] = json.loads((folder / "history.json").read_text())
    return rows


def has_learned(training: Training) -> object:
    """Whether an epoch has ended."""
    return training.figures


def is_final(row: Job) -> bool:
    """Whether nothing more will happen to it."""
    return row.is_final


def trainer(training: Training) -> int:
    """The process that trains."""
    return int((training.folder / child.LOCK).read_text().split()[1])
