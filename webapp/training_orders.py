"""What the API may be asked of a training: from untrusted values to chosen ones, and the answer.

Every fault is collected, so that all of them can be told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from generator.config import NETWORKS, RECIPES, NotesTrainingConfig, Range, TrainingConfig, check
from generator.errors import ChoiceError
from webapp import messages
from webapp.models import Checkpoint, Corpus, Training
from webapp.parameters import SHOWN, Fault, Faulty
from webapp.trainings import CONFIGS

NUMBERS: dict[str, Range] = NotesTrainingConfig.LIMITS | TrainingConfig.LIMITS
SHARES = (
    *("test_share", "learning_rate", "weight_decay", "dropout", "averaging"),
    *("focus", "held_out_share"),
)
WORDS = {"recipe": RECIPES, "network": NETWORKS}
FIELDS = ("corpora", "composer", *WORDS, "start", *NUMBERS)
MOST_CORPORA = 50


def read(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices made in ``asked``, as ``webapp.trainings.start`` takes them.

    What is left out or null is the library's default. Raises :class:`Faulty`.
    """
    faults = [
        Fault(name[:SHOWN], value, "unknown_field", {"field": name[:SHOWN], "choices": _listed()})
        for name, value in asked.items()
        if name not in FIELDS
    ]
    chosen: dict[str, Any] = {"recipe": "notes", "network": "lstm"}
    config: dict[str, Any] = {}
    for name in FIELDS:
        if asked.get(name) is None and name not in ("corpora", "composer"):
            continue
        try:
            place = config if name in NUMBERS else chosen
            place[name] = _read(name, asked.get(name))
        except Faulty as faulty:
            faults += faulty.faults
    faults += [_not_its(name, chosen["recipe"]) for name in config if _is_beside(name, chosen)]
    if faults:
        raise Faulty(*faults)
    return chosen | {"config": config}


def training_json(training: Training) -> dict[str, Any]:
    """Return a training, whatever it is at."""
    best = training.best
    return {
        "id": str(training.pk),
        "url": training.get_absolute_url(),
        "status": training.status,
        "stage": training.stage,
        "progress": round(training.progress, 4),
        "epoch": len(training.figures),
        "epochs": training.epochs,
        "eta_s": training.left_s,
        "speed": training.speed,
        "error": messages.sentence(training.error_code, training.error_values)
        if training.error_code
        else None,
        "corpora": [str(corpus.pk) for corpus in training.corpora.all()],
        "composer": training.composer,
        "recipe": training.recipe,
        "network": training.network,
        "start": training.start_id,
        "config": training.config,
        "keeps_best": training.keeps_best,
        "figures": training.figures,
        "best_epoch": best["epoch"] if best else None,
        "auditions": [_audition(training, one) for one in training.auditions],
        "provenance": training.provenance,
        "checkpoint": training.checkpoint_id,
        "created_at": training.created_at.isoformat().replace("+00:00", "Z"),
        "wait_s": round(training.wait_s, 3),
        "run_s": None if training.run_s is None else round(training.run_s, 3),
    }


def _audition(training: Training, audition: Mapping[str, Any]) -> dict[str, Any]:
    def url(path: str) -> str:
        return reverse("training-file", args=[training.pk, path.rpartition("/")[2]])

    files = {kind: url(path) for kind, path in audition["files"].items()}
    return {**audition, "files": files}


def _read(name: str, value: Any) -> Any:
    if name in NUMBERS:
        return _number(name, value)
    if name == "corpora":
        return _corpora(value)
    if not isinstance(value, str):
        raise Faulty(Fault(name, value, "not_text", {"field": name, "value": str(value)[:SHOWN]}))
    if name in WORDS and value not in WORDS[name]:
        values = {"field": name, "value": value[:SHOWN], "choices": ", ".join(WORDS[name])}
        raise Faulty(Fault(name, value, "not_a_choice", values))
    return _start(value) if name == "start" else value


def _number(name: str, value: Any) -> Any:
    try:
        check(name, value, NUMBERS[name])
    except ChoiceError as error:
        raise Faulty(Fault(name, value, error.code, error.values)) from error
    if name not in SHARES and not isinstance(value, int):
        raise Faulty(Fault(name, value, "not_whole", {"field": name, "value": value}))
    return value


def _corpora(value: Any) -> list[Corpus]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_CORPORA:
        raise Faulty(Fault("corpora", None, "no_corpora", {"high": MOST_CORPORA}))
    found = {str(corpus.pk): corpus for corpus in Corpus.objects.filter(pk__in=_uuids(value))}
    if missing := [one for one in value if str(one) not in found]:
        values = {"field": "corpora", "value": str(missing[0])[:SHOWN]}
        raise Faulty(Fault("corpora", missing[0], "not_known", values))
    return [found[str(one)] for one in dict.fromkeys(value)]


def _uuids(values: list[Any]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(str(value)))
        except ValueError:  # it is then said to be unknown
            continue
    return found


def _start(value: str) -> Checkpoint:
    found = Checkpoint.objects.filter(recipe="notes", hash=value[:64]).first()
    if found is None:
        values = {"field": "start", "value": value[:SHOWN]}
        raise Faulty(Fault("start", value, "not_known", values))
    return found


def _is_beside(name: str, chosen: Mapping[str, Any]) -> bool:
    config = CONFIGS.get(chosen["recipe"])
    return config is not None and name not in config.LIMITS


def _not_its(name: str, recipe: str) -> Fault:
    known = ", ".join(CONFIGS[recipe].LIMITS)
    return Fault(name, None, "unknown_field", {"field": name, "choices": known})


def _listed() -> str:
    return ", ".join(FIELDS)
