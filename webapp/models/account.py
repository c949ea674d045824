"""What an account needs beside Django's own user."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now


class FailedSignIn(models.Model):
    """A wrong password: too many of them in a while, and one has to wait."""

    name = models.CharField(max_length=150)  # the username as typed, folded
    address = models.CharField(max_length=45)  # where it came from
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        indexes = (models.Index(name="failed_by_name", fields=("name", "at")),)

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%Y-%m-%d %H:%M}"
