"""Firming: w → the w of the portrait that is shown there.

The synthesis network draws portraits; half-way between two it would draw some of both. So w is brought to a portrait first:
read off it in what shares it holds each choice, make the shares firm, and map both. Their difference is what w moves by, so
that a portrait stays what it is, colours glide, and what w holds beside what is shown stays in it. What is truncated so
far (Karras et al. 2019, sec. B) that it is hardly any portrait's becomes a usual one instead of an average of all.
"""

import math

import torch
from torch import nn

from directions import Reader
from portraits import Attributes

#: A share counts with its power of this: two choices change over within a fifth of the way from one to the other.
SHARPNESS = 6.0
#: As data/between.ts has it.
FIRMEST, GOLDEN_RATIO = 4.0, (1 + math.sqrt(5)) / 2


def firmness(choice: int) -> float:
    """How strongly a choice of a group, by its number, holds on against the others, in [1, FIRMEST) (data/between.ts): what
    is to give way gives way at moments of its own."""
    return FIRMEST ** (choice * GOLDEN_RATIO % 1)


class Firming(nn.Module):
    """w [N, 512] → w [N, 512]; `reader` tells shares (train_readers.py), `layers` are the mapping network's."""

    def __init__(self, attributes: Attributes, reader: Reader, layers: nn.Module):
        super().__init__()
        self.reader, self.layers = reader, layers
        hold = torch.zeros(attributes.size)
        for part in (slice(0, len(attributes.styles)), *attributes.slices.values()):
            hold[part] = torch.tensor([math.log(firmness(choice)) for choice in range(part.stop - part.start)])
        self.register_buffer("hold", hold, persistent=False)
        sharpness = torch.full((attributes.size,), SHARPNESS)
        sharpness[attributes.colours] = 1
        self.register_buffer("sharpness", sharpness, persistent=False)

    def firm(self, scores: torch.Tensor) -> torch.Tensor:
        """Scores [N, attributes] whose shares are those of `scores`, each times its firmness, to the power of SHARPNESS."""
        return self.sharpness * (scores + self.hold)

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        scores = self.reader.scores(w)
        return w + self.layers(self.reader.shares(self.firm(scores))) - self.layers(self.reader.shares(scores))

    def firm_layers(self, w_plus: torch.Tensor) -> torch.Tensor:
        """w⁺ [N, LAYERS, 512] → w⁺ [N, LAYERS, 512], layer by layer."""
        return self(w_plus.flatten(0, 1)).view_as(w_plus)
