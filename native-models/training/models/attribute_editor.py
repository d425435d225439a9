"""The attribute editor: the direction of w that changes one thing about a portrait, and lets the rest be.

The mapping network knows the things themselves, so a change is exact: read off w what is shown, change that one thing, and
map both. Their difference is the direction at this portrait, and what w holds beside what is shown stays in it. A direction
that is the same for all portraits (Shen et al. 2020, "InterFaceGAN", sec. 3.1) is too weak where w consists of choices;
the mean of the changes serves where one vector has to do.
"""

import torch
import torch.nn.functional as F
from torch import nn

from data.portraits import Attributes, kinds_of
from models.attribute_classifier import AttributeClassifier
from models.attribute_tables import counterparts, end_colours, end_table, style_of
from models.generator import FIRST_COLOUR_LAYER, LAYERS, Generator
from models.named_directions import ENDS, Named, index_of_high
from models.sampler import W_SIZE

#: Random portraits that a mean is taken over, and of which pairs of choices are counted.
PORTRAITS = 4096
COUNTED = 25 * PORTRAITS


class AttributeEditor(nn.Module):
    """w [N, 512], another portrait's w [N, 512], how far to go to each of ENDS [N, ends] and which attributes are taken from
    the other portrait [N, size] → direction [N, 512] that makes these changes, and what w shows [N, size]."""

    def __init__(self, attributes: Attributes, classifier: AttributeClassifier, layers: nn.Module):
        super().__init__()
        self.classifier, self.layers = classifier, layers
        self.choices = attributes.colours.start
        tables = torch.stack([end_table(attributes, end) for end in ENDS])
        self.register_buffer("table", tables, persistent=False)  # [ends, choices]
        colours = torch.stack([end_colours(attributes, end) for end in ENDS])
        self.register_buffer("paints", (~colours.isnan()).float(), persistent=False)  # [ends, colours]
        self.register_buffer("paint", colours.nan_to_num(), persistent=False)
        self.register_buffer("counterpart", counterparts(attributes), persistent=False)  # [choices, choices]
        self.register_buffer("style_of", style_of(attributes), persistent=False)  # [styles, choices]

    def edited(self, shown: torch.Tensor, other: torch.Tensor, change: torch.Tensor, take: torch.Tensor) -> torch.Tensor:
        """What is shown once the changes are made: attributes [N, size], as `shown` and `other` are. What is taken from
        a portrait of another style is what stands in for it in this one."""
        own = shown[:, : self.choices]
        everywhere = own[:, None].expand(-1, len(ENDS), -1)
        moved = torch.zeros_like(everywhere).scatter_add(2, self.table[None].expand_as(everywhere), everywhere)
        choices = own * (1 - change.sum(1, keepdim=True)) + (moved * change[:, :, None]).sum(1)
        paints = change @ self.paints
        colours = shown[:, self.choices :] * (1 - paints) + change @ (self.paint * self.paints)
        in_this_style = (other[:, : self.choices] @ self.counterpart) * (shown[:, : len(self.style_of)] @ self.style_of)
        # With their style everything is theirs as it is.
        theirs = torch.lerp(torch.cat([in_this_style, other[:, self.choices :]], 1), other, take[:, :1])
        return torch.lerp(torch.cat([choices, colours], 1), theirs, take)

    def forward(self, w: torch.Tensor, other: torch.Tensor, change: torch.Tensor, take: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        shown = self.classifier(w)
        return self.layers(self.edited(shown, self.classifier(other), change, take)) - self.layers(shown), shown

    def to_end(self, shown: torch.Tensor, end: int) -> torch.Tensor:
        """What is shown at an end of a direction, all the way."""
        change = F.one_hot(torch.full((len(shown),), end), len(ENDS)).float()
        return self.edited(shown, shown, change, torch.zeros_like(shown))


def colour_slice(attributes: Attributes, number: int) -> slice:
    start = attributes.colours.start + 3 * number
    return slice(start, start + 3)


def lockable_parts(attributes: Attributes, kinds: tuple[str, ...]) -> list[slice]:
    """The attributes that make up what can be locked."""
    choices = [part for key, part in attributes.slices.items() if kinds_of(attributes.options[key]) & set(kinds)]
    return choices + [colour_slice(attributes, n) for n, place in enumerate(attributes.places) if place in kinds]


@torch.no_grad()
def mean_direction(editor: AttributeEditor, generator: Generator, direction: int) -> torch.Tensor:
    """From the low end of a direction to the high one, the mean over random portraits: [512]."""
    portraits = generator.mapping.sampler(torch.randn(PORTRAITS, W_SIZE, generator=torch.Generator().manual_seed(0)))
    low, high = (
        editor.to_end(portraits, end)
        for end in (2 * direction, index_of_high(direction))
    )  # fmt: skip
    differ = (low != high).any(1)
    return (generator.mapping.from_attributes(high[differ]) - generator.mapping.from_attributes(low[differ])).mean(0)


@torch.no_grad()
def cooccurrence(generator: Generator) -> torch.Tensor:
    """What portraits show that show a choice, the mean over random ones: [size, size], a row a choice, those of colours all
    zero. Who has a beard is likely to have short hair."""
    sampler, random = generator.mapping.sampler, torch.Generator().manual_seed(0)
    size = sampler.attributes.size
    sums, counts = torch.zeros(size, size), torch.zeros(size)
    for _ in range(COUNTED // PORTRAITS):
        portraits = sampler(torch.randn(PORTRAITS, W_SIZE, generator=random))
        chosen = portraits.clone()
        chosen[:, sampler.attributes.colours] = 0
        sums += chosen.T @ portraits
        counts += chosen.sum(0)
    return sums / counts.clamp_min(1)[:, None]


def layers_of(named: Named, attributes: Attributes) -> tuple[int, int]:
    """First and last layer: colours need not move what is drawn."""
    return (FIRST_COLOUR_LAYER, LAYERS - 1) if set(named.high) <= set(attributes.places) else (0, LAYERS - 1)
