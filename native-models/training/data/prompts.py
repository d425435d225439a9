"""Prompts that ask for one thing, and what may be read off a portrait that heeds them.

Those of unseen-prompts.json are in words that no training caption uses, so that the captions (data/colour-names.ts) can
leave the words out; `word` is what decides, and evaluation refuses to run if a training caption contains it. Those of
artist-prompts.json were written by somebody who had not seen a caption, as artists would type them.
"""

from pathlib import Path
from typing import NamedTuple

from common.setup import read_json

FOLDER = Path(__file__).parent


class Asked(NamedTuple):
    attribute: str
    prompt: str
    accept: list[str]
    word: str = ""


PROMPTS = [Asked(**row) for row in read_json(FOLDER / "unseen-prompts.json")]
ARTIST_PROMPTS = [Asked(**row) for row in read_json(FOLDER / "artist-prompts.json")]
