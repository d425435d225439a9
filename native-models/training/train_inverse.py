"""Teaches the mapping network's inverse to read z off w, also off w's between two portraits and off noisy ones.

    python train_inverse.py --data DIR --minutes 3
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

from common import DEFAULT_WORK, Average, Stage, cosine, seed_everything
from generator import W_SIZE, Generator
from inverse import SOFTNESS, MappingInverse
from portraits import Attributes
from train_flow import infer_latents, load_generator

SETTINGS = {
    "batch": 512,
    "rate": 1e-3,
    "ema_decay": 0.995,
    "noise": 0.3,  # largest deviation of the noise on w, as a share of w's
    "between": 0.3,  # share of w's that lie between two portraits
    "portrait_weight": 3.0,  # of the error in the attributes that the z read draws
    "softness": 0.5,  # at which that error is taken: choices sharper than this have no gradient
}


def load_inverse(work: Path, generator: Generator) -> MappingInverse:
    inverse = MappingInverse(generator.mean_w, torch.ones(W_SIZE))
    inverse.load_state_dict(torch.load(work / "inverse.pt", weights_only=False)["ema"]["shadow"])
    return inverse.eval()


def inverse_loss(inverse: MappingInverse, generator: Generator, pairs: dict, chosen: torch.Tensor) -> torch.Tensor:
    sampler = generator.mapping.sampler
    with torch.no_grad():
        known = pairs["known"][chosen]
        z = infer_latents(sampler, pairs, chosen)
        w = generator.mapping.from_attributes(known)
        share = torch.rand(len(w), 1) * (torch.rand(len(w), 1) < SETTINGS["between"])
        w, z = torch.lerp(w, w.roll(1, 0), share), torch.lerp(z, z.roll(1, 0), share)
        noisy = w + SETTINGS["noise"] * torch.rand(len(w), 1) * inverse.deviation * torch.randn_like(w)
    guess = inverse(noisy)
    plain = share[:, 0] == 0
    drawn = sampler(guess[plain], SETTINGS["softness"])
    return F.mse_loss(guess, z) + SETTINGS["portrait_weight"] * F.mse_loss(drawn, known[plain])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    seed_everything(options.seed)
    generator = load_generator(options.work, Attributes.of(options.data)).requires_grad_(False)
    pairs = torch.load(options.work / "pairs.pt", weights_only=False)
    train = len(pairs["known"]) - 2000 if len(pairs["known"]) > 4000 else len(pairs["known"])
    deviation = generator.deviation_of_w()
    inverse = MappingInverse(generator.mean_w, deviation)
    optimiser = torch.optim.AdamW(inverse.read.parameters(), betas=(0.9, 0.98), weight_decay=1e-3)
    ema = Average(inverse, SETTINGS["ema_decay"])
    stage = Stage("inverse", options.work, options.minutes, SETTINGS, {"inverse": inverse, "ema": ema, "optimiser": optimiser})
    for _ in stage.steps():
        for group in optimiser.param_groups:
            group["lr"] = SETTINGS["rate"] * cosine(stage.fraction)
        loss = inverse_loss(inverse, generator, pairs, torch.randint(train, (SETTINGS["batch"],)))
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        ema.update(inverse)
        stage.report(loss=loss.item())
    inverse.load_state_dict(ema.shadow)
    with torch.no_grad():
        w = generator.mapping.from_attributes(pairs["known"][-2000:])
        moved = ((generator.mapping(inverse(w), SOFTNESS) - w) / deviation).square().mean().sqrt()
    print(f"inverse  moves a portrait by {moved:.3f} deviations of w there and back", flush=True)


if __name__ == "__main__":
    main()
