"""The body of an intake: music is fetched or unpacked, and read file by file."""

from __future__ import annotations

from typing import Any

from webapp.models import Intake
from worker.lifecycle import Attempt


def take_in(row: Intake, attempt: Attempt) -> dict[str, Any]:
    """Bring the music of ``row`` into its corpus."""
    return {}
