"""The rendered data set: pictures, the attributes that decided them, and captions."""

import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from common.setup import read_json


def kinds_of(options: list[dict]) -> set[str]:
    """The kinds of label that a group of options has."""
    return {kind for option in options for kind in option["labels"]}


def covered(option: dict) -> dict[str, str]:
    """What an option hides of other groups, by what it shows in its place: some beards bring a mouth of their own."""
    return option.get("covers", {})


def labels_of_options(groups: dict[str, list[dict]], options: dict[str, int]) -> dict[str, str]:
    """What options of a style's groups show together, by kinds of label: a later group's word wins, unless it is covered."""
    drawn = [groups[group][option] for group, option in options.items()]
    labels: dict[str, str] = {}
    for shown in (*(option["labels"] for option in drawn), *map(covered, drawn)):
        labels |= shown
    return labels


class Attributes:
    """How a portrait becomes numbers: style (one-hot), its options (one-hot a group), colours in [-1, 1].

    The options of the styles that a portrait is not drawn in are all zero.
    """

    def __init__(self, distribution: dict):
        self.distribution = distribution
        self.styles = distribution["styles"]
        self.style_names = [style["name"] for style in self.styles]
        self.places = distribution["colourPlaces"]
        self.slices: dict[tuple[str, str], slice] = {}
        self.options: dict[tuple[str, str], list[dict]] = {}
        at = len(self.styles)
        for style in self.styles:
            for group, options in style["groups"].items():
                self.slices[style["name"], group] = slice(at, at + len(options))
                self.options[style["name"], group] = options
                at += len(options)
        self.colours = slice(at, at + 3 * len(self.places))
        self.size = self.colours.stop
        #: A classifier also scores the name of each colour.
        self.names: dict[str, slice] = {}
        at = self.size
        for place in self.places:
            self.names[place] = slice(at, at + len(distribution["palettes"][place]))
            at = self.names[place].stop
        self.score_count = at

    @classmethod
    def of(cls, folder: Path) -> "Attributes":
        """Of the data set in a folder."""
        return cls(read_json(folder / "distribution.json"))

    def painted(self, style: str) -> set[str]:
        """The places whose colour can be seen in a style."""
        return {"background", *self.styles[self.style_names.index(style)]["paints"].values()}

    def encode(self, portrait: dict) -> np.ndarray:
        vector = np.zeros(self.size, np.float32)
        vector[self.style_names.index(portrait["style"])] = 1
        for group, option in portrait["options"].items():
            vector[self.slices[portrait["style"], group].start + option] = 1
        rgb = np.array([portrait["colours"][place] for place in self.places], np.float32)
        vector[self.colours] = rgb.ravel() / 127.5 - 1
        return vector

    def choice_loss(self, scores: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        """Cross-entropy of the style and of its options, in nats a portrait: −log p(choices)."""
        styles = len(self.styles)
        loss = F.cross_entropy(scores[:, :styles], known[:, :styles])
        for part in self.slices.values():
            drawn = known[:, part].sum(1) > 0
            if drawn.any():
                loss = loss + F.cross_entropy(scores[drawn, part], known[drawn, part]) * drawn.float().mean()
        return loss

    def label_loss(self, scores: torch.Tensor, known: torch.Tensor, named: torch.Tensor) -> torch.Tensor:
        """−log p(choices and names of colours) in nats a portrait, and the squared error of the colours themselves.

        scores [N, score_count]; known [N, size]; named int64 [N, places], each colour's index in its palette.
        """
        names = sum(F.cross_entropy(scores[:, part], named[:, index]) for index, part in enumerate(self.names.values()))
        return self.choice_loss(scores, known) + names + F.mse_loss(scores[:, self.colours], known[:, self.colours])


class LabelIndex:
    """Which portraits share labels; int64 [n, kinds] as `Portraits.label_table` gives it."""

    def __init__(self, labels: np.ndarray):
        self.labels = labels
        self.having = [[column == value for value in range(column.max() + 1)] for column in labels.T]

    def sharing(self, row: int, kinds) -> np.ndarray:
        """The rows that have the same labels of these kinds as this one, itself among them; at least one kind."""
        own = self.labels[row]
        return np.flatnonzero(np.logical_and.reduce([self.having[kind][own[kind]] for kind in kinds]))


class Portraits:
    """A data set written by data/main.ts.

    pictures: uint8 [count, side, side, 3] (memory-mapped), shown at `size`, of which side is a multiple;
    a, b: float32 [count, attributes]; t: float32 [count]; "plain", "between", "mixed" or "counterfactual" per picture; style: index of
    the style that is shown. Of a: named int64 [count, places], each colour's index in its palette; persona int64 [count].
    """

    def __init__(self, folder: Path, size: int):
        folder = Path(folder)
        self.attributes = Attributes(read_json(folder / "distribution.json"))
        self.records = [json.loads(line) for line in open(folder / "portraits.jsonl")]
        self.count = len(self.records)
        pixels = np.memmap(folder / "pictures.u8", np.uint8, "r")
        side = math.isqrt(pixels.size // (3 * self.count))
        self.pictures, self.size = pixels.reshape(self.count, side, side, 3), size
        encode = self.attributes.encode
        self.a = torch.from_numpy(np.stack([encode(r["a"]) for r in self.records]))
        self.b = torch.from_numpy(np.stack([encode(r["b"] or r["a"]) for r in self.records]))
        self.t = torch.tensor([float(r["t"]) for r in self.records])
        self.kind = np.array([r["kind"] for r in self.records])
        self.named = torch.tensor([[r["a"]["named"][place] for place in self.attributes.places] for r in self.records])
        personas = [persona["name"] for persona in self.attributes.distribution["personas"]]
        self.persona = torch.tensor([personas.index(r["a"]["persona"]) for r in self.records])
        names = self.attributes.style_names
        self.style = torch.tensor([names.index(r["shown"]["style"]) for r in self.records])

    def label_table(self, indices) -> tuple[list[str], np.ndarray]:
        """The labels of plain portraits as numbers: their kinds, and int64 [n, kinds]; equal numbers, equal words."""
        found = [self.labels(self.records[i]["a"]) for i in indices]
        kinds = sorted(set().union(*found))
        columns = [np.unique([labels.get(kind, "") for labels in found], return_inverse=True)[1] for kind in kinds]
        return kinds, np.stack(columns, 1)

    def labels(self, portrait: dict) -> dict[str, str]:
        """What a portrait shows, by kinds of label and places of colours."""
        style = next(s for s in self.attributes.styles if s["name"] == portrait["style"])
        labels = {"style": portrait["style"], "persona": portrait["persona"]} | labels_of_options(style["groups"], portrait["options"])
        palettes, painted = self.attributes.distribution["palettes"], self.attributes.painted(portrait["style"])
        labels |= {place: palettes[place][index]["name"] for place, index in portrait["named"].items() if place in painted}
        if not self._shows_hair(labels):
            labels["hair"] = ""
        return labels

    @staticmethod
    def _shows_hair(labels: dict[str, str]) -> bool:
        """Whether the colour of the hair is to be seen: beards have it, and in comic outlines turbans (data/phrases.ts)."""
        is_wound_in_it = labels["style"] == "micah" and labels.get("headwear") == "turban"
        return labels["hairLength"] not in ("bald", "covered") or "beard" in labels or is_wound_in_it

    def images(self, indices) -> torch.Tensor:
        """float32 [n, 3, size, size] in [-1, 1]."""
        pixels = torch.from_numpy(self.pictures[np.asarray(indices)])
        pixels = pixels.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
        return F.avg_pool2d(pixels, pixels.shape[-1] // self.size) if self.size < pixels.shape[-1] else pixels
