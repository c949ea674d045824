"""What a network says is likely made as likely as it is, by one number for each part of a note.

A network that has met its music often is too sure of itself. Its logits are divided by
what makes unseen works likeliest: temperature scaling (Guo et al., On Calibration of
Modern Neural Networks, ICML 2017), done once and written into the weights, so that
nobody who composes has to know of it. It is fitted on works held out that are not
Chopin's; his are those that figures are told of.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from generator.gpu.course import AT_ONCE, SOUGHT
from generator.gpu.music import Music
from generator.models.in_torch import NotesNetwork

TRIED = tuple(i / 50 for i in range(40, 81))  # 0.8 to 1.6
OUT = {part: [f"{part}_out", f"{part}_out_bias"] for part in SOUGHT}
OUT["pitch"] += ["pitch_point", "pitch_point_bias"]


@torch.no_grad()
def calibrate(network: NotesNetwork, music: Music) -> dict[str, float]:
    """Divide the logits of ``network`` by what fits best, and return it by part."""
    network.eval()
    readings = [reading for reading in music.unseen() if not music.is_chopin[reading.piece]]
    states = network.body.begin(len(readings), music.device)
    nats = torch.zeros(len(SOUGHT), len(TRIED), device=music.device)
    for told in music.laid(readings, len(readings), AT_ONCE):
        batch = music.batch(told.to(music.device), AT_ONCE)
        with torch.autocast(music.device.type, torch.bfloat16):
            logits, states = network(batch.ahead, batch.within, batch.begins, states)
        for i, part in enumerate(SOUGHT):
            counts = batch.counts[..., i] > 0
            nats[i] += _tried(logits[part][counts], batch.ids[..., i][counts])
    best = {part: TRIED[i] for part, i in zip(SOUGHT, nats.argmin(-1).tolist(), strict=True)}
    for part, temperature in best.items():
        for name in OUT[part]:
            network.decisions.arrays()[name].div_(temperature)
    return best


def _tried(logits: Tensor, ids: Tensor) -> Tensor:
    sums = [functional.cross_entropy(logits / t, ids, reduction="sum") for t in TRIED]
    return torch.stack(sums)
