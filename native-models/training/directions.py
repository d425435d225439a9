"""Named directions of w: what an artist's sliders move.

A direction is the mean difference of w between portraits that differ in one thing alone, over all styles that can draw
both. The mapping network knows the things, so no classifier has to find them (Shen et al. 2020, "InterFaceGAN", sec. 3.1,
does without such knowledge).
"""

from typing import NamedTuple

import torch

from generator import FIRST_COLOUR_LAYER, LAYERS, W_SIZE, Generator
from portraits import Attributes

PORTRAITS = 4096


class Named(NamedTuple):
    id: str
    title: str
    #: A kind of meaning and its values at the two ends, or a place and the names of its colours there.
    kind: str
    low: tuple[str, ...]
    high: tuple[str, ...]
    #: How many mean differences the ends of the slider are away.
    reach: float
    #: What the judge calls it, and what it may read at the high end (judge.py).
    read: str
    seen: tuple[str, ...]


GLASSES, BEARDS = ("glasses", "round glasses", "square glasses"), ("beard", "long beard")

DIRECTIONS = [
    Named("smile", "Smile", "expression", ("sad", "angry", "worried"), ("happy", "laughing"), 1.6, "expression", ("happy", "laughing", "cheeky")),
    Named("hair-length", "Hair length", "hairLength", ("short",), ("long",), 0.8, "hair length", ("long",)),
    Named("hair-lightness", "Hair lightness", "hair", ("black", "dark brown"), ("blond", "white"), 1.0, "hair colour", ("blond", "white")),
    Named("skin-tone", "Skin tone", "skin", ("light",), ("dark",), 0.6, "skin tone", ("dark",)),
    Named("glasses", "Glasses", "glasses", ("",), GLASSES, 1.2, "glasses", (*GLASSES, "sunglasses")),
    Named("beard", "Beard", "beard", ("",), BEARDS, 1.0, "beard", (*BEARDS, "goatee", "moustache")),
    Named("age", "Age", "hair", ("brown", "dark brown", "black"), ("grey", "white"), 1.0, "hair colour", ("grey", "white")),
    Named("background-hue", "Background hue", "background", ("blue", "light blue"), ("orange", "peach"), 1.0, "background colour",
          ("orange", "peach", "yellow", "red")),
]  # fmt: skip


def with_meaning(attributes: Attributes, portraits: torch.Tensor, kind: str, values: tuple[str, ...]) -> tuple[torch.Tensor, torch.Tensor]:
    """The portraits [N, size] with one of the values drawn in place of theirs; and which of them can have one [N]."""
    changed, can = portraits.clone(), torch.zeros(len(portraits), dtype=torch.bool)
    if kind in attributes.places:
        palette = attributes.distribution["palettes"][kind]
        bases = torch.tensor([colour["base"] for colour in palette if colour["name"] in values]) / 127.5 - 1
        first = attributes.colours.start + 3 * attributes.places.index(kind)
        changed[:, first : first + 3] = bases[torch.randint(len(bases), (len(portraits),))]
        return changed, ~can
    for number, style in enumerate(attributes.styles):
        drawn = (portraits[:, number] > 0).nonzero()[:, 0]
        for group, options in style["groups"].items():
            if not any(kind in option["means"] for option in options):
                continue
            fitting = [i for i, option in enumerate(options) if option["means"].get(kind, "") in values and option["weight"] > 0]
            if not fitting:
                continue
            part = attributes.slices[style["name"], group]
            chosen = torch.tensor(fitting)[torch.randint(len(fitting), (len(drawn),))]
            changed[drawn, part] = torch.nn.functional.one_hot(chosen, len(options)).float()
            can[drawn] = True
    return changed, can


def can_draw(attributes: Attributes, style: dict, named: Named) -> bool:
    """Whether a style can draw both ends."""
    if named.kind in attributes.places:
        return True
    for options in style["groups"].values():
        values = {option["means"].get(named.kind, "") for option in options}
        if any(option["means"].get(named.kind) for option in options) and values & set(named.low) and values & set(named.high):
            return True
    return False


@torch.no_grad()
def direction(generator: Generator, named: Named) -> torch.Tensor:
    """From the low end to the high one: [512]. One unit of a slider is `reach` mean differences."""
    attributes = generator.mapping.sampler.attributes
    portraits = generator.mapping.sampler(torch.randn(PORTRAITS, W_SIZE, generator=torch.Generator().manual_seed(0)))
    low, has_low = with_meaning(attributes, portraits, named.kind, named.low)
    high, has_high = with_meaning(attributes, portraits, named.kind, named.high)
    both = has_low & has_high
    difference = generator.mapping.from_attributes(high[both]) - generator.mapping.from_attributes(low[both])
    return named.reach * difference.mean(0)


def layers_of(named: Named, attributes: Attributes) -> tuple[int, int]:
    """First and last layer: colours need not move what is drawn."""
    return (FIRST_COLOUR_LAYER, LAYERS - 1) if named.kind in attributes.places else (0, LAYERS - 1)
