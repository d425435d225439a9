"""Teaches the mapping network's inverse to read z off w, also off w's between two portraits and off noisy ones.

python -m stages.train_inverse --data DIR --minutes 3
"""

import torch
import torch.nn.functional as F

from common.fit import Average, Loss, TrainingRun, fit, peak
from common.options import stage_options
from common.setup import seed_everything
from data.portraits import Attributes
from models.checkpoints import load_generator, read_checkpoint
from models.generator import Generator
from models.inverse import SOFTNESS, MappingInverse
from models.pairs import infer_latents

SETTINGS = {
    "batch": 512,
    "rate": 1e-3,
    "ema_decay": 0.995,
    "noise": 0.3,  # largest deviation of the noise on w, as a share of w's
    "between": 0.3,  # share of w's that lie between two portraits
    "portrait_weight": 3.0,  # of the error in the attributes that the z read draws
    "softness": 0.5,  # at which that error is taken: choices sharper than this have no gradient
    "held_out": 2_000,
}


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
    options = stage_options(__doc__, seed=6, minutes=3, settings=SETTINGS).parse_args()
    seed_everything(options.seed)
    generator = load_generator(options.work, Attributes.of(options.data)).requires_grad_(False)
    pairs = read_checkpoint(options.work, "pairs")
    train = len(pairs["known"]) - min(SETTINGS["held_out"], len(pairs["known"]) // 4)
    deviation = generator.deviation_of_w()
    inverse = MappingInverse(generator.mean_w, deviation)
    optimiser = torch.optim.AdamW([peak(inverse.read.parameters(), SETTINGS["rate"])], betas=(0.9, 0.98), weight_decay=1e-3)
    ema = Average(inverse, SETTINGS["ema_decay"])
    run = TrainingRun("inverse", options, SETTINGS, {"inverse": inverse, "ema": ema, "optimiser": optimiser})

    def loss_at(_: int) -> Loss:
        loss = inverse_loss(inverse, generator, pairs, torch.randint(train, (SETTINGS["batch"],)))
        return loss, {"loss": loss.item()}

    fit(run, inverse, [optimiser], loss_at, average=ema)
    inverse.load_state_dict(ema.shadow)
    with torch.no_grad():
        w = generator.mapping.from_attributes(pairs["known"][train:])
        moved = ((generator.mapping(inverse(w), SOFTNESS) - w) / deviation).square().mean().sqrt()
    print(f"inverse  moves a portrait by {moved:.3f} deviations of w there and back", flush=True)


if __name__ == "__main__":
    main()
