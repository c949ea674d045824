"""The fixed batch: which openings, how long, with which seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from generator import generation, openings
from generator.canonical import STEPS_PER_QUARTER
from generator.checkpoint import Checkpoint
from generator.config import GenerationConfig
from generator.errors import PrimerError
from generator.generation.composition import Composition, Report
from generator.generation.notes import compose_together
from generator.grid import ONSET, GridScore, on_grid
from generator.opening import Opening
from generator.recipes import chords

N_PIECES = 8
BARS = 32  # by the notes recipe
TOKENS = 100  # by the 40-note recipe, which knows no bars
TEMPERATURE = 1.0


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """One piece of a batch."""

    opening: Opening
    seed: int
    composition: Composition

    @property
    def music(self) -> GridScore:
        """What the machine wrote, without the opening that it was given."""
        return after_the_seam(self.composition)


def openings_for(models: Iterable[Checkpoint]) -> list[Opening]:
    """Return the openings that ship, as far as each of ``models`` can begin with them.

    The 40-note recipe needs forty notes and chords that it knows; the notes recipe knows all.

    Raises
    ------
    PrimerError
        If there is none that all can begin with.
    """
    begun = [openings.load(name) for name in openings.names()]
    for model in models:
        able = [opening for opening in begun if _can_begin(model, opening)]
        if not able:
            chords.primer(begun[0].chords, model.vocabulary, name=begun[0].title)
        begun = able
    return begun


def compose(
    checkpoint: Checkpoint,
    report: Report = lambda *_: None,
    *,
    n_pieces: int = N_PIECES,
    begun: Sequence[Opening] = (),
) -> list[Rehearsed]:
    """Compose the batch; the same checkpoint writes the same one again.

    Parameters
    ----------
    checkpoint : Checkpoint
        Of either recipe. By the notes recipe all pieces are composed side by side.
    report : callable, optional
        Told ``("composing", done, total)``, counted over the whole batch.
    n_pieces : int
        Of the batch, the first ones.
    begun : sequence of Opening, optional
        To go on from, in turn; as a rule what :func:`openings_for` finds.
    """
    able = begun or openings_for([checkpoint])
    begun = [able[i % len(able)] for i in range(n_pieces)]
    length = {"notes": TOKENS} if checkpoint.recipe == "chords" else {"bars": BARS}
    known = {name: checkpoint.card.get(name) for name in ("recipe", "composer", "composers")}
    configs = [
        GenerationConfig.for_model(
            length | {"temperature": TEMPERATURE, "seed": seed},
            recipe=str(known["recipe"]),
            composer=str(known["composer"]),
            composers=known["composers"] or (),
        )
        for seed in range(1, n_pieces + 1)
    ]
    made = _compose_all(checkpoint, begun, configs, report)
    return [
        Rehearsed(opening=opening, seed=config.seed, composition=composition)
        for opening, config, composition in zip(begun, configs, made, strict=True)
    ]


def after_the_seam(composition: Composition) -> GridScore:
    """Return what was composed, as if the piece began there."""
    grid = on_grid(composition.score, name="composed")
    seam = round(STEPS_PER_QUARTER * (composition.score.seam or 0))
    notes = grid.notes[grid.notes[:, ONSET] >= seam]
    metre = grid.metres[-1]._replace(step=0)
    return GridScore(notes=notes - (seam, 0, 0, 0), metres=(metre,), name="composed")


def _compose_all(
    checkpoint: Checkpoint,
    begun: Sequence[Opening],
    configs: list[GenerationConfig],
    report: Report,
) -> list[Composition]:
    if checkpoint.recipe != "chords":
        return compose_together(checkpoint, begun, configs, report)
    return [
        generation.compose(checkpoint, opening, config, _part(report, i, len(configs)))
        for i, (opening, config) in enumerate(zip(begun, configs, strict=True))
    ]


def _can_begin(model: Checkpoint, opening: Opening) -> bool:
    if model.recipe != "chords":
        return True
    try:
        chords.primer(opening.chords, model.vocabulary, name=opening.title)
    except PrimerError:
        return False
    return True


def _part(report: Report, done: int, of: int) -> Callable[[str, int, int], None]:
    """Return a report of one piece that is told as a part of all."""
    return lambda stage, now, total: report(stage, done * total + now, of * total)
