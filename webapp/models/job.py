"""Work that a worker does, and where it is in its life."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a job is in its life. See webapp/jobs.py for the moves."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


FINAL = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED)


class Stage(models.TextChoices):
    """What a running job is at."""

    COMPOSING = "composing", _("Composing")
    ENGRAVING = "engraving", _("Engraving the score")
    SOUNDING = "sounding", _("Recording the sound")
    FETCHING = "fetching", _("Downloading")
    UNPACKING = "unpacking", _("Unpacking")
    READING = "reading", _("Reading the corpus")
    PREPARING = "preparing", _("Preparing the notes")
    FITTING = "fitting", _("Learning")
    REHEARSING = "rehearsing", _("Rehearsing")


class Job(models.Model):
    """Work that a worker does while the browser waits.

    The primary key is the Celery task id too, so a log line on either side
    leads to the other.
    """

    # What a lost attempt had written to the row, and what stands there instead.
    AFRESH: ClassVar[dict[str, Any]] = {}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    done = models.PositiveIntegerField(default=0)  # tokens, pages or epochs, as the stage says
    total = models.PositiveIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)  # counts the claims
    n_lost = models.PositiveIntegerField(default=0)  # counts the claims that ended in silence
    cancel_requested = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    error_code = models.CharField(max_length=40, blank=True)  # a key of webapp.messages
    error_values = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="%(class)s_finished_iff_status_is_final",
                condition=Q(finished_at__isnull=False) ^ ~Q(status__in=FINAL),
            ),
            models.CheckConstraint(
                name="%(class)s_error_iff_failed",
                condition=Q(status=Status.FAILED) ^ Q(error_code=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} ({self.status})"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended, one way or another."""
        return self.status in FINAL

    @property
    def progress(self) -> float:
        """How much of the present stage is done, 0 to 1; 1 for a job that succeeded."""
        if self.status == Status.SUCCEEDED:
            return 1.0
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def wait_s(self) -> float:
        """Seconds from the asking to the start, or until now."""
        return _seconds(self.created_at, self.started_at or self.finished_at)

    @property
    def run_s(self) -> float | None:
        """Seconds from the last start to the end, or until now; None before the start."""
        return _seconds(self.started_at, self.finished_at) if self.started_at else None


def _seconds(start: datetime, end: datetime | None) -> float:
    return max(((end or now()) - start).total_seconds(), 0.0)
