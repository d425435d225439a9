"""The product as its users have it: `clip-flow batch --json` on a pack, with a library of its own."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from common.setup import HERE
from models.clip import IMAGE_SIZE

REPOSITORY = HERE.parent.parent
CLIP_FLOW = REPOSITORY / "electron" / "hosts" / "cli" / "clip-flow.mjs"


class Portrait(NamedTuple):
    id: str
    file: Path


class ProductError(Exception):
    """What a command said that failed."""


class Product:
    """One `clip-flow batch` process, the pack loaded once. A portrait stays in its library until it is closed."""

    def __init__(self, pack: Path):
        self._folder = tempfile.TemporaryDirectory(prefix="clip-flow-evaluation-")
        self.folder = Path(self._folder.name)
        self._log = open(self.folder / "stderr", "w+")
        command = ["node", CLIP_FLOW, "batch", "--json", "--pack", Path(pack).resolve(), "--library", self.folder / "library"]
        pipe = subprocess.PIPE
        env = os.environ | {"CLIP_FLOW_DEVICE": "cpu"}
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._log, text=True, env=env, cwd=REPOSITORY)
        self._strips = 0

    def __enter__(self) -> "Product":
        return self

    def __exit__(self, *_) -> None:
        with suppress(BrokenPipeError):  # It has ended by itself.
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._log.close()
        self._folder.cleanup()

    def run(self, *words: object) -> dict:
        """What one command prints."""
        try:
            self._process.stdin.write(json.dumps([str(word) for word in words]) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended: its last words follow.
        line = self._process.stdout.readline()
        if line == "":
            raise ProductError(f"clip-flow ended: {(self.folder / 'stderr').read_text()[-2000:]}")
        document = json.loads(line)
        if "error" in document:
            raise ProductError(f"{words[:2]}: {document['error']['message']} ({document['error']['code']})")
        return document

    def draw(self, prompt: str, *, seed: int, count: int = 1, gap: str | None = None) -> list[Portrait]:
        """Portraits of a prompt, of `count` seeds from `seed` on."""
        return self._drawn("generate", prompt, "--seed", seed, "--count", count, *([] if gap is None else ["--gap", gap]))

    def draw_each(self, prompts: Iterable[str], *, seed: int, gap: str | None = None) -> list[Portrait]:
        """A portrait of each prompt, each of another seed."""
        return [self.draw(prompt, seed=seed + index, gap=gap)[0] for index, prompt in enumerate(prompts)]

    def edit(self, portrait: Portrait, *sliders: object) -> Portrait:
        return self._drawn("edit", portrait.id, *sliders)[0]

    def strip(self, start: str, end: str, *, space: str, frames: int, seed: int) -> list[Path]:
        """The pictures of the way from one prompt to another, straight in a space."""
        self._strips += 1
        out = self.folder / "strips" / str(self._strips)
        out.parent.mkdir(exist_ok=True)
        self.run("interpolate", start, end, "--path", space, "--frames", frames, "--seed", seed, "--out", out)
        return sorted(out.iterdir())

    def explain(self, portrait: Portrait) -> dict:
        return self.run("explain", portrait.id)

    def search(self, words: str, limit: int) -> list[str]:
        """Ids of portraits, the best first."""
        return [hit["id"] for hit in self.run("search", words, "--limit", limit)["results"]]

    def _drawn(self, *words: object) -> list[Portrait]:
        return [Portrait(image["id"], Path(image["file"])) for image in self.run(*words)["images"]]


def pictures_of(files: Iterable[Path]) -> torch.Tensor:
    """float32 [N, 3, 128, 128] in [-1, 1], as the judge sees them."""
    return torch.stack([_picture(file) for file in files])


def pictures(portraits: Iterable[Portrait]) -> torch.Tensor:
    return pictures_of(portrait.file for portrait in portraits)


def _picture(file: Path) -> torch.Tensor:
    pixels = torch.from_numpy(np.asarray(Image.open(file).convert("RGB")).copy()).permute(2, 0, 1)
    shown = pixels.float().div_(127.5).sub_(1)
    return F.avg_pool2d(shown[None], shown.shape[-1] // IMAGE_SIZE)[0]
