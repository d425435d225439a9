"""Trains the StyleGAN generator on portraits whose attributes are known.

    python train_generator.py --data DIR --twins DIR --minutes 90

Three kinds of picture teach it (data/between.ts): plain portraits; portraits between two, shown at
w = (1 - t)·w(a) + t·w(b), so that the way from one to the other passes through portraits and not through double
exposures; and mixed ones, where a's w drives the coarse layers and b's the fine ones, so that layers divide
structure from colour.

Two batches of three show twins (data/main.ts --twins), portraits that differ in a mouth, eyebrows or a beard, where what
differs weighs most: a mouth is one pixel of a hundred, and stubble hardly darker than the skin.
"""

import argparse
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from common import DEFAULT_WORK, FAST, Average, Stage, cosine, seed_everything
from parallel import average_gradients, is_first, process_count, run_on_all_cores
from generator import FIRST_COLOUR_LAYER, LAYERS, RESOLUTION, W_SIZE, Generator, MappingNetwork, broadcast
from muon import Muon
from portraits import Portraits

SETTINGS = {
    "batch": 16,
    "muon_rate": 0.02,  # for convolution kernels
    "adam_rate": 2e-3,  # for everything else
    "betas": (0.9, 0.99),
    "ema_decay": 0.998,
    "gradient_weight": 0.5,  # of the L1 distance between image gradients: sharp outlines
    "square_weight": 2.0,  # of the squared error: small parts count although they are few pixels
    "residual_decay": 0.98,  # of the map that weighs pixels by how wrong they have been lately
    "residual_range": (0.4, 10.0),
    "least_distance": 25.0,  # in w, between any two options of a group: nearer ones are whispered, and drawn as one
    "spread_on": 24,  # portraits of a style on which that distance is measured
    "spread_steps": 300,  # of moving options apart, at most
    "spread_rate": 0.05,  # of a step, in deviations of the options
    "heard_decay": 0.9,  # of how much of an option is drawn, by pairs that show it
    "twin_limit": 100.0,  # of the weight of a pixel in which twins differ
    "rarity": 10.0,  # how much more often the portraits of an option may be shown than those of a usual one
}


class ResidualMap:
    """Where each style goes wrong most (mouths, eyes, glasses), and where this portrait does: those pixels weigh more."""

    def __init__(self, styles: int):
        self.error = torch.ones(styles, RESOLUTION, RESOLUTION)

    def weights(self, style: torch.Tensor, error: torch.Tensor) -> torch.Tensor:
        """[N, 1, H, W] for errors [N, H, W]. Thin glasses in a colour of their own are lost in the mean of a style."""
        return (self._relative(self.error)[style] + self._relative(error)) / 2

    @staticmethod
    def _relative(error: torch.Tensor) -> torch.Tensor:
        smooth = F.avg_pool2d(error[:, None], 5, 1, 2)
        return (smooth / smooth.mean((2, 3), keepdim=True)).clamp(*SETTINGS["residual_range"])

    def chances(self, style: torch.Tensor) -> np.ndarray:
        """How often to show each portrait, in proportion to how wrong its style has been lately; sums to 1."""
        weight = self.error.mean((1, 2))[style].double()
        return (weight / weight.sum()).numpy()

    def update(self, style: torch.Tensor, error: torch.Tensor) -> None:
        for one in style.unique():
            self.error[one].lerp_(error[style == one].mean(0), 1 - SETTINGS["residual_decay"])

    def state_dict(self) -> dict:
        return {"error": self.error}

    def load_state_dict(self, saved: dict) -> None:
        self.error = saved["error"]


