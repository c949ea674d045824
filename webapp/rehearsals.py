"""Rehearsals: a model composes a fixed batch before visitors get it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction

from webapp import queue
from webapp.checkpoints import UNDER_WAY
from webapp.models import Checkpoint, Corpus, Rehearsal


def start(checkpoint: Checkpoint, against: Checkpoint | None = None) -> Rehearsal:
    """Let ``checkpoint`` rehearse, beside the active model or the one that is named.

    One that waits or runs already, of the same two, is returned instead.
    """
    if against is None:
        against = Checkpoint.objects.filter(is_active=True).first()
    if against == checkpoint:
        against = None
    same = Rehearsal.objects.filter(checkpoint=checkpoint, against=against, status__in=UNDER_WAY)
    with transaction.atomic():
        if row := same.first():
            return row
        row = Rehearsal.objects.create(checkpoint=checkpoint, against=against)
        queue.enqueue(row)
    return row


def music_for(checkpoint: Checkpoint) -> list[Path]:
    """Return the folders with real music to hold a model's pieces against.

    Those that it was trained on, where it was trained here; all of the site's else.
    """
    taught = checkpoint.trainings.order_by("-created_at").first()
    if taught:
        return [Path(folder) for folder in taught.corpus]
    return [*(corpus.path for corpus in Corpus.objects.all()), Path(settings.CORPUS_ROOT)]
