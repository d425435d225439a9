"""What an artist's sliders and locks move: changes of one thing about a portrait, and named directions of w.

The mapping network knows the things themselves, so a change is exact: read off w what is shown, change that one thing, and
map both. Their difference is the direction at this portrait, and what w holds beside what is shown stays in it. A direction
that is the same for all portraits (Shen et al. 2020, "InterFaceGAN", sec. 3.1) is too weak where w consists of choices;
the mean of the changes serves where one vector has to do.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from generator import FIRST_COLOUR_LAYER, LAYERS, W_SIZE, Generator, lay_out, packets
from portraits import Attributes, covered, kinds_of
from translate import ALIKE, WEIGHT, left_to_say, likeness

PORTRAITS = 4096
COUNTED = 25 * PORTRAITS
#: Kinds of meaning that say more than how a part looks.
MATTERS = {kind for kind, weight in WEIGHT.items() if weight > 1}
MOODS = ("happy", "laughing", "sad", "angry", "surprised", "worried", "neutral", "cheeky", "kissing")
#: An option that is drawn this much less often in a mood does not go with it.
FITS = 0.25
#: Values at least so alike are not told apart where a part is covered.
MUCH_ALIKE = 0.7
READER_WIDTH = 512
#: How far beyond its share of the data an option is chosen when others keep as much of a portrait.
COMMON = 1e-3

Values = dict[str, tuple[str, ...]]


class Named(NamedTuple):
    """A slider: what its two ends show, as kinds of meaning or places of colours with the values that will do, the
    dearest first; what the judge calls it, and what it may read at the high end (judge.py)."""

    id: str
    title: str
    low: Values
    high: Values
    read: str
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

#: What can be taken over from another portrait, by the kinds of meaning and the places of colours that make it up.
HOLDS = {"hair": ("hairLength", "hairKind", "headwear", "hair"), "background": ("background",)}

#: The hair of a hat's wearer cannot be seen: these values stay what they are. Where there are no hats it is short.
FIXED, UNSEEN = {"covered"}, "short"

#: One end of a slider after the other, low and high.
ENDS = [end for named in DIRECTIONS for end in (named.low, named.high)]


def index_of_high(direction: int) -> int:
    return 2 * direction + 1


class Reader(nn.Module):
    """w [N, 512] → attributes [N, size] as they are shown: choices as shares that sum to one, colours in [-1, 1]."""

    def __init__(self, attributes: Attributes, mean_w: torch.Tensor, deviation: torch.Tensor):
        super().__init__()
        self.attributes = attributes
        self.register_buffer("mean", mean_w.clone())
        self.register_buffer("deviation", deviation.clone())
        self.layers = nn.Sequential(nn.Linear(W_SIZE, READER_WIDTH), nn.GELU(), nn.Linear(READER_WIDTH, attributes.size))
        self._lay_out_groups()

    def scores(self, w: torch.Tensor) -> torch.Tensor:
        return self.layers((w - self.mean) / self.deviation)

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        return self.shares(self.scores(w))

    def shares(self, scores: torch.Tensor) -> torch.Tensor:
        """Attributes [N, size] of scores [N, size]."""
        style = scores[:, : len(self.attributes.styles)].softmax(1)
        groups = (scores[:, self.option_at.flatten()].unflatten(1, self.option_at.shape) + self.option_closed).softmax(2)
        options = groups.flatten(1)[:, self.order] * style[:, self.style_at]
        return torch.cat([style, options, scores[:, self.attributes.colours].clamp(-1, 1)], 1)

    def _lay_out_groups(self) -> None:
        """Tables in which all groups have the same number of options, so that all shares are taken at once: where in the
        scores each option stands, and what shuts the places that fill a group up, [groups, PACKET's multiple]; then where
        in these tables each option is found, and the number of its style, [options]."""
        slices, names = self.attributes.slices, self.attributes.style_names
        shape = (len(slices), packets(max(part.stop - part.start for part in slices.values())))
        tables = dict(zip(("option_at", "option_closed", "order"), lay_out(shape, {(row,): part for row, part in enumerate(slices.values())})))
        tables["style_at"] = torch.tensor([names.index(style) for (style, _), part in slices.items() for _ in range(part.stop - part.start)])
        for name, table in tables.items():
            self.register_buffer(name, table, persistent=False)


class Changes(nn.Module):
    """w [N, 512], another portrait's w [N, 512], shares of ENDS [N, ends] and which attributes are taken from the other
    portrait [N, size] → direction [N, 512] that makes these changes, and what w shows [N, size]."""

    def __init__(self, attributes: Attributes, reader: Reader, layers: nn.Module):
        super().__init__()
        self.reader, self.layers = reader, layers
        self.choices = attributes.colours.start
        tables = torch.stack([end_table(attributes, end) for end in ENDS])
        self.register_buffer("table", tables, persistent=False)  # [ends, choices]
        colours = torch.stack([end_colours(attributes, end) for end in ENDS])
        self.register_buffer("paints", (~colours.isnan()).float(), persistent=False)  # [ends, colours]
        self.register_buffer("paint", colours.nan_to_num(), persistent=False)
        self.register_buffer("counterpart", counterparts(attributes), persistent=False)  # [choices, choices]
        self.register_buffer("style_of", style_of(attributes), persistent=False)  # [styles, choices]

    def changed(self, shown: torch.Tensor, other: torch.Tensor, change: torch.Tensor, take: torch.Tensor) -> torch.Tensor:
        """What is shown once the changes are made: attributes [N, size], as `shown` and `other` are. What is taken from
        a portrait of another style is what stands in for it in this one."""
        own = shown[:, : self.choices]
        everywhere = own[:, None].expand(-1, len(ENDS), -1)
        moved = torch.zeros_like(everywhere).scatter_add(2, self.table[None].expand_as(everywhere), everywhere)
        choices = own * (1 - change.sum(1, keepdim=True)) + (moved * change[:, :, None]).sum(1)
        paints = change @ self.paints
        colours = shown[:, self.choices :] * (1 - paints) + change @ (self.paint * self.paints)
        in_this_style = (other[:, : self.choices] @ self.counterpart) * (shown[:, : len(self.style_of)] @ self.style_of)
        # With their style everything is theirs as it is.
        theirs = torch.lerp(torch.cat([in_this_style, other[:, self.choices :]], 1), other, take[:, :1])
        return torch.lerp(torch.cat([choices, colours], 1), theirs, take)

    def forward(self, w: torch.Tensor, other: torch.Tensor, change: torch.Tensor, take: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        shown = self.reader(w)
        return self.layers(self.changed(shown, self.reader(other), change, take)) - self.layers(shown), shown

    def to_end(self, shown: torch.Tensor, end: int) -> torch.Tensor:
        """What is shown at an end of a slider, all the way."""
        change = F.one_hot(torch.full((len(shown),), end), len(ENDS)).float()
        return self.changed(shown, shown, change, torch.zeros_like(shown))


def closest(options: list[dict], fitting: list[int], means: dict[str, str]) -> int:
    """Of the fitting options, the one that keeps most of what is meant; what it covers is lost."""

    def kept(index: int) -> float:
        option = options[index]
        shown = option["means"] | covered(option)
        lost = [WEIGHT.get(kind, 0.5) * (1 - likeness(means.get(kind, ""), shown.get(kind, ""))) for kind in means.keys() | shown.keys()]
        return COMMON * option["weight"] - sum(lost)

    return max(fitting, key=kept)


def end_table(attributes: Attributes, end: Values) -> torch.Tensor:
    """Where each choice goes at one end of a slider: int64 [choices]; most stay where they are."""
    table = torch.arange(attributes.colours.start)
    for key, part in attributes.slices.items():
        options = attributes.options[key]
        for kind, values in end.items():
            for index, option in enumerate(options):
                value = option["means"].get(kind, "")
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
            if options[i]["means"].get(kind, "") == value and not contradicts(goes_with(options[i]), [{kind: values}])
        ]  # fmt: skip
        if not fitting:
            continue
        if index in fitting:
            return index
        if all(covered(options[i]) for i in fitting):  # A full beard with a grin of its own: rather a goatee.
            fitting = drawn
        return closest(options, fitting, options[index]["means"] | {kind: value})
    return index


def end_colours(attributes: Attributes, end: Values) -> torch.Tensor:
    """The colours that one end of a slider paints, [3 × places] in [-1, 1]; NaN where it paints nothing."""
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
                    fitting = [i for i in drawn if not contradicts(beside_meaning(options[i]), [goes_with(option)])] or drawn
                    same = index if other is style else closest(options, fitting, means_for(other["groups"], group, option))
                    found[start + index, aim + same] = 1
    return found


def most_silent(options: list[dict], drawn: list[int]) -> int:
    """Of the drawn options, the one that says least: it goes with most moods, means least, and is drawn most."""

    def silence(index: int) -> tuple[int, int, float]:
        option = options[index]
        return len(goes_with(option).get("expression", MOODS)), -len(option["means"]), option["weight"]

    return max(drawn, key=silence)


def means_for(groups: dict[str, list[dict]], group: str, option: dict) -> dict[str, str]:
    """What an option of one style means, as far as a group of another style is to say it."""
    spoken = kinds_of(groups[group]) & option["means"].keys()
    said = {kind: left_to_say(groups, group, kind, option["means"][kind]) for kind in spoken}
    unseen = {kind: UNSEEN for kind, value in option["means"].items() if value in FIXED}
    return option["means"] | said | unseen


def most_alike(groups: dict[str, list[dict]], group: str, options: list[dict]) -> str | None:
    """The group that speaks most of what some options of another style mean, of two the one that is called the same."""
    shared = {name: sum(WEIGHT.get(kind, 0) for kind in kinds_of(own) & kinds_of(options)) for name, own in groups.items()}
    best = max(shared, key=lambda name: (shared[name], name == group))
    return best if shared[best] > 0 else None


def colour_slice(attributes: Attributes, number: int) -> slice:
    start = attributes.colours.start + 3 * number
    return slice(start, start + 3)


def held_parts(attributes: Attributes, kinds: tuple[str, ...]) -> list[slice]:
    """The attributes that make up what is held."""
    choices = [part for key, part in attributes.slices.items() if kinds_of(attributes.options[key]) & set(kinds)]
    return choices + [colour_slice(attributes, n) for n, place in enumerate(attributes.places) if place in kinds]


def describe(attributes: Attributes) -> dict:
    """What the manifest says of the attributes that are shown: groups of choices or of a colour's channels, the style
    first, each from one index up to another, and what may be said of portraits that show each choice."""
    groups = [{"kind": "style", "range": [0, len(attributes.styles)]}]
    for key, part in attributes.slices.items():
        fitting = [goes_with(option) for option in attributes.options[key]]
        groups.append({"kind": "choice", "range": [part.start, part.stop], "goesWith": fitting})
    for number in range(len(attributes.places)):
        part = colour_slice(attributes, number)
        groups.append({"kind": "colour", "range": [part.start, part.stop]})
    return {
        "attributes": attributes.size,
        "groups": groups,
        "holds": [
            {"name": name, "ranges": [[part.start, part.stop] for part in held_parts(attributes, kinds)]}
            for name, kinds in HOLDS.items()
        ],
    }  # fmt: skip


def goes_with(option: dict) -> dict[str, list[str]]:
    """What else may be said of a portrait that shows an option, of each kind of meaning that it bears on: the same as it
    means, much the same as what it shows in place of what it covers, and the moods in which it is drawn."""
    fitting = {kind: {value} for kind, value in option["means"].items() if kind in MATTERS}
    for kind, value in covered(option).items():
        fitting[kind] = {other for alike, share in ALIKE if share >= MUCH_ALIKE and value in alike for other in alike} | {value}
    if "mood" in option and "expression" not in fitting:
        fitting["expression"] = {mood for mood in MOODS if option["mood"].get(mood, 1) >= FITS}
    return {kind: sorted(values) for kind, values in fitting.items()}


def beside_meaning(option: dict) -> dict[str, list[str]]:
    """What goes with an option, of the kinds that it does not mean itself: how well it stands in for others of those that it
    means, likeness tells."""
    return {kind: values for kind, values in goes_with(option).items() if kind not in option["means"]}


def contradicts(one: dict[str, list[str]], said: list[dict[str, list[str]]]) -> bool:
    """Whether a choice goes with nothing of what is said of the same kind."""
    return any(kind in one and not set(one[kind]) & set(values) for other in said for kind, values in other.items())


def style_of(attributes: Attributes) -> torch.Tensor:
    """Which choices belong to which style: float32 [styles, choices]."""
    member = torch.zeros(len(attributes.styles), attributes.colours.start)
    for (style, _), part in attributes.slices.items():
        member[attributes.style_names.index(style), part] = 1
    return member


@torch.no_grad()
def mean_direction(changes: Changes, generator: Generator, direction: int) -> torch.Tensor:
    """From the low end of a slider to the high one, the mean over random portraits: [512]."""
    portraits = generator.mapping.sampler(torch.randn(PORTRAITS, W_SIZE, generator=torch.Generator().manual_seed(0)))
    low, high = (
        changes.to_end(portraits, end)
        for end in (2 * direction, index_of_high(direction))
    )  # fmt: skip
    differ = (low != high).any(1)
    return (generator.mapping.from_attributes(high[differ]) - generator.mapping.from_attributes(low[differ])).mean(0)


@torch.no_grad()
def cooccurrence(generator: Generator) -> torch.Tensor:
    """What portraits show that show a choice, the mean over random ones: [size, size], a row a choice, those of colours all
    zero. Who has a beard is likely to have short hair."""
    sampler, random = generator.mapping.sampler, torch.Generator().manual_seed(0)
    size = sampler.attributes.size
    sums, counts = torch.zeros(size, size), torch.zeros(size)
    for _ in range(COUNTED // PORTRAITS):
        portraits = sampler(torch.randn(PORTRAITS, W_SIZE, generator=random))
        chosen = portraits.clone()
        chosen[:, sampler.attributes.colours] = 0
        sums += chosen.T @ portraits
        counts += chosen.sum(0)
    return sums / counts.clamp_min(1)[:, None]


def layers_of(named: Named, attributes: Attributes) -> tuple[int, int]:
    """First and last layer: colours need not move what is drawn."""
    return (FIRST_COLOUR_LAYER, LAYERS - 1) if set(named.high) <= set(attributes.places) else (0, LAYERS - 1)
