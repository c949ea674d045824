"""Models as a visitor reads of them: by what they do to the music."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from webapp.models import Checkpoint
from webapp.spoken import spoken

NETWORKS = {"lstm": "LSTM", "transformer": "Transformer"}
RECIPES = {
    "chords": _("Even eighth notes · 40-note recipe"),
    "notes": _("Rhythm, dynamics and bars · {network}"),
}


def network(checkpoint: Checkpoint) -> str:
    """Return the network's name as it is printed."""
    return NETWORKS.get(checkpoint.network, checkpoint.network)


def says(checkpoint: Checkpoint) -> str:
    """Return what music a model writes, and by which network; its title where we have no words."""
    words = RECIPES.get(checkpoint.recipe)
    return str(words).format(network=network(checkpoint)) if words else spoken(checkpoint.title)


def labels(checkpoints: Iterable[Checkpoint]) -> dict[str, str]:
    """Return for each hash what its model says; those that say the same are told by title too."""
    said = {checkpoint: says(checkpoint) for checkpoint in checkpoints}
    times = Counter(said.values())
    return {
        checkpoint.hash: words if times[words] == 1 else f"{words} · {spoken(checkpoint.title)}"
        for checkpoint, words in said.items()
    }
