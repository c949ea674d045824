"""`python -m bench.torch_step`: the seconds of a step of training of the LSTM in PyTorch."""

from __future__ import annotations

import time

import torch

from generator.models.shape import SHAPES
from generator.recipes import layout

STREAMS, STEPS, ANSWERS = 32, 128, 251
SHAPE = SHAPES["lstm"]


def main() -> None:
    """Take one step that is not counted, and time the next."""
    torch.set_num_threads(1)
    front = torch.nn.Linear(layout.WIDTH, SHAPE.width)
    body = torch.nn.LSTM(SHAPE.width, SHAPE.width, num_layers=SHAPE.depth, batch_first=True)
    out = torch.nn.Linear(SHAPE.width, ANSWERS)
    optimizer = torch.optim.AdamW(torch.nn.ModuleList([front, body, out]).parameters(), 1e-4)
    read = torch.rand(STREAMS, STEPS, layout.WIDTH)
    asked = torch.randint(0, ANSWERS, (STREAMS * STEPS,))

    for _ in range(2):
        begin = time.perf_counter()
        optimizer.zero_grad()
        logits = out(body(torch.nn.functional.silu(front(read)))[0])
        torch.nn.functional.cross_entropy(logits.reshape(-1, ANSWERS), asked).backward()
        optimizer.step()
        seconds = time.perf_counter() - begin
    print(seconds)


if __name__ == "__main__":
    main()
