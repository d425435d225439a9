"""How far apart in w the options of a group lie, and how they are moved apart: near ones are drawn as one."""

import torch
import torch.nn.functional as F

from models.generator import MappingNetwork
from models.sampler import W_SIZE

#: Portraits of a style on which distances are measured.
MEASURED_ON = 24


def spread_options(mapping: MappingNetwork, least: float, steps: int = 300, rate: float = 0.05) -> dict[str, tuple[float, float]]:
    """Moves the options of each group apart in w until no two lie much nearer than `least`, in at most `steps`, each of
    `rate` deviations of the options; returns how near the nearest two of a group lay before and lie now, where any were
    moved. The drawing changes little at first: to what it hardly responded, it now responds."""
    spread = {}
    portraits = {style: portraits_of(mapping, style) for style in mapping.sampler.attributes.style_names}
    for (style, group), part in mapping.sampler.attributes.slices.items():
        if part.stop - part.start < 2:
            continue
        options = mapping.layers[0].weight[:, part].detach().clone().requires_grad_(True)
        optimiser = torch.optim.Adam([options], rate * options.std().item())
        distances = []
        for _ in range(steps):
            near = nearest(option_distances(mapping, portraits[style], part, options))
            distances.append(near.min().item())
            if distances[-1] > 0.99 * least:
                break
            # Of the options alone: what the mapping network itself got would count in its first step of training.
            (options.grad,) = torch.autograd.grad(F.relu(least - near).square().sum(), options)
            optimiser.step()
        if len(distances) > 1:
            spread[f"{style} {group}"] = (distances[0], distances[-1])
        mapping.layers[0].weight.data[:, part] = options.detach()
    return spread


@torch.no_grad()
def portraits_of(mapping: MappingNetwork, style: str) -> torch.Tensor:
    """Some random portraits of a style, always the same: attributes [MEASURED_ON or fewer, size]."""
    portraits = mapping.sampler(torch.randn(512, W_SIZE, generator=torch.Generator().manual_seed(0)))
    number = mapping.sampler.attributes.style_names.index(style)
    return portraits[portraits[:, number] > 0][:MEASURED_ON]


def option_distances(mapping: MappingNetwork, portraits: torch.Tensor, part: slice, options: torch.Tensor | None = None) -> torch.Tensor:
    """Mean distance in w between each two options of a group, the rest of a portrait being the same: [count, count].

    `options` [hidden, count] stand in for those that the mapping network has."""
    first = mapping.layers[0]
    options = first.weight[:, part] if options is None else options
    rest = portraits.clone()
    rest[:, part] = 0
    w = mapping.layers[1:](first(rest)[:, None] + options.T[None])
    return (w[:, :, None] - w[:, None]).square().sum(-1).add(1e-9).sqrt().mean(0)


def nearest(distances: torch.Tensor) -> torch.Tensor:
    """How far each option is from the one that is nearest to it: [count], of distances [count, count]."""
    return (distances + 1e9 * torch.eye(len(distances))).amin(1)
