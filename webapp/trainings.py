"""Trainings: what pages, the API and the admin ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Count, Sum

from generator.config import RECIPES, NotesTrainingConfig, TrainingConfig
from generator.errors import ChoiceError
from webapp import corpora as holding
from webapp import jobs, queue
from webapp.models import Checkpoint, Corpus, CorpusFile, Status, Training, Verdict

CONFIGS: dict[str, type[TrainingConfig | NotesTrainingConfig]] = {
    "chords": TrainingConfig,
    "notes": NotesTrainingConfig,
}
READ = (Verdict.TAKEN, Verdict.REMARKED)


def start(
    *,
    composer: str,
    corpora: Sequence[Corpus] = (),
    corpus: list[str] | None = None,
    recipe: str = "chords",
    network: str = "lstm",
    start: Checkpoint | None = None,
    config: dict[str, Any] | None = None,
    owner: User | AnonymousUser | None = None,
) -> Training:
    """Store a training and have it done, on ``corpora``, ``corpus``, or else the site's own.

    Raises ChoiceError for a number out of its range, a composer by whom there is
    nothing, or a model that cannot be gone on from; Refused while music comes in.
    """
    chosen = configured(recipe, network, config or {})
    for one in corpora:
        holding.check_free(one, is_only_read=True)
    _check(composer, corpora, recipe, network, start)
    with transaction.atomic():
        training = Training.objects.create(
            composer=composer,
            corpus=[one.folder for one in corpora] or corpus or [str(settings.CORPUS_ROOT)],
            recipe=recipe,
            network=network,
            config=chosen.to_dict(),
            start=start,
            owner=owner if isinstance(owner, User) else None,
        )
        training.corpora.set(corpora)
        queue.enqueue(training)
    return training


def configured(
    recipe: str, network: str, config: dict[str, Any]
) -> TrainingConfig | NotesTrainingConfig:
    """Return what is chosen as the recipe's own config; what is null is its default."""
    if recipe not in CONFIGS:
        raise ChoiceError("not_a_choice", field="recipe", value=recipe, choices=", ".join(RECIPES))
    return CONFIGS[recipe].from_dict(config | {"network": network})


def end(training: Training, *, keeps_best: bool = False) -> bool:
    """End a training: at once, or after its present epoch with the best it has.

    One that has not begun has nothing to keep. False where it has ended already.
    """
    if keeps_best and (training.figures or training.status == Status.RUNNING):
        open_ones = Training.objects.filter(status__in=(Status.QUEUED, Status.RUNNING))
        return bool(open_ones.filter(pk=training.pk).update(keeps_best=True))
    return jobs.cancel(Training, training.pk)


def retrain(checkpoint: Checkpoint) -> Training:
    """Have another model made as ``checkpoint`` was, on the music that it learned from.

    Where that is not known here, as of one that ships, it is all music by its composer
    that the site has, or else the folder that the site's settings name.
    """
    earlier = checkpoint.trainings.prefetch_related("corpora").first()
    corpora = list(earlier.corpora.all()) if earlier else []
    return start(
        composer=checkpoint.composer,
        corpora=corpora or _with_music_by(checkpoint.composer),
        corpus=earlier.corpus if earlier else None,
        recipe=checkpoint.recipe,
        network=checkpoint.network,
        config=_settings(checkpoint, earlier),
        start=earlier.start if earlier else None,
    )


def _settings(checkpoint: Checkpoint, earlier: Training | None) -> dict[str, Any] | None:
    """Return the settings that ``checkpoint`` is trained again by.

    The settings of one that went on from a model which is not here are no good for a
    training from nothing: only its size is taken from it.
    """
    card = checkpoint.card
    if earlier or "start" not in card:
        config: dict[str, Any] | None = card.get("config")
        return config
    return {name: card["shape"][name] for name in ("width", "depth")}


def _with_music_by(composer: str) -> list[Corpus]:
    held = CorpusFile.objects.filter(verdict__in=READ, composer=composer)
    return list(Corpus.objects.filter(pk__in=held.values("corpus")))


def holdings(corpora: Sequence[Corpus] | None = None) -> dict[str, dict[str, tuple[int, int]]]:
    """Return the pieces and notes of each composer in each corpus, of all or of ``corpora``."""
    files = CorpusFile.objects.filter(verdict__in=READ)
    if corpora is not None:
        files = files.filter(corpus__in=[one.pk for one in corpora])
    told: dict[str, dict[str, tuple[int, int]]] = {}
    for row in files.values("corpus", "composer").annotate(n=Count("pk"), of=Sum("notes")):
        told.setdefault(str(row["corpus"]), {})[row["composer"]] = (row["n"], row["of"] or 0)
    return told


def startable() -> list[Checkpoint]:
    """Return the models whose weights a training may go on from."""
    return list(Checkpoint.objects.filter(recipe="notes").defer("card"))


def _check(
    composer: str,
    corpora: Sequence[Corpus],
    recipe: str,
    network: str,
    start: Checkpoint | None,
) -> None:
    known = sorted({name for held in holdings(corpora).values() for name in held})
    if corpora and composer not in known:
        values = {"field": "composer", "value": composer, "choices": ", ".join(known)}
        raise ChoiceError("not_a_choice", **values)
    if recipe == "chords" and network != "lstm":
        raise ChoiceError("not_a_choice", field="network", value=network, choices="lstm")
    if start and recipe == "chords":
        raise ChoiceError("not_in_recipe", field="start", value=start.name)
    if start and start.network != network:
        raise ChoiceError("start_unlike", field="start", value=start.name, network=start.network)
