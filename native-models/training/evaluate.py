"""Measures the models, prints a table and writes the figures, contact sheets and MODEL_CARD.md.

    python evaluate.py --data TRAIN --test TEST --pack ../illustrated-portraits

TEST is a data set of plain portraits that training never saw. Pictures are judged by a second encoder, trained apart
from the first with another seed and another width (judge.py).
"""

import argparse
import json
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from clip import IMAGE_SIZE, Clip, tokenize, tokenizer
from common import DEFAULT_WORK, FAST, seed_everything, unit
from directions import BEARDS, DIRECTIONS, ENDS, GLASSES, Changes, contradicts, cooccurrence, describe, index_of_high, layers_of
from export import TEMPLATES
from flow import SIZE
from generator import RESOLUTION, Generator, broadcast
from inverse import SOFTNESS
from judge import MEANINGS, PLACES, READ, Judge, is_seen, load_judge, meaning_of
from model_card import write_card
from portraits import Attributes, Portraits
from train_clip import embed_texts, retrieval
from train_readers import load_changes, load_firming
from train_flow import load_clip, load_flow, load_generator, load_prior, trained
from train_generator import save_sheet
from train_inverse import load_inverse
from unseen_prompts import ARTIST_PROMPTS, PROMPTS, Asked

TEMPERATURE = 0.4
#: Portraits of which the judge reads renders, and what the generator makes of them.
KNOWN_COUNT = 500
#: Captions for R-precision, the renderer's own pictures and the drawn ones alike; for what is shipped, more.
R_PRECISION_COUNT, MANY_CAPTIONS = 300, 1000
#: Ways in which real pictures are split, to be compared with themselves.
SPLITS = 5
#: How far temperature 1 strays from an embedding under the bijective flow (electron/engine/flow/flow.ts).
BIJECTIVE_SPREAD = 0.25
SEEDS_A_PROMPT = 3
#: What is compared. Of a bijection the remedies differ as little as they do here.
REMEDIES = {"conditional": ("none", "shift", "ensemble", "prior"), "bijective": ("none", "shift")}
#: Phrases that sliders lead to, from another or from NEUTRAL; what the judge calls it, and what it may read at the end.
TEXT_SLIDERS = [
    ("red hair", None, "hair colour", ("red",)),
    ("blond hair", "black hair", "hair colour", ("blond",)),
    ("long hair", "short hair", "hair length", ("long",)),
    ("a bald head", None, "hair length", ("bald",)),
    ("a big beard", "a clean-shaven face", "beard", (*BEARDS, "goatee")),
    ("glasses", "no glasses", "glasses", (*GLASSES, "sunglasses")),
    ("laughing", "a neutral face", "expression", ("laughing", "happy")),
    ("a sad face", "a happy face", "expression", ("sad", "worried")),
    ("a blue background", None, "background colour", ("blue", "light blue", "navy")),
    ("a black shirt", None, "clothing colour", ("black",)),
    ("dark skin", "pale skin", "skin tone", ("dark", "brown")),
    ("a line drawing", None, "style", ("lorelei", "micah")),
]  # fmt: skip
#: The kinds of meaning (data/phrases.ts) that the judge's attributes are.
KINDS = PLACES | MEANINGS | {"style": "style"}
#: As electron/engine/studio/phrases.ts has them.
NEUTRAL, PHRASE_PORTRAITS, LEAST_SHIFT, STYLE_LEADS, HAS, DISENTANGLE = "a portrait", 256, 0.15, 0.9, 0.5, 0.8


