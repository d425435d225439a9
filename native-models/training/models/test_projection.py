from pathlib import Path

import torch

from data.portraits import Attributes
from models.attribute_classifier import AttributeClassifier
from models.generator import Generator
from models.projection import ManifoldProjection, dominance
from models.sampler import W_SIZE


class Knowing(AttributeClassifier):
    """Sees in every w what it was told, as probably as it was told."""

    def __init__(self, attributes: Attributes, shown: torch.Tensor):
        super().__init__(attributes, torch.zeros(W_SIZE), torch.ones(W_SIZE))
        self.shown = shown

    def scores(self, w: torch.Tensor) -> torch.Tensor:
        choices = self.shown[:, : self.attributes.colours.start].clamp_min(1e-9).log()
        return torch.cat([choices, self.shown[:, self.attributes.colours]], 1)


@torch.no_grad()
def test_projection_keeps_portraits_and_brings_what_lies_between_to_one(data: Path):
    attributes = Attributes.of(data)
    mapping = Generator(attributes).mapping
    start = mapping.sampler(torch.randn(300, W_SIZE))
    end = start.roll(1, 0)
    w = mapping.from_attributes(start)
    kept = ManifoldProjection(attributes, Knowing(attributes, start), mapping.layers)(w)
    torch.testing.assert_close(kept, w, atol=1e-4, rtol=1e-4)

    styles = len(attributes.styles)
    half = torch.lerp(start, end, 0.5)
    projection = ManifoldProjection(attributes, Knowing(attributes, half), mapping.layers)
    sharp = projection.classifier.probabilities(projection.sharpen(projection.classifier.scores(half)))
    chosen = [max(a, b, key=dominance) for a, b in zip(start[:, :styles].argmax(1).tolist(), end[:, :styles].argmax(1).tolist())]
    assert sharp[:, :styles].argmax(1).tolist() == chosen
    assert sharp[:, :styles].amax(1).mean() > 0.9 > 0.7 > half[:, :styles].amax(1).mean()
    torch.testing.assert_close(sharp[:, attributes.colours], half[:, attributes.colours])
