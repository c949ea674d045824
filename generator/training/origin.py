"""What makes a training again: its music, its choices, and what it ran on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from generator.config import NotesTrainingConfig, TrainingConfig

PACKAGES = ("keras", "tensorflow", "tensorflow-cpu", "numpy", "music21", "symusic")


def origin(
    fingerprint: str, config: TrainingConfig | NotesTrainingConfig, *, precision: str
) -> dict[str, Any]:
    """Return the corpus's fingerprint, the config with its seed, the versions and the machine.

    The same of all of them gives the same figures, to the last digit.
    """
    return {
        "corpus": fingerprint,
        "config": config.to_dict(),
        "versions": versions(),
        "machine": {
            "cpu": cpu(),
            "cores": os.cpu_count() or 1,
            "threads": int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0")),
            "side_by_side": int(os.environ.get("TF_NUM_INTEROP_THREADS", "0")),
            "precision": precision,
        },
    }


def versions() -> dict[str, str]:
    """Return the versions of what has a say in the figures."""
    return {"python": platform.python_version(), **dict(_installed())}


def cpu() -> str:
    """Return the kind of the processor, as the system calls it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _installed() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:  # as TensorFlow, where Keras runs on another
            continue
