"""Teaches readers (directions.py) to tell from w what a portrait shows, also off truncated and noisy ones.

    python train_readers.py --data DIR portraits --minutes 5    of any portrait, which it is most likely to be: for sliders
    python train_readers.py --data DIR between   --minutes 25   also between two, how much of each: for firming.py
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

from common import DEFAULT_WORK, Average, Stage, cosine, seed_everything
from directions import Changes, Reader
from firming import Firming
from generator import W_SIZE, Generator
from portraits import Attributes
from train_flow import load_generator

SETTINGS = {
    "batch": 512,
    "rate": 1e-3,
    "ema_decay": 0.995,
    "noise": 0.1,  # largest deviation of the noise on w, as a share of w's
    "truncation": {"portraits": (0.5, 1.0), "between": (0.1, 1.5)},  # of half of all w's
    "recombined": 0.5,  # share of portraits with choices of others, before they are led away
    "ways": 2,  # that lead a w away from its portrait, one after the other: the studio also blends more than two
    "between": 0.45,  # how often each does
    "within_style": 0.6,  # how often it leads to a portrait of the same style
    "colour_weight": 10.0,
}


#: The checkpoints of what is taught.
CHECKPOINTS = {"portraits": "reader", "between": "shares"}


def load_reader(work: Path, generator: Generator, what: str) -> Reader:
    reader = Reader(generator.mapping.sampler.attributes, generator.mean_w, torch.ones(W_SIZE))
    reader.load_state_dict(torch.load(work / f"{CHECKPOINTS[what]}.pt", weights_only=False)["ema"]["shadow"])
    return reader.eval()


def load_changes(work: Path, generator: Generator) -> Changes:
    return Changes(generator.mapping.sampler.attributes, load_reader(work, generator, "portraits"), generator.mapping.layers).eval()


def load_firming(work: Path, generator: Generator) -> Firming:
    return Firming(generator.mapping.sampler.attributes, load_reader(work, generator, "between"), generator.mapping.layers).eval()


def recombined(known: torch.Tensor, attributes: Attributes) -> torch.Tensor:
    """Portraits [N, size], some with choices of others of their style: what sliders put together, chance seldom does."""
    mixed = known.clone()
    for (style, _), part in attributes.slices.items():
        of_style = (known[:, attributes.style_names.index(style)] > 0).nonzero()[:, 0]
        mixed[of_style, part] = known[of_style[torch.randperm(len(of_style))], part]
    return torch.where(torch.rand(len(known), 1) < SETTINGS["recombined"], mixed, known)


def towards_others(known: torch.Tensor, w: torch.Tensor, styles: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Portraits [N, size] and their w [N, 512] in another order, some of them part of the way to another."""
    order = known[:, :styles].argmax(1).argsort()
    known, w = known[order], w[order]
    neighbour, anyone = torch.arange(len(w)).roll(1), torch.randperm(len(w))
    other = torch.where(torch.rand(len(w)) < SETTINGS["within_style"], neighbour, anyone)
    t = torch.rand(len(w), 1) * (torch.rand(len(w), 1) < SETTINGS["between"])
    return torch.lerp(known, known[other], t), torch.lerp(w, w[other], t)


def reading_loss(reader: Reader, generator: Generator, what: str) -> torch.Tensor:
    attributes = reader.attributes
    with torch.no_grad():
        known = generator.mapping.sampler(torch.randn(SETTINGS["batch"], W_SIZE))
        if what == "between":
            known = recombined(known, attributes)
        w = generator.mapping.from_attributes(known)
        for _ in range(SETTINGS["ways"] if what == "between" else 0):
            known, w = towards_others(known, w, len(attributes.styles))
        w = w + SETTINGS["noise"] * torch.rand(len(w), 1) * reader.deviation * torch.randn_like(w)
        low, high = SETTINGS["truncation"][what]
        psi = torch.where(torch.rand(len(w), 1) < 0.5, low + (high - low) * torch.rand(len(w), 1), 1.0)
        w = torch.lerp(generator.mean_w[None], w, psi)
    scores = reader.scores(w)
    colours = F.mse_loss(scores[:, attributes.colours], known[:, attributes.colours])
    return attributes.choice_loss(scores, known) + SETTINGS["colour_weight"] * colours


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=list(CHECKPOINTS))
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
    stage = Stage(CHECKPOINTS[options.what], options.work, options.minutes, SETTINGS, {"reader": reader, "ema": ema, "optimiser": optimiser})
    for _ in stage.steps():
        for group in optimiser.param_groups:
            group["lr"] = SETTINGS["rate"] * cosine(stage.fraction)
        loss = reading_loss(reader, generator, options.what)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        ema.update(reader)
        stage.report(loss=loss.item())


if __name__ == "__main__":
    main()
