"""Brings a w back to the portraits that the mapping network can draw.

What a flow samples lies between the portraits of its data more often than an artist would like: half a pair of
glasses, two mouths. The projection reads the portrait nearest to such a w (a small network taught to see through noise
and blends) and maps that portrait's attributes to w again. It stands behind the flow's decode.
"""

import torch
import torch.nn.functional as F
from torch import nn

from generator import W_SIZE, MappingNetwork
from portraits import Attributes

#: Choices are sharpened, not cut off: on the way from one portrait to another nothing jumps.
SHARPNESS = 3.0


class Projection(nn.Module):
    """w [N, 512] → w [N, 512]."""

    def __init__(self, mapping: MappingNetwork, mean_w: torch.Tensor, deviation: torch.Tensor):
        super().__init__()
        self.attributes: Attributes = mapping.sampler.attributes
        self.to_w = mapping.layers.requires_grad_(False)
        self.register_buffer("mean", mean_w.clone())
        self.register_buffer("deviation", deviation.clone())
        self.read = nn.Sequential(
            nn.Linear(W_SIZE, 640), nn.GELU(), nn.Linear(640, 640), nn.GELU(), nn.Linear(640, self.attributes.size)
        )  # fmt: skip

    def scores(self, w: torch.Tensor) -> torch.Tensor:
        """Logits of style and options, and colours in [-1, 1]: [N, attributes]."""
        return self.read((w - self.mean) / self.deviation)

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        scores = self.scores(w)
        styles = len(self.attributes.styles)
        style = (SHARPNESS * scores[:, :styles]).softmax(1)
        parts = [style]
        for (name, _), part in self.attributes.slices.items():
            number = self.attributes.style_names.index(name)
            parts.append((SHARPNESS * scores[:, part]).softmax(1) * style[:, number : number + 1])
        return self.to_w(torch.cat([*parts, scores[:, self.attributes.colours].clamp(-1, 1)], 1))

    def loss(self, w: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        """What was chosen (Attributes.choice_loss), and the squared error of the colours."""
        scores, colours = self.scores(w), self.attributes.colours
        return self.attributes.choice_loss(scores, known) + 20 * F.mse_loss(scores[:, colours], known[:, colours])
