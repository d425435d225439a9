"""z → the attributes of a portrait: the known first layers of the mapping network (see generator.py)."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.polynomial import Chebyshev
from torch import nn

from data.portraits import Attributes

#: Numbers of w, and of z.
W_SIZE = 512
#: Numbers that ONNX Runtime takes at once; what does not fill such a packet is rounded in another way.
PACKET = 16


def packets(count: int) -> int:
    """`count`, filled up to whole packets."""
    return count + -count % PACKET


#: Added to the Gumbel number of what fills up a table, so that it is never drawn.
SHUT = -1e4


def lay_out(shape: tuple[int, ...], rows: dict[tuple[int, ...], slice]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Tables [shape] of which each row has a part of a vector: where in it the row's numbers stand, what is to be added to shut
    the places that fill the row up, and where the rows' numbers stand in the table, one after the other."""
    at, closed = torch.zeros(shape, dtype=torch.int64), torch.full(shape, SHUT)
    for row, part in rows.items():
        at[row][: part.stop - part.start] = torch.arange(part.start, part.stop)
        closed[row][: part.stop - part.start] = 0
    return at, closed, (closed.flatten() == 0).nonzero().flatten()


def steady_log(x: torch.Tensor) -> torch.Tensor:
    """The logarithm of x [..., k], rounded alike whatever N and wherever in the batch: rows are filled up to packets."""
    return F.pad(x, (0, -x.shape[-1] % PACKET), value=1.0).log()[..., : x.shape[-1]]


#: Normal numbers beyond it (two in a million) count as it.
LARGEST_NORMAL = 4.75


def exact_gumbel(z: float) -> float:
    """−log(−log Φ(z)): the Gumbel number that a normal one stands for."""
    tail = 0.5 * math.erfc(abs(z) / math.sqrt(2))
    return -math.log(-math.log1p(-tail) if z > 0 else -math.log(tail))


#: `exact_gumbel` to 5e-7. As it is written it has no digits left in float32 where Φ(z) is near one: from z = 4 on
#: scores would move in steps wide enough to be seen where two options are close.
GUMBEL = Chebyshev.interpolate(np.vectorize(exact_gumbel), 20, domain=[-LARGEST_NORMAL, LARGEST_NORMAL])


def gumbel_from_normal(z: torch.Tensor) -> torch.Tensor:
    """Standard Gumbel numbers, if z are standard normal ones (Clenshaw's recurrence over GUMBEL)."""
    x = (z / LARGEST_NORMAL).clamp(-1, 1)
    first, *higher = GUMBEL.coef.tolist()
    last, before = torch.zeros_like(x), torch.zeros_like(x)
    for coefficient in reversed(higher):
        last, before = coefficient + 2 * x * last - before, last
    return first + x * last - before


#: What depends on a draw sees it so many times softer than it is drawn. One chance follows from another by way of a
#: logarithm: seen as sharply, a choice that depends on a choice would change over within a few hundredths of what the
#: first takes, one that depends on that within a millionth of it, and the numbers of z have no digits for that.
SOFT_EYE = 100


