"""The mapping network backwards: w → the z that draws it, near enough.

The flow's own space is z, the space the mapping network reads: there the portraits of a prompt are one connected cloud,
whatever z is drawn decodes to a portrait, and where the words say nothing z is as it would be without them. In w, which
consists of islands (an option is there or not), what a flow samples lies between the islands more often than not.
"""

import torch
from torch import nn

from models.sampler import W_SIZE

WIDTH = 768
#: Softmax temperature of the mapping network's choices behind the flow: nothing jumps as an embedding moves.
SOFTNESS = 0.001


class MappingInverse(nn.Module):
    """w [N, 512] → z [N, 512]. What w does not tell comes back as its mean, 0."""

    def __init__(self, mean_w: torch.Tensor, deviation: torch.Tensor):
        super().__init__()
        self.register_buffer("mean", mean_w.clone())
        self.register_buffer("deviation", deviation.clone())
        self.read = nn.Sequential(
            nn.Linear(W_SIZE, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, W_SIZE)
        )  # fmt: skip

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        return self.read((w - self.mean) / self.deviation)
