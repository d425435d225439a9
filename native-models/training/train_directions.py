"""Teaches the reader of directions.py to tell from w what a portrait shows, also off truncated and noisy ones.

    python train_directions.py --data DIR --minutes 4
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

from common import DEFAULT_WORK, Average, Stage, cosine, seed_everything
from directions import Changes, Reader
from generator import W_SIZE, Generator
from portraits import Attributes
from train_flow import load_generator

SETTINGS = {
    "batch": 512,
    "rate": 1e-3,
    "ema_decay": 0.995,
    "noise": 0.1,  # largest deviation of the noise on w, as a share of w's
    "least_truncation": 0.5,
    "colour_weight": 10.0,
}


def load_changes(work: Path, generator: Generator) -> Changes:
    attributes = generator.mapping.sampler.attributes
    reader = Reader(attributes, generator.mean_w, torch.ones(W_SIZE))
    reader.load_state_dict(torch.load(work / "reader.pt", weights_only=False)["ema"]["shadow"])
    return Changes(attributes, reader, generator.mapping.layers).eval()


def reading_loss(reader: Reader, generator: Generator) -> torch.Tensor:
    attributes = reader.attributes
    with torch.no_grad():
        known = generator.mapping.sampler(torch.randn(SETTINGS["batch"], W_SIZE))
        psi = 1 - (1 - SETTINGS["least_truncation"]) * torch.rand(len(known), 1) * (torch.rand(len(known), 1) < 0.5)
        w = torch.lerp(generator.mean_w[None], generator.mapping.from_attributes(known), psi)
        w = w + SETTINGS["noise"] * torch.rand(len(w), 1) * reader.deviation * torch.randn_like(w)
    scores = reader.scores(w)
    colours = F.mse_loss(scores[:, attributes.colours], known[:, attributes.colours])
    return attributes.choice_loss(scores, known) + SETTINGS["colour_weight"] * colours


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--seed", type=int, default=8)
    options = parser.parse_args()
    seed_everything(options.seed)
    generator = load_generator(options.work, Attributes.of(options.data)).requires_grad_(False)
    reader = Reader(generator.mapping.sampler.attributes, generator.mean_w, generator.deviation_of_w())
    optimiser = torch.optim.AdamW(reader.layers.parameters(), betas=(0.9, 0.98), weight_decay=1e-3)
    ema = Average(reader, SETTINGS["ema_decay"])
    stage = Stage("reader", options.work, options.minutes, SETTINGS, {"reader": reader, "ema": ema, "optimiser": optimiser})
    for _ in stage.steps():
        for group in optimiser.param_groups:
            group["lr"] = SETTINGS["rate"] * cosine(stage.fraction)
        loss = reading_loss(reader, generator)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        ema.update(reader)
        stage.report(loss=loss.item())


if __name__ == "__main__":
    main()
