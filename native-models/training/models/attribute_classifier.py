"""The attribute classifier: what a portrait shows, read off its w."""

import torch
from torch import nn

from data.portraits import Attributes
from models.sampler import W_SIZE, lay_out, packets

WIDTH = 512


class AttributeClassifier(nn.Module):
    """w [N, 512] → attributes [N, size] as they are shown: class probabilities of the choices, colours in [-1, 1]."""

    def __init__(self, attributes: Attributes, mean_w: torch.Tensor, deviation: torch.Tensor):
        super().__init__()
        self.attributes = attributes
        self.register_buffer("mean", mean_w.clone())
        self.register_buffer("deviation", deviation.clone())
        self.layers = nn.Sequential(nn.Linear(W_SIZE, WIDTH), nn.GELU(), nn.Linear(WIDTH, attributes.size))
        self._lay_out_groups()

    def scores(self, w: torch.Tensor) -> torch.Tensor:
        return self.layers((w - self.mean) / self.deviation)

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        return self.probabilities(self.scores(w))

    def probabilities(self, scores: torch.Tensor) -> torch.Tensor:
        """Attributes [N, size] of scores [N, size]."""
        style = scores[:, : len(self.attributes.styles)].softmax(1)
        groups = (scores[:, self.option_at.flatten()].unflatten(1, self.option_at.shape) + self.option_closed).softmax(2)
        options = groups.flatten(1)[:, self.order] * style[:, self.style_at]
        return torch.cat([style, options, scores[:, self.attributes.colours].clamp(-1, 1)], 1)

    def _lay_out_groups(self) -> None:
        """Tables in which all groups have the same number of options, so that all softmaxes are taken at once: where in the
        scores each option stands, and what shuts the places that fill a group up, [groups, PACKET's multiple]; then where
        in these tables each option is found, and the number of its style, [options]."""
        slices, names = self.attributes.slices, self.attributes.style_names
        shape = (len(slices), packets(max(part.stop - part.start for part in slices.values())))
        tables = dict(
            zip(("option_at", "option_closed", "order"), lay_out(shape, {(row,): part for row, part in enumerate(slices.values())}))
        )
        tables["style_at"] = torch.tensor(
            [names.index(style) for (style, _), part in slices.items() for _ in range(part.stop - part.start)]
        )
        for name, table in tables.items():
            self.register_buffer(name, table, persistent=False)
