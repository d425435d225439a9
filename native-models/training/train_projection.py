"""Teaches the projection to read a portrait's attributes off its w, through noise and blends.

    python train_projection.py --data DIR --minutes 3
"""

import argparse
from pathlib import Path

import torch

from common import DEFAULT_WORK, Average, Stage, cosine, read_json, seed_everything
from generator import W_SIZE
from portraits import Attributes
from projection import Projection
from train_flow import load_generator

SETTINGS = {
    "batch": 512,
    "rate": 1e-3,
    "ema_decay": 0.995,
    "noise": 0.7,  # largest deviation of the noise, as a share of w's
    "blend": 0.45,  # largest share of a second and of a third portrait in w, together
}


def load_projection(work: Path, attributes: Attributes) -> Projection:
    generator = load_generator(work, attributes)
    projection = Projection(generator.mapping, generator.mean_w, torch.ones(W_SIZE))
    projection.load_state_dict(torch.load(work / "projection.pt", weights_only=False)["ema"]["shadow"])
    return projection.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    seed_everything(options.seed)
    generator = load_generator(options.work, Attributes(read_json(options.data / "distribution.json")))
    with torch.no_grad():
        deviation = generator.mapping(torch.randn(4096, W_SIZE)).std(0)
    projection = Projection(generator.mapping, generator.mean_w, deviation)
    optimiser = torch.optim.AdamW(projection.read.parameters(), betas=(0.9, 0.98), weight_decay=1e-3)
    ema = Average(projection, SETTINGS["ema_decay"])
    state = {"projection": projection, "ema": ema, "optimiser": optimiser}
    stage = Stage("projection", options.work, options.minutes, SETTINGS, state)
    for _ in stage.steps():
        for group in optimiser.param_groups:
            group["lr"] = SETTINGS["rate"] * cosine(stage.fraction)
        with torch.no_grad():
            known = generator.mapping.sampler(torch.randn(SETTINGS["batch"], W_SIZE))
            w = generator.mapping.from_attributes(known)
            share = SETTINGS["blend"] * torch.rand(len(w), 1)
            others = torch.lerp(w.roll(1, 0), w.roll(2, 0), torch.rand(len(w), 1))
            blended = torch.lerp(w, others, share)
            noisy = blended + SETTINGS["noise"] * torch.rand(len(w), 1) * deviation * torch.randn_like(w)
        loss = projection.loss(noisy, known)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        ema.update(projection)
        stage.report(loss=loss.item())
    projection.load_state_dict(ema.shadow)
    with torch.no_grad():
        known = generator.mapping.sampler(torch.randn(2000, W_SIZE))
        w = generator.mapping.from_attributes(known)
        moved = ((projection(w) - w) / deviation).square().mean().sqrt()
    print(f"projection  moves a clean w by {moved:.3f} deviations", flush=True)


if __name__ == "__main__":
    main()
