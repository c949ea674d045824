"""The Celery application. Start it with ``celery -A worker.celery worker -Q <queue>``."""

from __future__ import annotations

import os

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
# Django's checks load every page of the site, and a worker shows none.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
django.setup()

from django.conf import settings  # noqa: E402 - settings are ready only now

from webapp import queue  # noqa: E402

app = Celery("worker", broker=settings.BROKER_URL, include=["worker.tasks"])
app.conf.update(
    # The database is the record of a job; a result backend would be a second.
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    # Acknowledge on receipt. Late acknowledgement with Redis delivers a task
    # again after visibility_timeout (an hour by default), while it still runs.
    task_acks_late=False,
    # Do not hold a job that another, idle worker could start.
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    # A child lives on: it keeps the SoundFont and the checkpoints in memory.
    # Should anything leak, it is replaced between two jobs.
    worker_max_memory_per_child=2_000_000,  # kilobytes
    # Redis may start after the workers, or again while they run.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Above the second that a worker's own blocking read takes.
    broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 5},
    worker_hijack_root_logger=False,
    beat_schedule={
        "sweep": {
            "task": queue.SWEEP.task,
            "schedule": 60.0,
            # Workers that were away need not sweep once for every minute of it.
            "options": {"queue": queue.SWEEP.queue, "expires": 55},
        }
    },
)
