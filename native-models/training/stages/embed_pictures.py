"""Encodes plain rendered portraits with CLIP's image tower.

    python -m stages.embed_pictures --data DIR

Writes embeddings.pt: e float32 [pictures, 512], and `records` int64 [pictures], saying which portraits they are.
"""

import numpy as np
import torch

from common.options import stage_options
from common.setup import autocast, save_whole, seed_everything, unit
from data.portraits import Portraits
from models.checkpoints import load_clip
from models.clip import IMAGE_SIZE

SETTINGS = {"pictures": 60_000}


@torch.no_grad()
def main() -> None:
    options = stage_options(__doc__, seed=3, settings=SETTINGS).parse_args()
    seed_everything(options.seed)
    data = Portraits(options.data, IMAGE_SIZE)
    clip = load_clip(options.work, data.attributes, "clip-pictures")
    clip.image.to(memory_format=torch.channels_last)
    records = np.flatnonzero(data.kind == "plain")[: SETTINGS["pictures"]]
    embedded = []
    for part in np.array_split(records, max(1, len(records) // 100)):
        with autocast():
            raw = clip.image.embed(data.images(part).contiguous(memory_format=torch.channels_last))
        embedded.append(unit(raw.float()))
        if len(embedded) % 50 == 0:
            print(f"embed  {100 * len(embedded)} of {len(records)} pictures", flush=True)
    save_whole(options.work / "embeddings.pt", {"records": records, "e": torch.cat(embedded)})


if __name__ == "__main__":
    main()