class Studio:
    """The whole path, as the application runs it: words → embedding → flow → z → w → firm w → picture."""

    def __init__(self, work: Path, data: Portraits):
        self.attributes = data.attributes
        self.generator = load_generator(work, data.attributes)
        self.clip = load_clip(work, data.attributes)
        #: Before it was taught the words that evaluation asks for; lost where clip-meanings is what revive.py made of a pack.
        self.untaught = load_clip(work, data.attributes, "clip-meanings") if trained(work, "clip-meanings") else None
        self.flows = {kind: load_flow(work, kind) for kind in ("conditional", "bijective")}
        self.inverse = load_inverse(work, self.generator)
        self.changes = load_changes(work, self.generator)
        self.firming = load_firming(work, self.generator)
        self.prior = load_prior(work)
        pairs = torch.load(work / "pairs.pt", weights_only=False)
        self.shift = torch.load(work / "texts.pt", weights_only=False)["shift"]
        self.held_e = pairs["e"][-2000:]
        with torch.no_grad():
            self.held_w = self.generator.mapping.from_attributes(pairs["known"][-2000:])
        self.tokenizer = tokenizer()

    @torch.no_grad()
    def embed_text(self, prompts: list[str], clip: Clip | None = None) -> torch.Tensor:
        text = (clip or self.clip).text
        return torch.cat([text(*tokenize(self.tokenizer, prompts[at : at + 64])) for at in range(0, len(prompts), 64)])

    @torch.no_grad()
    def over_the_gap(self, prompts: list[str], remedy: str, clip: Clip | None = None) -> torch.Tensor:
        """Text embeddings brought to where pictures lie, as the engine does it (electron/engine/clip/clip.ts)."""
        if remedy == "ensemble":
            mean = torch.stack([self.embed_text([t.replace("{}", p) for p in prompts], clip) for t in TEMPLATES]).mean(0)
            return unit(mean)
        e = self.embed_text(prompts, clip)
        if remedy == "shift":
            return unit(e + self.shift)
        return self.prior(e) if remedy == "prior" else e

    @torch.no_grad()
    def draw(self, e: torch.Tensor, kind: str, seed: int, temperature: float = TEMPERATURE) -> torch.Tensor:
        """Pictures [N, 3, 128, 128] in [-1, 1] for embeddings [N, 512]."""
        return self.render(self.decode(e, kind, seed, temperature))

    @torch.no_grad()
    def decode(self, e: torch.Tensor, kind: str, seed: int, temperature: float = TEMPERATURE) -> torch.Tensor:
        """w [N, 512] for embeddings [N, 512], the same noise for the same seed."""
        random = torch.Generator().manual_seed(seed)
        noise = torch.randn(len(e), SIZE, generator=random)
        if kind == "conditional":
            z = self.flows[kind].inverse(temperature * noise, e)
        else:
            varied = e + BIJECTIVE_SPREAD * temperature * noise / SIZE**0.5
            z = self.flows[kind].inverse(varied * SIZE**0.5)
        return self.generator.mapping(z, SOFTNESS)

    def render(self, w: torch.Tensor) -> torch.Tensor:
        """w [N, 512] → pictures [N, 3, 128, 128], as the judge sees them."""
        return self.render_layers(broadcast(w))

    def render_layers(self, w: torch.Tensor) -> torch.Tensor:
        """w⁺ [N, LAYERS, 512] → pictures [N, 3, 128, 128]."""
        return torch.cat([F.avg_pool2d(self.synthesise(part), RESOLUTION // IMAGE_SIZE) for part in w.split(64)])

    @torch.no_grad()
    def synthesise(self, w: torch.Tensor) -> torch.Tensor:
        """w⁺ [N, LAYERS, 512] → pictures [N, 3, RESOLUTION, RESOLUTION] in [-1, 1]."""
        firm = self.firming.firm_layers(w)
        return torch.cat([self.generator.synthesis(part, dtype=FAST).clamp(-1, 1) for part in firm.split(32)])


def check_unseen(data: Portraits) -> None:
    seen = "\n".join(c for r in data.records[:40_000] for c in r["captions"]).lower()
    known = [p.word for p in PROMPTS if re.search(rf"\b{re.escape(p.word.lower())}\b", seen)]
    if known:
        raise SystemExit(f"These words are in training captions, so they measure nothing: {known}")


def word_accuracy(studio: Studio, judge: Judge, kind: str, remedy: str, clip: Clip, prompts: list[Asked] = PROMPTS) -> dict[str, float]:
    """Share of portraits that heed what prompts ask for, per attribute and on average."""
    e = studio.over_the_gap([p.prompt for p in prompts], remedy, clip)
    right: dict[str, list[float]] = {name: [] for name in READ}
    for seed in range(SEEDS_A_PROMPT):
        for case, read in zip(prompts, judge.read(studio.draw(e, kind, seed))):
            right[case.attribute].append(float(read[case.attribute] in case.accept))
    shares = {name: float(np.mean(hits)) for name, hits in right.items()}
    return shares | {"mean": float(np.mean(list(shares.values())))}


def share_found(shown: torch.Tensor, texts: torch.Tensor, among: int = 100) -> float:
    """How often a picture's own caption is nearer to it than `among` - 1 others: unit embeddings [N, 512] of both."""
    count, hits = len(texts), 0
    if count < among:
        raise ValueError(f"One of {among} cannot be found among {count}: a caption would stand against itself.")
    for at in range(count):
        others = (at + torch.arange(1, among)) % count
        hits += int((texts[others] @ shown[at] < shown[at] @ texts[at]).all())
    return hits / count


@torch.no_grad()
def finds_caption(judge: Judge, pictures: torch.Tensor, captions: list[str]) -> float:
    """How often the judge finds a picture's own caption among 100."""
    return share_found(judge.tell(judge.embed(pictures)), embed_texts(judge.text, *tokenize(tokenizer(), captions)))


def captions_of(test: Portraits, which: int, count: int = R_PRECISION_COUNT) -> list[str]:
    """The captions that R-precision goes by: 0 full ones, 2 partial ones."""
    return [record["captions"][which] for record in test.records[:count]]


def r_precision(
    studio: Studio, judge: Judge, test: Portraits, kind: str, remedy: str, caption: int, count: int = R_PRECISION_COUNT
) -> float:
    """`finds_caption` of generated portraits; `caption` and `count` as in `captions_of`."""
    captions = captions_of(test, caption, count)
    return finds_caption(judge, studio.draw(studio.over_the_gap(captions, remedy), kind, seed=11), captions)


def heeds_caption(studio: Studio, judge: Judge, test: Portraits, kind: str, remedy: str, count: int) -> float:
    """From full captions: share of the attributes they speak of that the judge reads as the caption's portrait has them."""
    records = test.records[:count]
    pictures = studio.draw(studio.over_the_gap([r["captions"][0] for r in records], remedy), kind, seed=12)
    agree = []
    for record, read in zip(records, judge.read(pictures)):
        known = meaning_of(test.attributes, record["shown"])
        agree += [read[name] == known[name] for name, meant in KINDS.items() if meant in record["said"][0]]
    return float(np.mean(agree))


class RandomFeatures(torch.nn.Module):
    """A convolutional network of fixed random weights: a feature space nobody trained (Naeem et al. 2020, sec. 4)."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        widths = [3, 32, 64, 128, 64]
        self.kernels = [
            torch.randn(o, i, 3, 3, generator=generator) * (2 / (9 * i)) ** 0.5 for i, o in zip(widths, widths[1:])
        ]  # fmt: skip

    @torch.no_grad()
    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """[N, 3, H, W] → [N, 480]: mean activation of every channel, of the last layer's in each quarter of the picture."""
        x, found = pictures, []
        for kernel in self.kernels:
            x = F.relu(F.conv2d(x, kernel, stride=2, padding=1))
            found.append(x.mean((2, 3)))
        return torch.cat([*found[:-1], F.adaptive_avg_pool2d(x, 2).flatten(1)], 1)

    def all(self, pictures: torch.Tensor) -> torch.Tensor:
        return torch.cat([self(part) for part in pictures.split(64)])


def frechet_distance(a: torch.Tensor, b: torch.Tensor) -> float:
    """Between Gaussians fitted to two sets of features (Heusel et al. 2017, eq. 6)."""
    a, b = a.double(), b.double()
    cov_a, cov_b = a.T.cov(), b.T.cov()
    root = torch.linalg.eigvals(cov_a @ cov_b).real.clamp_min(0).sqrt().sum()
    return ((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * root).item()


def halves(real: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Features [2N, k] of real pictures, split in two in several ways: one split is as much luck as difference."""
    random = torch.Generator().manual_seed(0)
    return [real[torch.randperm(len(real), generator=random)].chunk(2) for _ in range(SPLITS)]


def frechet_from_real(drawn: torch.Tensor, real: torch.Tensor) -> float:
    """Mean distance of N drawn pictures from N of 2N real ones."""
    return float(np.mean([frechet_distance(drawn, half) for half, _ in halves(real)]))


def frechet_within(real: torch.Tensor) -> float:
    """Mean distance of half of the real pictures from the other half: what nothing drawn is expected to come under."""
    return float(np.mean([frechet_distance(*both) for both in halves(real)]))


def diversity(studio: Studio, features: RandomFeatures, prompts: list[str], kind: str, remedy: str, scale: float) -> float:
    """Mean distance between two portraits of one prompt, as a share of that between two random portraits."""
    e = studio.over_the_gap(prompts, remedy)
    sets = torch.stack([features.all(studio.draw(e, kind, seed)) for seed in range(4)], 1)
    return (torch.cdist(sets, sets).sum() / (12 * len(prompts))).item() / scale


def off_prompt_auc(studio: Studio, test: Portraits, remedy: str) -> float:
    """How well log p(z | e), z read off a portrait's w, tells its own words from others."""
    e = studio.over_the_gap([r["captions"][0] for r in test.records[:400]], remedy)
    with torch.no_grad():
        z = studio.inverse(studio.generator.mapping.from_attributes(test.a[:400]))
        own = studio.flows["conditional"].log_likelihood(z, e)
        other = studio.flows["conditional"].log_likelihood(z, e.roll(1, 0))
    return (own[:, None] > other[None]).float().mean().item()


def read_right(judge: Judge, test: Portraits, pictures: torch.Tensor) -> dict[str, float]:
    """How often the judge reads pictures [N, 3, 128, 128] of the first N portraits right, per attribute."""
    right: dict[str, list[bool]] = {name: [] for name in READ}
    for record, read in zip(test.records, judge.read(pictures)):
        known = meaning_of(test.attributes, record["shown"])
        for name in READ:
            if is_seen(name, known):
                right[name].append(read[name] == known[name])
    return {name: float(np.mean(hits)) for name, hits in right.items()}


@torch.no_grad()
def draw_known(studio: Studio, test: Portraits, count: int) -> torch.Tensor:
    """The first portraits as the generator draws them, nothing having to be understood: [count, 3, 128, 128]."""
    return studio.render(studio.generator.mapping.from_attributes(test.a[:count]))


def half_way_confidence(studio: Studio, judge: Judge, data: Portraits, within_style: bool, pairs: int = 500) -> float:
    """The judge's confidence half-way between two portraits, as a share of that at the ends."""
    a = studio.generator.mapping.sampler(torch.randn(8 * pairs, SIZE))
    b = a.roll(1, 0)
    styles = len(data.attributes.styles)
    same = (a[:, :styles] == b[:, :styles]).all(1)
    chosen = (same if within_style else ~same).nonzero()[:pairs, 0]
    with torch.no_grad():
        w_a, w_b = (studio.generator.mapping.from_attributes(x[chosen]) for x in (a, b))

    def sure(w: torch.Tensor) -> float:
        return float(np.mean([confidence for _, confidence in judge.read_with_confidence(studio.render(w))]))

    return sure((w_a + w_b) / 2) / ((sure(w_a) + sure(w_b)) / 2)


def inversion_error(studio: Studio) -> float:
    """Largest difference of z after z → noise → z, float32, in deviations of z."""
    flow = studio.flows["conditional"]
    with torch.no_grad():
        z = studio.inverse(studio.held_w[:500])
        noise, _ = flow(z, studio.held_e[:500])
        back = flow.inverse(noise, studio.held_e[:500])
    return (back - z).abs().max().item()


def effect(title: str, name: str, seen: tuple[str, ...], before: list[dict], after: list[dict]) -> dict:
    """How often the end of a slider turns an attribute on where it was off, and in what share of these portraits each other
    attribute changes on the way, as the judge reads them before and after. Where there is nothing to be read, as the colour
    of a bald head's hair, nothing can be turned on and nothing changes."""

    def both_show(attribute: str, pair: tuple[dict, dict]) -> bool:
        return all(is_seen(attribute, read) for read in pair)

    off = [(a, b) for a, b in zip(before, after) if both_show(name, (a, b)) and a[name] not in seen]
    return {
        "title": title,
        "on": float(np.mean([b[name] in seen for _, b in off])),
        "leak": {
            other: float(np.mean([both_show(other, (a, b)) and a[other] != b[other] for a, b in off])) for other in READ if other != name
        },
    }


@torch.no_grad()
def slider_effects(studio: Studio, judge: Judge, portraits: int) -> list[dict]:
    """`effect` of every named direction on random portraits, of those that can be drawn so."""
    generator, attributes = studio.generator, studio.attributes
    shown = generator.mapping.sampler(torch.randn(portraits, SIZE, generator=torch.Generator().manual_seed(21)))
    w = generator.mapping.from_attributes(shown)
    before = judge.read(studio.render(w))
    rows = []
    for number, named in enumerate(DIRECTIONS):
        change = F.one_hot(torch.full((portraits,), index_of_high(number)), len(ENDS)).float()
        first, last = layers_of(named, attributes)
        moved = broadcast(w).clone()
        moved[:, first : last + 1] += studio.changes(w, w, change, torch.zeros_like(shown))[0][:, None]
        after = judge.read(studio.render_layers(moved))
        can = (studio.changes.to_end(shown, index_of_high(number)) - shown).abs().amax(1) > 0.01
        kept = [i for i in range(portraits) if can[i]]
        rows.append(effect(named.title, named.read, named.seen, [before[i] for i in kept], [after[i] for i in kept]))
    return rows


class At(NamedTuple):
    """A phrase at a portrait: what that shows [size], what either end shows in its style on average and the high end's
    portraits do each, the groups that it has, and how far the one goes that moves most."""

    shown: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor
    high: torch.Tensor
    own: list[slice]
    top: float


class Phrase:
    """What a slider between two phrases is about (electron/engine/studio/phrases.ts): w [N, 512] of portraits drawn from
    the same noises under either end."""

    def __init__(self, changes: Changes, together: torch.Tensor, low: torch.Tensor, high: torch.Tensor):
        self.changes, self.together, self.low, self.high = changes, together, low, high
        attributes = changes.reader.attributes
        self.size, self.styles = attributes.size, len(attributes.styles)
        groups = describe(attributes)["groups"][1:]
        self.groups = [slice(*group["range"]) for group in groups]
        #: What each option goes with, of each group of choices by its first attribute.
        self.goes_with = {group["range"][0]: group["goesWith"] for group in groups if group["kind"] == "choice"}
        before, self.drawn = (changes.reader(w)[:, : self.styles] for w in (low, high))
        way = self.drawn.mean(0) - before.mean(0)
        self.style_shift, self.style = way.abs().max().item(), int(way.argmax())
        self.all_but_style = torch.ones(self.size)
        self.all_but_style[: self.styles] = 0

    def direction(self, w: torch.Tensor) -> torch.Tensor:
        """Where the slider leads a portrait w [512]: [512]. A phrase about the style leads to the same in that style first."""
        at, to_style = self._at(w), torch.zeros_like(w)
        if self._is_of_style(at):
            to_style = self._to_style(w)
            at = self._at(w + to_style)
        take, example = self._take_and_example(at)
        return to_style + self._change(w + to_style, self.high[example], take)

    def _change(self, w: torch.Tensor, other: torch.Tensor, take: torch.Tensor) -> torch.Tensor:
        return self.changes(w[None], other[None], torch.zeros(1, len(ENDS)), take[None])[0][0]

    def _to_style(self, w: torch.Tensor) -> torch.Tensor:
        """From what a portrait shows to the same in the style that the phrase leads to."""
        example = self.high[int(self.drawn[:, self.style].argmax())]
        return self._change(w, example, torch.ones(self.size)) + self._change(example, w, self.all_but_style)

    def _at(self, w: torch.Tensor) -> At:
        low, high = self._in_style_of(w, self.low), self._in_style_of(w, self.high)
        shown = self.changes.reader(w[None])[0]
        own = [part for part in self.groups if part.start >= self.changes.choices or shown[part].sum() > HAS]
        start, end = low.mean(0), high.mean(0)
        return At(shown, start, end, high, own, max(self._extent(end - start, part) for part in own))

    def _extent(self, moved: torch.Tensor, part: slice) -> float:
        """How far a group moves: the share of portraits that show another choice, or a colour's channel that moves most."""
        return (moved[part].abs().max() if part.start >= self.changes.choices else moved[part].abs().sum() / 2).item()

    def _is_of_style(self, at: At) -> bool:
        return self.style_shift >= STYLE_LEADS * max(LEAST_SHIFT, at.top)

    def _take_and_example(self, at: At) -> tuple[torch.Tensor, int]:
        """Which attributes [size] are taken at a portrait, and the place in `high` of the portrait that they are taken from."""
        shown, start, end, high, own, top = at
        if self._is_of_style(at):
            top = max(top, self.style_shift)
        about = self._said(start, end, own, max(min(LEAST_SHIFT, top), DISENTANGLE * top))
        said = [self._fitting(end, part) for part in about]
        in_the_way = [part for part in own if part not in about and contradicts(self._fitting(shown, part), said)]
        take = torch.zeros(self.size)
        for part in (*about, *in_the_way):
            take[part] = 1
        tellings = [self._telling(start[part], end[part], high[:, part], part.start < self.changes.choices) for part in about]
        for part in in_the_way:
            fits = torch.tensor([not contradicts(option, said) for option in self.goes_with[part.start]])
            tellings.append(self._telling(shown[part], end[part] * fits, high[:, part], True))
        return take, int(sum(tellings, torch.zeros(len(high))).argmax())

    def _fitting(self, attributes: torch.Tensor, part: slice) -> dict[str, list[str]]:
        """What goes with the choice that attributes [size] show most of in a group; colours go with everything."""
        return self.goes_with[part.start][int(attributes[part].argmax())] if part.start in self.goes_with else {}

    def _said(self, start: torch.Tensor, end: torch.Tensor, own: list[slice], least: float) -> list[slice]:
        """Of what moves by `least` or more from start to end: what leaves least of the others to be said, and what it
        leaves. Short hair comes with a beard by itself."""
        shift = (end - start).abs()
        moved = [part for part in own if self._extent(shift, part) >= least]

        def left_by(lead: slice) -> list[tuple[float, slice]]:
            beyond = shift
            choices = self.changes.choices
            if lead.start < choices:
                usual = end[lead] @ self.together[lead]
                usual[choices:] /= end[lead].sum()  # Shares add up to that of the style; colours are means.
                beyond = torch.minimum(shift, (end - usual).abs())
            left = torch.lerp(shift, beyond, DISENTANGLE)
            return [(self._extent(left, part), part) for part in moved if part != lead]

        if not moved:
            return []
        lead = min(moved, key=lambda part: sum(size for size, _ in left_by(part)))
        return [lead, *(part for size, part in left_by(lead) if size >= least)]

    def _in_style_of(self, w: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
        """What others show once they are drawn in the style of w: [N, size]."""
        take = self.all_but_style.expand(len(others), -1)
        own = w.expand(len(others), -1)
        return self.changes.reader(own + self.changes(own, others, torch.zeros(len(others), len(ENDS)), take)[0])

    @staticmethod
    def _telling(start: torch.Tensor, aim: torch.Tensor, high: torch.Tensor, is_choice: bool) -> torch.Tensor:
        """How far each portrait of the high end [N, k] goes the way that leads in a group from start [k] to aim [k]: [N]."""
        way = aim - start
        if is_choice:
            return high @ way
        length = way.norm().clamp_min(1e-9)
        return ((high - start) @ way / length).clamp_max(length)


def can_show(attributes: Attributes, style: str, name: str, seen: tuple[str, ...]) -> bool:
    """Whether a style has anything that the judge would read so."""
    if name in PLACES:
        return PLACES[name] in attributes.painted(style)
    groups = attributes.styles[attributes.style_names.index(style)]["groups"].values()
    return name not in MEANINGS or any(
        option["weight"] > 0 and option["means"].get(MEANINGS[name]) in seen for options in groups for option in options
    )


@torch.no_grad()
def text_slider_effects(studio: Studio, judge: Judge, test: Portraits, kind: str, remedy: str, portraits: int) -> list[dict]:
    """`effect` of phrases on prompted portraits, of those that can be drawn so, as the engine moves them
    (electron/engine/studio/directions.ts)."""
    together = cooccurrence(studio.generator)
    e = studio.over_the_gap([r["captions"][0] for r in test.records[:portraits]], remedy)
    w = studio.decode(e, kind, seed=13)
    before = judge.read(studio.render(w))
    rows = []
    for to, start, name, seen in TEXT_SLIDERS:
        ends = studio.over_the_gap([start or NEUTRAL, to], remedy)
        low, high = (studio.decode(end.expand(PHRASE_PORTRAITS, -1), kind, seed=14) for end in ends)
        phrase = Phrase(studio.changes, together, low, high)
        moved = w + torch.stack([phrase.direction(portrait) for portrait in w])
        after = judge.read(studio.render(moved))
        kept = [i for i, read in enumerate(before) if can_show(studio.attributes, read["style"], name, seen)]
        rows.append(effect(f"{start} → {to}" if start else to, name, seen, [before[i] for i in kept], [after[i] for i in kept]))
    return rows


def contact_sheets(studio: Studio, kind: str, remedy: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        z = torch.randn(200, SIZE, generator=torch.Generator().manual_seed(5))
        save_sheet(studio.synthesise(broadcast(studio.generator.mapping(z))), folder / "samples.jpg", 20)
    asked = [case.prompt for case in PROMPTS[::2]]
    e = studio.over_the_gap(asked, remedy).repeat_interleave(4, 0)[:200]
    save_sheet(studio.synthesise(broadcast(studio.decode(e, kind, seed=6))), folder / "prompts.jpg", 20)
    with torch.no_grad():
        w = studio.generator.mapping(torch.randn(80, SIZE, generator=torch.Generator().manual_seed(7)))
        t = torch.linspace(0, 1, 10)[:, None]
        strips = torch.cat([torch.lerp(a[None], b[None], t) for a, b in w.view(40, 2, SIZE)])
        save_sheet(studio.render(strips), folder / "between.jpg", 20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100, help="portraits for what captions are heeded; three times as many for sliders, ten times for distances")
    options = parser.parse_args()
    seed_everything(4)

    test, data = Portraits(options.test, IMAGE_SIZE), Portraits(options.data, IMAGE_SIZE)
    check_unseen(data)
    studio, judge = Studio(options.work, data), load_judge(options.work, data.attributes)
    thousand = np.arange(1000)
    r1, r5 = retrieval(studio.clip, test, thousand, studio.tokenizer)
    figures: dict = {
        "retrievalR1": r1,
        "retrievalR5": r5,
        "judgeAccuracy": read_right(judge, test, test.images(np.arange(KNOWN_COUNT))),
        "drawnAccuracy": read_right(judge, test, draw_known(studio, test, KNOWN_COUNT)),
        "judgeRPrecision": {
            kind: finds_caption(judge, test.images(np.arange(R_PRECISION_COUNT)), captions_of(test, caption))
            for kind, caption in (("full", 0), ("partial", 2))
        },
        "remedies": [],
    }
    for kind, remedies in REMEDIES.items():
        for remedy in remedies:
            row = {
                "kind": kind,
                "gap": remedy,
                "rPrecision": r_precision(studio, judge, test, kind, remedy, 0),
                "rPrecisionPartial": r_precision(studio, judge, test, kind, remedy, 2),
                "heedsCaption": heeds_caption(studio, judge, test, kind, remedy, options.count),
                "taught": word_accuracy(studio, judge, kind, remedy, studio.clip),
                "artists": word_accuracy(studio, judge, kind, remedy, studio.clip, ARTIST_PROMPTS),
            }
            figures["remedies"].append(row)
            print(json.dumps({k: v["mean"] if isinstance(v, dict) else v for k, v in row.items()}), flush=True)
    best = max(figures["remedies"], key=lambda row: row["artists"]["mean"] + row["heedsCaption"])
    figures["shipped"] = {"kind": best["kind"], "gap": best["gap"], "temperature": TEMPERATURE}
    kind, remedy = best["kind"], best["gap"]
    figures |= {"taught": best["taught"], "artists": best["artists"]}
    if studio.untaught:
        figures["unseen"] = word_accuracy(studio, judge, kind, remedy, studio.untaught)

    figures["manyCaptions"] = {
        "count": MANY_CAPTIONS,
        "shipped": r_precision(studio, judge, test, kind, remedy, 0, MANY_CAPTIONS),
        "judge": finds_caption(judge, test.images(np.arange(MANY_CAPTIONS)), captions_of(test, 0, MANY_CAPTIONS)),
    }

    features = RandomFeatures()
    many = 10 * options.count
    real = features.all(test.images(np.arange(2 * many)))
    with torch.no_grad():
        sampled = features.all(studio.render(studio.generator.mapping(torch.randn(many, SIZE))))
    # Not of the portraits that they are compared with.
    prompted_captions = [r["captions"][0] for r in test.records[2 * many : 3 * many]]
    prompted = features.all(studio.draw(studio.over_the_gap(prompted_captions, remedy), kind, seed=8))
    scale = torch.pdist(real[:500]).mean().item()
    figures |= {
        "frechetCount": many,
        "frechetSamples": frechet_from_real(sampled, real),
        "frechetPrompted": frechet_from_real(prompted, real),
        "frechetHeldOut": frechet_within(real),
        "diversity": diversity(studio, features, [case.prompt for case in PROMPTS[::4]], kind, remedy, scale),
        "inversionError": inversion_error(studio),
        "offPromptAuc": off_prompt_auc(studio, test, remedy),
        "halfWayWithinStyle": half_way_confidence(studio, judge, data, True),
        "halfWayAcrossStyles": half_way_confidence(studio, judge, data, False),
        "sliders": slider_effects(studio, judge, 6 * options.count),
        "textSliders": text_slider_effects(studio, judge, test, kind, remedy, 3 * options.count),
    }
    contact_sheets(studio, kind, remedy, options.pack / "sheets")
    (options.work / "figures.json").write_text(json.dumps(figures, indent=1))
    write_card(figures, options.pack / "MODEL_CARD.md", options.work)


if __name__ == "__main__":
    main()
