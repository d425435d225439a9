"""Measures how much of each choice the generator draws, and how near its nearest options lie in w.

    python hearing.py --data DIR

What an option changes in the mean picture of a style is found by least squares, among renders and among the drawn
pictures of the same portraits. `heard` is how much of the first is in the second: 1 all of it, 0 nothing, as where all
mouths are drawn as one. Options nearer than `least_distance` (train_generator.py) turned out to be heard late. It weighs
options by how much they change: of small ones (stubble beside a full beard) the judge tells more.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from common import DEFAULT_WORK
from generator import RESOLUTION, Generator, broadcast
from portraits import Portraits
from train_generator import nearest, option_distances, portraits_of

#: Portraits of each style: several for each of its options.
PORTRAITS = 400
RIDGE = 1.0


def effects(portraits: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
    """What each number of portraits [N, k] adds to pictures [N, pixels]: [k, pixels]."""
    square = portraits.T @ portraits + RIDGE * torch.eye(portraits.shape[1])
    return torch.linalg.solve(square, portraits.T @ pictures)


def heard(drawn: torch.Tensor, rendered: torch.Tensor) -> float:
    """How much of the effects [k, pixels] of a group's options in renders is in those of the drawn pictures."""
    drawn, rendered = drawn - drawn.mean(0), rendered - rendered.mean(0)
    return ((drawn * rendered).sum() / rendered.square().sum()).item()


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--count", type=int, default=PORTRAITS, help="portraits of each style")
    options = parser.parse_args()
    data = Portraits(options.data, RESOLUTION)
    attributes = data.attributes
    generator = Generator(attributes)
    generator.load_state_dict(torch.load(options.work / "generator.pt", weights_only=False)["ema"]["shadow"])
    generator.eval()
    plain = np.flatnonzero(data.kind == "plain")
    for number, style in enumerate(attributes.style_names):
        chosen = plain[data.style[plain].numpy() == number][-options.count :]
        portraits, random = data.a[chosen], portraits_of(generator.mapping, style)
        drawn = torch.cat([
            generator.synthesis(broadcast(generator.mapping.from_attributes(part))).clamp(-1, 1) for part in portraits.split(32)
        ])  # fmt: skip
        rendered_effects = effects(portraits, data.images(chosen).flatten(1))
        drawn_effects = effects(portraits, drawn.flatten(1))
        for (owner, group), part in attributes.slices.items():
            if owner != style or part.stop - part.start < 2:
                continue
            distance = nearest(option_distances(generator.mapping, random, part)).min()
            share = heard(drawn_effects[part], rendered_effects[part])
            print(f"{style:12} {group:16} {part.stop - part.start:2} options  {distance:5.1f} apart  heard {share:.2f}", flush=True)


if __name__ == "__main__":
    main()
