"""What the product says of portraits: what it finds by words, tells in phrases, and shows on the way between two."""

import numpy as np
import torch

from evaluate.product import Portrait, Product, pictures_of
from models.judge import Judge

#: Phrases that `explain` may tell and the judge can check, by the attribute and what it must see.
CHECKED = {
    "black hair": ("hair colour", ("black",)), "brown hair": ("hair colour", ("brown", "dark brown")),
    "red hair": ("hair colour", ("red",)), "blond hair": ("hair colour", ("blond",)), "grey hair": ("hair colour", ("grey",)),
    "white hair": ("hair colour", ("white",)), "pink hair": ("hair colour", ("pink",)), "purple hair": ("hair colour", ("purple",)),
    "bald": ("hair length", ("bald",)), "short hair": ("hair length", ("short",)), "long hair": ("hair length", ("long",)),
    "sunglasses": ("glasses", ("sunglasses",)), "round glasses": ("glasses", ("round glasses",)), "no glasses": ("glasses", ("none",)),
    "a goatee": ("beard", ("goatee",)), "stubble": ("beard", ("stubble",)), "clean-shaven": ("beard", ("none",)),
    "a full beard": ("beard", ("beard", "long beard")), "a long beard": ("beard", ("long beard", "beard")),
    "laughing": ("expression", ("laughing", "happy")), "sad": ("expression", ("sad", "worried")), "angry": ("expression", ("angry",)),
    "surprised": ("expression", ("surprised",)), "a turban": ("headwear", ("turban",)), "a hijab": ("headwear", ("hijab",)),
    "a cap": ("headwear", ("cap", "hat")), "a beanie": ("headwear", ("beanie",)), "dark skin": ("skin tone", ("dark", "brown")),
    "a red background": ("background colour", ("red",)), "a blue background": ("background colour", ("blue", "light blue", "navy")),
    "a green background": ("background colour", ("green",)), "a yellow background": ("background colour", ("yellow",)),
}  # fmt: skip


def search_rank(product: Product, captions: list[str], portraits: list[Portrait]) -> dict[str, float]:
    """How often `search` finds the portrait of a caption first, and among the first ten of its library."""
    found = [product.search(caption, 10) for caption in captions]
    own = [portrait.id for portrait in portraits]
    return {
        "first": float(np.mean([ids[:1] == [id] for ids, id in zip(found, own)])),
        "amongTen": float(np.mean([id in ids for ids, id in zip(found, own)])),
    }


def told_rightly(product: Product, judge: Judge, portraits: list[Portrait]) -> dict[str, float | int | None]:
    """Of the phrases that `explain` tells of portraits and the judge can check, the share that it sees; and how much likelier
    a portrait is for its words than others of these words, on average (0.5 is as likely as any)."""
    right, usual = [], []
    for portrait, seen in zip(portraits, judge.classify(pictures_of(portrait.file for portrait in portraits))):
        explained = product.explain(portrait)
        told = [CHECKED[meaning["phrase"]] for meaning in explained["meanings"] if meaning["phrase"] in CHECKED]
        right += [seen[attribute] in accepted for attribute, accepted in told]
        usual.append(explained["usual"])
    return {"checked": len(right), "right": float(np.mean(right)) if right else None, "usual": float(np.mean(usual))}


def half_way_confidence(product: Product, judge: Judge, pairs: list[tuple[str, str]]) -> dict[str, float | None]:
    """The judge's confidence half-way between portraits of two prompts, straight in w, as a share of that at the ends: of
    two of one style, and of two of different ones."""
    within, across = [], []
    for seed, (start, end) in enumerate(pairs):
        shown = judge.classify_with_confidence(pictures_of(product.strip(start, end, space="w", frames=3, seed=seed)))
        (first, _), _, (last, _) = shown
        (within if first["style"] == last["style"] else across).append([confidence for _, confidence in shown])
    return {"within": _share_half_way(within), "across": _share_half_way(across)}


def _share_half_way(rows: list[list[float]]) -> float | None:
    if not rows:
        return None
    start, middle, end = torch.tensor(rows).mean(0).tolist()
    return middle / ((start + end) / 2)
