"""A visitor's piece of 100 notes while a network is trained, against the same piece without.

One site, one training by the default network of the notes recipe. The training's
process is stopped and let go on by turns, so that the two pieces of a turn are asked
for within seconds of each other, on a machine that is otherwise the same.

The aim: at most 1.5 times as long, a ratio of at least 0.67.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mido
import numpy as np

from bench.measuring import Row, from_turns
from bench.rows.piece import _ask, _site

TURNS = 9
PIECES, NOTES = 40, 1500  # of the corpus: enough to fill the streams of a batch
LIMIT_S = 240.0
BEGIN = """
from webapp import trainings
print(trainings.start(
    composer='nobody', corpus=['{corpus}'], recipe='notes', config={{'epochs': 1000}}
).pk)
"""
LOOK = """
from webapp.models import Training
training = Training.objects.get()
print(training.stage, training.status, training.error_code)
"""


def measure() -> Row:
    """Ask for pieces while the network learns, and while it is stopped in between."""
    turns = []
    with tempfile.TemporaryDirectory() as name, _site(Path(name)) as address:
        home = Path(name, "home")
        trainer = _begin(home, Path(name, "corpus"))
        for seed in range(TURNS + 1):
            with _stopped(trainer):
                alone = _ask(address, seed)["succeeded"]
            meanwhile = _ask(address, seed)["succeeded"]
            turns.append((meanwhile, alone))
    return from_turns(
        "piece-while-training",
        "100 notes, from the POST to the end, while a network is trained, against without",
        turns[1:],  # the first loads the SoundFont
    )


def _begin(home: Path, corpus: Path) -> int:
    """Begin a training, wait until it learns, and return its process."""
    _write(corpus / "nobody")
    training = _on_site(home, BEGIN.format(corpus=corpus)).split()[-1]
    end = time.monotonic() + LIMIT_S
    while "fitting" not in (told := _on_site(home, LOOK)):
        if "failed" in told or time.monotonic() > end:
            raise RuntimeError(f"the training does not learn: {told}")
        time.sleep(1)
    time.sleep(15)  # until the network is compiled
    return int((home / "trainings" / training / "lock").read_text().split()[1])


@contextmanager
def _stopped(process: int) -> Iterator[None]:
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def _on_site(home: Path, code: str) -> str:
    """Run a few lines beside the site."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        env={**os.environ, "IMPROMPTU_HOME": str(home)},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def _write(folder: Path) -> None:
    """Write pieces of random notes: what is learned does not matter here."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(PIECES):
        track = mido.MidiTrack()
        for pitch in rng.integers(40, 80, NOTES).tolist():
            track.append(mido.Message("note_on", note=pitch, velocity=70, time=0))
            track.append(mido.Message("note_off", note=pitch, velocity=0, time=120))
        file = mido.MidiFile(ticks_per_beat=480)
        file.tracks.append(track)
        file.save(folder / f"{number}.mid")
