"""Music to learn from: named sets of files, by composer."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from webapp.models.job import Job


class Corpus(models.Model):
    """A named set of files, each in the folder of its composer."""

    class Source(models.TextChoices):
        """Where its files come from."""

        FETCHED = "fetched", _("Downloaded")
        UPLOADED = "uploaded", _("Uploaded")
        FOLDER = "folder", _("A folder on the server")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=8, choices=Source, default=Source.UPLOADED)
    folder = models.CharField(max_length=500)  # absolute; below CORPORA_ROOT unless it is named
    attribution = models.CharField(max_length=500, blank=True)  # whom to name for the files
    licence = models.CharField(max_length=200, blank=True)  # what may be done with them
    fingerprint = models.CharField(max_length=64, blank=True)  # of the files that were taken
    summary = models.JSONField(default=dict, blank=True)  # what is in it: counts and pictures
    owner = models.ForeignKey(get_user_model(), models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("title", "created_at")
        verbose_name = _("corpus")
        verbose_name_plural = _("corpora")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return reverse("corpus-detail", args=[self.pk])

    @property
    def path(self) -> Path:
        """The folder; composers' folders lie in it."""
        return Path(self.folder)


class Verdict(models.TextChoices):
    """What was said of a file."""

    WAITING = "waiting", _("Not read yet")
    TAKEN = "taken", _("Taken")
    REMARKED = "remarked", _("Taken, with remarks")
    REFUSED = "refused", _("Refused")


class CorpusFile(models.Model):
    """One file of a corpus."""

    corpus = models.ForeignKey(Corpus, models.CASCADE, related_name="files")
    path = models.CharField(max_length=500)  # below the corpus's folder
    composer = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.WAITING)
    remarks = models.JSONField(default=list, blank=True)  # [{"code": of webapp.messages, "values"}]
    notes = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    pitches = models.JSONField(default=dict, blank=True)  # {MIDI pitch: how often it is struck}
    rhythm = models.JSONField(default=dict, blank=True)  # {steps between strikes: how often}

    class Meta:
        ordering = ("composer", "path")
        constraints = (models.UniqueConstraint(name="corpus_file_once", fields=("corpus", "path")),)

    def __str__(self) -> str:
        return self.path


class Intake(Job):
    """Music on its way into a corpus: fetched or unpacked, then read file by file.

    Or, where it names ``openings_by``, works on their way to the first page.
    """

    # The next attempt reads every file again.
    AFRESH: ClassVar[dict[str, Any]] = {"n_taken": 0, "n_refused": 0}

    corpus = models.ForeignKey(Corpus, models.CASCADE, related_name="intakes")
    url = models.CharField(max_length=500, blank=True)  # of a zip to download
    dropped = models.CharField(max_length=500, blank=True)  # folder of what was uploaded
    composer = models.CharField(max_length=80, blank=True)  # of what lies in no folder
    openings_by = models.CharField(max_length=80, blank=True)  # whose works are to begin pieces
    n_taken = models.PositiveIntegerField(default=0)
    n_refused = models.PositiveIntegerField(default=0)

    class Meta(Job.Meta):
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")

    @property
    def folder(self) -> Path:
        """Where it keeps what the next attempt goes on from."""
        return Path(settings.INTAKES_ROOT, str(self.pk))
