"""A piece of 100 notes, from the POST until it can be read and heard, with a warm worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measuring import Row, from_turns
from bench.published import keras_network, whole_way
from generator import checkpoint
from generator.config import GenerationConfig

TURNS = 5
LIMIT_S = 120.0


def measure() -> list[Row]:
    """Ask a site of its own for pieces, and go the published way in between."""
    model = checkpoint.load(checkpoint.PUBLISHED)
    network = keras_network(model)
    turns: list[tuple[dict[str, float], float]] = []
    with tempfile.TemporaryDirectory() as folder, _site(Path(folder)) as address:
        for seed in range(TURNS + 1):
            ours = _ask(address, seed)
            begin = time.perf_counter()
            whole_way(model, network, GenerationConfig(seed=seed), Path(folder))
            turns.append((ours, time.perf_counter() - begin))
    counted = turns[1:]  # the first loads the SoundFont
    what = "100 notes, from the POST to %s, against the published steps one after the other"
    return [
        from_turns(f"piece_{name}", what % said, [(ours[name], theirs) for ours, theirs in counted])
        for name, said in (
            ("composed", "the last note"),
            ("readable", "the score"),
            ("audible", "the sound"),
            ("succeeded", "the end"),
        )
    ]


def _ask(address: str, seed: int) -> dict[str, float]:
    """Return the seconds until the piece was composed, readable, audible and done."""
    begin = time.perf_counter()
    piece = _call(f"{address}/api/pieces", {"notes": 100, "seed": seed})
    seen: dict[str, float] = {}
    while "succeeded" not in seen:
        piece = _call(f"{address}/api/pieces/{piece['id']}")
        moment = time.perf_counter() - begin
        reached = {
            "composed": piece["files"]["midi"],
            "readable": piece["files"]["svg"],
            "audible": piece["files"]["mp3"],
            "succeeded": piece["status"] == "succeeded",
        }
        for name in (name for name, there in reached.items() if there):
            seen.setdefault(name, moment)
        if piece["status"] in ("failed", "cancelled") or moment > LIMIT_S:
            raise RuntimeError(f"the piece did not succeed: {piece['error']}")
        time.sleep(0.01)
    return seen


def _call(url: str, asked: dict[str, Any] | None = None) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own site
        url,
        data=json.dumps(asked).encode() if asked else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        told: dict[str, Any] = json.load(answer)
    return told


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    """Start a site of its own, and end it."""
    environment = {**os.environ, "IMPROMPTU_HOME": str(folder / "home"), "PORT": "0"}
    serve = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert serve.stdout is not None  # noqa: S101 - for the type checker
        ready = next(line for line in serve.stdout if line.startswith("Ready: "))
        yield ready.removeprefix("Ready: ").strip()
    finally:
        serve.send_signal(signal.SIGTERM)
        serve.wait(timeout=60)
