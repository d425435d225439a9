"""The pack's named directions, and what of a portrait can be locked."""

from typing import NamedTuple

Labels = dict[str, tuple[str, ...]]


class Named(NamedTuple):
    """A named direction: what its two ends show, as kinds of label or places of colours with the values that will do, the
    dearest first; what the judge calls it, and what it may see at the high end (judge.py)."""

    id: str
    title: str
    low: Labels
    high: Labels
    judged: str
    seen: tuple[str, ...]


GLASSES, BEARDS = ("round glasses", "square glasses", "glasses"), ("beard", "long beard")

DIRECTIONS = [
    Named("smile", "Smile", {"expression": ("sad", "worried")}, {"expression": ("happy", "laughing")}, "expression",
          ("happy", "laughing", "cheeky")),
    Named("hair-length", "Hair length", {"hairLength": ("short",)}, {"hairLength": ("long",)}, "hair length", ("long",)),
    Named("hair-lightness", "Hair lightness", {"hair": ("black",)}, {"hair": ("blond",)}, "hair colour", ("blond", "white")),
    Named("skin-tone", "Skin tone", {"skin": ("light",)}, {"skin": ("dark",)}, "skin tone", ("dark",)),
    Named("glasses", "Glasses", {"glasses": ("",)}, {"glasses": GLASSES}, "glasses", (*GLASSES, "sunglasses")),
    Named("beard", "Beard", {"beard": ("",)}, {"beard": BEARDS}, "beard", (*BEARDS, "goatee", "moustache")),
    Named("age", "Age", {"hair": ("brown",), "wrinkles": ("",)}, {"hair": ("grey",), "wrinkles": ("wrinkles",)}, "hair colour",
          ("grey", "white")),
    Named("background-hue", "Background hue", {"background": ("blue",)}, {"background": ("orange",)}, "background colour",
          ("orange", "peach", "yellow", "red")),
]  # fmt: skip

#: What of a portrait can be locked, by the kinds of label and the places of colours that make it up.
LOCKABLE = {"hair": ("hairLength", "hairKind", "headwear", "hair"), "background": ("background",)}

#: One end of a direction after the other, low and high.
ENDS = [end for named in DIRECTIONS for end in (named.low, named.high)]


def index_of_high(direction: int) -> int:
    return 2 * direction + 1
