"""Encodes captions of rendered portraits with CLIP's text tower, beside the embeddings of their pictures.

    python -m stages.embed_captions --data DIR

Writes texts.pt: text and image float32 [captioned, 512], and `shift` [512], part of the mean way from one to the other.
Shift and prior (train_prior.py) are two of the remedies for the gap between text and pictures that evaluation compares.
"""

import numpy as np
import torch

from common.options import stage_options
from common.setup import save_whole, seed_everything
from data.portraits import Portraits
from models.checkpoints import load_clip, read_checkpoint
from models.clip import IMAGE_SIZE
from models.text import tokenize, tokenizer

SETTINGS = {
    "captioned": 20_000,  # portraits whose captions teach shift and prior
    "shift": 0.6,  # of the mean difference: all of it makes what words say firmer, and lets what they leave open lean
}


@torch.no_grad()
def main() -> None:
    options = stage_options(__doc__, seed=3, settings=SETTINGS).parse_args()
    seed_everything(options.seed)
    data = Portraits(options.data, IMAGE_SIZE)
    clip, made = load_clip(options.work, data.attributes), tokenizer()
    pictures = read_checkpoint(options.work, "embeddings")
    records, image = (pictures[key][: SETTINGS["captioned"]] for key in ("records", "e"))
    which = np.random.default_rng(options.seed).integers(0, len(data.records[records[0]]["captions"]), len(records))
    captions = [data.records[i]["captions"][k] for i, k in zip(records, which)]
    text = torch.cat([clip.text(*tokenize(made, captions[at : at + 64])) for at in range(0, len(captions), 64)])
    shift = SETTINGS["shift"] * (image - text).mean(0)
    save_whole(options.work / "texts.pt", {"text": text, "image": image, "shift": shift})


if __name__ == "__main__":
    main()
