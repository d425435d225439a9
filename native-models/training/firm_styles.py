"""Gives the styles of a trained generator the firmness that data/between.ts has for them: between two portraits the firmer
style holds on longer.

    python firm_styles.py --data DIR

What w multiplies the channels of a layer by is linear in w, and demodulation forgets the common factor of all channels
(Karras et al. 2020, sec. 2.2). Multiplied by f wherever a style is drawn, it draws the same; but between two styles it
weighs f times as much, and the one gives way to the other where (1 - t) f_a = t f_b. One linear map of w that multiplies
every portrait by the f of its style exists but nearly, since styles share their colours: refine the drawing and its
preview afterwards (train_generator.py --freeze-mapping). Training alone moves these places only in hours: each layer has to move its own.
"""

import argparse
from pathlib import Path

import torch

from common import DEFAULT_WORK, save_whole, seed_everything
from generator import PREVIEW_CHANNELS, W_SIZE, Generator, SynthesisNetwork
from portraits import Attributes
from train_flow import load_generator

#: Portraits that the map is fitted on.
PORTRAITS = 20_000


def factors(attributes: Attributes) -> torch.Tensor:
    """What each style's portraits are multiplied by: [styles], of geometric mean 1."""
    firmness = torch.tensor(attributes.distribution["firmness"])
    return firmness / firmness.log().mean().exp()


@torch.no_grad()
def map_of_w(generator: Generator, factor: torch.Tensor) -> torch.Tensor:
    """The map of (w, 1) that comes nearest to multiplying each by the factor [styles] of its style: float64 [513, 513]."""
    known = generator.mapping.sampler(torch.randn(PORTRAITS, W_SIZE))
    w = torch.cat([generator.mapping.from_attributes(part) for part in known.split(4000)])
    with_one = torch.cat([w, torch.ones(len(w), 1)], 1).double()
    style = known[:, : len(factor)].argmax(1)
    return torch.linalg.lstsq(with_one, factor[style][:, None] * with_one).solution


@torch.no_grad()
def firm(synthesis: SynthesisNetwork, change: torch.Tensor) -> None:
    """Has the layers see every (w, 1) as the map [513, 513] makes it."""
    for layer in synthesis.styled:
        affine = layer.conv.affine
        scales = change @ torch.cat([affine.weight.T, affine.bias[None]]).double()
        affine.weight.copy_(scales[:-1].T)
        affine.bias.copy_(scales[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    attributes = Attributes.of(options.data)
    seed_everything(options.seed)
    change = map_of_w(load_generator(options.work, attributes), factors(attributes))
    networks = {"generator": Generator(attributes), "preview": SynthesisNetwork(PREVIEW_CHANNELS)}
    for name, network in networks.items():
        saved = torch.load(options.work / f"{name}.pt", weights_only=False)
        for state in (saved[name], saved["ema"]["shadow"]):
            network.load_state_dict(state)
            firm(network.synthesis if name == "generator" else network, change)
            state.update({key: value.clone() for key, value in network.state_dict().items()})
        save_whole(options.work / f"{name}.pt", saved)


if __name__ == "__main__":
    main()
