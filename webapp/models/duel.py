"""Blind listening: two models, two pieces, and which of them is better."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from webapp.models.checkpoint import Checkpoint
from webapp.models.piece import Piece


class Duel(models.Model):
    """Two models that are held against each other by ear."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Checkpoint, models.PROTECT, related_name="+")
    other = models.ForeignKey(Checkpoint, models.PROTECT, related_name="+")
    is_open = models.BooleanField(default=True)  # visitors may be asked
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-created_at", "id")
        verbose_name = _("duel")
        verbose_name_plural = _("duels")

    def __str__(self) -> str:
        return f"{self.one} / {self.other}"

    def get_absolute_url(self) -> str:
        """Return the address of its score, for staff."""
        return reverse("duel-detail", args=[self.pk])


class Bout(models.Model):
    """A piece by each: the same opening, length, temperature and seed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    duel = models.ForeignKey(Duel, models.CASCADE, related_name="bouts")
    piece_one = models.ForeignKey(Piece, models.PROTECT, related_name="+")
    piece_other = models.ForeignKey(Piece, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.piece_one} / {self.piece_other}"


class Vote(models.Model):
    """What one listener said of one bout."""

    class Choice(models.TextChoices):
        """Which of the two was better."""

        ONE = "one", _("the one")
        OTHER = "other", _("the other")
        NEITHER = "neither", _("neither")

    bout = models.ForeignKey(Bout, models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=40)  # what the owner cookie says
    choice = models.CharField(max_length=7, choices=Choice)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = (models.UniqueConstraint(name="vote_once", fields=("bout", "voter")),)

    def __str__(self) -> str:
        return f"{self.bout}: {self.choice}"
