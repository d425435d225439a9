"""CLIP (Radford et al. 2021), drawn small: two towers into one unit sphere of 512 numbers.

Text tower: all-MiniLM-L6-v2 (Apache-2.0), whose lower layers stay as they are so that words no caption uses keep
their meaning, with a projection on top. Image tower: a residual network trained here from nothing.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from common.setup import unit
from data.portraits import Attributes
from models.text import minilm_folder

EMBEDDING_SIZE = 512
IMAGE_SIZE = 128
#: Embeddings and this many transformer layers of the text tower stay frozen.
FROZEN_LAYERS = 3
#: Channels of the image tower at 32², 16², 8² and 4².
WIDTHS = (48, 128, 256, 384)


class TextTower(nn.Module):
    """Token ids [N, T] and mask [N, T] → unit embeddings [N, 512]. Mean pooling, as the sentence encoder was made for."""

    def __init__(self):
        super().__init__()
        from transformers import AutoModel

        self.encoder = AutoModel.from_pretrained(minilm_folder(), add_pooling_layer=False, attn_implementation="eager")
        self.project = nn.Linear(self.encoder.config.hidden_size, EMBEDDING_SIZE, bias=False)
        frozen = [self.encoder.embeddings, *self.encoder.encoder.layer[:FROZEN_LAYERS]]
        for parameter in (p for part in frozen for p in part.parameters()):
            parameter.requires_grad_(False)

    def train(self, mode: bool = True) -> "TextTower":
        """The encoder's dropout stays off: words are blurred by their own lesson (stages/train_clip.py)."""
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask[:, :, None].to(states.dtype)
        pooled = (states * mask).sum(1) / mask.sum(1)
        return unit(self.project(pooled))


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions around a skip; GroupNorm, so that a batch of one gives what a large one gives."""

    def __init__(self, width: int):
        super().__init__()
        self.first, self.second = (nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        self.norms = nn.ModuleList(nn.GroupNorm(8, width) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.first(F.relu(self.norms[0](x)))
        return x + self.second(F.relu(self.norms[1](y)))


class ImageTower(nn.Module):
    """Pictures [N, 3, 128, 128] in [-1, 1] → unit embeddings [N, 512]."""

    def __init__(self, widths: tuple[int, ...] = WIDTHS):
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, stride=4)]
        for index, width in enumerate(widths):
            if index > 0:
                layers.append(nn.Conv2d(widths[index - 1], width, 2, stride=2))
            layers.append(ResidualBlock(width))
        self.features = nn.Sequential(*layers)
        grid = IMAGE_SIZE // 4 // 2 ** (len(widths) - 1)
        self.norm = nn.LayerNorm(widths[-1] * grid**2)
        # Flattened, not pooled: where a colour is tells hair from clothes.
        self.project = nn.Linear(widths[-1] * grid**2, EMBEDDING_SIZE)

    def embed(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """The embedding before it is scaled to length one."""
        return self.project(self.norm(self.features(pixel_values).flatten(1)))

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return unit(self.embed(pixel_values))


class AttributeTower(nn.Module):
    """Known attributes [N, attributes] and names of colours [N, places] → unit embeddings [N, 512]: where a flawless
    eye would put the picture.

    Only for training. Captions are taught against it first, since that takes no picture; then it and the captions
    teach the image tower. It is told the names beside the colours because words single out grey, which as a colour
    lies in the middle of all others.
    """

    def __init__(self, attributes: Attributes):
        super().__init__()
        self.palettes = [part.stop - part.start for part in attributes.names.values()]
        width = attributes.size + sum(self.palettes)
        self.straight = nn.Linear(width, EMBEDDING_SIZE)
        self.curved = nn.Sequential(
            nn.Linear(width, 768), nn.GELU(), nn.Linear(768, 768), nn.GELU(), nn.Linear(768, EMBEDDING_SIZE)
        )  # fmt: skip

    def forward(self, known: torch.Tensor, named: torch.Tensor) -> torch.Tensor:
        names = [F.one_hot(column, size) for column, size in zip(named.T, self.palettes)]
        x = torch.cat([known, *names], 1)
        return unit(self.straight(x) + self.curved(x))


class Clip(nn.Module):
    def __init__(self, attributes: Attributes):
        super().__init__()
        self.text, self.image = TextTower(), ImageTower()
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        # Only for training: what an embedding of any tower shows (Attributes.label_loss).
        self.attributes = AttributeTower(attributes)
        self.readout = nn.Linear(EMBEDDING_SIZE, attributes.score_count)

    def classify(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Scores [N, score_count] of what unit embeddings [N, 512] show."""
        return self.readout(embeddings * EMBEDDING_SIZE**0.5)
