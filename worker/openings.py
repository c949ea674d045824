"""Openings: a visitor's file is read and judged; picture and sound are made of any."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator import pedalling
from generator.errors import GeneratorError
from generator.openings import bringing
from generator.rendering import audio
from generator.rendering import piece as rendering
from webapp import openings
from webapp.models import Primer, Stage, Upload
from worker import composing, storage
from worker.lifecycle import Attempt

logger = logging.getLogger(__name__)

FORMATS = ("mp3", "ogg")  # to be heard on a page


def bring(row: Upload, attempt: Attempt) -> dict[str, Any]:
    """Read the file of ``row``; it can be chosen at once, then picture and sound are made."""
    attempt.report(Stage.READING, 0, 1)
    dropped = Path(row.dropped)
    try:
        brought = bringing.bring(dropped)
    except GeneratorError:
        attempt.check()  # if this attempt was given up, the next one needs the file
        shutil.rmtree(dropped.parent, ignore_errors=True)
        raise
    attempt.check()
    remarks = [{"code": told.code, "values": dict(told.values)} for told in brought.remarks]
    primer = openings.keep(row, brought.opening.to_dict(), remarks)
    try:
        attempt.report(Stage.ENGRAVING, 0, 2)
        _make(primer, lambda files: attempt.report(_stage(files), len(files), 2))
    except GeneratorError as error:
        attempt.check()
        logger.warning("%s stays without picture or sound: %s", primer.pk, error)
    shutil.rmtree(dropped.parent, ignore_errors=True)
    return {}


def show(name: str) -> bool:
    """Make picture and sound of the opening ``name``; True if that is all of it.

    What cannot be made is left for another day.
    """
    primer = Primer.objects.filter(pk=name).first()
    if primer is None or not primer.opening or openings.is_whole(primer):
        return False
    try:
        _make(primer, lambda _: None)
    except GeneratorError as error:
        logger.warning("%s stays without picture or sound: %s", name, error)
        return False
    return True


def _make(primer: Primer, on_files: Callable[[dict[str, Any]], None]) -> None:
    """Make the files aside, and name each in the row as soon as it is in its place."""
    folder = primer.folder
    named: dict[str, Any] = {}

    def keep(files: storage.Files) -> None:
        if not storage.name(primer, storage.move(files, folder)):
            shutil.rmtree(folder, ignore_errors=True)  # it was deleted meanwhile
        named.update(files)
        on_files(named)

    with storage.aside(folder, "show") as aside:
        _render(primer, aside, keep)


def _render(primer: Primer, aside: Path, keep: Callable[[storage.Files], None]) -> None:
    opening = composing.opening(primer)
    score = opening.whole()
    if opening.is_free:  # without bars it can be heard, and not be printed
        keep(audio.sound(score, aside, formats=FORMATS, synthesizer=composing.synthesizer()))
        return
    rendering.render(
        replace(score, pedals=pedalling.pedals(score)),
        aside,
        title=primer.title,
        subtitle=primer.composer,
        formats=FORMATS,
        on_files=keep,
        synthesizer=composing.synthesizer(),
    )


def _stage(files: dict[str, Any]) -> Stage:
    return Stage.SOUNDING if "svg" in files else Stage.ENGRAVING
