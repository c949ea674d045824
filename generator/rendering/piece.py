"""All the files of a piece: MIDI at once, then score and sound side by side.

What can be made is made and kept, whatever else fails; the first failure is
raised when both are done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from generator import files, notation
from generator.errors import RenderingError
from generator.rendering import audio, card, engraving, sounds
from generator.score import Clock, Score

Files = dict[str, Any]  # kind to Path, or to a list of them for pages


def render(
    score: Score,
    folder: Path,
    *,
    title: str,
    subtitle: str = "",
    page: Score | None = None,
    begin: float | None = None,
    formats: Sequence[str] = sounds.FORMATS,
    on_files: Callable[[Files], None] = lambda _: None,
    synthesizer: audio.Synthesizer | None = None,
) -> Files:
    """Write every file of ``score`` into ``folder``.

    Parameters
    ----------
    score : Score
    folder : Path
        Made if need be.
    title, subtitle : str
        Printed above the music.
    page : Score, optional
        What is printed, where it is counted otherwise than what sounds: free
        playing in beats that were estimated.
    begin : float, optional
        Where it begins to be its own, in quarter notes, if not at the seam: a list shows it
        from there.
    formats : sequence of str
        Of the sound.
    on_files : callable, optional
        Told of new files as soon as they are whole, in this thread. What it
        raises reaches the caller.
    synthesizer : audio.Synthesizer, optional
        One that has its SoundFont loaded.

    Returns
    -------
    dict
        ``midi musicxml pdf png svg thumbnail card positions wav ogg mp3 flac`` to paths;
        ``png`` and ``svg`` to lists of them, a page each. Where it could be made,
        ``narrow`` and ``positions_narrow``: the pages for a phone.

    Raises
    ------
    RenderingError
        If a program is missing or failed. The other files are there all the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: Files = {"midi": folder / "piece.mid"}
    files.write_midi(score, made["midi"])
    on_files(made)
    musicxml = folder / "piece.musicxml"
    printed = page or score
    content = notation.to_musicxml(printed, title=title, subtitle=subtitle)
    _write(musicxml, content)

    seconds_at, seam = Clock(printed).seconds_at, printed.seam
    with ThreadPoolExecutor(2, thread_name_prefix="render") as side_by_side:
        parts = [
            side_by_side.submit(_engrave, musicxml, folder, seconds_at, begin, seam),
            side_by_side.submit(_sound, score, folder, formats, synthesizer),
            side_by_side.submit(_engrave_narrow, content, folder, seconds_at),
        ]
        failures = [_take(half, made, on_files) for half in as_completed(parts)]
    if "musicxml" not in made:
        on_files({"musicxml": musicxml})  # a page that nobody here can engrave
    for failure in filter(None, failures):
        raise failure
    return made


def _take(
    half: Future[Files], made: Files, on_files: Callable[[Files], None]
) -> BaseException | None:
    failure = half.exception()
    if failure is None and half.result():
        made |= half.result()
        on_files(half.result())
    return failure


def _sound(
    score: Score, folder: Path, formats: Sequence[str], synthesizer: audio.Synthesizer | None
) -> Files:
    return dict(audio.sound(score, folder, formats=formats, synthesizer=synthesizer))


def _engrave(
    musicxml: Path,
    folder: Path,
    seconds_at: Callable[[float], float],
    begin: float | None,
    seam: float | None,
) -> Files:
    page = engraving.engrave(musicxml, folder, seconds_at=seconds_at, begin=begin, seam=seam)
    return {
        "musicxml": page.musicxml,
        "png": page.png,
        "svg": page.svg,
        "pdf": page.pdf,
        "thumbnail": page.thumbnail,
        "card": card.draw(page.thumbnail, folder / "card.png"),
        "positions": page.positions,
    }


def _engrave_narrow(musicxml: bytes, folder: Path, seconds_at: Callable[[float], float]) -> Files:
    """Engrave for a phone; without it the page that is printed does there too."""
    try:
        page = engraving.engrave_narrow(musicxml, folder, seconds_at=seconds_at)
    except RenderingError:
        return {}
    return {"narrow": page.svg, "positions_narrow": page.positions}


def _write(path: Path, content: bytes) -> None:
    aside = path.with_suffix(".partial")
    aside.write_bytes(content)
    aside.replace(path)
