"""All the files of a piece: MIDI at once, then score and sound side by side.

What can be made is made and kept, whatever else fails; the first failure is
raised when both are done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

from generator import files, notation
from generator.errors import RenderingError
from generator.rendering import audio, card, engraving, sounds
from generator.score import Clock, Score

MUSICXML = "piece.musicxml"
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
    wide, narrow = _pages(page or score, folder, title=title, subtitle=subtitle, begin=begin)
    sound = partial(_sound, score, folder, formats, synthesizer)

    failures = _side_by_side([wide, sound, narrow], made, on_files)
    if "musicxml" not in made:
        on_files({"musicxml": folder / MUSICXML})  # a page that nobody here can engrave
    for failure in failures:
        raise failure
    return made


def engrave(
    score: Score, folder: Path, *, title: str, subtitle: str = "", begin: float | None = None
) -> Files:
    """Write what is printed of ``score`` into ``folder``, and nothing that sounds.

    Parameters, files and errors as :func:`render` has them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: Files = {}
    pages = _pages(score, folder, title=title, subtitle=subtitle, begin=begin)
    for failure in _side_by_side(pages, made, lambda _: None):
        raise failure
    return made


def _pages(
    score: Score, folder: Path, *, title: str, subtitle: str, begin: float | None
) -> list[Callable[[], Files]]:
    """Write MusicXML; return what engraves it for paper, and what for a phone."""
    content = notation.to_musicxml(score, title=title, subtitle=subtitle)
    _write(folder / MUSICXML, content)
    seconds_at = Clock(score).seconds_at
    return [
        partial(_engrave, folder / MUSICXML, folder, seconds_at, begin, score.seam),
        partial(_engrave_narrow, content, folder, seconds_at),
    ]


def _side_by_side(
    halves: Sequence[Callable[[], Files]], made: Files, on_files: Callable[[Files], None]
) -> list[BaseException]:
    """Call all of ``halves``, add to ``made`` what each made, and return what they raised."""
    failures: list[BaseException] = []
    with ThreadPoolExecutor(2, thread_name_prefix="render") as workers:
        for half in as_completed([workers.submit(half) for half in halves]):
            if failure := half.exception():
                failures.append(failure)
            elif files_made := half.result():
                made |= files_made
                on_files(files_made)
    return failures


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