class AttributeSampler(nn.Module):
    """z [N, 512] → attributes [N, size]: draws what data/sample.ts draws, from Gaussian numbers."""

    def __init__(self, attributes: Attributes):
        super().__init__()
        self.attributes = attributes
        spec = attributes.distribution
        self.personas = [persona["name"] for persona in spec["personas"]]
        self.at = 0
        self.persona_z = self._take(len(self.personas))
        self.style_z = self._take(len(attributes.styles))
        self.option_z = {key: self._take(part.stop - part.start) for key, part in attributes.slices.items()}
        self.palette_z = {place: self._take(len(spec["palettes"][place])) for place in attributes.places}
        self.jitter_z = self._take(3 * len(attributes.places))
        self._constant("persona_weight", [persona["weight"] for persona in spec["personas"]])
        self._constant("style_weight", [style["weight"] for style in attributes.styles])
        self.jitter = spec["colourJitter"] / 127.5
        self._lay_out_options()
        self._lay_out_palettes()

    def _lay_out_options(self) -> None:
        """Tables in which all styles' groups have the same number of options, so that all are drawn at once: weights
        [personas, styles, expressions, groups, PACKET's multiple], the mouth first among the groups, and `order`, where each
        attribute is found among what is drawn."""
        styles = self.attributes.styles
        self.expressions = max(len(style["groups"]["mouth"]) for style in styles)
        shape = (len(styles), max(len(style["groups"]) for style in styles), packets(max(map(len, self.attributes.options.values()))))
        weight = torch.zeros(len(self.personas), shape[0], self.expressions, *shape[1:])
        rows = {}
        for number, style in enumerate(styles):
            expressions = [option["labels"].get("expression") for option in style["groups"]["mouth"]]
            for at, (group, options) in enumerate(style["groups"].items()):
                if (at == 0) != (group == "mouth"):
                    raise ValueError("The mouth sets the expression: it is drawn first.")
                rows[number, at] = self.option_z[style["name"], group]
                weight[:, number, : len(expressions), at, : len(options)] = torch.tensor([
                    [[self._weight(option, persona, expression if at > 0 else None) for option in options] for expression in expressions]
                    for persona in self.personas
                ])  # fmt: skip
        self._constant("option_weight", weight)
        self._constant("order", self._lay_out("option", shape, rows))

    def _lay_out_palettes(self) -> None:
        """Likewise of all places: weights [personas, places, PACKET's multiple] and colours [places, …, 3]."""
        palettes = [self.attributes.distribution["palettes"][place] for place in self.attributes.places]
        shape = (len(palettes), packets(max(map(len, palettes))))
        weight, colours = torch.zeros(len(self.personas), *shape), torch.zeros(*shape, 3)
        for number, palette in enumerate(palettes):
            colours[number, : len(palette)] = torch.tensor([colour["base"] for colour in palette]) / 127.5 - 1
            weight[:, number, : len(palette)] = torch.tensor([
                [colour["weight"] * colour.get("persona", {}).get(persona, 1) for colour in palette] for persona in self.personas
            ])  # fmt: skip
        self._constant("palette_weight", weight)
        self._constant("palette", colours)
        self._lay_out("palette", shape, {(number,): self.palette_z[place] for number, place in enumerate(self.attributes.places)})

    def _lay_out(self, name: str, shape: tuple[int, ...], rows: dict[tuple[int, ...], slice]) -> torch.Tensor:
        """`lay_out` of parts of z, as the constants `name`_at and `name`_closed; returns the order."""
        at, closed, order = lay_out(shape, rows)
        self._constant(f"{name}_at", at)
        self._constant(f"{name}_closed", closed)
        return order

    def _take(self, count: int) -> slice:
        part = slice(self.at, self.at + count)
        self.at += count
        if self.at > W_SIZE:
            raise ValueError(f"z has {W_SIZE} numbers, the data needs more.")
        return part

    def _constant(self, name: str, values: list[float] | torch.Tensor) -> None:
        """What follows from the data's distribution, and is no part of a checkpoint."""
        self.register_buffer(
            name, values if isinstance(values, torch.Tensor) else torch.tensor(values, dtype=torch.float32), persistent=False
        )

    @staticmethod
    def _weight(option: dict, persona: str, expression: str | None) -> float:
        by_expression = option.get("expression", {}).get(expression, 1) if expression else 1
        return option["weight"] * option.get("persona", {}).get(persona, 1) * by_expression

    @staticmethod
    def _draw(gumbel: torch.Tensor, weight: torch.Tensor, softness: float) -> torch.Tensor:
        """One-hot draw in proportion to `weight` [N or 1, …, k]: Gumbel-max.

        With a softness above 0, a softmax at that temperature (Jang et al. 2017, eq. 2): where two options are close,
        some of both, so that nothing jumps as z moves.
        """
        scores = steady_log(weight.clamp_min(1e-9)) + gumbel
        if softness > 0:
            return (scores / softness).softmax(-1)
        return F.one_hot(scores.argmax(-1), scores.shape[-1]).to(gumbel.dtype)

    def forward(self, z: torch.Tensor, softness: float = 0.0) -> torch.Tensor:
        gumbel = gumbel_from_normal(z)
        soft_eye = SOFT_EYE * softness
        persona = self._draw(gumbel[:, self.persona_z], self.persona_weight, soft_eye)
        style = self._draw(gumbel[:, self.style_z], self.style_weight, softness)
        options = self._draw_options(gumbel, persona, softness) * style[:, :, None, None]
        named = self._draw_colours(gumbel, persona, softness)
        colours = (named[..., None] * self.palette).sum(2).flatten(1) + z[:, self.jitter_z] * self.jitter
        return torch.cat([style, options.flatten(1)[:, self.order], colours.clamp(-1, 1)], 1)

    def _draw_options(self, gumbel: torch.Tensor, persona: torch.Tensor, softness: float) -> torch.Tensor:
        """Of every style, as if the portrait were drawn in it: [N, styles, groups, options]."""
        own = gumbel[:, self.option_at.flatten()].unflatten(1, self.option_at.shape) + self.option_closed
        weight = (persona @ self.option_weight.flatten(1)).unflatten(1, self.option_weight.shape[1:])
        mouth = own[:, :, 0], weight[:, :, 0, 0]
        expression = self._draw(*mouth, SOFT_EYE * softness)[..., : self.expressions]
        by_expression = (expression[..., None, None] * weight[:, :, :, 1:]).sum(2)
        others = self._draw(own[:, :, 1:], by_expression, softness)
        return torch.cat([self._draw(*mouth, softness)[:, :, None], others], 2)

    def _draw_colours(self, gumbel: torch.Tensor, persona: torch.Tensor, softness: float) -> torch.Tensor:
        """Which colour of its palette each place has: [N, places, colours]."""
        own = gumbel[:, self.palette_at.flatten()].unflatten(1, self.palette_at.shape) + self.palette_closed
        weight = (persona @ self.palette_weight.flatten(1)).unflatten(1, self.palette_at.shape)
        return self._draw(own, weight, softness)

    def infer(
        self, known: torch.Tensor, named: torch.Tensor, persona: torch.Tensor, choices: torch.Tensor, margin: float = 0.0
    ) -> torch.Tensor:
        """z [N, 512] that `forward` turns into these portraits; what they do not decide stays N(0, I).

        known [N, size] attributes; named int64 [N, places]; persona int64 [N], indices into `personas`; choices int64
        [N, groups], an option of every style's groups, or -1 where it is open (data/cross_style.py). With margin 0 and the
        portrait's own choices alone this is a draw from p(z | portrait), exactly; with more, every choice is won by at
        least that much.
        """
        z = torch.randn(known.shape[0], W_SIZE)
        self._infer_choice(z, self.persona_z, self.persona_weight, persona, margin)
        self._infer_choice(z, self.style_z, self.style_weight, known[:, : len(self.attributes.styles)].argmax(1), margin)
        chosen = dict(zip(self.attributes.slices, choices.T))
        for number, described in enumerate(self.attributes.styles):
            expression = (self.option_closed[number, 0, : self.expressions] == 0).float().expand(len(z), -1)
            expression = expression / expression.sum(1, keepdim=True)
            for at, (group, options) in enumerate(described["groups"].items()):
                option = chosen[described["name"], group]
                by_expression = self.option_weight[persona, number, :, at, : len(options)]
                weight = (expression[:, :, None] * by_expression).sum(1)
                self._infer_choice(z, self.option_z[described["name"], group], weight, option, margin)
                if at == 0:
                    expression = torch.where(option[:, None] < 0, expression, F.one_hot(option.clamp_min(0), self.expressions).float())
        colours = known[:, self.attributes.colours].view(-1, len(self.attributes.places), 3)
        for index, place in enumerate(self.attributes.places):
            part = self.palette_z[place]
            self._infer_choice(z, part, self.palette_weight[persona, index, : part.stop - part.start], named[:, index], margin)
            first = self.jitter_z.start + 3 * index
            z[:, first : first + 3] = (colours[:, index] - self.palette[index, named[:, index]]) / self.jitter
        return z

    @staticmethod
    def _infer_choice(z: torch.Tensor, part: slice, weight: torch.Tensor, chosen: torch.Tensor, margin: float) -> None:
        """Writes into z Gaussian numbers under which `chosen` wins, where it is not -1 (top-down: Maddison et al. 2014,
        alg. 1)."""
        places = weight.clamp_min(1e-9).log().expand(len(z), -1)
        top = places.logsumexp(1, keepdim=True) + gumbel_from_normal(torch.randn(len(z), 1))
        bound = top - margin
        exponential = torch.empty_like(places).exponential_()
        scores = places - (exponential + (places - bound).exp()).log()
        scores = scores.scatter(1, chosen[:, None].clamp_min(0), top)
        uniform = (-(-(scores - places)).exp()).exp().clamp(1e-6, 1 - 1e-6)
        z[:, part] = torch.where(chosen[:, None] < 0, z[:, part], math.sqrt(2) * torch.erfinv(2 * uniform - 1))
