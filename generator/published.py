"""The published way to use the 40-note recipe, from Python."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from generator import checkpoint, config, generation, openings
from generator.files import set_up_music21, to_music21
from generator.recipes.chords import TOKEN_DURATION
from generator.score import Chord

if TYPE_CHECKING:
    from music21.chord import Chord as MusicChord
    from music21.note import Note as MusicNote


def music_generator(
    n: int,
    temperature: float = 1.0,
    *,
    opening: bool = False,
    seed: int | None = None,
) -> list[MusicNote | MusicChord]:
    """Compose ``n`` notes and chords with the 40-note recipe.

    An opening by Mozart is drawn by the seed, and the network that ships with
    the library goes on from it.

    Parameters
    ----------
    n : int, 16 to 4,000
        How many notes and chords to compose.
    temperature : float, 0.1 to 2
        Divides the log-probabilities: lower is calmer, higher is wilder.
    opening : bool
        Put the 40 notes and chords of the opening first.
    seed : int, optional
        The same seed gives the same notes; without one, chance decides.

    Returns
    -------
    list of music21.note.Note and music21.chord.Chord
        Each half a quarter note long, with its offset in quarter notes from
        the first of them. Ready for ``music21.stream.Stream``, whose ``show``
        finds MuseScore: its place is set in this process, not in the user's
        own settings.

    Raises
    ------
    ChoiceError
        If a value lies outside its range.
    """
    drawn = secrets.randbelow(int(config.SEED.high) + 1) if seed is None else seed
    choices = config.GenerationConfig(notes=n, temperature=temperature, seed=drawn)
    begin = openings.load(config.draw_opening(openings.names(), drawn))
    piece = generation.compose(checkpoint.load(checkpoint.PUBLISHED), begin, choices)
    chords = [*piece.opening, *piece.composed] if opening else list(piece.composed)
    set_up_music21()
    return to_music21(_from_zero(chords))


def _from_zero(chords: list[Chord]) -> list[Chord]:
    return [chord._replace(onset=i * TOKEN_DURATION) for i, chord in enumerate(chords)]
