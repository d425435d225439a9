"""What towers learn from: captions as tokens, pictures that are never quite the same, and the contrastive loss."""

import numpy as np
import torch
import torch.nn.functional as F

from common.setup import autocast
from data.portraits import Portraits
from models.clip import IMAGE_SIZE, TextTower
from models.text import tokenize, tokenizer

#: Deviation of the noise on a picture, at most.
PICTURE_NOISE = 0.03
#: Share of tokens hidden, so that no single word is everything.
TOKEN_DROPOUT = 0.05


def augment(pictures: torch.Tensor) -> torch.Tensor:
    """Noise, small shifts and brightness: a reference picture from elsewhere is never quite like the data."""
    n = pictures.shape[0]
    dy, dx = (int(v) for v in torch.randint(-4, 5, (2,)))
    moved = F.pad(pictures, (4, 4, 4, 4), mode="replicate")[..., 4 + dy : 4 + dy + IMAGE_SIZE, 4 + dx : 4 + dx + IMAGE_SIZE]
    light = 1 + 0.05 * torch.randn(n, 1, 1, 1)
    return moved * light + PICTURE_NOISE * torch.rand(n, 1, 1, 1) * torch.randn_like(moved)


def embed_texts(tower: TextTower, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Unit embeddings [N, 512], captions of like length together: most of a batch is else padding."""
    order = mask.sum(1).argsort()
    parts = []
    for part in order.chunk(6):
        longest = int(mask[part].sum(1).max())
        with autocast():
            parts.append(tower(ids[part, :longest], mask[part, :longest]).float())
    return torch.cat(parts)[order.argsort()]


def contrastive_loss(one: torch.Tensor, other: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """The symmetric loss of CLIP (Radford et al. 2021, fig. 3) of unit embeddings [N, 512], row by row a pair."""
    logits = scale * one @ other.T
    target = torch.arange(len(logits))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


@torch.no_grad()
def nearer_than_own(texts: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
    """How many of the other pictures are nearer to each text than its own; unit embeddings [N, 512] of both. Its own is taken
    from the same product: else rounding sets a picture above itself."""
    scores = texts @ found.T
    return (scores > scores.diagonal()[:, None]).sum(1)


class Captions:
    """Draws a caption for each of some portraits, as token ids, now and then with a token hidden."""

    def __init__(self, data: Portraits, seed: int, full: float = 0.3):
        """`full` is the share of full captions; the rest say less."""
        self.records, self.made, self.full = data.records, tokenizer(), full
        self.random = np.random.default_rng(seed)

    def choose(self, chosen: np.ndarray) -> np.ndarray:
        """Which caption of each portrait."""
        partial = self.random.integers(1, len(self.records[chosen[0]]["captions"]), len(chosen))
        return np.where(self.random.random(len(chosen)) < self.full, 0, partial)

    def draw(self, chosen: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        return self.tokens(chosen, self.choose(chosen))

    def tokens(self, chosen: np.ndarray, which: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        ids, mask = tokenize(self.made, [self.records[i]["captions"][k] for i, k in zip(chosen, which)])
        inside = mask.bool() & (torch.arange(ids.shape[1]) > 0) & (ids != self.made.token_to_id("[SEP]"))
        hidden = inside & (torch.rand(ids.shape) < TOKEN_DROPOUT)
        return torch.where(hidden, self.made.token_to_id("[MASK]"), ids), mask
