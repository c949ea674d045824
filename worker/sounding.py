"""A finished piece on another instrument, played when somebody asks for it."""

from __future__ import annotations

import logging

from generator.config import DEFAULT_INSTRUMENT, INSTRUMENTS
from generator.errors import GeneratorError
from generator.rendering import audio
from generator.score import Score
from webapp.models import FINAL, Piece
from worker import storage
from worker.composing import synthesizer

logger = logging.getLogger(__name__)

FORMATS = ("mp3", "ogg")


def play_on(piece_id: str, instrument: str) -> bool:
    """Play a piece on ``instrument`` and name the files in its row; False where nothing was done.

    Asked for twice, it is done once.
    """
    piece = Piece.objects.filter(pk=piece_id, status__in=FINAL, score__isnull=False).first()
    is_known = instrument in INSTRUMENTS and instrument != DEFAULT_INSTRUMENT
    if piece is None or not is_known or f"mp3-{instrument}" in piece.files:
        return False
    try:
        made = audio.sound(
            Score.from_dict(piece.score or {}),
            storage.folder(piece),
            formats=FORMATS,
            instrument=instrument,
            stem=f"piece-{instrument}",
            synthesizer=synthesizer(),
        )
    except GeneratorError as error:
        logger.warning("%s is not played on %s: %s", piece.pk, instrument, error)
        return False
    named = {f"{kind}-{instrument}": path for kind, path in made.items()}
    if not storage.name(piece, named):
        storage.discard(piece)  # deleted meanwhile
        return False
    return True
