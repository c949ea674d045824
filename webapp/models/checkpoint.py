"""Models that have learned, and which of them visitors get."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from webapp.models.job import Job


class Checkpoint(models.Model):
    """A model that has learned: one version, named by the hash of its content."""

    class Origin(models.TextChoices):
        """How it came here."""

        SHIPPED = "shipped", _("Comes with Impromptu")
        TRAINED = "trained", _("Trained here")
        IMPORTED = "imported", _("Imported")

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
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.SHIPPED)
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

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return reverse("checkpoint-detail", args=[self.pk])

    @property
    def path(self) -> Path:
        """The folder, absolute."""
        return Path(settings.BASE_DIR, self.folder)

    @property
    def abilities(self) -> dict[str, Any]:
        """What ``GenerationConfig.for_model`` must know of a model."""
        return {"recipe": self.recipe, "composer": self.composer, "composers": self.composers}


class Activation(models.Model):
    """A moment at which a person made a model the one that visitors get."""

    checkpoint = models.ForeignKey(Checkpoint, models.CASCADE, related_name="activations")
    previous = models.ForeignKey(
        Checkpoint, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(get_user_model(), models.SET_NULL, null=True, blank=True)
    is_return = models.BooleanField(default=False)  # it rolled an earlier one back
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.checkpoint}, {self.created_at:%Y-%m-%d %H:%M}"


class Rehearsal(Job):
    """A fixed batch composed by one model, and laid beside another's."""

    AFRESH: ClassVar[dict[str, Any]] = {"figures": {}, "pieces": []}

    checkpoint = models.ForeignKey(Checkpoint, models.CASCADE, related_name="rehearsals")
    against = models.ForeignKey(
        Checkpoint, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    figures = models.JSONField(default=dict, blank=True)  # of both, and what is said of each
    pieces = models.JSONField(default=list, blank=True)  # one dictionary a pair, with its files

    class Meta(Job.Meta):
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return reverse("rehearsal-detail", args=[self.pk])


class Import(Job):
    """A file on its way in: a model from elsewhere, if a worker finds it whole."""

    AFRESH: ClassVar[dict[str, Any]] = {}

    dropped = models.CharField(max_length=500)  # absolute; what was uploaded
    name = models.CharField(max_length=200)  # what it was called
    checkpoint = models.ForeignKey(
        Checkpoint, models.SET_NULL, null=True, blank=True, related_name="imports"
    )
    owner = models.ForeignKey(get_user_model(), models.SET_NULL, null=True, blank=True)

    class Meta(Job.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return reverse("import-detail", args=[self.pk])
