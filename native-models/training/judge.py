"""Reads what a picture shows, with an encoder that took no part in training what it judges (train_clip.py --name judge)."""

import torch

from clip import Clip
from portraits import Attributes

#: What is read, and how far the words of a prompt can decide it.
READ = [
    "hair colour", "hair length", "glasses", "beard", "expression", "headwear",
    "skin tone", "clothing colour", "background colour", "style",
]  # fmt: skip

PLACES = {"hair colour": "hair", "skin tone": "skin", "clothing colour": "clothing", "background colour": "background"}
MEANINGS = {"hair length": "hairLength", "glasses": "glasses", "beard": "beard", "expression": "expression", "headwear": "headwear"}


def meaning_of(attributes: Attributes, portrait: dict) -> dict[str, str]:
    """What a known portrait shows, by the names in READ (the TypeScript renderer's `meaningOf`, and its colours)."""
    style = next(s for s in attributes.styles if s["name"] == portrait["style"])
    means: dict[str, str] = {}
    for group, option in portrait["options"].items():
        means |= style["groups"][group][option]["means"]
    read = {name: means.get(key, "none") for name, key in MEANINGS.items()}
    palettes = attributes.distribution["palettes"]
    for name, place in PLACES.items():
        read[name] = palettes[place][portrait["named"][place]]["name"]
    return read | {"style": portrait["style"]}


class Judge:
    def __init__(self, clip: Clip, attributes: Attributes):
        self.clip, self.attributes = clip, attributes

    @torch.no_grad()
    def embed(self, pictures: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.clip.image(part) for part in pictures.split(64)])

    @torch.no_grad()
    def read(self, pictures: torch.Tensor) -> list[dict[str, str]]:
        """What each picture [N, 3, 128, 128] shows, by the names in READ."""
        return [portrait for portrait, _ in self.read_with_confidence(pictures)]

    @torch.no_grad()
    def read_with_confidence(self, pictures: torch.Tensor) -> list[tuple[dict[str, str], float]]:
        """Also the mean probability of the style and options that were read, in [0, 1]."""
        return [self._read_one(scores) for scores in self.clip.read(self.embed(pictures))]

    def _read_one(self, scores: torch.Tensor) -> tuple[dict[str, str], float]:
        known = self.attributes
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
