"""Trains the StyleGAN generator by regression on portraits whose attributes are known: there is no discriminator.

    python -m stages.train_generator --data DIR --counterfactuals DIR --minutes 90

Three kinds of picture teach it (data/between.ts): plain portraits; portraits between two, shown at
w = (1 - t)·w(a) + t·w(b), so that the way from one to the other passes through portraits and not through double
exposures; and mixed ones, where a's w drives the coarse layers and b's the fine ones, so that layers divide
structure from colour.

Two batches of three show counterfactual pairs (data/main.ts --counterfactuals), portraits that differ in a mouth, eyebrows
or a beard, where what differs weighs most: a mouth is one pixel of a hundred, and stubble hardly darker than the skin.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from common.fit import Average, Loss, TrainingRun, fit, peak
from common.muon import Muon
from common.options import stage_options
from common.parallel import is_first, process_count, run_on_all_cores
from common.setup import FAST, seed_everything
from data.portraits import Portraits
from models.counterfactuals import OptionResponse
from models.generator import RESOLUTION, Generator, w_plus_of
from models.option_spacing import spread_options
from models.pictures import batches, save_sheet
from models.regression import ResidualMap, picture_loss
from models.sampler import W_SIZE

SETTINGS = {
    "batch": 16,
    "muon_rate": 0.02,  # for convolution kernels
    "adam_rate": 2e-3,  # for everything else
    "betas": (0.9, 0.99),
    "ema_decay": 0.998,
    "least_distance": 25.0,  # in w, between any two options of a group: nearer ones are drawn as one
    "spread_steps": 300,  # of moving options apart, at most
    "rarity": 10.0,  # how much more often the portraits of an option may be shown than those of a usual one
    "held_out": 512,  # of the last records
}


def draw(generator: Generator, data: Portraits, indices: torch.Tensor) -> torch.Tensor:
    """The generator's picture for each record."""
    return generator.synthesis(w_plus_of(generator.mapping, data, indices), dtype=FAST)


def rarity(data: Portraits) -> np.ndarray:
    """How rare the rarest option of each portrait is among its group's, at least 1 and at most SETTINGS["rarity"]: [count].
    Else what is seldom drawn, as stubble, is never learnt. Of what lies between two portraits the first counts."""
    rare = torch.ones(data.count)
    for (style, _), part in data.attributes.slices.items():
        of_style = data.a[:, data.attributes.style_names.index(style)] > 0
        options = data.a[of_style, part]
        share = (options * options.mean(0)).sum(1) * options.shape[1]
        rare[of_style] = torch.maximum(rare[of_style], 1 / share)
    return rare.clamp_max(SETTINGS["rarity"]).double().numpy()


def draw_indices(data: Portraits, indices: np.ndarray, residual: ResidualMap, seed: int) -> Iterator[np.ndarray]:
    """Endless batches of indices, the harder styles and the rarer options more often."""
    random, rare = np.random.default_rng(seed), rarity(data)[indices]
    while True:
        chances = residual.chances(data.style[indices]) * rare
        order = random.choice(indices, 100 * SETTINGS["batch"], p=chances / chances.sum())
        yield from np.sort(order.reshape(100, -1))


@torch.no_grad()
def held_out_psnr(generator: Generator, data: Portraits, indices: np.ndarray) -> tuple[float, torch.Tensor]:
    """PSNR in dB over `indices`, and a sheet of pairs (target above, drawn below)."""
    drawn = torch.cat([draw(generator, data, part).float() for part in torch.from_numpy(indices).split(32)])
    target = data.images(indices)
    psnr = 10 * torch.log10(4 / (drawn.clamp(-1, 1) - target).square().mean((1, 2, 3)))
    return psnr.mean().item(), torch.cat([target[:32], drawn[:32]], 2)


def averaged_copy(generator: Generator, ema: Average) -> Generator:
    copy = Generator(generator.mapping.sampler.attributes)
    copy.load_state_dict(ema.shadow)
    return copy.eval()


def move_options_apart(generator: Generator, ema: Average) -> None:
    spread = spread_options(generator.mapping, SETTINGS["least_distance"], SETTINGS["spread_steps"])
    ema.shadow["mapping.layers.0.weight"] = generator.mapping.layers[0].weight.detach().clone()
    if is_first():
        print(
            "generator  options moved apart in w:", {name: [round(near, 1) for near in both] for name, both in spread.items()}, flush=True
        )


