"""The library from the command line: ``python -m generator fetch | train | generate | …``.

Progress goes to standard error; the last line of standard output is one JSON
object. What goes wrong is one sentence, and exit status 1.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generator import config
from generator.config import GenerationConfig, NotesTrainingConfig, TrainingConfig
from generator.errors import CheckpointError, GeneratorError
from generator.progress import Bar, Lines, write

# What of a piece is chosen on the command line.
COMPOSING = (
    *("notes", "bars", "temperature", "pitch_temperature", "rhythm_temperature", "top_p"),
    *("composer", "pedal", "rubato"),
)

# What of a training is chosen there; each recipe takes its own.
TRAINING = (
    *("epochs", "seed", "patience", "audition", "batch_size", "min_count", "test_share"),
    *("learning_rate", "focus", "width", "depth", "dropout", "averaging"),
    *("streams", "steps", "held_out_share"),
)

NOTES_TRAINING: tuple[tuple[str, Callable[[str], Any], str], ...] = (
    ("width", int, "numbers in a state, a multiple of 32"),
    ("depth", int, "levels, one above the other"),
    ("dropout", float, "share of a state that is left out while training"),
    ("averaging", float, "share of the averaged weights that a batch leaves as they are; 0: none"),
    ("streams", int, "pieces read side by side"),
    ("steps", int, "notes of each between two changes of the weights"),
    ("held-out-share", float, "of the notes, where the corpus has no list of works held out"),
)

# Every command imports what it needs when it runs: `--help` should not wait for music21.
# ruff: noqa: PLC0415


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    choices = _parser().parse_args(arguments)
    try:
        with Lines() if getattr(choices, "json", False) else Bar() as told:
            result = choices.command(choices, told)
        write(result)
    except GeneratorError as error:
        if getattr(choices, "json", False):
            write({"error": {"code": error.code, "values": error.values}})
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 130
    return 0


def fetch(choices: argparse.Namespace, told: Bar | Lines) -> dict[str, Any]:
    """Bring the corpus: download it, or unpack a zip that is already here."""
    from generator import corpus

    files = corpus.fetch(choices.to, url=choices.url, zip_file=choices.zip, report=told.report)
    return {"to": str(choices.to), "files": len(files)}


def train(choices: argparse.Namespace, told: Bar | Lines) -> dict[str, Any]:
    """Train a network and write its checkpoint."""
    from generator import checkpoint, training
    from generator.training.course import Audience

    chosen = {name: getattr(choices, name) for name in TRAINING}
    of_recipe = TrainingConfig if choices.recipe == "chords" else NotesTrainingConfig
    settings = of_recipe.from_dict(chosen | {"network": choices.model})
    made = training.train(
        choices.corpus,
        composer=choices.composer,
        config=settings,
        to=choices.to,
        resume=choices.resume or choices.to / "resume",
        cache=choices.cache,
        start=_folder(choices.start) if choices.start else None,
        attribution=choices.attribution,
        licence=choices.licence,
        name=choices.name,
        report=told.report,
        on_epoch=lambda epoch: told.on_epoch(asdict(epoch), settings.epochs),
        audience=Audience(
            on_pace=told.on_pace,
            on_origin=told.on_origin,
            on_audition=told.on_audition,
            has_heard_enough=told.has_heard_enough,
        ),
    )
    if choices.unseen:
        made = checkpoint.add_figures(choices.to, _unseen(made, choices, told))
    return {"checkpoint": str(choices.to), "hash": made.hash}


def gauge(choices: argparse.Namespace, told: Bar | Lines) -> dict[str, Any]:
    """Say how many notes a second a network learns on this machine."""
    from generator.training import gauge as measuring

    return {"network": choices.model, "speed": round(measuring.speed(choices.model), 1)}


def generate(choices: argparse.Namespace, told: Bar | Lines) -> dict[str, Any]:
    """Compose a piece, engrave it and sound it."""
    from generator import checkpoint, generation
    from generator.rendering import piece

    seed = secrets.randbelow(int(config.SEED.high) + 1) if choices.seed is None else choices.seed
    model = checkpoint.load(_folder(choices.checkpoint))
    settings = _settings(model.card, choices, seed)
    opening = _opening(choices.primer, seed)
    composed = generation.compose(model, opening, settings, told.report)
    files = piece.render(
        composed.score, choices.to, title="Impromptu", subtitle=f"after {opening.title}"
    )
    return {
        **config.as_asked(settings.to_dict(), model.card["recipe"]),
        "checkpoint": model.hash,
        "recipe": model.card["recipe"],
        "network": model.card["network"],
        "primer": opening.name,
        "n_skipped": composed.n_skipped,
        "originality": asdict(composed.originality) if composed.originality else None,
        "n_recomposed": composed.n_recomposed,
        "seconds": round(composed.score.seconds, 2),
        "files": _names(files),
    }


def openings(choices: argparse.Namespace, told: Bar | Lines) -> dict[str, Any]:
    """Take the openings of a composer's works, for a site to offer (manage.py stock)."""
    from generator.openings import shelving

    return shelving.shelve(
        choices.corpus,
        choices.to,
        composer=choices.composer,
        called=choices.called,
        attribution=choices.attribution,
        licence=choices.licence,
        report=told.report,
    )