def gradients(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return x[..., 1:, :] - x[..., :-1, :], x[..., 1:] - x[..., :-1]


def twin_weights(target: torch.Tensor) -> torch.Tensor:
    """Where each of twins [2N, 3, H, W], that stand side by side, differs from the other: weights [2N, 1, H, W] of mean 1
    (less where single pixels would weigh more than SETTINGS["twin_limit"]), all zero for twins that look alike."""
    difference = (target[::2] - target[1::2]).abs().mean(1, keepdim=True)
    smooth = F.avg_pool2d(difference, 5, 1, 2)
    weights = smooth / smooth.mean((2, 3), keepdim=True).clamp_min(1e-6)
    return weights.clamp_max(SETTINGS["twin_limit"]).repeat_interleave(2, 0)


def picture_loss(drawn: torch.Tensor, target: torch.Tensor, style: torch.Tensor, residual: ResidualMap, twins: bool = False) -> torch.Tensor:
    difference = drawn - target
    error = difference.detach().abs().mean(1)
    weights = residual.weights(style, error)
    if twins:
        weights = weights + twin_weights(target)
    loss = (weights * (difference.abs() + SETTINGS["square_weight"] * difference.square())).mean()
    for (dy, dx), weight in zip(
        zip(gradients(drawn), gradients(target)),
        (weights[..., 1:, :], weights[..., 1:]),
    ):
        loss = loss + SETTINGS["gradient_weight"] * (weight * (dy - dx).abs()).mean()
    if not twins:  # Their options are not as usual as a style's are.
        residual.update(style, error)
    return loss


def draw(generator: Generator, data: Portraits, indices: torch.Tensor) -> torch.Tensor:
    """The generator's picture for each record: w travels from a to b by t, or splits between layers where they are mixed."""
    w_a, w_b = generator.mapping.from_attributes(torch.cat([data.a[indices], data.b[indices]])).chunk(2)
    layers = torch.arange(LAYERS)[None, :, None]
    mixed = torch.from_numpy(data.kind[indices.numpy()] == "mixed")[:, None, None]
    share = torch.where(mixed, (layers >= FIRST_COLOUR_LAYER).float(), data.t[indices][:, None, None])
    w_plus = torch.lerp(broadcast(w_a), broadcast(w_b), share)
    return generator.synthesis(w_plus, dtype=FAST)


def rarity(data: Portraits) -> np.ndarray:
    """How rare the rarest option of each portrait is among its group's, at least 1 and at most SETTINGS["rarity"]: [count].
    Else what is seldom drawn, as stubble, is never learnt. Of what lies between two portraits the first counts."""
    rare = torch.ones(data.count)
    for (style, _), part in data.attributes.slices.items():
        of_style = data.a[:, data.attributes.style_names.index(style)] > 0
        options = data.a[of_style, part]
        share = (options * options.mean(0)).sum(1) * options.shape[1]
        rare[of_style] = torch.maximum(rare[of_style], 1 / share)
    return rare.clamp_max(SETTINGS["rarity"]).double().numpy()


def draw_indices(data: Portraits, indices: np.ndarray, residual: ResidualMap, seed: int):
    """Endless batches of indices, the harder styles and the rarer options more often."""
    random, rare = np.random.default_rng(seed), rarity(data)[indices]
    while True:
        chances = residual.chances(data.style[indices]) * rare
        order = random.choice(indices, 100 * SETTINGS["batch"], p=chances / chances.sum())
        yield from np.sort(order.reshape(100, -1))


class Heard:
    """How much of what an option changes the generator has drawn lately: the less, the more often its twins are shown."""

    def __init__(self, twins: Portraits):
        differ = twins.a[::2] != twins.a[1::2]
        if not (differ.sum(1) == 2).all():
            raise SystemExit("Twins differ in one option: draw them with data/main.ts --twins.")
        #: What each two twins [count / 2] differ in, by its numbers among the attributes: [count / 2, 2].
        self.options = differ.nonzero()[:, 1].view(-1, 2)
        self.met = self.options.unique()
        self.share = torch.zeros(twins.attributes.size)

    def mean(self) -> float:
        return self.share[self.met].mean().item()

    def indices(self, seed: int):
        """Endless batches of twins, each beside the other."""
        random = np.random.default_rng(seed)
        pairs = torch.bincount(self.options.ravel(), minlength=len(self.share))
        while True:
            chances = ((1 - self.share) / pairs)[self.options].mean(1).clamp_min(1e-6).double().numpy()
            chosen = np.sort(random.choice(len(chances), SETTINGS["batch"] // 2, p=chances / chances.sum()))
            yield np.stack([2 * chosen, 2 * chosen + 1], 1).ravel()

    def update(self, indices: torch.Tensor, drawn: torch.Tensor, target: torch.Tensor) -> None:
        """Of pictures [2N, 3, H, W] of twins: the share of a change is 1 where it is drawn whole, 0 where not at all."""
        seen, real = ((pictures[::2] - pictures[1::2]).flatten(1) for pictures in (drawn, target))
        shares = (seen * real).sum(1) / real.square().sum(1)
        shown = shares.isfinite()  # A mouth that a beard covers says nothing.
        for options, share in zip(self.options[indices[::2] // 2][shown], shares[shown].clamp(0, 1)):
            self.share[options] = torch.lerp(self.share[options], share, 1 - SETTINGS["heard_decay"])

    def state_dict(self) -> dict:
        return {"share": self.share}

    def load_state_dict(self, saved: dict) -> None:
        self.share = saved["share"]


def batches(data: Portraits, drawn):
    """Batches of indices and their pictures, read ahead by a thread that ends with the generator."""

    def read() -> tuple[torch.Tensor, torch.Tensor]:
        chosen = next(drawn)
        return torch.from_numpy(chosen), data.images(chosen)

    with ThreadPoolExecutor(1) as reader:
        ahead = deque(reader.submit(read) for _ in range(4))
        while True:
            ahead.append(reader.submit(read))
            yield ahead.popleft().result()


def spread_options(mapping: MappingNetwork, least: float) -> dict[str, tuple[float, float]]:
    """Moves the options of each group apart in w until no two lie much nearer than `least`, in at most
    SETTINGS["spread_steps"]; returns how near the nearest two of a group lay before and lie now, where any were moved. The
    drawing changes little at first: what it hardly heard, it now hears."""
    spread = {}
    portraits = {style: portraits_of(mapping, style) for style in mapping.sampler.attributes.style_names}
    for (style, group), part in mapping.sampler.attributes.slices.items():
        if part.stop - part.start < 2:
            continue
        options = mapping.layers[0].weight[:, part].detach().clone().requires_grad_(True)
        optimiser = torch.optim.Adam([options], SETTINGS["spread_rate"] * options.std().item())
        distances = []
        for _ in range(SETTINGS["spread_steps"]):
            near = nearest(option_distances(mapping, portraits[style], part, options))
            distances.append(near.min().item())
            if distances[-1] > 0.99 * least:
                break
            # Of the options alone: what the mapping network itself got would count in its first step of training.
            (options.grad,) = torch.autograd.grad(F.relu(least - near).square().sum(), options)
            optimiser.step()
        if len(distances) > 1:
            spread[f"{style} {group}"] = (distances[0], distances[-1])
        mapping.layers[0].weight.data[:, part] = options.detach()
    return spread


@torch.no_grad()
def portraits_of(mapping: MappingNetwork, style: str) -> torch.Tensor:
    """Some random portraits of a style, always the same: attributes [SETTINGS["spread_on"] or fewer, size]."""
    portraits = mapping.sampler(torch.randn(512, W_SIZE, generator=torch.Generator().manual_seed(0)))
    number = mapping.sampler.attributes.style_names.index(style)
    return portraits[portraits[:, number] > 0][: SETTINGS["spread_on"]]


def option_distances(mapping: MappingNetwork, portraits: torch.Tensor, part: slice, options: torch.Tensor | None = None) -> torch.Tensor:
    """Mean distance in w between each two options of a group, the rest of a portrait being the same: [count, count].

    `options` [hidden, count] stand in for those that the mapping network has."""
    first = mapping.layers[0]
    options = first.weight[:, part] if options is None else options
    rest = portraits.clone()
    rest[:, part] = 0
    w = mapping.layers[1:](first(rest)[:, None] + options.T[None])
    return (w[:, :, None] - w[:, None]).square().sum(-1).add(1e-9).sqrt().mean(0)


def nearest(distances: torch.Tensor) -> torch.Tensor:
    """How far each option is from the one that is nearest to it: [count], of distances [count, count]."""
    return (distances + 1e9 * torch.eye(len(distances))).amin(1)


@torch.no_grad()
def evaluate(generator: Generator, data: Portraits, indices: np.ndarray) -> tuple[float, torch.Tensor]:
    """PSNR in dB over `indices`, and a sheet of pairs (target above, drawn below)."""
    drawn = torch.cat([draw(generator, data, part).float() for part in torch.from_numpy(indices).split(32)])
    target = data.images(indices)
    psnr = 10 * torch.log10(4 / (drawn.clamp(-1, 1) - target).square().mean((1, 2, 3)))
    return psnr.mean().item(), torch.cat([target[:32], drawn[:32]], 2)


def save_sheet(pairs: torch.Tensor, path: Path, columns: int = 16) -> None:
    n, _, height, width = pairs.shape
    rows = -(-n // columns)
    sheet = torch.ones(3, rows * height, columns * width)
    for index, picture in enumerate(pairs):
        row, column = divmod(index, columns)
        sheet[:, row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    pixels = ((sheet.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(path, quality=35)


def averaged(generator: Generator, ema: Average) -> Generator:
    copy = Generator(generator.mapping.sampler.attributes)
    copy.load_state_dict(ema.shadow)
    return copy.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--twins", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--freeze-mapping", action="store_true", help="refine the drawing alone: flows trained on w stay valid")
    parser.add_argument("--pace", type=float, default=1, help="share of the learning rates: less to refine what is good already")
    run_on_all_cores(train, parser.parse_args())


def train(options: argparse.Namespace) -> None:
    seed_everything(options.seed)
    data, twins = Portraits(options.data, RESOLUTION), Portraits(options.twins, RESOLUTION)
    held_out = np.arange(data.count)[-512:]
    generator = Generator(data.attributes)
    generator.mapping.requires_grad_(not options.freeze_mapping)
    kernels = [p for n, p in generator.named_parameters() if n.endswith("conv.weight")]
    others = [p for n, p in generator.named_parameters() if not n.endswith("conv.weight")]
    muon = Muon(kernels, rate=SETTINGS["muon_rate"])
    adam = torch.optim.Adam(others, betas=SETTINGS["betas"])
    ema, residual = Average(generator, SETTINGS["ema_decay"]), ResidualMap(len(data.attributes.styles))
    heard = Heard(twins)
    state = {"generator": generator, "ema": ema, "muon": muon, "adam": adam, "residual": residual, "heard": heard}
    stage = Stage("generator", options.work, options.minutes, SETTINGS, state)
    if not options.freeze_mapping:
        spread = spread_options(generator.mapping, SETTINGS["least_distance"])
        ema.shadow["mapping.layers.0.weight"] = generator.mapping.layers[0].weight.detach().clone()
        if is_first():
            print("generator  options moved apart in w:", {name: [round(near, 1) for near in both] for name, both in spread.items()}, flush=True)
    next_sheet = stage.spent + 120
    own_seed = options.seed + process_count() * stage.step + torch.distributed.get_rank()
    torch.manual_seed(own_seed)

    of_data = batches(data, draw_indices(data, np.arange(data.count)[:-512], residual, own_seed))
    of_twins = batches(twins, heard.indices(own_seed))
    figures = {}
    for step in stage.steps():
        shown, (indices, target) = (twins, next(of_twins)) if step % 3 else (data, next(of_data))
        pace = options.pace * cosine(stage.fraction)
        muon.rate = SETTINGS["muon_rate"] * pace
        for group in adam.param_groups:
            group["lr"] = SETTINGS["adam_rate"] * pace
        portraits = draw(generator, shown, indices).float()
        loss = picture_loss(portraits, target, shown.style[indices], residual, twins=shown is twins)
        if shown is twins:
            heard.update(indices, portraits.detach(), target)
            figures["heard"] = heard.mean()
        figures["twins" if shown is twins else "portraits"] = loss.item()
        loss.backward()
        average_gradients(generator)
        for optimiser in (muon, adam):
            optimiser.step()
            optimiser.zero_grad()
        ema.update(generator)
        stage.report(**figures)
        if stage.spent > next_sheet and is_first():
            next_sheet += 300
            show_progress(generator, ema, data, held_out, stage)
    if is_first():
        show_progress(generator, ema, data, held_out, stage)
        set_mean_w(generator, ema)
        stage.save()


def show_progress(generator: Generator, ema: Average, data: Portraits, held_out: np.ndarray, stage: Stage) -> None:
    copy = averaged(generator, ema)
    sheets = []
    for kind in ("plain", "between", "mixed"):
        psnr, pairs = evaluate(copy, data, held_out[data.kind[held_out] == kind][:96])
        print(f"generator  step {stage.step}  held-out {kind}: {psnr:.2f} dB", flush=True)
        sheets.append(pairs)
    save_sheet(torch.cat(sheets), stage.path.with_suffix(".png"))


@torch.no_grad()
def set_mean_w(generator: Generator, ema: Average) -> None:
    """Mean of w over 20,000 z (Karras et al. 2019, sec. B: the centre of truncation)."""
    copy = averaged(generator, ema)
    mean = torch.cat([copy.mapping(torch.randn(2000, 512)) for _ in range(10)]).mean(0)
    ema.shadow["mean_w"].copy_(mean)
    generator.mean_w.copy_(mean)


if __name__ == "__main__":
    main()
