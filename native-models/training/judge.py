"""The judge: says what a picture shows and which words fit it, and took no part in training what it judges.

Its image tower has another width, another seed and another lesson than CLIP's (attributes, never captions); its text
tower starts, as CLIP's does, from the sentence encoder as published, and learns which of those pictures a caption belongs to.
A matrix on the pictures' side learns with it how little what no caption tells should count.
"""

from pathlib import Path

import torch
from torch import nn

from clip import EMBEDDING_SIZE, ImageTower, TextTower
from common import unit
from portraits import Attributes, meaning_of_options

WIDTHS = (40, 96, 192, 320)

#: What is read, and how far the words of a prompt can decide it.
READ = [
    "hair colour", "hair length", "glasses", "beard", "expression", "headwear",
    "skin tone", "clothing colour", "background colour", "style",
]  # fmt: skip

PLACES = {"hair colour": "hair", "skin tone": "skin", "clothing colour": "clothing", "background colour": "background"}
MEANINGS = {"hair length": "hairLength", "glasses": "glasses", "beard": "beard", "expression": "expression", "headwear": "headwear"}


def is_seen(name: str, portrait: dict[str, str]) -> bool:
    """Whether a portrait (by the names in READ) has anything to be read of one: a bald head has no colour of hair, a comic
    head no clothes."""
    if name == "hair colour" and portrait["hair length"] in ("bald", "covered"):
        return False
    return name not in PLACES or portrait[name] != "none"


def meaning_of(attributes: Attributes, portrait: dict) -> dict[str, str]:
    """What a known portrait shows, by the names in READ (the TypeScript renderer's `meaningOf`, and its colours); "none"
    for what its style does not draw."""
    style = next(s for s in attributes.styles if s["name"] == portrait["style"])
    means = meaning_of_options(style["groups"], portrait["options"])
    read = {name: means.get(key, "none") for name, key in MEANINGS.items()}
    palettes, painted = attributes.distribution["palettes"], attributes.painted(portrait["style"])
    for name, place in PLACES.items():
        read[name] = palettes[place][portrait["named"][place]]["name"] if place in painted else "none"
    return read | {"style": portrait["style"]}


class Judge(nn.Module):
    def __init__(self, attributes: Attributes):
        super().__init__()
        self.known = attributes
        self.image = ImageTower(WIDTHS)
        self.readout = nn.Linear(EMBEDDING_SIZE, attributes.reading_size)
        self.text = TextTower()
        self.telling = nn.Linear(EMBEDDING_SIZE, EMBEDDING_SIZE, bias=False)
        nn.init.eye_(self.telling.weight)

    def tell(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Unit embeddings [N, 512] of pictures → where the captions that fit them lie, unit vectors as well."""
        return unit(self.telling(embeddings))

    def read_embeddings(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Scores [N, reading_size] of what unit embeddings [N, 512] show."""
        return self.readout(embeddings * EMBEDDING_SIZE**0.5)

    @torch.no_grad()
    def embed(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures [N, 3, 128, 128] → unit embeddings [N, 512]."""
        return torch.cat([self.image(part) for part in pictures.split(64)])

    @torch.no_grad()
    def read(self, pictures: torch.Tensor) -> list[dict[str, str]]:
        """What each picture shows, by the names in READ."""
        return [portrait for portrait, _ in self.read_with_confidence(pictures)]

    @torch.no_grad()
    def read_with_confidence(self, pictures: torch.Tensor) -> list[tuple[dict[str, str], float]]:
        """Also the mean probability of the style and options that were read, in [0, 1]."""
        return [self._read_one(scores) for scores in self.read_embeddings(self.embed(pictures))]

    def _read_one(self, scores: torch.Tensor) -> tuple[dict[str, str], float]:
        known = self.known
        chances = scores[: len(known.styles)].softmax(0)
        style = known.styles[int(chances.argmax())]
        sure = [chances.max()]
        portrait = {"style": style["name"], "options": {}, "named": {}}
        for group in style["groups"]:
            chances = scores[known.slices[style["name"], group]].softmax(0)
            portrait["options"][group] = int(chances.argmax())
            sure.append(chances.max())
        portrait["named"] = {place: int(scores[part].argmax()) for place, part in known.names.items()}
        return meaning_of(known, portrait), torch.stack(sure).mean().item()


def load_judge(work: Path, attributes: Attributes) -> Judge:
    judge = Judge(attributes)
    judge.load_state_dict(torch.load(work / "judge.pt", weights_only=False)["ema"]["shadow"])
    return judge.eval()