def render(choices: argparse.Namespace, told: Bar | Lines) -> dict[str, Any]:
    """Engrave and sound a MIDI or MusicXML file."""
    from generator import beats, files
    from generator.rendering import piece

    score = files.read_score(choices.file)
    page = beats.counted(score)  # free playing sounds as it was played
    made = piece.render(score, choices.to, title=choices.file.stem, page=page)
    return {"notes": len(score.notes), "seconds": round(score.seconds, 2), "files": _names(made)}


def evaluate(choices: argparse.Namespace, told: Bar | Lines) -> dict[str, Any]:
    """Say how well a checkpoint knows the works of a composer."""
    from generator import checkpoint, evaluation

    model = checkpoint.load(_folder(choices.checkpoint))
    return evaluation.evaluate(
        model,
        choices.corpus,
        composer=choices.composer,
        cache=choices.cache,
        each=choices.each,
        report=told.report,
    )


def _unseen(model: Any, choices: argparse.Namespace, told: Bar | Lines) -> dict[str, float]:
    """Return a card's figures on works that had no part in the training."""
    from generator import evaluation

    figures = evaluation.evaluate(
        model, choices.unseen, composer=choices.composer, cache=choices.cache, report=told.report
    )
    tokens = figures["tokens"]
    return {
        "unseen_bits": tokens["bits_per_token"],
        "unseen_top1": tokens["top1"],
        "unseen_tokens": tokens["tokens"],
        "unseen_works": figures["pieces"],
    }


def _opening(primer: str | None, seed: int) -> Any:
    """Return the opening of that name or in that file, or the one the seed draws."""
    from generator import openings
    from generator.opening import Opening

    if primer is None:
        return openings.load(config.draw_opening(openings.names(), seed))
    if Path(primer).suffix and Path(primer).exists():
        return Opening.from_file(Path(primer))
    return openings.load(primer)


def _folder(choice: str | None) -> Path:
    """Return where a checkpoint lies: a folder, one of those that ship, or the default one."""
    from generator import checkpoint

    place = Path(choice or config.DEFAULT_CHECKPOINT)
    if choice and place.is_dir():
        return place
    shipped = sorted(card.parent.name for card in checkpoint.PRETRAINED.glob("*/card.json"))
    if place.name not in shipped or len(place.parts) > 1:
        raise CheckpointError("checkpoint_unknown", value=str(place), choices=", ".join(shipped))
    return checkpoint.PRETRAINED / place.name


def _settings(card: Mapping[str, Any], choices: argparse.Namespace, seed: int) -> GenerationConfig:
    """Return what was chosen, as the model of ``card`` takes it."""
    given = {name: getattr(choices, name) for name in COMPOSING} | {"seed": seed}
    known = {name: card[name] for name in ("recipe", "composer")}
    return GenerationConfig.for_model(given, **known, composers=card.get("composers") or ())


def _names(files: dict[str, Any]) -> dict[str, Any]:
    return {
        kind: [p.name for p in paths] if isinstance(paths, list) else paths.name
        for kind, paths in files.items()
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m generator", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_fetch(commands)
    _add_train(commands)
    _add_gauge(commands)
    _add_generate(commands)
    _add_openings(commands)
    _add_render(commands)
    _add_evaluate(commands)
    return parser


def _add(commands: Any, command: Any, *, to: str | None) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        command.__name__, help=command.__doc__, description=command.__doc__
    )
    parser.set_defaults(command=command)
    if to:
        parser.add_argument("--to", type=Path, required=True, metavar="DIR", help=to)
    return parser


def _add_fetch(commands: Any) -> None:
    parser = _add(commands, fetch, to="where the composers' folders go")
    parser.add_argument("--url", help="where the zip is, if not at its published address")
    parser.add_argument("--zip", type=Path, metavar="FILE", help="a zip that is already here")


