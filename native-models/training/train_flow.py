"""Trains the flow on pairs (CLIP embedding of a rendered portrait, its w), and what bridges text to pictures.

    python train_flow.py --data DIR embed                      encodes rendered portraits (needs CLIP only)
    python train_flow.py --data DIR pairs                      puts their w's beside them
    python train_flow.py --data DIR conditional --minutes 8    w = f(z; e)
    python train_flow.py --data DIR bijective --minutes 8      w = f(e), the paper's
    python train_flow.py --data DIR prior --minutes 3          text embedding → picture embedding

A portrait's w is known from its attributes, and that of a portrait between two from theirs, so the renderer's own
pictures serve: no generated picture has to be drawn and encoded. Words leave much open, so half of the embeddings are
as vague as words: the mean of the pictures that share some of what this one shows. No caption takes part in the flow.
Captions of the training set give the mean shift between modalities and teach the prior: two of the remedies for the
gap between text and pictures that evaluate.py compares.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from clip import IMAGE_SIZE, Clip
from common import DEFAULT_WORK, Average, Stage, cosine, seed_everything, unit
from flow import SIZE, Flow, Prior
from generator import Generator
from portraits import Attributes, Portraits
from train_clip import tokenize, tokenizer

SETTINGS = {
    "pairs": 64_000,
    "captioned": 40_000,  # portraits whose captions teach shift and prior
    "vague": 3,  # embeddings as vague as words that each plain portrait is also paired with
    "said": (1, 8),  # how many of the kinds of meaning such an embedding shares, drawn evenly
    "sharing": 48,  # at most so many pictures are averaged
    "vague_share": 0.5,  # of the pairs of a batch
    "batch": 512,
    "rate": 6e-4,
    "mixing_share": 0.1,  # of the rate, for the 512×512 matrices: 512 numbers that move together move far
    "ema_decay": 0.995,
    "w_noise": 0.05,  # as a share of each number's deviation; the generator was taught to bear as much
    "embedding_noise": (0.0, 0.4),  # length of the noise added to e, drawn evenly (LAFITE, clip2latent)
    "held_out": 2_000,
}


def load_generator(work: Path, attributes: Attributes) -> Generator:
    generator = Generator(attributes)
    generator.load_state_dict(torch.load(work / "generator.pt", weights_only=False)["ema"]["shadow"])
    return generator.eval()


def load_clip(work: Path, attributes: Attributes, name: str = "clip") -> Clip:
    saved = torch.load(work / f"{name}.pt", weights_only=False)
    widths = saved["settings"]["narrow_widths"] if name == "judge" else None
    clip = Clip(attributes, *([widths] if widths else []))
    clip.load_state_dict(saved["ema"]["shadow"])
    return clip.eval()


@torch.no_grad()
def embed_pictures(options: argparse.Namespace) -> None:
    """embeddings.pt: e [pairs, 512] of rendered portraits, `records` saying which; text and image [captioned, 512]."""
    data = Portraits(options.data, IMAGE_SIZE)
    clip = load_clip(options.work, data.attributes)
    clip.image.to(memory_format=torch.channels_last)
    records = np.flatnonzero(data.kind != "mixed")[: SETTINGS["pairs"]]
    embedded = []
    for part in np.array_split(records, max(1, len(records) // 100)):
        with torch.autocast("cpu", torch.bfloat16):
            raw = clip.image.embed(data.images(part).contiguous(memory_format=torch.channels_last))
        embedded.append(unit(raw.float()))
        if len(embedded) % 50 == 0:
            print(f"embed  {100 * len(embedded)} of {len(records)} pictures", flush=True)
    e = torch.cat(embedded)
    plain = np.flatnonzero(data.kind[records] == "plain")[: SETTINGS["captioned"]]
    which = np.random.default_rng(options.seed).integers(0, len(data.records[records[plain[0]]]["captions"]), len(plain))
    captions = [data.records[records[i]]["captions"][k] for i, k in zip(plain, which)]
    text, image, made = [], e[plain], tokenizer()
    for at in range(0, len(captions), 128):
        with torch.autocast("cpu", torch.bfloat16):
            text.append(clip.text(*tokenize(made, captions[at : at + 128])).float())
    torch.save({"records": records, "e": e, "text": torch.cat(text), "image": image}, options.work / "embeddings.pt")


@torch.no_grad()
def make_pairs(options: argparse.Namespace) -> None:
    """pairs.pt: w and e float32 [pairs, 512] of the same portraits, and vague float16 [pairs, SETTINGS["vague"], 512];
    text and image [captioned, 512]; the mean shift."""
    data = Portraits(options.data, IMAGE_SIZE)
    generator = load_generator(options.work, data.attributes)
    pairs = torch.load(options.work / "embeddings.pt", weights_only=False)
    records = torch.from_numpy(pairs.pop("records"))
    w_a, w_b = (torch.cat([generator.mapping.from_attributes(x) for x in side[records].split(4096)]) for side in (data.a, data.b))
    order = torch.randperm(len(records), generator=torch.Generator().manual_seed(options.seed))
    vague = vague_embeddings(data, records.numpy(), pairs["e"], np.random.default_rng(options.seed))
    w = torch.lerp(w_a, w_b, data.t[records, None])
    pairs["w"], pairs["e"], pairs["vague"] = w[order], pairs["e"][order], vague[order]
    pairs["shift"] = (pairs["image"] - pairs["text"]).mean(0)
    torch.save(pairs, options.work / "pairs.pt")


def vague_embeddings(data: Portraits, records: np.ndarray, e: torch.Tensor, random: np.random.Generator) -> torch.Tensor:
    """For each picture, where words that say a part of what it shows would lie: float16 [pairs, vague, 512].

    A contrastive text embedding lies where the pictures that it fits lie on average. So a part of the meaning is
    drawn, and the embeddings of other pictures that share it are averaged. Portraits between two keep their own e.
    """
    plain = np.flatnonzero(data.kind[records] == "plain")
    meanings = data.meanings(records[plain])
    vague = e[:, None].repeat(1, SETTINGS["vague"], 1).half()
    for own, at in enumerate(plain):
        for version in range(SETTINGS["vague"]):
            said = random.permutation(meanings.shape[1])[: random.integers(*SETTINGS["said"])]
            sharing = np.flatnonzero((meanings[:, said] == meanings[own, said]).all(1))
            others = sharing[sharing != own]
            if len(others):
                chosen = random.choice(others, min(len(others), SETTINGS["sharing"]), replace=False)
                vague[at, version] = unit(e[plain[chosen]].mean(0)).half()
    return vague


def draw_embeddings(pairs: dict, chosen: torch.Tensor) -> torch.Tensor:
    """Embeddings [n, 512] to look at the chosen portraits under: exact or vague, and never quite certain."""
    version = torch.randint(SETTINGS["vague"], chosen.shape)
    is_vague = torch.rand(len(chosen), 1) < SETTINGS["vague_share"]
    return noisy(torch.where(is_vague, pairs["vague"][chosen, version].float(), pairs["e"][chosen]))


def noisy(e: torch.Tensor) -> torch.Tensor:
    """e moved by a random direction of random length, back on the sphere: as uncertain as words are."""
    low, high = SETTINGS["embedding_noise"]
    length = low + (high - low) * torch.rand(e.shape[0], 1)
    return unit(e + length * unit(torch.randn_like(e)))


def conditional_loss(flow: Flow, w: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
    """Negative log-likelihood, in nats a number."""
    return -flow.log_likelihood(w, e).mean() / SIZE


def bijective_loss(flow: Flow, w: torch.Tensor, e: torch.Tensor, spread: torch.Tensor) -> torch.Tensor:
    """Huber error both ways, each in units of its own deviation."""
    forth = flow(w)[0] - e * SIZE**0.5
    back = (flow.inverse(e * SIZE**0.5) - w) / spread
    return F.smooth_l1_loss(forth, torch.zeros_like(forth)) + F.smooth_l1_loss(back, torch.zeros_like(back))


def train_flow(options: argparse.Namespace, pairs: dict, conditional: bool) -> None:
    train, held_out = torch.arange(len(pairs["w"])).split([len(pairs["w"]) - SETTINGS["held_out"], SETTINGS["held_out"]])
    w, spread = pairs["w"], pairs["w"].std(0)
    flow = Flow(conditional, options.seed)
    mixing = [p for step in flow.steps for p in step.mix.parameters()]
    others = [p for p in flow.parameters() if all(p is not m for m in mixing)]
    optimiser = torch.optim.AdamW(
        [{"params": others, "share": 1.0}, {"params": mixing, "share": SETTINGS["mixing_share"]}],
        betas=(0.9, 0.98),
        weight_decay=1e-4,
    )
    ema = Average(flow, SETTINGS["ema_decay"])
    name = "conditional" if conditional else "bijective"
    stage = Stage(name, options.work, options.minutes, SETTINGS, {"flow": flow, "ema": ema, "optimiser": optimiser})
    if not flow.steps[0].norm.is_set:
        some = train[:8192]
        first = w[some] + SETTINGS["w_noise"] * spread * torch.randn_like(w[some])
        flow.set_from(first)
        with torch.no_grad():
            flow(first, draw_embeddings(pairs, some))
    for _ in stage.steps():
        chosen = torch.randint(len(train), (SETTINGS["batch"],))
        rate = SETTINGS["rate"] * cosine(stage.fraction, warmup=0.03)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["share"]
        some_w = w[chosen] + SETTINGS["w_noise"] * spread * torch.randn(SETTINGS["batch"], SIZE)
        e = draw_embeddings(pairs, chosen)
        loss = conditional_loss(flow, some_w, e) if conditional else bijective_loss(flow, some_w, e, spread)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(flow.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        ema.update(flow)
        stage.report(loss=loss.item())
    flow.load_state_dict(ema.shadow)
    flow.eval()
    with torch.no_grad():
        held, e = w[held_out] + SETTINGS["w_noise"] * spread * torch.randn_like(w[held_out]), draw_embeddings(pairs, held_out)
        final = conditional_loss(flow, held, e) if conditional else bijective_loss(flow, held, e, spread)
    print(f"{name}  held-out loss {final.item():.4f}", flush=True)


def train_prior(options: argparse.Namespace, pairs: dict) -> None:
    prior = Prior()
    text, image = pairs["text"], pairs["image"]
    optimiser = torch.optim.AdamW(prior.parameters(), lr=SETTINGS["rate"], weight_decay=1e-2)
    stage = Stage("prior", options.work, options.minutes, SETTINGS, {"prior": prior, "optimiser": optimiser})
    train = len(text) - SETTINGS["held_out"]
    for _ in stage.steps():
        chosen = torch.randint(train, (SETTINGS["batch"],))
        for group in optimiser.param_groups:
            group["lr"] = SETTINGS["rate"] * cosine(stage.fraction)
        guess = prior(unit(text[chosen] + 0.2 * unit(torch.randn(SETTINGS["batch"], SIZE))))
        loss = 1 - (guess * image[chosen]).sum(1).mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        stage.report(loss=loss.item())
    with torch.no_grad():
        near = F.cosine_similarity(prior(text[train:]), image[train:]).mean()
        shifted = F.cosine_similarity(text[train:] + pairs["shift"], image[train:]).mean()
    print(f"prior  held-out cosine {near:.3f}; raw text {(text * image).sum(1).mean():.3f}, shifted {shifted:.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["embed", "pairs", "conditional", "bijective", "prior"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    seed_everything(options.seed)
    if options.what in ("embed", "pairs"):
        (embed_pictures if options.what == "embed" else make_pairs)(options)
        return
    pairs = torch.load(options.work / "pairs.pt", weights_only=False)
    if options.what == "prior":
        train_prior(options, pairs)
    else:
        train_flow(options, pairs, conditional=options.what == "conditional")


if __name__ == "__main__":
    main()
