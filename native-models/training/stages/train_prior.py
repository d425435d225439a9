"""Trains the prior: a text embedding → the embedding that its picture would have.

python -m stages.train_prior --data DIR --minutes 3
"""

import torch
import torch.nn.functional as F

from common.fit import Loss, TrainingRun, fit, peak
from common.options import stage_options
from common.setup import seed_everything, unit
from models.checkpoints import read_checkpoint
from models.flow import SIZE, Prior

SETTINGS = {"batch": 512, "rate": 6e-4, "noise": 0.2, "held_out": 2_000}


def main() -> None:
    options = stage_options(__doc__, seed=3, minutes=3, settings=SETTINGS).parse_args()
    seed_everything(options.seed)
    prior, texts = Prior(), read_checkpoint(options.work, "texts")
    text, image = texts["text"], texts["image"]
    optimiser = torch.optim.AdamW([peak(prior.parameters(), SETTINGS["rate"])], weight_decay=1e-2)
    run = TrainingRun("prior", options, SETTINGS, {"prior": prior, "optimiser": optimiser})
    train = len(text) - min(SETTINGS["held_out"], len(text) // 4)

    def loss_at(_: int) -> Loss:
        chosen = torch.randint(train, (SETTINGS["batch"],))
        guess = prior(unit(text[chosen] + SETTINGS["noise"] * unit(torch.randn(len(chosen), SIZE))))
        loss = 1 - (guess * image[chosen]).sum(1).mean()
        return loss, {"loss": loss.item()}

    fit(run, prior, [optimiser], loss_at)
    with torch.no_grad():
        near = F.cosine_similarity(prior(text[train:]), image[train:]).mean()
        shifted = F.cosine_similarity(text[train:] + texts["shift"], image[train:]).mean()
    print(f"prior  held-out cosine {near:.3f}; raw text {(text * image).sum(1).mean():.3f}, shifted {shifted:.3f}", flush=True)


if __name__ == "__main__":
    main()
