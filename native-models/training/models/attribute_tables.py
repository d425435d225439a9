"""Which choice stands in for which: at the ends of directions, and of portraits of other styles."""

import torch

from data.cross_style import ALIKE, WEIGHT, left_to_say, likeness
from data.portraits import Attributes, covered, kinds_of
from models.named_directions import Labels

#: Kinds of label that say more than how a part looks.
MATTERS = {kind for kind, weight in WEIGHT.items() if weight > 1}
EXPRESSIONS = ("happy", "laughing", "sad", "angry", "surprised", "worried", "neutral", "cheeky", "kissing")
#: An option that is drawn this much less often with an expression does not go with it.
FITS = 0.25
#: Values at least so alike are not told apart where a part is covered.
MUCH_ALIKE = 0.7
#: How far beyond its share of the data an option is chosen when others keep as much of a portrait.
COMMON = 1e-3

#: The hair of a hat's wearer cannot be seen: these values stay what they are. Where there are no hats it is short.
FIXED, UNSEEN = {"covered"}, "short"


def closest(options: list[dict], fitting: list[int], labels: dict[str, str]) -> int:
    """Of the fitting options, the one that keeps most of these labels; what it covers is lost."""

    def kept(index: int) -> float:
        option = options[index]
        shown = option["labels"] | covered(option)
        lost = [WEIGHT.get(kind, 0.5) * (1 - likeness(labels.get(kind, ""), shown.get(kind, ""))) for kind in labels.keys() | shown.keys()]
        return COMMON * option["weight"] - sum(lost)

    return max(fitting, key=kept)


def end_table(attributes: Attributes, end: Labels) -> torch.Tensor:
    """Where each choice goes at one end of a direction: int64 [choices]; most stay where they are."""
    table = torch.arange(attributes.colours.start)
    for key, part in attributes.slices.items():
        options = attributes.options[key]
        for kind, values in end.items():
            for index, option in enumerate(options):
                value = option["labels"].get(kind, "")
                if value not in values and value not in FIXED:
                    table[part.start + index] = part.start + moved_option(options, index, kind, values)
    return table


def moved_option(options: list[dict], index: int, kind: str, values: tuple[str, ...]) -> int:
    """The option of a group that stands in for one that does not show any of the values; itself where none can, and where
    it says nothing against them."""
    # An option that speaks of the kind where no other can say what is wanted (angry eyebrows) makes way for silence.
    drawn = [i for i, option in enumerate(options) if option["weight"] > 0]
    for value in (*values, ""):
        fitting = [
            i for i in drawn
            if options[i]["labels"].get(kind, "") == value and not contradicts(goes_with(options[i]), [{kind: values}])
        ]  # fmt: skip
        if not fitting:
            continue
        if index in fitting:
            return index
        if all(covered(options[i]) for i in fitting):  # A full beard with a grin of its own: rather a goatee.
            fitting = drawn
        return closest(options, fitting, options[index]["labels"] | {kind: value})
    return index


def end_colours(attributes: Attributes, end: Labels) -> torch.Tensor:
    """The colours that one end of a direction paints, [3 × places] in [-1, 1]; NaN where it paints nothing."""
    painted = torch.full((len(attributes.places), 3), torch.nan)
    for number, place in enumerate(attributes.places):
        palette = attributes.distribution["palettes"][place]
        for name in end.get(place, ())[:1]:
            painted[number] = torch.tensor([colour["base"] for colour in palette if colour["name"] == name]).float().mean(0) / 127.5 - 1
    return painted.flatten()


def counterparts(attributes: Attributes) -> torch.Tensor:
    """For each option, what stands in for it in the other styles, and for each style, what stands where it has nothing to
    say: float32 [choices, choices]."""
    found = torch.zeros(attributes.colours.start, attributes.colours.start)
    for style in attributes.styles:
        for other in attributes.styles:
            for group, options in other["groups"].items():
                source = group if other is style else most_alike(style["groups"], group, options)
                aim = attributes.slices[other["name"], group].start
                drawn = [i for i, option in enumerate(options) if option["weight"] > 0]
                if source is None and any("expression" in goes_with(option) for option in options):
                    source = "mouth"
                if source is None:
                    found[attributes.style_names.index(style["name"]), aim + most_silent(options, drawn)] = 1
                    continue
                start = attributes.slices[style["name"], source].start
                for index, option in enumerate(style["groups"][source]):
                    fitting = [i for i in drawn if not contradicts(beside_labels(options[i]), [goes_with(option)])] or drawn
                    same = index if other is style else closest(options, fitting, labels_for(other["groups"], group, option))
                    found[start + index, aim + same] = 1
    return found


def most_silent(options: list[dict], drawn: list[int]) -> int:
    """Of the drawn options, the one that says least: it goes with most expressions, has fewest labels, and is drawn most."""

    def silence(index: int) -> tuple[int, int, float]:
        option = options[index]
        return len(goes_with(option).get("expression", EXPRESSIONS)), -len(option["labels"]), option["weight"]

    return max(drawn, key=silence)


def labels_for(groups: dict[str, list[dict]], group: str, option: dict) -> dict[str, str]:
    """The labels of an option of one style, as far as a group of another style is to say them."""
    spoken = kinds_of(groups[group]) & option["labels"].keys()
    said = {kind: left_to_say(groups, group, kind, option["labels"][kind]) for kind in spoken}
    unseen = {kind: UNSEEN for kind, value in option["labels"].items() if value in FIXED}
    return option["labels"] | said | unseen


def most_alike(groups: dict[str, list[dict]], group: str, options: list[dict]) -> str | None:
    """The group that speaks most of the labels that some options of another style have, of two the one that is called the same."""
    shared = {name: sum(WEIGHT.get(kind, 0) for kind in kinds_of(own) & kinds_of(options)) for name, own in groups.items()}
    best = max(shared, key=lambda name: (shared[name], name == group))
    return best if shared[best] > 0 else None


def goes_with(option: dict) -> dict[str, list[str]]:
    """What else may be said of a portrait that shows an option, of each kind of label that it bears on: the same as its
    own, much the same as what it shows in place of what it covers, and the expressions with which it is drawn."""
    fitting = {kind: {value} for kind, value in option["labels"].items() if kind in MATTERS}
    for kind, value in covered(option).items():
        fitting[kind] = {other for alike, share in ALIKE if share >= MUCH_ALIKE and value in alike for other in alike} | {value}
    if "expression" in option and "expression" not in fitting:
        fitting["expression"] = {name for name in EXPRESSIONS if option["expression"].get(name, 1) >= FITS}
    return {kind: sorted(values) for kind, values in fitting.items()}


def beside_labels(option: dict) -> dict[str, list[str]]:
    """What goes with an option, of the kinds that it has no label of: how well it stands in for others of those that it
    has, likeness tells."""
    return {kind: values for kind, values in goes_with(option).items() if kind not in option["labels"]}


def contradicts(one: dict[str, list[str]], said: list[dict[str, list[str]]]) -> bool:
    """Whether a choice goes with nothing of what is said of the same kind."""
    return any(kind in one and not set(one[kind]) & set(values) for other in said for kind, values in other.items())


def style_of(attributes: Attributes) -> torch.Tensor:
    """Which choices belong to which style: float32 [styles, choices]."""
    member = torch.zeros(len(attributes.styles), attributes.colours.start)
    for (style, _), part in attributes.slices.items():
        member[attributes.style_names.index(style), part] = 1
    return member
