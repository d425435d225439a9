"""Prompts in words that no training caption uses, and what may be read off a portrait that heeds them.

They stand in unseen-prompts.json, so that the captions (data/colour-names.ts) can leave the words out. `word` is what
decides; evaluate.py refuses to run if a training caption contains it.
"""

from pathlib import Path
from typing import NamedTuple

from common import read_json


class Unseen(NamedTuple):
    attribute: str
    word: str
    prompt: str
    accept: list[str]


PROMPTS = [Unseen(**row) for row in read_json(Path(__file__).parent / "unseen-prompts.json")]
