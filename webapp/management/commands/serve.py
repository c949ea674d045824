"""Starts a whole site on this machine: Redis, web, workers and clock, ready to compose."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from webapp import env, queue
from webapp.serving import programs, readiness
from webapp.serving.places import Home, Refused, listen
from webapp.serving.supervisor import Supervisor

LOOK_S = 0.1
SLOW_S = 60.0
REDIS_LIMIT_S = 30.0
SECOND_S = 1.0  # after a Ctrl-C, another one means: at once


class Command(BaseCommand):
    """Run until Ctrl-C or SIGTERM, and end all that was started."""

    help = __doc__ or ""
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self._is_stopping = self._is_hurried = False
        self._stopped_at = 0.0
        self._wake = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._on_signal)
        try:
            self._serve()
        except Refused as refusal:
            raise CommandError(str(refusal)) from None

    def _serve(self) -> None:
        home = Home(settings.HOME)
        with home.take() as held, listen(settings.HOST, settings.PORT) as listener:
            held.write(f"process {os.getpid()}, {readiness.url(listener)}")
            held.flush()
            environment = {**os.environ, "IMPROMPTU_HOME": str(home.path)}
            supervisor = Supervisor(home, settings.BASE_DIR, environment, self._say)
            try:
                self._start(supervisor, home, listener)
                self._keep(supervisor)
            finally:
                self._say("Stopping.")
                supervisor.stop(is_hurried=lambda: self._is_hurried)

    def _start(self, supervisor: Supervisor, home: Home, listener: socket.socket) -> None:
        has_own_redis = not env.text("REDIS_URL", "")
        if has_own_redis:
            supervisor.start(programs.redis(home))
        call_command("migrate", interactive=False, verbosity=0)
        if has_own_redis:
            self._wait_for_redis(supervisor, home)

        supervisor.start(programs.web(listener.fileno()))
        for name in queue.QUEUES:
            supervisor.start(programs.worker(name))
        supervisor.start(programs.beat(home))
        call_command("stock", stdout=io.StringIO())
        self._wait_until_ready(supervisor, listener)

    def _wait_for_redis(self, supervisor: Supervisor, home: Home) -> None:
        """Wait for an answer, so that no other program starts with a failed connection."""
        until = time.monotonic() + REDIS_LIMIT_S
        while not self._is_stopping and not readiness.redis_answers(home.socket):
            supervisor.look()
            if time.monotonic() > until:
                raise Refused(f"Redis does not answer. Its log is {home.logs / 'redis.log'}.")
            self._wake.wait(LOOK_S / 5)

    def _wait_until_ready(self, supervisor: Supervisor, listener: socket.socket) -> None:
        """Wait until the site says of itself that it is ready, and pass that on."""
        question = readiness.Question(listener)
        slow_at = time.monotonic() + SLOW_S
        while question.problem and not self._is_stopping:
            supervisor.look()
            if time.monotonic() > slow_at:
                self._say(f"Not ready yet: {question.problem}")
                slow_at += SLOW_S
            self._wake.wait(LOOK_S)
        question.give_up()
        if not self._is_stopping:
            supervisor.is_ready = True
            self._say(f"Ready: {readiness.url(listener)}")
            self._say("To make the first admin: .venv/bin/python manage.py createsuperuser")
            self._say("To stop: Ctrl-C")

    def _keep(self, supervisor: Supervisor) -> None:
        while not self._is_stopping:
            supervisor.look()
            self._wake.wait(LOOK_S)

    def _on_signal(self, *_: object) -> None:
        # make and a terminal may both pass on one Ctrl-C; a second one comes later.
        self._is_hurried = self._is_stopping and time.monotonic() > self._stopped_at + SECOND_S
        if not self._is_stopping:
            self._is_stopping, self._stopped_at = True, time.monotonic()
        self._wake.set()

    def _say(self, sentence: str) -> None:
        with contextlib.suppress(OSError):  # whoever read it may be gone; the end goes on
            self.stdout.write(sentence)
            self.stdout.flush()  # whoever waits for "Ready" may read through a pipe
