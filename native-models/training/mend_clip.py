"""Teaches CLIP's image tower how a style is drawn since its pictures were mended; all others stay where they are.

    python mend_clip.py --data DIR --style toon-head --minutes 15

For towers that revive.py made of a pack: train_clip.py's pictures stage would move every picture, and what was trained
on them (flow, texts) would have to follow. So pictures of other styles are held to their embeddings (embeddings.pt, made
before), and those of the style go where full captions and a readout of everybody's attributes take them, no farther
than they must. The mended tower takes the place of the other in every checkpoint of CLIP.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn

from clip import EMBEDDING_SIZE, IMAGE_SIZE, Clip
from common import DEFAULT_WORK, Average, Stage, autocast, cosine, save_whole, seed_everything, unit
from portraits import Portraits
from train_clip import Captions, augment, contrastive_loss, embed_texts
from train_flow import load_clip

SETTINGS = {
    "batch": 80,
    "share": 3.0,  # how much more often the mended style is shown
    "rate": 3e-4,
    "readout_rate": 1e-3,
    "readout_steps": 1500,  # before the tower moves
    "ema_decay": 0.995,
    "scale": 25.0,
    "weights": {"contrast": 0.3, "stays": 20.0, "near": 2.0, "reading": 0.2},
}


class Before:
    """Where pictures lay before: all but those of the mended style are to stay there."""

    def __init__(self, data: Portraits, embeddings: Path, style: str):
        saved = torch.load(embeddings, weights_only=False)
        self.e, self.records = saved["e"], saved["records"]
        self.stays = (data.style[self.records] != data.attributes.style_names.index(style)).numpy()

    def chances(self) -> np.ndarray:
        """How often to show each."""
        weight = np.where(self.stays, 1.0, SETTINGS["share"])
        return weight / weight.sum()


def fit_readout(readout: nn.Linear, data: Portraits, before: Before) -> None:
    """Teaches it what embeddings times √512 show, of the pictures that stay."""
    optimiser = torch.optim.Adam(readout.parameters(), 3e-3)
    kept = np.flatnonzero(before.stays)
    for _ in range(SETTINGS["readout_steps"]):
        rows = np.random.choice(kept, 256)
        reading_loss(data, readout, before.e[rows], before.records[rows]).backward()
        optimiser.step()
        optimiser.zero_grad()


def reading_loss(data: Portraits, readout: nn.Linear, e: torch.Tensor, records: np.ndarray) -> torch.Tensor:
    return data.attributes.reading_loss(readout(e * EMBEDDING_SIZE**0.5), data.a[records], data.named[records])


def losses_of(clip: Clip, readout: nn.Linear, data: Portraits, captions: Captions, before: Before, rows: np.ndarray) -> dict[str, torch.Tensor]:
    records, stays = before.records[rows], torch.from_numpy(before.stays[rows])
    shown = augment(data.images(records)).contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        texts = embed_texts(clip.text, *captions.tokens(records, np.zeros(len(records), int)))
    with autocast():
        raw = clip.image.embed(shown)
    images = unit(raw.float())
    far = 1 - (images * before.e[rows]).sum(1)
    return {
        "contrast": contrastive_loss(images, texts, torch.tensor(SETTINGS["scale"])),
        "stays": (far * stays).mean(),
        "near": (far * ~stays).mean(),
        "reading": reading_loss(data, readout, images, records),
    }


def save_towers(work: Path, ema: Average) -> None:
    """The mended CLIP, as what later stages go on from, whichever comes next."""
    whole = {"clip": ema.shadow, "ema": ema.state_dict(), "spent": 0.0, "step": 0, "settings": SETTINGS}
    for name in ("clip-pictures", "clip-meanings", "clip"):
        save_whole(work / f"{name}.pt", whole)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--style", required=True)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seed_everything(options.seed)
    data = Portraits(options.data, IMAGE_SIZE)
    before = Before(data, options.work / "embeddings.pt", options.style)
    clip = load_clip(options.work, data.attributes).requires_grad_(False)
    clip.image.to(memory_format=torch.channels_last).requires_grad_(True)
    readout = nn.Linear(EMBEDDING_SIZE, data.attributes.reading_size)
    optimiser = torch.optim.AdamW(
        [{"params": clip.image.parameters(), "peak": SETTINGS["rate"]}, {"params": readout.parameters(), "peak": SETTINGS["readout_rate"]}],
        betas=(0.9, 0.98),
        weight_decay=0.0,
    )
    ema = Average(clip, SETTINGS["ema_decay"])
    state = {"clip": clip, "ema": ema, "readout": readout, "optimiser": optimiser}
    stage = Stage("clip-mended", options.work, options.minutes, SETTINGS, state)
    if stage.step == 0:
        fit_readout(readout, data, before)
    random, captions = np.random.default_rng(options.seed + stage.step), Captions(data, options.seed + stage.step)
    chances = before.chances()

    for _ in stage.steps():
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * cosine(stage.fraction, warmup=0.03)
        rows = np.sort(random.choice(len(chances), SETTINGS["batch"], replace=False, p=chances))
        losses = losses_of(clip, readout, data, captions, before, rows)
        sum(SETTINGS["weights"][part] * loss for part, loss in losses.items()).backward()
        torch.nn.utils.clip_grad_norm_(clip.image.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        ema.update(clip)
        stage.report(**{part: loss.item() for part, loss in losses.items()})
    save_towers(options.work, ema)


if __name__ == "__main__":
    main()
