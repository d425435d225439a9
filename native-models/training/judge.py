"""The judge: says what a picture shows and which words fit it, and took no part in training what it judges.

Its image tower has another width, another seed and another lesson than CLIP's (attributes, never captions); its words
come from the sentence encoder as published, of which nothing was trained, through a small network that reads it.
"""

from pathlib import Path

import torch
from torch import nn

from clip import EMBEDDING_SIZE, ImageTower
from common import unit
from portraits import Attributes

WIDTHS = (40, 96, 192, 320)
#: Numbers that the sentence encoder gives a token.
TOKEN_SIZE = 384
#: Questions that are asked of a sentence (what hair, what clothes, …), and the numbers each is answered with.
QUESTIONS, ANSWER_SIZE = 16, 96

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


class Sentences:
    """The sentence encoder as published."""

    def __init__(self):
        from transformers import AutoModel

        from clip import minilm_folder
        from train_clip import tokenizer

        self.encoder = AutoModel.from_pretrained(minilm_folder(), add_pooling_layer=False, attn_implementation="eager").eval()
        self.tokenizer = tokenizer()

    @torch.no_grad()
    def read(self, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """What each token means where it stands, float16 [N, T, 384], and which tokens are words, bool [N, T]."""
        from train_clip import tokenize

        ids, mask = tokenize(self.tokenizer, texts)
        states = torch.cat([
            self.encoder(input_ids=i, attention_mask=m).last_hidden_state.half() for i, m in zip(ids.split(64), mask.split(64))
        ])  # fmt: skip
        return states, mask.bool()


class WordsTower(nn.Module):
    """Tokens [N, T, 384] → [N, 512]: every question listens to the tokens that answer it (attention pooling)."""

    def __init__(self):
        super().__init__()
        self.questions = nn.Parameter(torch.randn(QUESTIONS, ANSWER_SIZE))
        self.keys = nn.Linear(TOKEN_SIZE, ANSWER_SIZE)
        self.values = nn.Linear(TOKEN_SIZE, ANSWER_SIZE)
        self.combine = nn.Sequential(
            nn.Linear(QUESTIONS * ANSWER_SIZE, 1024), nn.GELU(), nn.Dropout(0.1), nn.Linear(1024, EMBEDDING_SIZE)
        )  # fmt: skip

    def forward(self, states: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        states = states.float()
        heard = self.questions @ self.keys(states).transpose(1, 2) / ANSWER_SIZE**0.5
        attention = heard.masked_fill(~words[:, None], -torch.inf).softmax(-1)
        return self.combine((attention @ self.values(states)).flatten(1))


class Judge(nn.Module):
    def __init__(self, attributes: Attributes):
        super().__init__()
        self.known = attributes
        self.image = ImageTower(WIDTHS)
        self.readout = nn.Linear(EMBEDDING_SIZE, attributes.reading_size)
        self.words = WordsTower()

    def read_embeddings(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Scores [N, reading_size] of what unit embeddings [N, 512] show."""
        return self.readout(embeddings * EMBEDDING_SIZE**0.5)

    def embed_sentences(self, states: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """What `Sentences` reads → unit embeddings [N, 512], where the pictures lie that the words fit."""
        return unit(self.words(states, words))

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
