"""What decides the notes beside a piece's own row: its opening, and what computes them."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from pathlib import Path

import numpy as np

from webapp.models import Piece

CPUINFO = Path("/proc/cpuinfo")


def now(row: Piece) -> dict[str, str]:
    """Return what composes ``row`` here and now, and what it begins with."""
    return _machine() | {"opening": _digest(row.primer.opening)}


def differing(then: dict[str, str], here: dict[str, str]) -> list[dict[str, str]]:
    """Return what is another now, of all that was recorded then."""
    return [
        {"what": what, "then": then[what], "now": here.get(what, "")}
        for what in sorted(then)
        if then[what] != here.get(what)
    ]


@cache
def _machine() -> dict[str, str]:
    return {
        "numpy": np.__version__,
        "python": platform.python_version(),
        "processor": _processor(),
    }


def _processor() -> str:
    """Return the name of the processor, on which rounding may depend."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _digest(opening: object) -> str:
    text = json.dumps(opening, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
