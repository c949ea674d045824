"""The making of checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from webapp.models.checkpoint import Checkpoint
from webapp.models.corpus import Corpus
from webapp.models.job import Job


class Training(Job):
    """The making of a checkpoint."""

    AFRESH: ClassVar[dict[str, Any]] = {"speed": None, "left_s": None}

    corpus = models.JSONField(default=list)  # folders, as they were when it was asked for
    corpora = models.ManyToManyField(Corpus, blank=True, related_name="trainings")
    composer = models.CharField(max_length=80)
    recipe = models.CharField(max_length=20)
    network = models.CharField(max_length=20)
    config = models.JSONField(default=dict)  # the fields of its recipe's config
    start = models.ForeignKey(  # the model whose weights it goes on from; none: from nothing
        Checkpoint, models.SET_NULL, null=True, blank=True, related_name="followers"
    )
    figures = models.JSONField(default=list, blank=True)  # one dictionary an epoch
    auditions = models.JSONField(default=list, blank=True)  # [{"epoch", "files": {kind: path}}]
    provenance = models.JSONField(default=dict, blank=True)  # fingerprint, versions, machine
    speed = models.FloatField(null=True, blank=True)  # notes, or windows, a second, just now
    left_s = models.FloatField(null=True, blank=True)  # seconds until its last epoch is done
    keeps_best = models.BooleanField(default=False)  # it was asked to end early with what it has
    owner = models.ForeignKey(get_user_model(), models.SET_NULL, null=True, blank=True)
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

    @property
    def epochs(self) -> int:
        """How many epochs were asked for."""
        return int(self.config.get("epochs", 0))

    @property
    def best(self) -> dict[str, Any] | None:
        """The epoch that knew best what was held out; None before the first."""
        return min(self.figures, key=held_out_loss, default=None)

    def file_paths(self) -> list[str]:
        """Every file of its auditions, as seen from the media folder."""
        return [path for one in self.auditions for path in one["files"].values()]

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return reverse("training-detail", args=[self.pk])


def held_out_loss(figures: dict[str, Any]) -> float:
    """Return the loss on what was held out, of the weights that would be kept of an epoch."""
    losses = (figures.get("averaged_val_loss"), figures["val_loss"])
    return float(min(loss for loss in losses if loss is not None))
