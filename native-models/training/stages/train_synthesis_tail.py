"""Trains the tail of the synthesis network on renders of 512 pixels; the generator before it is left as it is.

    python -m stages.train_synthesis_tail --data LARGE --minutes 40

LARGE is a data set of pictures of 512 pixels (data/main.ts --size 512), of the same kinds that the generator learnt from.
"""

import argparse
from collections.abc import Iterator

import numpy as np
import torch

from common.fit import Average, Loss, TrainingRun, fit, peak
from common.muon import Muon
from common.options import stage_options
from common.parallel import is_first, process_count, run_on_all_cores
from common.setup import seed_everything
from data.portraits import Portraits
from models.checkpoints import load_generator
from models.generator import Generator, w_plus_of
from models.pictures import batches, save_sheet
from models.regression import ResidualMap, picture_loss
from models.synthesis_tail import PICTURE_RESOLUTION, SynthesisTail, tail_in_training

SETTINGS = {
    "batch": 4,
    "muon_rate": 0.01,
    "adam_rate": 2e-3,
    "betas": (0.9, 0.99),
    "ema_decay": 0.995,
    "held_out": 96,  # of the last records
}


def draw(generator: Generator, tail: SynthesisTail, data: Portraits, indices: torch.Tensor) -> torch.Tensor:
    """Pictures [N, 3, 512, 512] of records."""
    with torch.no_grad():
        w = w_plus_of(generator.mapping, data, indices)
    return tail_in_training(generator.synthesis, tail, w)


def draw_indices(count: int, seed: int) -> Iterator[np.ndarray]:
    """Endless batches of indices below `count`."""
    random = np.random.default_rng(seed)
    while True:
        yield np.sort(random.choice(count, SETTINGS["batch"], replace=False))


def train(options: argparse.Namespace) -> None:
    seed_everything(options.seed)
    data = Portraits(options.data, PICTURE_RESOLUTION)
    generator, tail = load_generator(options.work, data.attributes).requires_grad_(False), SynthesisTail()
    muon = Muon([peak((p for p in tail.parameters() if p.dim() > 1), SETTINGS["muon_rate"])])
    adam = torch.optim.Adam([peak((p for p in tail.parameters() if p.dim() == 1), SETTINGS["adam_rate"])], betas=SETTINGS["betas"])
    ema, residual = Average(tail, SETTINGS["ema_decay"]), ResidualMap(len(data.attributes.styles), PICTURE_RESOLUTION)
    run = TrainingRun(
        "synthesis-tail", options, SETTINGS, {"tail": tail, "ema": ema, "muon": muon, "adam": adam, "residual": residual}
    )  # fmt: skip
    own_seed = options.seed + process_count() * run.step + torch.distributed.get_rank()
    drawn = batches(data, draw_indices(data.count - SETTINGS["held_out"], own_seed))

    def loss_at(_: int) -> Loss:
        indices, target = next(drawn)
        loss = picture_loss(draw(generator, tail, data, indices), target, data.style[indices], residual)
        return loss, {"loss": loss.item()}

    fit(run, tail, [muon, adam], loss_at, average=ema)
    if is_first():
        compare(generator, ema, data, run)


@torch.no_grad()
def compare(generator: Generator, ema: Average, data: Portraits, run: TrainingRun) -> None:
    """Prints how near held-out renders the pictures are, beside the generator's own that are merely enlarged, and writes a sheet."""
    tail, enlarged = SynthesisTail(), SynthesisTail()
    tail.load_state_dict(ema.shadow)
    indices = torch.arange(data.count - SETTINGS["held_out"], data.count)
    target = data.images(indices)
    made = {
        name: torch.cat([draw(generator, one, data, part).clamp(-1, 1) for part in indices.split(SETTINGS["batch"])])
        for name, one in (("with the tail", tail), ("enlarged", enlarged))
    }
    for name, pictures in made.items():
        psnr = 10 * torch.log10(4 / (pictures - target).square().mean((1, 2, 3))).mean()
        print(f"synthesis-tail  step {run.step}  held out, {name}: {psnr:.2f} dB", flush=True)
    save_sheet(torch.cat([target[:24], made["with the tail"][:24], made["enlarged"][:24]], 2), run.path.with_suffix(".png"), 8)


def main() -> None:
    run_on_all_cores(train, stage_options(__doc__, seed=6, minutes=40, settings=SETTINGS).parse_args())


if __name__ == "__main__":
    main()
