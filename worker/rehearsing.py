"""The body of a rehearsal: a fixed batch, composed by one model and laid beside another's."""

from __future__ import annotations

from typing import Any

from webapp.models import Rehearsal
from worker.lifecycle import Attempt


def rehearse(row: Rehearsal, attempt: Attempt) -> dict[str, Any]:
    """Compose the batch of ``row`` and measure it."""
    return {}
