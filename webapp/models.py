"""What the database holds."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
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
    SOUNDING = "sounding", _("Playing the sound")
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


class Checkpoint(models.Model):
    """A model that has learned: one version, named by the hash of its content."""

    hash = models.CharField(primary_key=True, max_length=64, editable=False)
    name = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    recipe = models.CharField(max_length=20)
    network = models.CharField(max_length=20)
    composer = models.CharField(max_length=80)  # in whose manner it composes by itself
    composers = models.JSONField(default=list, blank=True)  # whom it may be asked for; or none
    card = models.JSONField(default=dict)
    folder = models.CharField(max_length=500)  # a relative path begins at BASE_DIR
    is_active = models.BooleanField(default=False)  # the one taken where none is named
    is_chosen = models.BooleanField(default=False)  # by a person to be that one: it stays so
    is_offered = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-is_active", "-created_at", "hash")
        constraints = (
            models.UniqueConstraint(
                name="checkpoint_one_is_active", fields=("is_active",), condition=Q(is_active=True)
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> Path:
        """The folder, absolute."""
        return Path(settings.BASE_DIR, self.folder)

    @property
    def abilities(self) -> dict[str, Any]:
        """What ``GenerationConfig.for_model`` must know of a model."""
        return {"recipe": self.recipe, "composer": self.composer, "composers": self.composers}


class Primer(models.Model):
    """The opening of a work, for a model to go on from."""

    name = models.SlugField(primary_key=True, max_length=80)
    title = models.CharField(max_length=200)
    composer = models.CharField(max_length=80)
    attribution = models.CharField(max_length=500)  # whom to name for the encoding
    licence = models.CharField(max_length=200)
    opening = models.JSONField(default=dict)  # as Opening.to_dict returns it
    is_offered = models.BooleanField(default=True)

    class Meta:
        ordering = ("composer", "title", "name")

    def __str__(self) -> str:
        return f"{self.composer}: {self.title}"


class Piece(Job):
    """Music that was composed here, or is about to be."""

    # The attempt that was lost may yet wake and clear its folder away.
    AFRESH: ClassVar[dict[str, Any]] = {"files": {}}

    title = models.CharField(max_length=200)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="pieces")
    primer = models.ForeignKey(Primer, models.PROTECT, related_name="pieces")
    config = models.JSONField(default=dict)  # GenerationConfig's fields
    score = models.JSONField(null=True, blank=True)  # as Score.to_dict returns it
    n_skipped = models.PositiveIntegerField(default=0)  # opening tokens the model did not know
    originality = models.JSONField(null=True, blank=True)  # what it shares with works learned from
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children"
    )
    owner = models.CharField(max_length=40, blank=True)  # what the owner cookie says
    is_example = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    files = models.JSONField(default=dict, blank=True)  # kind: path below MEDIA_ROOT, or paths

    class Meta(Job.Meta):
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")
        indexes = (
            models.Index(name="piece_newest_first", fields=("-created_at", "-id")),
            models.Index(name="piece_by_owner", fields=("owner", "status")),
            models.Index(name="piece_by_status", fields=("status", "finished_at")),
        )

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return reverse("piece-detail", args=[self.pk])

    @property
    def composer(self) -> str:
        """In whose manner the machine goes on, as a corpus calls them."""
        return self.config.get("composer") or self.checkpoint.composer

    def file_paths(self) -> list[str]:
        """Return the paths of all files there are, below MEDIA_ROOT."""
        paths: list[str] = []
        for entry in self.files.values():
            paths.extend([entry] if isinstance(entry, str) else entry or [])
        return paths

    def file_url(self, path: str) -> str:
        """Return the address of one of :meth:`file_paths`."""
        return reverse("piece-file", args=[self.pk, Path(path).name])


class Training(Job):
    """The making of a checkpoint."""

    corpus = models.JSONField(default=list)  # folders
    composer = models.CharField(max_length=80)
    recipe = models.CharField(max_length=20)
    network = models.CharField(max_length=20)
    config = models.JSONField(default=dict)  # the fields of its recipe's config
    figures = models.JSONField(default=list, blank=True)  # one dictionary an epoch
    checkpoint = models.ForeignKey(
        Checkpoint, models.SET_NULL, null=True, blank=True, related_name="trainings"
    )

    class Meta(Job.Meta):
        verbose_name = _("training")
        verbose_name_plural = _("trainings")

    @property
    def folder(self) -> Path:
        """Where its last whole epoch is kept, for the next attempt to go on from."""
        return Path(settings.TRAININGS_ROOT, str(self.pk))


def _seconds(start: datetime, end: datetime | None) -> float:
    return max(((end or now()) - start).total_seconds(), 0.0)
