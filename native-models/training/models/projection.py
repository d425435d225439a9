"""Manifold projection: w → the w of the portrait that is shown there.

The synthesis network draws portraits; half-way between two it would draw some of both. So w is brought to a portrait first:
read off it how probable each choice is, sharpen the probabilities, and map both. Their difference is what w moves by, so
that a portrait stays what it is, colours glide, and what w holds beside what is shown stays in it. What is truncated so
far (Karras et al. 2019, sec. B) that it is hardly any portrait's becomes a usual one instead of an average of all.
"""

import math

import torch
from torch import nn

from data.portraits import Attributes
from models.attribute_classifier import AttributeClassifier

#: A probability counts with its power of this: two choices change over within a fifth of the way from one to the other.
SHARPNESS = 6.0
#: As data/between.ts has it.
MOST_DOMINANT, GOLDEN_RATIO = 4.0, (1 + math.sqrt(5)) / 2


def dominance(choice: int) -> float:
    """How strongly a choice of a group, by its number, holds on against the others, in [1, MOST_DOMINANT) (data/between.ts): what
    is to give way gives way at moments of its own."""
    return MOST_DOMINANT ** (choice * GOLDEN_RATIO % 1)


class ManifoldProjection(nn.Module):
    """w [N, 512] → w [N, 512]; `classifier` was trained between portraits too, `layers` are the mapping network's."""

    def __init__(self, attributes: Attributes, classifier: AttributeClassifier, layers: nn.Module):
        super().__init__()
        self.classifier, self.layers = classifier, layers
        dominant = torch.zeros(attributes.size)
        for part in (slice(0, len(attributes.styles)), *attributes.slices.values()):
            dominant[part] = torch.tensor([math.log(dominance(choice)) for choice in range(part.stop - part.start)])
        self.register_buffer("dominance", dominant, persistent=False)
        sharpness = torch.full((attributes.size,), SHARPNESS)
        sharpness[attributes.colours] = 1
        self.register_buffer("sharpness", sharpness, persistent=False)

    def sharpen(self, scores: torch.Tensor) -> torch.Tensor:
        """Scores [N, attributes] whose probabilities are those of `scores`, each times its dominance, to the power of
        SHARPNESS, made to sum to one again."""
        return self.sharpness * (scores + self.dominance)

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        scores = self.classifier.scores(w)
        sharp, shown = (self.classifier.probabilities(x) for x in (self.sharpen(scores), scores))
        return w + self.layers(sharp) - self.layers(shown)

    def project_layers(self, w_plus: torch.Tensor) -> torch.Tensor:
        """w⁺ [N, LAYERS, 512] → w⁺ [N, LAYERS, 512], layer by layer."""
        return self(w_plus.flatten(0, 1)).view_as(w_plus)
