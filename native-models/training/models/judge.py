"""The judge: an attribute classifier of pictures that also knows which words fit them, and took no part in training what
it judges.

Its image tower has another width, another seed and another lesson than CLIP's (attributes, never captions); its text
tower starts, as CLIP's does, from the sentence encoder as published, and learns which of those pictures a caption belongs to.
A matrix on the pictures' side learns with it how little what no caption tells should count.
"""

import torch
from torch import nn

from common.setup import unit
from data.portraits import Attributes, labels_of_options
from models.clip import EMBEDDING_SIZE, ImageTower, TextTower

WIDTHS = (40, 96, 192, 320)

#: What is judged, and how far the words of a prompt can decide it.
JUDGED = [
    "hair colour", "hair length", "glasses", "beard", "expression", "headwear",
    "skin tone", "clothing colour", "background colour", "glasses colour", "style",
]  # fmt: skip

PLACES = {
    "hair colour": "hair", "skin tone": "skin", "clothing colour": "clothing", "background colour": "background",
    "glasses colour": "accessory",
}  # fmt: skip
LABELS = {"hair length": "hairLength", "glasses": "glasses", "beard": "beard", "expression": "expression", "headwear": "headwear"}


def is_visible(name: str, portrait: dict[str, str]) -> bool:
    """Whether a portrait (by the names in JUDGED) has anything to be seen of one: a bald head has no colour of hair, a comic
    head no clothes."""
    if name == "hair colour" and portrait["hair length"] in ("bald", "covered"):
        return False
    return name not in PLACES or portrait[name] != "none"


def judged_labels(attributes: Attributes, portrait: dict) -> dict[str, str]:
    """What a known portrait shows, by the names in JUDGED; "none" for what its style does not draw."""
    style = next(s for s in attributes.styles if s["name"] == portrait["style"])
    labels = labels_of_options(style["groups"], portrait["options"])
    judged = {name: labels.get(key, "none") for name, key in LABELS.items()}
    palettes, painted = attributes.distribution["palettes"], attributes.painted(portrait["style"])
    for name, place in PLACES.items():
        judged[name] = palettes[place][portrait["named"][place]]["name"] if place in painted else "none"
    if judged["glasses"] in ("none", "eyepatch"):
        judged["glasses colour"] = "none"
    return judged | {"style": portrait["style"]}


class Judge(nn.Module):
    def __init__(self, attributes: Attributes):
        super().__init__()
        self.known = attributes
        self.image = ImageTower(WIDTHS)
        self.readout = nn.Linear(EMBEDDING_SIZE, attributes.score_count)
        self.text = TextTower()
        self.to_text = nn.Linear(EMBEDDING_SIZE, EMBEDDING_SIZE, bias=False)
        nn.init.eye_(self.to_text.weight)

    def to_text_space(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Unit embeddings [N, 512] of pictures → where the captions that fit them lie, unit vectors as well."""
        return unit(self.to_text(embeddings))

    def score(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Scores [N, score_count] of what unit embeddings [N, 512] show."""
        return self.readout(embeddings * EMBEDDING_SIZE**0.5)

    @torch.no_grad()
    def embed(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures [N, 3, 128, 128] → unit embeddings [N, 512]."""
        return torch.cat([self.image(part) for part in pictures.split(64)])

    @torch.no_grad()
    def classify(self, pictures: torch.Tensor) -> list[dict[str, str]]:
        """What each picture shows, by the names in JUDGED."""
        return [portrait for portrait, _ in self.classify_with_confidence(pictures)]

    @torch.no_grad()
    def classify_with_confidence(self, pictures: torch.Tensor) -> list[tuple[dict[str, str], float]]:
        """Also the mean probability of the style and options that were chosen, in [0, 1]."""
        return [self._classify_one(scores) for scores in self.score(self.embed(pictures))]

    def _classify_one(self, scores: torch.Tensor) -> tuple[dict[str, str], float]:
        known = self.known
        probabilities = scores[: len(known.styles)].softmax(0)
        style = known.styles[int(probabilities.argmax())]
        sure = [probabilities.max()]
        portrait = {"style": style["name"], "options": {}, "named": {}}
        for group in style["groups"]:
            probabilities = scores[known.slices[style["name"], group]].softmax(0)
            portrait["options"][group] = int(probabilities.argmax())
            sure.append(probabilities.max())
        portrait["named"] = {place: int(scores[part].argmax()) for place, part in known.names.items()}
        return judged_labels(known, portrait), torch.stack(sure).mean().item()