def _add_train(commands: Any) -> None:
    parser = _add(commands, train, to="becomes the checkpoint's folder")
    _add_corpus(parser)
    parser.add_argument("--recipe", choices=config.RECIPES, default="chords")
    parser.add_argument("--model", choices=config.NETWORKS, default="lstm")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument(
        "--patience", type=int, help="epochs without a better one, after which it ends"
    )
    parser.add_argument("--audition", type=int, metavar="N", help="compose every N epochs")
    published = parser.add_argument_group("for the 40-note recipe alone")
    published.add_argument("--batch-size", type=int)
    published.add_argument("--min-count", type=int)
    published.add_argument("--test-share", type=float)
    notes = parser.add_argument_group("for the notes recipe alone")
    notes.add_argument("--learning-rate", type=float, help="the highest")
    notes.add_argument(
        "--focus", type=float, help="share of the epochs that read the composer's music twice"
    )
    notes.add_argument(
        "--start", metavar="DIR or NAME", help="a checkpoint whose weights are begun from"
    )
    for name, kind, said in NOTES_TRAINING:
        notes.add_argument(f"--{name}", type=kind, help=said)
    parser.add_argument("--name", default="", help="the checkpoint's name")
    parser.add_argument("--attribution", default="", help="whom to name for the music")
    parser.add_argument("--licence", default="", help="how the checkpoint may be used")
    parser.add_argument(
        "--unseen", type=Path, action="append", metavar="DIR", help="other works, to be measured on"
    )
    parser.add_argument("--resume", type=Path, metavar="DIR", help="where the state is kept")
    parser.add_argument("--json", action="store_true", help="progress as JSON lines")


def _add_gauge(commands: Any) -> None:
    parser = _add(commands, gauge, to=None)
    parser.add_argument("--model", choices=config.NETWORKS, default="lstm")
    parser.add_argument("--json", action="store_true", help="progress as JSON lines")


def _add_generate(commands: Any) -> None:
    defaults = GenerationConfig()
    parser = _add(commands, generate, to="where the files go")
    _add_checkpoint(parser)
    parser.add_argument("--primer", metavar="FILE or NAME", help="an opening, or a MIDI file")
    length = parser.add_mutually_exclusive_group()
    by_default = " or ".join(f"{n} ({recipe})" for recipe, n in config.DEFAULT_NOTES.items())
    length.add_argument("--notes", type=int, help=f"after the opening: {by_default}")
    length.add_argument("--bars", type=int, help="after the opening, in place of --notes")
    parser.add_argument("--temperature", type=float, default=defaults.temperature)
    parser.add_argument("--top-p", type=float)
    parser.add_argument("--seed", type=int)
    parser.set_defaults(composer=None, pedal=None, rubato=None)
    alone = parser.add_argument_group("for the notes recipe alone")
    alone.add_argument(
        "--composer", help="in whose manner to go on, as the corpus names its folder"
    )
    for part in ("pitch", "rhythm"):
        alone.add_argument(f"--{part}-temperature", type=float, help="if not as --temperature")
    for part in ("pedal", "rubato"):
        alone.add_argument(f"--no-{part}", dest=part, action="store_const", const=False)


def _add_openings(commands: Any) -> None:
    parser = _add(commands, openings, to="where they go, a file each")
    parser.add_argument("--corpus", type=Path, action="append", required=True, metavar="DIR")
    parser.add_argument("--composer", default="mozart", help="as the corpus names the folder")
    parser.add_argument("--called", default="", help="the composer's name in full")
    parser.add_argument("--attribution", required=True, help="whom to name for the files")
    parser.add_argument("--licence", required=True, help="what may be done with them")


def _add_render(commands: Any) -> None:
    parser = _add(commands, render, to="where the files go")
    parser.add_argument("file", type=Path, metavar="FILE", help="MIDI or MusicXML")


def _add_evaluate(commands: Any) -> None:
    parser = _add(commands, evaluate, to=None)
    _add_checkpoint(parser)
    _add_corpus(parser)
    parser.add_argument("--each", type=Path, metavar="FILE.csv", help="a row for each token")


def _add_checkpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint", metavar="DIR or NAME", help=f"by default {config.DEFAULT_CHECKPOINT}"
    )


def _add_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, action="append", required=True, metavar="DIR")
    parser.add_argument("--composer", default="chopin")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keeps files that were read")


if __name__ == "__main__":
    sys.exit(main())