def train(options: argparse.Namespace) -> None:
    seed_everything(options.seed)
    data, pairs = Portraits(options.data, RESOLUTION), Portraits(options.counterfactuals, RESOLUTION)
    training, held_out = np.split(np.arange(data.count), [data.count - SETTINGS["held_out"]])
    generator = Generator(data.attributes)
    generator.mapping.requires_grad_(not options.freeze_mapping)
    kernels = [p for n, p in generator.named_parameters() if n.endswith("conv.weight")]
    others = [p for n, p in generator.named_parameters() if not n.endswith("conv.weight")]
    muon = Muon([peak(kernels, SETTINGS["muon_rate"])])
    adam = torch.optim.Adam([peak(others, SETTINGS["adam_rate"])], betas=SETTINGS["betas"])
    ema, residual = Average(generator, SETTINGS["ema_decay"]), ResidualMap(len(data.attributes.styles), RESOLUTION)
    response = OptionResponse(pairs)
    state = {"generator": generator, "ema": ema, "muon": muon, "adam": adam, "residual": residual, "response": response}
    run = TrainingRun("generator", options, SETTINGS, state)
    if not options.freeze_mapping:
        move_options_apart(generator, ema)
    own_seed = options.seed + process_count() * run.step + torch.distributed.get_rank()
    torch.manual_seed(own_seed)
    of_data = batches(data, draw_indices(data, training, residual, own_seed))
    of_pairs = batches(pairs, response.indices(SETTINGS["batch"], own_seed))
    figures = {}

    def loss_at(step: int) -> Loss:
        shown, (indices, target) = (pairs, next(of_pairs)) if step % 3 else (data, next(of_data))
        portraits = draw(generator, shown, indices).float()
        loss = picture_loss(portraits, target, shown.style[indices], residual, counterfactual=shown is pairs)
        if shown is pairs:
            response.update(indices, portraits.detach(), target)
            figures["response"] = response.mean()
        figures["counterfactuals" if shown is pairs else "portraits"] = loss.item()
        return loss, figures

    progress = Progress(generator, ema, data, held_out, run)
    fit(run, generator, [muon, adam], loss_at, average=ema, pace=options.pace, after=progress.show_now_and_then)
    if is_first():
        progress.show()
        set_mean_w(generator, ema)
        run.save()


class Progress:
    """Prints how near the averaged generator's pictures are, and writes them as a sheet."""

    def __init__(self, generator: Generator, ema: Average, data: Portraits, held_out: np.ndarray, run: TrainingRun):
        self.generator, self.ema, self.data, self.held_out, self.run = generator, ema, data, held_out, run
        self.next_sheet = run.spent + 120

    def show_now_and_then(self) -> None:
        if self.run.spent > self.next_sheet and is_first():
            self.next_sheet += 300
            self.show()

    def show(self) -> None:
        copy = averaged_copy(self.generator, self.ema)
        sheets = []
        for kind in ("plain", "between", "mixed"):
            psnr, pairs = held_out_psnr(copy, self.data, self.held_out[self.data.kind[self.held_out] == kind][:96])
            print(f"generator  step {self.run.step}  held-out {kind}: {psnr:.2f} dB", flush=True)
            sheets.append(pairs)
        save_sheet(torch.cat(sheets), self.run.path.with_suffix(".png"))


@torch.no_grad()
def set_mean_w(generator: Generator, ema: Average) -> None:
    """Mean of w over 20,000 z (Karras et al. 2019, sec. B: the centre of truncation)."""
    copy = averaged_copy(generator, ema)
    mean = torch.cat([copy.mapping(torch.randn(2000, W_SIZE)) for _ in range(10)]).mean(0)
    ema.shadow["mean_w"].copy_(mean)
    generator.mean_w.copy_(mean)


def main() -> None:
    parser = stage_options(__doc__, seed=1, minutes=90, settings=SETTINGS)
    parser.add_argument("--counterfactuals", type=Path, required=True)
    parser.add_argument("--freeze-mapping", action="store_true", help="refine the drawing alone: flows trained on w stay valid")
    parser.add_argument("--pace", type=float, default=1, help="share of the learning rates: less to refine what is good already")
    run_on_all_cores(train, parser.parse_args())


if __name__ == "__main__":
    main()
