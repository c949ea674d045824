"""Openings, and the pieces that go on from them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from webapp import wordkeys
from webapp.models.checkpoint import Checkpoint
from webapp.models.job import Job

BY_COMPOSER = ("composer", "title", "name")


class Primer(models.Model):
    """The opening of a work, for a model to go on from.

    It is the house's, or a visitor's own and then nobody else's to choose; or some
    bars cut out of another.
    """

    # Its files are made once; what a browser has kept is told apart by when that was.
    attempt = 0
    # What pages of music that plays ask of a piece; an opening has none of it.
    originality: ClassVar[None] = None
    score: dict[str, Any]  # by webapp.cuts, where it is shown

    name = models.SlugField(primary_key=True, max_length=80)
    title = models.CharField(max_length=200)
    composer = models.CharField(max_length=80, blank=True)
    attribution = models.CharField(max_length=500, blank=True)  # whom to name for the encoding
    licence = models.CharField(max_length=200, blank=True)
    opening = models.JSONField(default=dict)  # as Opening.to_dict returns it; empty until read
    is_offered = models.BooleanField(default=True)  # in the lists; a cut is in none
    owner = models.CharField(max_length=40, blank=True, db_index=True)  # empty: the house's
    source = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="cuts", editable=False
    )
    from_bar = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    to_bar = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    remarks = models.JSONField(default=list, blank=True)  # [{"code": of messages, "values"}]
    files = models.JSONField(default=dict, blank=True)  # kind: path below MEDIA_ROOT, or paths
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = BY_COMPOSER

    def __str__(self) -> str:
        return f"{self.composer}: {self.title}" if self.composer else self.title

    def get_absolute_url(self) -> str:
        """Return the address of the page; a cut is on that of what it is cut from."""
        if self.source_id is None:
            return reverse("opening-detail", args=[self.pk])
        bars = f"?from_bar={self.from_bar}&to_bar={self.to_bar}"
        return reverse("opening-detail", args=[self.source_id]) + bars

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return Path(settings.MEDIA_ROOT, "openings", self.pk)

    def file_paths(self) -> list[str]:
        """Return the paths of all files there are, below MEDIA_ROOT."""
        return paths_in(self.files)

    def file_url(self, path: str) -> str:
        """Return the address of one of :meth:`file_paths`."""
        return reverse("opening-file", args=[self.pk, Path(path).name])


def paths_in(files: dict[str, Any]) -> list[str]:
    """Return the paths of all files that a row names, by kind."""
    paths: list[str] = []
    for entry in files.values():
        paths.extend([entry] if isinstance(entry, str) else entry or [])
    return paths


class Upload(Job):
    """A visitor's file on its way to be an opening, if a worker can read it."""

    AFRESH: ClassVar[dict[str, Any]] = {}

    primer = models.OneToOneField(Primer, models.CASCADE, related_name="upload")
    dropped = models.CharField(max_length=500)  # absolute; what was uploaded
    owner = models.CharField(max_length=40)  # what the owner cookie says
    title = models.CharField(max_length=200, blank=True)  # the visitor's words; else the file's
    composer = models.CharField(max_length=80, blank=True)

    class Meta(Job.Meta):
        verbose_name = _("opening of one's own")
        verbose_name_plural = _("openings of one's own")

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return self.primer.get_absolute_url()


LONGEST_NOTE = 2000  # characters
UNDO = timedelta(minutes=10)  # how long a deleted piece can be had back

FOUND_BY = ("title_key", "manner", "temperature")
_SIEVED = ("checkpoint", "primer", "manner", "temperature")


def _public(name: str, *fields: str) -> models.Index:
    """Return an index of what everyone may find, in the order of ``fields``."""
    once = dict.fromkeys(("status", "is_private", *fields))
    return models.Index(
        name=f"piece_public_{name}", fields=tuple(once), condition=Q(deleted_at__isnull=True)
    )


class Kept(models.Manager["Piece"]):
    """Pieces that are not deleted: what every query sees that does not ask for more.

    A worker sees no other either: one that is at a deleted piece finds no row, and stops.
    """

    def get_queryset(self) -> models.QuerySet[Piece]:
        return super().get_queryset().filter(deleted_at__isnull=True)


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
    prints = models.PositiveSmallIntegerField(default=0)  # of its pages after the first, renamed
    note = models.TextField(blank=True, max_length=LONGEST_NOTE)  # its owner's words about it
    deleted_at = models.DateTimeField(null=True, blank=True)  # aside, until it goes for good

    # What lists are found and sorted by; saving fills it.
    title_key = models.CharField(max_length=wordkeys.LONGEST, default="", editable=False)
    manner = models.CharField(max_length=80, default="", editable=False)  # a composer's folder
    temperature = models.FloatField(default=1.0, editable=False)

    objects = Kept()
    with_deleted: ClassVar[models.Manager[Piece]] = models.Manager()

    class Meta(Job.Meta):
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")
        # A public list reads its index alone, in its order, whatever it filters by: the
        # rows hold the notes, and to pass over many of them would take seconds.
        indexes = (
            models.Index(name="piece_newest_first", fields=("-created_at", "-id")),
            models.Index(name="piece_by_owner", fields=("owner", "status")),
            models.Index(name="piece_by_status", fields=("status", "finished_at")),
            _public("newest", "-created_at", "-id", *_SIEVED, "title_key"),
            _public("title", "title_key", "id", *_SIEVED),
            _public("temperature", "temperature", "id", *_SIEVED, "title_key"),
            models.Index(name="piece_own_newest", fields=("owner", "-created_at", "-id")),
            models.Index(
                name="piece_deleted", fields=("deleted_at",), condition=Q(deleted_at__isnull=False)
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, and what it is found by."""
        changed = kwargs.get("update_fields")
        if changed is None or {"title", "config"} & set(changed):
            for name, value in self.found_by().items():
                setattr(self, name, value)
            if changed is not None:
                kwargs["update_fields"] = {*changed, *FOUND_BY}
        super().save(*args, **kwargs)

    def found_by(self) -> dict[str, Any]:
        """Return the fields that lists look at, as title and config make them."""
        return {
            "title_key": wordkeys.key(self.title),
            "manner": self.composer.lower(),
            "temperature": float(self.config.get("temperature") or 1.0),
        }

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return reverse("piece-detail", args=[self.pk])

    @property
    def composer(self) -> str:
        """In whose manner the machine goes on, as a corpus calls them."""
        return self.config.get("composer") or self.checkpoint.composer

    @property
    def is_nobodys(self) -> bool:
        """Whether no visitor waits for it: it is composed for a duel."""
        return self.is_private and not self.owner

    def file_paths(self) -> list[str]:
        """Return the paths of all files there are, below MEDIA_ROOT."""
        return paths_in(self.files)

    def file_url(self, path: str) -> str:
        """Return the address of one of :meth:`file_paths`; printed anew, it has another."""
        address = reverse("piece-file", args=[self.pk, Path(path).name])
        return f"{address}?print={self.prints}" if self.prints else address


class Favourite(models.Model):
    """A star that a visitor gave a piece."""

    owner = models.CharField(max_length=40)  # whose star it is, as a piece names its owner
    piece = models.ForeignKey(Piece, models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = (models.UniqueConstraint(name="favourite_once", fields=("owner", "piece")),)

    def __str__(self) -> str:
        return f"{self.owner}: {self.piece}"


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
