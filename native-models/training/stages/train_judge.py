"""Trains the judge: what pictures show, then which words fit them.

python -m stages.train_judge --data DIR pictures --minutes 15
python -m stages.train_judge --data DIR words --minutes 12
"""

import numpy as np
import torch
import torch.nn.functional as F

from common.fit import Average, Loss, TrainingRun, fit, peak
from common.muon import Muon
from common.options import stage_options
from common.setup import autocast, seed_everything, unit
from data.portraits import Portraits
from models.checkpoints import averaged
from models.clip import IMAGE_SIZE
from models.contrastive import Captions, augment, embed_texts
from models.judge import Judge

SETTINGS = {
    "batch": {"pictures": 64, "words": 192},
    "rate": 1e-3,
    "text_rate": 1e-4,  # for the sentence encoder's unfrozen layers
    "muon_rate": 0.02,  # for the image tower's kernels and matrices
    "weight_decay": 0.02,
    "ema_decay": 0.995,
    "captioned": 60_000,  # portraits whose captions teach it words
    "label_weight": 0.1,  # of what a caption's embedding shows, beside which picture it belongs to
    "scale": 25.0,
    "among": 4096,  # pictures that a caption's own is to be found among
}
#: A portrait's first captions tell the most.
FULLEST = 4
TAUGHT = {"pictures": ("image", "readout"), "words": ("text", "to_text")}


class Captioned:
    """Full and partial captions of some portraits, and the judge's embeddings of their pictures."""

    def __init__(self, judge: Judge, data: Portraits, records: np.ndarray, seed: int):
        self.data, self.records = data, records
        self.captions, self.random = Captions(data, seed), np.random.default_rng(seed)
        parts = np.array_split(records, max(1, len(records) // 256))
        self.pictures = torch.cat([judge.embed(data.images(part)) for part in parts])

    def loss(self, judge: Judge, rows: np.ndarray) -> torch.Tensor:
        """A caption belongs to its picture, and its embedding is classified as what the picture shows."""
        shown = self.records[rows]
        texts = embed_texts(judge.text, *self.captions.tokens(shown, self.random.integers(0, FULLEST, len(rows))))
        labels = self.data.attributes.label_loss(judge.score(texts), self.data.a[shown], self.data.named[shown])
        return self._contrast(judge, texts, rows) + SETTINGS["label_weight"] * labels

    def _contrast(self, judge: Judge, texts: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
        """As CLIP's, but a caption's picture stands among many more than the batch's own: their embeddings are known."""
        others = self.random.integers(0, len(self.records), SETTINGS["among"] - len(rows))
        logits = SETTINGS["scale"] * texts @ judge.to_text_space(self.pictures[np.concatenate([rows, others])]).T
        own = torch.arange(len(rows))
        # Drawn again among the others, a caption's own picture would be held against it.
        again = torch.from_numpy(others == rows[:, None])
        logits[:, len(rows) :] = logits[:, len(rows) :].masked_fill(again, -torch.inf)
        return (F.cross_entropy(logits, own) + F.cross_entropy(logits[:, : len(rows)].T, own)) / 2


def pictures_loss(judge: Judge, data: Portraits, chosen: np.ndarray) -> torch.Tensor:
    """A picture is classified as what it shows."""
    shown = augment(data.images(chosen)).contiguous(memory_format=torch.channels_last)
    with autocast():
        raw = judge.image.embed(shown)
    return data.attributes.label_loss(judge.score(unit(raw.float())), data.a[chosen], data.named[chosen])


def optimisers_for(judge: Judge, what: str) -> dict[str, torch.optim.Optimizer]:
    """Muon for the image tower's kernels; the text tower goes gently on from the sentence encoder."""
    for name, part in judge.named_children():
        if name not in TAUGHT[what]:
            part.requires_grad_(False)
    taught = [parameter for parameter in judge.parameters() if parameter.requires_grad]
    gentle = {id(parameter) for parameter in judge.text.encoder.parameters()}
    kernels = [p for p in taught if p.dim() > 1 and what == "pictures"]
    others = [p for p in taught if all(p is not kernel for kernel in kernels)]
    adam = torch.optim.AdamW(
        [
            peak((p for p in others if id(p) not in gentle), SETTINGS["rate"]),
            peak((p for p in others if id(p) in gentle), SETTINGS["text_rate"]),
        ],
        betas=(0.9, 0.98),
        weight_decay=SETTINGS["weight_decay"],
    )
    return {"adam": adam} | ({"muon": Muon([peak(kernels, SETTINGS["muon_rate"])])} if kernels else {})


def main() -> None:
    parser = stage_options(__doc__, seed=9, minutes=15, settings=SETTINGS)
    parser.add_argument("what", choices=list(TAUGHT))
    options = parser.parse_args()
    seed_everything(options.seed)
    data = Portraits(options.data, IMAGE_SIZE)
    plain = np.flatnonzero(data.kind == "plain")
    judge = Judge(data.attributes)
    judge.image.to(memory_format=torch.channels_last)
    if options.what == "words":
        averaged(judge, options.work, "judge-pictures").train()
        captioned = Captioned(judge, data, plain[: SETTINGS["captioned"]], options.seed)
    optimisers = optimisers_for(judge, options.what)
    ema = Average(judge, SETTINGS["ema_decay"])
    name = "judge" if options.what == "words" else "judge-pictures"
    run = TrainingRun(name, options, SETTINGS, {"judge": judge, "ema": ema, **optimisers})
    random = np.random.default_rng(options.seed + run.step)
    batch = SETTINGS["batch"][options.what]

    def loss_at(_: int) -> Loss:
        if options.what == "words":
            loss = captioned.loss(judge, random.choice(len(captioned.records), batch, replace=False))
        else:
            loss = pictures_loss(judge, data, np.sort(random.choice(plain, batch, replace=False)))
        return loss, {"loss": loss.item()}

    fit(run, judge, list(optimisers.values()), loss_at, average=ema, clip_norm=1.0, warmup=0.03)


if __name__ == "__main__":
    main()
