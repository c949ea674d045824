"""The networks of the notes recipe as PyTorch trains them on a GPU.

The same arithmetic as :mod:`generator.models.in_keras`, under the same names, for
`bin/train-on-gpu` alone: the site needs no PyTorch. Matrix products run in
bfloat16, the LSTM in TensorFloat-32; states, sums and weights are float32.

Shapes: B batch, T steps, W facts, D width, H hidden units of a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from generator.models.shape import SLOWEST, Shape
from generator.recipes import layout
from generator.recipes.notes import N_DURATIONS, N_PITCHES, N_SHIFTS, N_VELOCITIES
from generator.recipes.past import N_PLANES

NEVER = -1e9  # the logit of what cannot be
STRUCK = 1  # the plane of the keys that are struck at this onset
SEEN = {
    "duration": (layout.FOR_DURATION, N_DURATIONS),
    "velocity": (layout.FOR_VELOCITY, N_VELOCITIES),
    "onset": (layout.FOR_ONSET, N_SHIFTS),
}

States = list[tuple[Tensor, Tensor]]


class Part(nn.Module):
    """Weights with the names that numpy reads them under."""

    def array(self, name: str, *shape: int, start: float | None = None) -> None:
        """Add a weight: all ``start``, or drawn as Glorot and Bengio say."""
        weight = torch.empty(shape)
        if start is None:
            nn.init.xavier_uniform_(weight)
        else:
            nn.init.constant_(weight, start)
        self.register_parameter(name, nn.Parameter(weight))

    def arrays(self) -> dict[str, Tensor]:
        """Return the weights by name, as numpy lays them out."""
        return dict(self.named_parameters(recurse=False))


class Front(Part):
    """From a row of zeros and ones to D numbers."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.array("kernel", layout.WIDTH, shape.width)
        nn.init.kaiming_normal_(self.kernel, mode="fan_out")  # what is fan-out to PyTorch
        self.array("bias", shape.width, start=0)
        self.rest = nn.Dropout(shape.dropout)

    def forward(self, ahead: Tensor) -> Tensor:
        return self.rest(functional.silu(ahead @ self.kernel + self.bias))


class CarriedLSTM(Part):
    """One level, which cuDNN steps through."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.steps = nn.LSTM(shape.width, shape.width, batch_first=True)
        width = shape.width
        with torch.no_grad():
            nn.init.xavier_uniform_(self.steps.weight_ih_l0)
            for gate in range(4):
                nn.init.orthogonal_(self.steps.weight_hh_l0[gate * width : (gate + 1) * width])
            self.steps.bias_ih_l0.zero_()
            self.steps.bias_ih_l0[width : 2 * width] = 1  # open at first
            self.steps.bias_hh_l0.zero_()
        self.steps.bias_hh_l0.requires_grad_(False)

    def arrays(self) -> dict[str, Tensor]:
        return {
            "kernel": self.steps.weight_ih_l0.T,
            "recurrent": self.steps.weight_hh_l0.T,
            "bias": self.steps.bias_ih_l0,
        }


class LSTM(nn.Module):
    """Levels, one above the other, and a way around all but the last."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.levels = nn.ModuleList(CarriedLSTM(shape) for _ in range(shape.depth))
        self.rest = nn.Dropout(shape.dropout)
        self.width = shape.width

    def named(self) -> dict[str, Part]:
        """Return the parts by name."""
        return {f"lstm_{i + 1}": level for i, level in enumerate(self.levels)}

    def begin(self, batch: int, device: torch.device) -> States:
        """Return the states of pieces that begin."""
        zeros = torch.zeros(1, batch, self.width, device=device)
        return [(zeros, zeros) for _ in self.levels]

    def forward(self, x: Tensor, begins: Tensor, states: States) -> tuple[Tensor, States]:
        keep = (1 - begins.float())[None, :, None]
        total, after = torch.zeros_like(x), []
        with torch.autocast(x.device.type, enabled=False):
            for level, kept in zip(self.levels, states, strict=True):
                x, state = level.steps(self.rest(x), (kept[0] * keep, kept[1] * keep))
                total = total + x
                after.append((state[0].detach(), state[1].detach()))
        return self.rest(total), after


class Attention(Part):
    """A block of a Transformer whose positions are relative."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.array("norm_1", width, start=1)
        self.array("query_key_value", width, 3 * width)
        self.array("out", width, width)
        self.array("norm_2", width, start=1)
        self.array("wide", width, 4 * width)
        self.array("wide_bias", 4 * width, start=0)
        self.array("narrow", 4 * width, width)
        self.heads = shape.heads
        self.rest = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], seen: Tensor | None) -> Tensor:
        heard = _normed(x, self.norm_1) @ self.query_key_value
        batch, steps, _ = heard.shape
        query, key, value = heard.view(batch, steps, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(
            *_turned(torch.stack([query, key]), *turn),
            value,
            attn_mask=seen,
            is_causal=seen is None,
        )
        mixed = mixed.transpose(1, 2).reshape(batch, steps, -1)
        x = x + self.rest(mixed @ self.out)
        wide = _normed(x, self.norm_2) @ self.wide + self.wide_bias
        return x + self.rest(functional.silu(wide) @ self.narrow)


class Last(Part):
    """The last scale of a Transformer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.array("norm", shape.width, start=1)


