"""Trains the small preview network to draw what the full synthesis network draws, at half its size.

    python train_preview.py --data DIR --minutes 12

The teacher's picture of the same w⁺ is all it learns from (distillation), on w's an artist meets while dragging:
drawn ones, ones between two, ones mixed by layers, and ones with noise, made firm as the studio does.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

from common import DEFAULT_WORK, FAST, Average, Stage, cosine, read_json, seed_everything
from firming import Firming
from generator import FIRST_COLOUR_LAYER, LAYERS, PREVIEW_CHANNELS, W_SIZE, Generator, SynthesisNetwork, broadcast
from muon import Muon
from parallel import average_gradients, is_first, process_count, run_on_all_cores
from portraits import Attributes
from train_flow import load_generator
from train_generator import gradients, save_sheet
from train_readers import load_firming

SETTINGS = {
    "batch": 24,
    "muon_rate": 0.02,
    "adam_rate": 2e-3,
    "betas": (0.9, 0.99),
    "ema_decay": 0.995,
    "between": 0.5,  # share of w's between two portraits
    "mixed": 0.1,  # share of w's mixed by layers
    "w_noise": 0.1,  # as a share of the deviation of w
}


@torch.no_grad()
def draw_w(generator: Generator, firming: Firming, count: int) -> torch.Tensor:
    """w⁺ [count, LAYERS, 512]."""
    w = generator.mapping(torch.randn(2 * count, W_SIZE))
    w = w + SETTINGS["w_noise"] * w.std(0) * torch.randn_like(w)
    first, second = w.chunk(2)
    kind = torch.rand(count, 1, 1)
    t = torch.rand(count, 1, 1) * (kind < SETTINGS["between"])
    layers = torch.arange(LAYERS)[None, :, None]
    share = torch.where(kind > 1 - SETTINGS["mixed"], (layers >= FIRST_COLOUR_LAYER).float(), t)
    return firming.firm_layers(torch.lerp(broadcast(first), broadcast(second), share))


def train(options: argparse.Namespace) -> None:
    seed_everything(options.seed)
    generator = load_generator(options.work, Attributes(read_json(options.data / "distribution.json")))
    firming = load_firming(options.work, generator)
    preview = SynthesisNetwork(PREVIEW_CHANNELS)
    kernels = [p for n, p in preview.named_parameters() if n.endswith("conv.weight")]
    others = [p for n, p in preview.named_parameters() if not n.endswith("conv.weight")]
    muon, adam = Muon(kernels, rate=SETTINGS["muon_rate"]), torch.optim.Adam(others, betas=SETTINGS["betas"])
    ema = Average(preview, SETTINGS["ema_decay"])
    state = {"preview": preview, "ema": ema, "muon": muon, "adam": adam}
    stage = Stage("preview", options.work, options.minutes, SETTINGS, state)
    torch.manual_seed(options.seed + process_count() * stage.step + torch.distributed.get_rank())
    for _ in stage.steps():
        pace = options.pace * cosine(stage.fraction)
        muon.rate = SETTINGS["muon_rate"] * pace
        for group in adam.param_groups:
            group["lr"] = SETTINGS["adam_rate"] * pace
        w = draw_w(generator, firming, SETTINGS["batch"])
        with torch.no_grad():
            target = F.avg_pool2d(generator.synthesis(w, dtype=FAST).clamp(-1, 1), 2)
        drawn = preview(w, dtype=FAST)
        loss = F.l1_loss(drawn, target) + 2 * F.mse_loss(drawn, target)
        for d, t in zip(gradients(drawn), gradients(target)):
            loss = loss + 0.5 * F.l1_loss(d, t)
        loss.backward()
        average_gradients(preview)
        for optimiser in (muon, adam):
            optimiser.step()
            optimiser.zero_grad()
        ema.update(preview)
        stage.report(loss=loss.item())
    if is_first():
        look(generator, firming, ema, stage)


@torch.no_grad()
def look(generator: Generator, firming: Firming, ema: Average, stage: Stage) -> None:
    preview = SynthesisNetwork(PREVIEW_CHANNELS)
    preview.load_state_dict(ema.shadow)
    w = draw_w(generator, firming, 96)
    target, drawn = F.avg_pool2d(generator.synthesis(w).clamp(-1, 1), 2), preview(w).clamp(-1, 1)
    psnr = 10 * torch.log10(4 / (drawn - target).square().mean((1, 2, 3))).mean()
    print(f"preview  step {stage.step}  against the full network: {psnr:.2f} dB", flush=True)
    save_sheet(torch.cat([target, drawn], 2), stage.path.with_suffix(".png"), 24)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--pace", type=float, default=1, help="share of the learning rates: less to follow a generator that was refined")
    run_on_all_cores(train, parser.parse_args())


if __name__ == "__main__":
    main()
