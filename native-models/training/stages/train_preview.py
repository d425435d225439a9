"""Trains the small preview network to draw what the full synthesis network draws, at half its size.

    python -m stages.train_preview --data DIR --minutes 12

The teacher's picture of the same w⁺ is all it learns from (distillation), on w's an artist meets while dragging:
drawn ones, ones between two, ones mixed by layers, and ones with noise, projected as the studio does.
"""

import argparse

import torch
import torch.nn.functional as F

from common.fit import Average, Loss, TrainingRun, fit, peak
from common.muon import Muon
from common.options import stage_options
from common.parallel import is_first, process_count, run_on_all_cores
from common.setup import FAST, seed_everything
from data.portraits import Attributes
from models.checkpoints import load_generator, load_projection
from models.generator import FIRST_COLOUR_LAYER, LAYERS, PREVIEW_CHANNELS, Generator, SynthesisNetwork, to_w_plus
from models.pictures import gradients, save_sheet
from models.projection import ManifoldProjection
from models.sampler import W_SIZE

SETTINGS = {
    "batch": 24,
    "muon_rate": 0.02,
    "adam_rate": 2e-3,
    "betas": (0.9, 0.99),
    "ema_decay": 0.995,
    "between": 0.5,  # share of w's between two portraits
    "mixed": 0.1,  # share of w's mixed by layers
    "w_noise": 0.1,  # as a share of the deviation of w
    "most_weight": 10.0,  # of a pixel by its error, as a multiple of the mean
    "compared": 96,  # pictures that are compared with the full network's at the end
}


@torch.no_grad()
def draw_w(generator: Generator, projection: ManifoldProjection, count: int) -> torch.Tensor:
    """w⁺ [count, LAYERS, 512]."""
    w = generator.mapping(torch.randn(2 * count, W_SIZE))
    w = w + SETTINGS["w_noise"] * w.std(0) * torch.randn_like(w)
    first, second = w.chunk(2)
    kind = torch.rand(count, 1, 1)
    t = torch.rand(count, 1, 1) * (kind < SETTINGS["between"])
    layers = torch.arange(LAYERS)[None, :, None]
    share = torch.where(kind > 1 - SETTINGS["mixed"], (layers >= FIRST_COLOUR_LAYER).float(), t)
    return projection.project_layers(torch.lerp(to_w_plus(first), to_w_plus(second), share))


def preview_loss(drawn: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Distance of pictures [N, 3, H, W] and of their gradients; where a picture is wrong beside its own mean error counts more:
    glasses, mouths and beards are few pixels."""
    error = (drawn - target).detach().abs().mean(1, keepdim=True)
    near = F.avg_pool2d(error, 5, 1, 2)
    weights = (1 + (near / near.mean((2, 3), keepdim=True).clamp_min(1e-6)).clamp_max(SETTINGS["most_weight"])) / 2
    difference = drawn - target
    loss = (weights * (difference.abs() + 2 * difference.square())).mean()
    for one, other, weight in zip(gradients(drawn), gradients(target), (weights[..., 1:, :], weights[..., 1:])):
        loss = loss + 0.5 * (weight * (one - other).abs()).mean()
    return loss


def train(options: argparse.Namespace) -> None:
    seed_everything(options.seed)
    generator = load_generator(options.work, Attributes.of(options.data))
    projection = load_projection(options.work, generator)
    preview = SynthesisNetwork(PREVIEW_CHANNELS)
    kernels = [p for n, p in preview.named_parameters() if n.endswith("conv.weight")]
    others = [p for n, p in preview.named_parameters() if not n.endswith("conv.weight")]
    muon = Muon([peak(kernels, SETTINGS["muon_rate"])])
    adam = torch.optim.Adam([peak(others, SETTINGS["adam_rate"])], betas=SETTINGS["betas"])
    ema = Average(preview, SETTINGS["ema_decay"])
    run = TrainingRun("preview", options, SETTINGS, {"preview": preview, "ema": ema, "muon": muon, "adam": adam})
    torch.manual_seed(options.seed + process_count() * run.step + torch.distributed.get_rank())

    def loss_at(_: int) -> Loss:
        w = draw_w(generator, projection, SETTINGS["batch"])
        with torch.no_grad():
            target = F.avg_pool2d(generator.synthesis(w, dtype=FAST).clamp(-1, 1), 2)
        loss = preview_loss(preview(w, dtype=FAST), target)
        return loss, {"loss": loss.item()}

    fit(run, preview, [muon, adam], loss_at, average=ema, pace=options.pace)
    if is_first():
        compare(generator, projection, ema, run)


@torch.no_grad()
def compare(generator: Generator, projection: ManifoldProjection, ema: Average, run: TrainingRun) -> None:
    preview = SynthesisNetwork(PREVIEW_CHANNELS)
    preview.load_state_dict(ema.shadow)
    w = draw_w(generator, projection, SETTINGS["compared"])
    target, drawn = F.avg_pool2d(generator.synthesis(w).clamp(-1, 1), 2), preview(w).clamp(-1, 1)
    psnr = 10 * torch.log10(4 / (drawn - target).square().mean((1, 2, 3))).mean()
    print(f"preview  step {run.step}  against the full network: {psnr:.2f} dB", flush=True)
    save_sheet(torch.cat([target, drawn], 2), run.path.with_suffix(".png"), 24)


def main() -> None:
    parser = stage_options(__doc__, seed=5, minutes=12, settings=SETTINGS)
    parser.add_argument("--pace", type=float, default=1, help="share of the learning rates: less to follow a generator that was refined")
    run_on_all_cores(train, parser.parse_args())


if __name__ == "__main__":
    main()