class Transformer(nn.Module):
    """Blocks of attention, one above the other."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.levels = nn.ModuleList(Attention(shape) for _ in range(shape.depth))
        self.last = Last(shape)
        pairs = shape.width // shape.heads // 2
        speeds = SLOWEST ** -(torch.arange(pairs, dtype=torch.float64) / pairs)
        self.register_buffer("speeds", speeds, persistent=False)

    def named(self) -> dict[str, Part]:
        """Return the parts by name."""
        blocks = {f"block_{i + 1}": level for i, level in enumerate(self.levels)}
        return blocks | {"last": self.last}

    def begin(self, batch: int, device: torch.device) -> States:
        """Return no states: what is read at once is all that is known."""
        return []

    def forward(self, x: Tensor, begins: Tensor, states: States) -> tuple[Tensor, States]:
        at = torch.arange(x.shape[1], device=x.device)
        angles = at[:, None].double() * self.speeds
        turn = (angles.cos().float(), angles.sin().float())
        apart = at[:, None] - at[None, :]
        seen = (apart >= 0) & (apart < self.shape.window)
        if len(at) <= self.shape.window:
            seen = None  # all that came before: there is a faster way
        for level in self.levels:
            x = level(x, turn, seen)
        return _normed(x, self.last.norm), states


class Decisions(Part):
    """From the state to the four parts of a note, each knowing the ones before."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, hidden = shape.width, shape.hidden
        self.array("pitch_state", width, hidden)
        self.array("pitch_bias", hidden, start=0)
        self.array("pitch_out", hidden, N_PITCHES)
        self.array("pitch_out_bias", N_PITCHES, start=0)
        self.array("pitch_point", width, N_PLANES)
        self.array("pitch_point_bias", N_PLANES, start=0)
        for name, (seen, kinds) in SEEN.items():
            self.array(f"{name}_state", width, hidden)
            self.array(f"{name}_within", seen, hidden)
            nn.init.kaiming_normal_(getattr(self, f"{name}_within"), mode="fan_out")
            self.array(f"{name}_bias", hidden, start=0)
            self.array(f"{name}_out", hidden, kinds)
            self.array(f"{name}_out_bias", kinds, start=0)
        self.rest = nn.Dropout(shape.dropout)
        # What is at or below a struck key may not be struck: chords are told from below.
        self.register_buffer(
            "below", torch.tril(torch.ones(N_PITCHES, N_PITCHES)), persistent=False
        )
        self.register_buffer("nothing", torch.eye(1, N_SHIFTS)[0] * NEVER, persistent=False)

    def forward(self, state: Tensor, ahead: Tensor, within: Tensor) -> dict[str, Tensor]:
        logits = {"pitch": self._pitch(state, ahead)}
        for name, (seen, _) in SEEN.items():
            hidden = state @ getattr(self, f"{name}_state")
            hidden = hidden + within[..., :seen] @ getattr(self, f"{name}_within")
            hidden = self.rest(functional.silu(hidden + getattr(self, f"{name}_bias")))
            out = (hidden @ getattr(self, f"{name}_out")).float()
            logits[name] = out + getattr(self, f"{name}_out_bias")
        highest = within[..., N_PITCHES - 1 : N_PITCHES].float()
        logits["onset"] = logits["onset"] + highest * self.nothing
        return logits

    def _pitch(self, state: Tensor, ahead: Tensor) -> Tensor:
        hidden = self.rest(functional.silu(state @ self.pitch_state + self.pitch_bias))
        logits = (hidden @ self.pitch_out).float() + self.pitch_out_bias
        points = state @ self.pitch_point + self.pitch_point_bias
        planes = ahead[..., layout.AHEAD.width :].unflatten(-1, (N_PLANES, N_PITCHES))
        logits = logits + (points[..., None, :].to(planes.dtype) @ planes)[..., 0, :].float()
        struck = planes[..., STRUCK, :].float() @ self.below
        return logits + NEVER * (struck > 0)


BODIES: dict[str, Any] = {"lstm": LSTM, "transformer": Transformer}


class NotesNetwork(nn.Module):
    """The whole network."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.front = Front(shape)
        self.body = BODIES[shape.network](shape)
        self.decisions = Decisions(shape)

    def forward(
        self, ahead: Tensor, within: Tensor, begins: Tensor, states: States
    ) -> tuple[dict[str, Tensor], States]:
        """Return the logits of the four parts, each (B, T, kinds), and the states after."""
        state, states = self.body(self.front(ahead).float(), begins, states)
        return self.decisions(state, ahead, within), states

    def named_arrays(self) -> dict[str, Tensor]:
        """Return the weights by the names that numpy reads them under."""
        parts = {"front": self.front, **self.body.named(), "decisions": self.decisions}
        return {f"{k}.{name}": a for k, part in parts.items() for name, a in part.arrays().items()}

    def to_numpy(self) -> dict[str, npt.NDArray[np.float32]]:
        """Return copies of the weights."""
        return {k: a.detach().float().cpu().numpy().copy() for k, a in self.named_arrays().items()}

    @torch.no_grad()
    def give(self, arrays: Mapping[str, npt.NDArray[np.float32]]) -> None:
        """Set the weights to arrays of the same names and shapes."""
        for name, weight in self.named_arrays().items():
            weight.copy_(torch.as_tensor(arrays[name]))


def _normed(x: Tensor, scale: Tensor) -> Tensor:
    """Return ``x`` at a root mean square of 1, times ``scale``."""
    return functional.rms_norm(x, scale.shape, scale, 1e-6)


def _turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    one, other = x.float().chunk(2, dim=-1)
    turned = torch.cat([one * cosine - other * sine, one * sine + other * cosine], dim=-1)
    return turned.to(x.dtype)
