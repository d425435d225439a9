"""Trains the flow on pairs (CLIP embedding of a rendered portrait, its latent).

    python -m stages.train_flow --data DIR conditional --minutes 8    latent = f(noise; e)
    python -m stages.train_flow --data DIR bijective --minutes 8      latent = f(e), the paper's

The latent is StyleGAN's z: what the mapping network turns into w (models/inverse.py says why). A portrait's attributes are
known, so its z's are too (AttributeSampler.infer draws one anew for every step), and the renderer's own pictures serve:
no generated picture has to be drawn and encoded. Words leave much open, so most of the embeddings are as vague as
words: the mean of the pictures that share some of what this one shows. No caption takes part in the flow.
"""

import torch
import torch.nn.functional as F
from torch import nn

from common.fit import Average, Loss, TrainingRun, fit, peak
from common.options import stage_options
from common.setup import seed_everything
from data.portraits import Attributes
from models.checkpoints import read_checkpoint
from models.flow import CONDITION, SIZE, Flow
from models.pairs import draw_embeddings, infer_latents
from models.sampler import AttributeSampler

SETTINGS = {
    "batch": 512,
    "rate": 1e-3,
    "mixing_share": 0.1,  # of the rate, for the 512×512 matrices: 512 numbers that move together move far
    "label_weight": 0.02,  # of how well the condition tells what the portrait shows
    "vague_share": 0.75,  # of the pairs of a batch
    "embedding_noise": (0.0, 0.4),  # length of the noise added to e, drawn evenly (LAFITE, clip2latent)
    "ema_decay": 0.995,
    "held_out": 2_000,
}


def conditional_loss(flow: Flow, z: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
    """Negative log-likelihood, in nats a number."""
    return -flow.log_likelihood(z, e).mean() / SIZE


def bijective_loss(flow: Flow, z: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
    """Huber error both ways, each in units of its own deviation."""
    forth, back = flow(z)[0] - e * SIZE**0.5, flow.inverse(e * SIZE**0.5) - z
    return F.smooth_l1_loss(forth, torch.zeros_like(forth)) + F.smooth_l1_loss(back, torch.zeros_like(back))


LOSSES = {"conditional": conditional_loss, "bijective": bijective_loss}


class Pairs:
    """Draws a latent and an embedding of each of some pairs, other ones at every call."""

    def __init__(self, pairs: dict, attributes: Attributes):
        self.pairs, self.sampler = pairs, AttributeSampler(attributes)

    def draw(self, chosen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """z and e, [n, 512] each."""
        e = draw_embeddings(self.pairs, chosen, SETTINGS["vague_share"], SETTINGS["embedding_noise"])
        return infer_latents(self.sampler, self.pairs, chosen), e


def optimiser_for(flow: Flow, probe: nn.Module) -> torch.optim.Optimizer:
    mixing = [p for step in flow.steps for p in step.mix.parameters()]
    others = [p for p in [*flow.parameters(), *probe.parameters()] if all(p is not m for m in mixing)]
    groups = [peak(others, SETTINGS["rate"]), peak(mixing, SETTINGS["mixing_share"] * SETTINGS["rate"])]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=1e-4)


def main() -> None:
    parser = stage_options(__doc__, seed=3, minutes=8, settings=SETTINGS)
    parser.add_argument("kind", choices=list(LOSSES))
    options = parser.parse_args()
    seed_everything(options.seed)
    saved = read_checkpoint(options.work, "pairs")
    attributes = Attributes.of(options.data)
    pairs = Pairs(saved, attributes)
    held = min(SETTINGS["held_out"], len(saved["e"]) // 4)
    train, held_out = torch.arange(len(saved["e"])).split([len(saved["e"]) - held, held])
    flow = Flow(options.kind == "conditional", options.seed)
    # Only for training: makes the condition say what the portrait shows before the couplings have learnt to ask.
    probe = nn.Linear(CONDITION, attributes.score_count)
    optimiser, ema = optimiser_for(flow, probe), Average(flow, SETTINGS["ema_decay"])
    run = TrainingRun(options.kind, options, SETTINGS, {"flow": flow, "ema": ema, "optimiser": optimiser, "probe": probe})
    if not flow.steps[0].norm.is_set:
        with torch.no_grad():
            flow(*pairs.draw(train[:8192]))

    def loss_at(_: int) -> Loss:
        chosen = torch.randint(len(train), (SETTINGS["batch"],))
        z, e = pairs.draw(chosen)
        loss = LOSSES[options.kind](flow, z, e)
        figures = {"loss": loss.item()}
        if flow.conditional:
            labels = attributes.label_loss(probe(flow.condition_of(e)), saved["known"][chosen], saved["named"][chosen])
            loss = loss + SETTINGS["label_weight"] * labels
            figures["labels"] = labels.item()
        return loss, figures

    fit(run, flow, [optimiser], loss_at, average=ema, clip_norm=1.0, warmup=0.03)
    flow.load_state_dict(ema.shadow)
    flow.eval()
    with torch.no_grad():
        final = LOSSES[options.kind](flow, *pairs.draw(held_out))
    print(f"{options.kind}  held-out loss {final.item():.4f}", flush=True)


if __name__ == "__main__":
    main()
