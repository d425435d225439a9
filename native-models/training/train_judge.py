"""Trains the judge: what pictures show, then which words fit them.

    python train_judge.py --data DIR pictures --minutes 15
    python train_judge.py --data DIR words --minutes 12
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from clip import IMAGE_SIZE
from common import DEFAULT_WORK, Average, Stage, autocast, cosine, seed_everything, unit
from judge import Judge, Sentences
from muon import Muon
from portraits import Portraits
from train_clip import augment, contrastive_loss

SETTINGS = {
    "batch": {"pictures": 64, "words": 512},
    "rate": 1e-3,
    "muon_rate": 0.02,  # for kernels and matrices
    "weight_decay": 0.02,
    "ema_decay": 0.995,
    "captioned": 16_000,  # portraits whose captions teach it words
    "reading_weight": 0.1,  # of what a caption's embedding shows, beside which picture it belongs to
    "scale": 25.0,
}


class Captioned:
    """A full or partial caption of each of some portraits, as the sentence encoder has it, and its picture's embedding."""

    def __init__(self, judge: Judge, data: Portraits, records: np.ndarray):
        which = np.random.default_rng(0).integers(0, 4, len(records))
        self.data, self.records = data, records
        self.states, self.words = Sentences().read([data.records[i]["captions"][k] for i, k in zip(records, which)])
        parts = np.array_split(records, max(1, len(records) // 256))
        self.pictures = torch.cat([judge.embed(data.images(part)) for part in parts])

    def loss(self, judge: Judge, rows: np.ndarray) -> torch.Tensor:
        """A caption belongs to its picture, and its embedding reads as what the picture shows."""
        embedded = judge.embed_sentences(self.states[rows], self.words[rows])
        shown = self.records[rows]
        reading = self.data.attributes.reading_loss(judge.read_embeddings(embedded), self.data.a[shown], self.data.named[shown])
        return contrastive_loss(embedded, self.pictures[rows], SETTINGS["scale"]) + SETTINGS["reading_weight"] * reading


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["pictures", "words"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    seed_everything(options.seed)
    data = Portraits(options.data, IMAGE_SIZE)
    plain = np.flatnonzero(data.kind == "plain")
    judge = Judge(data.attributes)
    judge.image.to(memory_format=torch.channels_last)
    if options.what == "words":
        seen = torch.load(options.work / "judge-pictures.pt", weights_only=False)["ema"]["shadow"]
        # Its words have learned nothing yet.
        judge.load_state_dict({key: value for key, value in seen.items() if not key.startswith("words.")}, strict=False)
        captioned = Captioned(judge, data, plain[: SETTINGS["captioned"]])
    for part in judge.children():
        part.requires_grad_((part is judge.words) == (options.what == "words"))
    taught = [parameter for parameter in judge.parameters() if parameter.requires_grad]
    muon = Muon([parameter for parameter in taught if parameter.dim() > 1], rate=SETTINGS["muon_rate"])
    others = [parameter for parameter in taught if parameter.dim() < 2]
    adam = torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=SETTINGS["weight_decay"])
    ema = Average(judge, SETTINGS["ema_decay"])
    name = "judge" if options.what == "words" else "judge-pictures"
    state = {"judge": judge, "ema": ema, "muon": muon, "adam": adam}
    stage = Stage(name, options.work, options.minutes, SETTINGS, state)
    random = np.random.default_rng(options.seed + stage.step)
    batch = SETTINGS["batch"][options.what]

    for _ in stage.steps():
        pace = cosine(stage.fraction, warmup=0.03)
        muon.rate = SETTINGS["muon_rate"] * pace
        for group in adam.param_groups:
            group["lr"] = SETTINGS["rate"] * pace
        if options.what == "words":
            loss = captioned.loss(judge, random.choice(len(captioned.records), batch))
        else:
            chosen = np.sort(random.choice(plain, batch, replace=False))
            shown = augment(data.images(chosen)).contiguous(memory_format=torch.channels_last)
            with autocast():
                raw = judge.image.embed(shown)
            loss = data.attributes.reading_loss(judge.read_embeddings(unit(raw.float())), data.a[chosen], data.named[chosen])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(taught, 1.0)
        for optimiser in (muon, adam):
            optimiser.step()
            optimiser.zero_grad()
        ema.update(judge)
        stage.report(loss=loss.item())


if __name__ == "__main__":
    main()
