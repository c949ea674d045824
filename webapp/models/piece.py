"""Openings, and the pieces that go on from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from webapp.models.checkpoint import Checkpoint
from webapp.models.job import Job


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
    batch = models.UUIDField(null=True, blank=True, db_index=True)  # shared by takes of one click
    take = models.PositiveSmallIntegerField(default=0)  # place among them
    # What is taken from the parent: all before from_bar; with to_bar, all but these bars.
    from_bar = models.PositiveIntegerField(null=True, blank=True)
    to_bar = models.PositiveIntegerField(null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)  # among the bars that were tried, best first
    source = models.JSONField(null=True, blank=True)  # the parent's score as it was then
    made_with = models.JSONField(default=dict, blank=True)  # versions that composed it
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


class Reproduction(Job):
    """A piece composed again from what is stored of it, to be laid beside it."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="reproductions")
    # is_identical; else bar, the first that differs, and reasons, codes of webapp.reproducing
    answer = models.JSONField(null=True, blank=True)

    class Meta(Job.Meta):
        verbose_name = _("reproduction")
        verbose_name_plural = _("reproductions")

    def get_absolute_url(self) -> str:
        """Return the address of the page that tells the answer."""
        return reverse("reproduction-detail", args=[self.pk])
