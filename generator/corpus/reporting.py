"""How long work tells its caller where it stands."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[str, int, int], None]  # stage, done, total; it may raise Stopped


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
