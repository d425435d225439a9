"""The rendered data set: pictures, the attributes that decided them, and captions."""

import json
from pathlib import Path

import numpy as np
import torch

from common import read_json


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
        at = len(self.styles)
        for style in self.styles:
            for group, options in style["groups"].items():
                self.slices[style["name"], group] = slice(at, at + len(options))
                at += len(options)
        self.colours = slice(at, at + 3 * len(self.places))
        self.size = self.colours.stop

    def encode(self, portrait: dict) -> np.ndarray:
        vector = np.zeros(self.size, np.float32)
        vector[self.style_names.index(portrait["style"])] = 1
        for group, option in portrait["options"].items():
            vector[self.slices[portrait["style"], group].start + option] = 1
        rgb = np.array([portrait["colours"][place] for place in self.places], np.float32)
        vector[self.colours] = rgb.ravel() / 127.5 - 1
        return vector


class Portraits:
    """A data set written by data/main.ts.

    pictures: uint8 [count, size, size, 3] (memory-mapped); a, b: float32 [count, attributes]; t: float32 [count];
    kind: "plain", "between" or "mixed" per picture; style: index of the style that is shown.
    """

    def __init__(self, folder: Path, size: int):
        folder = Path(folder)
        self.attributes = Attributes(read_json(folder / "distribution.json"))
        self.records = [json.loads(line) for line in open(folder / "portraits.jsonl")]
        self.count = len(self.records)
        self.pictures = np.memmap(folder / "pictures.u8", np.uint8, "r").reshape(self.count, size, size, 3)
        encode = self.attributes.encode
        self.a = torch.from_numpy(np.stack([encode(r["a"]) for r in self.records]))
        self.b = torch.from_numpy(np.stack([encode(r["b"] or r["a"]) for r in self.records]))
        self.t = torch.tensor([float(r["t"]) for r in self.records])
        self.kind = np.array([r["kind"] for r in self.records])
        names = self.attributes.style_names
        self.style = torch.tensor([names.index(r["shown"]["style"]) for r in self.records])

    def images(self, indices) -> torch.Tensor:
        """float32 [n, 3, size, size] in [-1, 1]."""
        pixels = torch.from_numpy(self.pictures[np.asarray(indices)])
        return pixels.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
