"""The same person in every style: which option of each style's groups shows what a portrait of one style shows.

A prompt that names no style fits portraits of all. So the latent that the flow learns holds a portrait in every style at
once: whichever style it is then drawn in, the person is the same.
"""

from functools import lru_cache

import numpy as np

from data.portraits import Attributes, covered, kinds_of, labels_of_options

#: How much it matters that a label of a kind is kept.
WEIGHT = {"headwear": 6, "glasses": 5, "hairLength": 4, "beard": 4, "expression": 4, "eyes": 1, "earrings": 1, "hairKind": 1, "wrinkles": 1}
#: Values that can stand in for each other, and how well.
ALIKE = [
    (("glasses", "round glasses", "square glasses"), 0.8),
    (("beard", "long beard"), 0.8),
    (("beard", "long beard", "goatee"), 0.6),
    (("beard", "long beard", "goatee", "stubble", "moustache"), 0.5),
    (("happy", "laughing", "cheeky"), 0.7),
    (("sad", "worried"), 0.6),
    (("neutral", "kissing"), 0.55),
    (("neutral", "sad"), 0.5),
    (("sad", "angry", "worried", "neutral"), 0.4),
    (("worried", "surprised"), 0.4),
    (("hat", "cap", "beanie"), 0.5),
    (("medium", "long"), 0.4),
]
#: An option that keeps less of what matters than this says nothing of the portrait: the group stays open.
ENOUGH = 0.3


def likeness(one: str, other: str) -> float:
    """How well one label of a kind stands in for another; "" is nothing to be seen."""
    if one == other:
        return 1.0
    return max((share for group, share in ALIKE if one in group and other in group), default=0.0)


def left_to_say(groups: dict[str, list[dict]], group: str, kind: str, value: str) -> str:
    """What a style's group is to say of a kind of label: nothing, where another group says it better and this one can be
    silent. A sad mouth needs no angry eyebrows."""
    said = {
        name: max(likeness(option["labels"].get(kind, ""), value) for option in options)
        for name, options in groups.items()
        if any(kind in option["labels"] for option in options)
    }
    can_be_silent = any(kind not in option["labels"] for option in groups[group])
    return "" if can_be_silent and said[group] < max(said.values()) else value


class CrossStyle:
    """Chooses the options of all styles for one portrait: int64 [groups], in the order of `Attributes.slices`; -1 is open."""

    def __init__(self, attributes: Attributes, seed: int):
        self.attributes = attributes
        self.random = np.random.default_rng(seed)
        self.groups = {style["name"]: style["groups"] for style in attributes.styles}
        self.best = lru_cache(maxsize=None)(self._best)

    def _best(self, style: str, group: str, wanted: tuple[tuple[str, str], ...]) -> tuple[list[int], list[float]]:
        """The options that keep most of what is wanted, and how often each is drawn."""
        options = self.groups[style][group]
        spoken = kinds_of(options)
        wanted = tuple((kind, left_to_say(self.groups[style], group, kind, value) if kind in spoken else value) for kind, value in wanted)

        def shown(option: dict, kind: str, value: str) -> str:
            """What the option leaves to be seen; what the group does not speak of others show, unless it covers them."""
            return option["labels"].get(kind, "") if kind in spoken else covered(option).get(kind, value)

        scores = []
        for option in options:
            kept = [WEIGHT[kind] * likeness(shown(option, kind, value), value) for kind, value in wanted]
            scores.append(sum(kept) / sum(WEIGHT[kind] for kind, _ in wanted))
        top = max(scores)
        if top < ENOUGH:
            return [], []
        chosen = [i for i, score in enumerate(scores) if score == top and options[i]["weight"] > 0]
        weights = np.array([options[i]["weight"] for i in chosen])
        return chosen, list(weights / weights.sum())

    def choices_of(self, portrait: dict) -> np.ndarray:
        labels = labels_of_options(self.groups[portrait["style"]], portrait["options"])
        choices = np.full(len(self.attributes.slices), -1)
        for at, (style, group) in enumerate(self.attributes.slices):
            if style == portrait["style"]:
                choices[at] = portrait["options"][group]
                continue
            options = self.groups[style][group]
            bears_on = kinds_of(options).union(*(covered(option) for option in options)) & WEIGHT.keys()
            wanted = tuple((kind, labels.get(kind, "")) for kind in sorted(bears_on))
            if wanted:
                best, weights = self.best(style, group, wanted)
                if best:
                    choices[at] = best[self.random.choice(len(best), p=weights)]
        return choices
