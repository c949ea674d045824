"""What the database holds.

    Corpus ── CorpusFile          music to learn from, and what was said of each file
       │
    Training ──▶ Checkpoint       a model that has learned; Rehearsal, Activation
                    │
    Primer ───▶  Piece            what it composed; two of them meet in a Duel

A piece and its reproduction, a training, an intake of music, a rehearsal, the import of a
model and the upload of an opening are jobs: a worker does them (webapp/jobs.py).
"""

from __future__ import annotations

from webapp.models.account import FailedSignIn
from webapp.models.checkpoint import Activation, Checkpoint, Import, Rehearsal
from webapp.models.corpus import Corpus, CorpusFile, Intake, Verdict
from webapp.models.duel import Bout, Duel, Vote
from webapp.models.job import FINAL, Job, Stage, Status
from webapp.models.piece import Favourite, Piece, Primer, Reproduction, Upload
from webapp.models.training import Training

__all__ = (
    "FINAL",
    "Activation",
    "Bout",
    "Checkpoint",
    "Corpus",
    "CorpusFile",
    "Duel",
    "FailedSignIn",
    "Favourite",
    "Import",
    "Intake",
    "Job",
    "Piece",
    "Primer",
    "Rehearsal",
    "Reproduction",
    "Stage",
    "Status",
    "Training",
    "Upload",
    "Verdict",
    "Vote",
)
