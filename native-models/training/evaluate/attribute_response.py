"""The attribute response of the generator: how much of each choice it draws.

What an option changes in the mean picture of a style is found by least squares, among renders and among the drawn
pictures of the same portraits. The response is how much of the first is in the second: 1 all of it, 0 nothing, as where all
mouths are drawn as one. It weighs options by how much they change: of small ones (stubble beside a full beard) the judge
tells more.
"""

import numpy as np
import torch

from data.portraits import Portraits
from evaluate.graphs import Graphs, known_latents

RIDGE = 1.0


def effects(portraits: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
    """What each number of portraits [N, k] adds to pictures [N, pixels]: [k, pixels]."""
    square = portraits.T @ portraits + RIDGE * torch.eye(portraits.shape[1])
    return torch.linalg.solve(square, portraits.T @ pictures)


def response(drawn: torch.Tensor, rendered: torch.Tensor) -> float:
    """How much of the effects [k, pixels] of a group's options in renders is in those of the drawn pictures."""
    drawn, rendered = drawn - drawn.mean(0), rendered - rendered.mean(0)
    return ((drawn * rendered).sum() / rendered.square().sum()).item()


def attribute_response(graphs: Graphs, data: Portraits, count: int) -> dict[str, float]:
    """The response of each group of options of each style, over the first `count` portraits."""
    drawn = graphs.draw(known_latents(data, count)).flatten(1)
    rendered, portraits, found = data.images(np.arange(count)).flatten(1), data.a[:count], {}
    for number, style in enumerate(data.attributes.style_names):
        own = portraits[:, number] > 0
        of_drawn, of_rendered = effects(portraits[own], drawn[own]), effects(portraits[own], rendered[own])
        for (owner, group), part in data.attributes.slices.items():
            if owner == style and (portraits[own][:, part].sum(0) > 0).sum() > 1:
                found[f"{style} {group}"] = response(of_drawn[part], of_rendered[part])
    return found
