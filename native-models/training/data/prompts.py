"""Prompts that ask for one thing, and what may be read off a portrait that heeds them.

Those of unseen-prompts.json are in words that no training caption uses, so that the captions (data/colour-names.ts) can
leave the words out; `word` is what decides, and evaluation refuses to run if a training caption contains it. Those of
artist-prompts.json were written by somebody who had not seen a caption, as artists would type them.

Those of plain-prompts.json ask for several things at once, in bare nouns, tags, negations and colours bound to their things,
two hundred of each. They were written after the captions were frozen, and not by what writes captions.
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


class Wanted(NamedTuple):
    """A prompt, and of each attribute that it speaks of what heeds it."""

    prompt: str
    accept: dict[str, list[str]]


PROMPTS = [Asked(**row) for row in read_json(FOLDER / "unseen-prompts.json")]
ARTIST_PROMPTS = [Asked(**row) for row in read_json(FOLDER / "artist-prompts.json")]
#: By the way of asking.
PLAIN_PROMPTS = {kind: [Wanted(**row) for row in rows] for kind, rows in read_json(FOLDER / "plain-prompts.json").items()}
