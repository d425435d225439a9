"""What sliders turn on, and what else they change, in the judge's eyes."""

from typing import NamedTuple

import numpy as np

from data.portraits import Attributes
from evaluate.product import Portrait, Product, pictures
from models.judge import JUDGED, LABELS, PLACES, Judge, is_visible
from models.named_directions import BEARDS, DIRECTIONS, GLASSES


class Slider(NamedTuple):
    """A slider of the command line, all the way; what the judge calls what it changes, and what it may see at the end."""

    title: str
    words: tuple[str, str]
    judged: str
    seen: tuple[str, ...]


def phrase(to: str, start: str | None, judged: str, seen: tuple[str, ...]) -> Slider:
    ends = f"{start} -> {to}" if start else to
    return Slider(ends.replace("->", "→"), ("--phrase", f"{ends}=1"), judged, seen)


NAMED_SLIDERS = [Slider(one.title, ("--slide", f"{one.id}=1"), one.judged, one.seen) for one in DIRECTIONS]
PHRASE_SLIDERS = [
    phrase("red hair", None, "hair colour", ("red",)),
    phrase("blond hair", "black hair", "hair colour", ("blond",)),
    phrase("long hair", "short hair", "hair length", ("long",)),
    phrase("a bald head", None, "hair length", ("bald",)),
    phrase("a big beard", "a clean-shaven face", "beard", (*BEARDS, "goatee")),
    phrase("glasses", "no glasses", "glasses", (*GLASSES, "sunglasses")),
    phrase("laughing", "a neutral face", "expression", ("laughing", "happy")),
    phrase("a sad face", "a happy face", "expression", ("sad", "worried")),
    phrase("a blue background", None, "background colour", ("blue", "light blue", "navy")),
    phrase("a black shirt", None, "clothing colour", ("black",)),
    phrase("dark skin", "pale skin", "skin tone", ("dark", "brown")),
    phrase("a line drawing", None, "style", ("lorelei", "micah")),
]  # fmt: skip


def effect(title: str, name: str, seen: tuple[str, ...], before: list[dict], after: list[dict]) -> dict:
    """How often the end of a slider turns an attribute on where it was off, and in what share of these portraits each other
    attribute changes on the way, as the judge sees them before and after. Where there is nothing to be seen, as the colour
    of a bald head's hair, nothing can be turned on and nothing changes. None where no portrait could be turned on."""

    def both_show(attribute: str, pair: tuple[dict, dict]) -> bool:
        return all(is_visible(attribute, portrait) for portrait in pair)

    off = [(a, b) for a, b in zip(before, after) if both_show(name, (a, b)) and a[name] not in seen]
    if not off:
        return {"title": title, "count": 0, "on": None, "leak": {}}
    return {
        "title": title,
        "count": len(off),
        "on": float(np.mean([b[name] in seen for _, b in off])),
        "leak": {
            other: float(np.mean([both_show(other, (a, b)) and a[other] != b[other] for a, b in off])) for other in JUDGED if other != name
        },
    }


def can_show(attributes: Attributes, style: str, name: str, seen: tuple[str, ...]) -> bool:
    """Whether a style has anything that the judge would see so."""
    if name in PLACES:
        return PLACES[name] in attributes.painted(style)
    groups = attributes.styles[attributes.style_names.index(style)]["groups"].values()
    return name not in LABELS or any(
        option["weight"] > 0 and option["labels"].get(LABELS[name]) in seen for options in groups for option in options
    )


def slider_effects(product: Product, judge: Judge, attributes: Attributes, sliders: list[Slider], portraits: list[Portrait]) -> list[dict]:
    """`effect` of each slider at portraits, of those that can be drawn so."""
    classified = judge.classify(pictures(portraits))
    rows = []
    for slider in sliders:
        fitting = [i for i, seen in enumerate(classified) if can_show(attributes, seen["style"], slider.judged, slider.seen)]
        after = judge.classify(pictures(product.edit(portraits[i], *slider.words) for i in fitting)) if fitting else []
        rows.append(effect(slider.title, slider.judged, slider.seen, [classified[i] for i in fitting], after))
    return rows
