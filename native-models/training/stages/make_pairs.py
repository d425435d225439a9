"""Puts beside the embeddings of portraits what decides their latents.

    python -m stages.make_pairs --data DIR

Writes pairs.pt: e float32 [pairs, 512] and, of the same portraits, what AttributeSampler.infer needs; vague float16
[pairs, SETTINGS["vague"], 512]; `records` says which portraits they are.
"""

import numpy as np
import torch

from common.options import stage_options
from common.setup import save_whole, seed_everything, unit
from data.cross_style import CrossStyle
from data.portraits import LabelIndex, Portraits
from models.checkpoints import read_checkpoint
from models.clip import EMBEDDING_SIZE, IMAGE_SIZE

SETTINGS = {
    "vague": 3,  # embeddings as vague as words that each plain portrait is also paired with
    "said": (1, 8),  # how many kinds of label such an embedding shares, drawn evenly
    "sharing": 48,  # pictures that are averaged, drawn among those that share them
}


def vague_embeddings(labels: np.ndarray, e: torch.Tensor, random: np.random.Generator) -> torch.Tensor:
    """For each picture, where words that say a part of what it shows would lie: float16 [pairs, vague, 512].

    A contrastive text embedding lies where the pictures that it fits lie on average. So some of the labels are drawn, and
    the embeddings of other pictures that share them are averaged.
    """
    index = LabelIndex(labels)
    vague, exact = np.empty((len(e), SETTINGS["vague"], EMBEDDING_SIZE), np.float32), e.numpy()
    for own in range(len(labels)):
        for version in range(SETTINGS["vague"]):
            said = random.permutation(labels.shape[1])[: random.integers(*SETTINGS["said"])]
            fitting = index.sharing(own, said)
            vague[own, version] = exact[random.choice(fitting, SETTINGS["sharing"])].mean(0)
        if own % 10_000 == 0:
            print(f"pairs  {own} of {len(labels)} portraits", flush=True)
    return unit(torch.from_numpy(vague)).half()


def main() -> None:
    options = stage_options(__doc__, seed=3, settings=SETTINGS).parse_args()
    seed_everything(options.seed)
    data = Portraits(options.data, IMAGE_SIZE)
    embedded = read_checkpoint(options.work, "embeddings")
    records, e = embedded["records"], embedded["e"]
    order = torch.randperm(len(records), generator=torch.Generator().manual_seed(options.seed))
    cross_style = CrossStyle(data.attributes, options.seed)
    pairs = {
        "e": e,
        "vague": vague_embeddings(data.label_table(records)[1], e, np.random.default_rng(options.seed)),
        "choices": torch.from_numpy(np.stack([cross_style.choices_of(data.records[i]["a"]) for i in records])),
        "known": data.a[records],
        "named": data.named[records],
        "persona": data.persona[records],
        "records": torch.from_numpy(records),
    }
    save_whole(options.work / "pairs.pt", {key: value[order] for key, value in pairs.items()})


if __name__ == "__main__":
    main()
