"""Trains the flow on pairs (CLIP embedding of a rendered portrait, its latent), and what bridges text to pictures.

    python train_flow.py --data DIR embed                      encodes rendered portraits (needs CLIP only)
    python train_flow.py --data DIR pairs                      puts beside them what decides their latents
    python train_flow.py --data DIR conditional --minutes 8    latent = f(noise; e)
    python train_flow.py --data DIR bijective --minutes 8      latent = f(e), the paper's
    python train_flow.py --data DIR texts                      encodes captions of the same portraits
    python train_flow.py --data DIR prior --minutes 3          text embedding → picture embedding

The latent is StyleGAN's z: what the mapping network turns into w (inverse.py says why). A portrait's attributes are
known, so its z's are too (AttributeSampler.infer draws one anew for every step), and the renderer's own pictures serve:
no generated picture has to be drawn and encoded. Words leave much open, so half of the embeddings are as vague as
words: the mean of the pictures that share some of what this one shows. No caption takes part in the flow.
Captions of the training set give the mean shift between modalities and teach the prior: two of the remedies for the
gap between text and pictures that evaluate.py compares.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from clip import IMAGE_SIZE, Clip, tokenize, tokenizer
from common import DEFAULT_WORK, Average, Stage, autocast, cosine, seed_everything, unit
from flow import CONDITION, SIZE, Flow, Prior
from generator import AttributeSampler, Generator
from portraits import Attributes, Portraits, Sharing
from translate import Translator

SETTINGS = {
    "pairs": 60_000,
    "captioned": 20_000,  # portraits whose captions teach shift and prior
    "shift": 0.6,  # of the mean difference: all of it makes what words say firmer, and lets what they leave open lean
    "vague": 3,  # embeddings as vague as words that each plain portrait is also paired with
    "said": (1, 8),  # how many of the kinds of meaning such an embedding shares, drawn evenly
    "sharing": 48,  # pictures that are averaged, drawn among those that share it
    "vague_share": 0.75,  # of the pairs of a batch
    "batch": 512,
    "rate": 1e-3,
    "prior_rate": 6e-4,
    "mixing_share": 0.1,  # of the rate, for the 512×512 matrices: 512 numbers that move together move far
    "reading_weight": 0.02,  # of how well the condition tells what the portrait shows
    "ema_decay": 0.995,
    "embedding_noise": (0.0, 0.4),  # length of the noise added to e, drawn evenly (LAFITE, clip2latent)
    "held_out": 2_000,
}

#: How clearly a portrait's z wins each of its choices: what the flow blurs still draws that portrait.
MARGIN = 1.0


def load_generator(work: Path, attributes: Attributes) -> Generator:
    generator = Generator(attributes)
    generator.load_state_dict(torch.load(work / "generator.pt", weights_only=False)["ema"]["shadow"])
    return generator.eval()


def load_clip(work: Path, attributes: Attributes, stage: str = "clip") -> Clip:
    """CLIP after a stage of train_clip.py; by default after the last."""
    clip = Clip(attributes)
    clip.load_state_dict(torch.load(work / f"{stage}.pt", weights_only=False)["ema"]["shadow"])
    return clip.eval()


def load_flow(work: Path, kind: str) -> Flow:
    """The flow of a kind, "conditional" or "bijective"."""
    flow = Flow(kind == "conditional")
    flow.load_state_dict(torch.load(work / f"{kind}.pt", weights_only=False)["ema"]["shadow"])
    return flow.eval()


def load_prior(work: Path) -> Prior:
    prior = Prior()
    prior.load_state_dict(torch.load(work / "prior.pt", weights_only=False)["prior"])
    return prior.eval()


def trained(work: Path, stage: str) -> dict | None:
    """A stage's checkpoint, if it was trained and is not what revive.py made of a pack."""
    path = work / f"{stage}.pt"
    saved = torch.load(path, weights_only=False) if path.exists() else {"step": 0}
    return saved if saved["step"] > 0 else None


@torch.no_grad()
def embed_pictures(options: argparse.Namespace) -> None:
    """embeddings.pt: e [pairs, 512] of plain rendered portraits, `records` saying which; text and image [captioned, 512]."""
    data = Portraits(options.data, IMAGE_SIZE)
    clip = load_clip(options.work, data.attributes, "clip-pictures")
    clip.image.to(memory_format=torch.channels_last)
    records = np.flatnonzero(data.kind == "plain")[: SETTINGS["pairs"]]
    embedded = []
    for part in np.array_split(records, max(1, len(records) // 100)):
        with autocast():
            raw = clip.image.embed(data.images(part).contiguous(memory_format=torch.channels_last))
        embedded.append(unit(raw.float()))
        if len(embedded) % 50 == 0:
            print(f"embed  {100 * len(embedded)} of {len(records)} pictures", flush=True)
    torch.save({"records": records, "e": torch.cat(embedded)}, options.work / "embeddings.pt")


@torch.no_grad()
def embed_texts(options: argparse.Namespace) -> None:
    """texts.pt: text and image [captioned, 512], embeddings of captions and of their pictures; `shift` [512] from one to
    the other."""
    data = Portraits(options.data, IMAGE_SIZE)
    clip, made = load_clip(options.work, data.attributes), tokenizer()
    pictures = torch.load(options.work / "embeddings.pt", weights_only=False)
    records, image = (pictures[key][: SETTINGS["captioned"]] for key in ("records", "e"))
    which = np.random.default_rng(options.seed).integers(0, len(data.records[records[0]]["captions"]), len(records))
    captions = [data.records[i]["captions"][k] for i, k in zip(records, which)]
    text = torch.cat([clip.text(*tokenize(made, captions[at : at + 64])) for at in range(0, len(captions), 64)])
    torch.save({"text": text, "image": image, "shift": SETTINGS["shift"] * (image - text).mean(0)}, options.work / "texts.pt")


def make_pairs(options: argparse.Namespace) -> None:
    """pairs.pt: e float32 [pairs, 512] and, of the same portraits, what AttributeSampler.infer needs; vague float16
    [pairs, SETTINGS["vague"], 512]; `records` says which portraits they are."""
    data = Portraits(options.data, IMAGE_SIZE)
    pairs = torch.load(options.work / "embeddings.pt", weights_only=False)
    records = pairs.pop("records")
    order = torch.randperm(len(records), generator=torch.Generator().manual_seed(options.seed))
    vague = vague_embeddings(data.meanings(records)[1], pairs["e"], np.random.default_rng(options.seed))
    translator = Translator(data.attributes, options.seed)
    pairs["choices"] = torch.from_numpy(np.stack([translator.translate(data.records[i]["a"]) for i in records]))
    pairs |= {"known": data.a[records], "named": data.named[records], "persona": data.persona[records], "vague": vague}
    pairs["records"] = torch.from_numpy(records)
    torch.save({key: value[order] for key, value in pairs.items()}, options.work / "pairs.pt")


def vague_embeddings(meanings: np.ndarray, e: torch.Tensor, random: np.random.Generator) -> torch.Tensor:
    """For each picture, where words that say a part of what it shows would lie: float16 [pairs, vague, 512].

    A contrastive text embedding lies where the pictures that it fits lie on average. So a part of the meaning is
    drawn, and the embeddings of other pictures that share it are averaged.
    """
    sharing = Sharing(meanings)
    vague, exact = np.empty((len(e), SETTINGS["vague"], SIZE), np.float32), e.numpy()
    for own in range(len(meanings)):
        for version in range(SETTINGS["vague"]):
            said = random.permutation(meanings.shape[1])[: random.integers(*SETTINGS["said"])]
            fitting = sharing.with_row(own, said)
            vague[own, version] = exact[random.choice(fitting, SETTINGS["sharing"])].mean(0)
        if own % 10_000 == 0:
            print(f"pairs  {own} of {len(meanings)} portraits", flush=True)
    return unit(torch.from_numpy(vague)).half()


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


def infer_latents(sampler: AttributeSampler, pairs: dict, chosen: torch.Tensor) -> torch.Tensor:
    """z [n, 512] of the chosen portraits, another at every call."""
    given = (pairs[key][chosen] for key in ("known", "named", "persona", "choices"))
    return sampler.infer(*given, MARGIN)


def conditional_loss(flow: Flow, z: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
    """Negative log-likelihood, in nats a number."""
    return -flow.log_likelihood(z, e).mean() / SIZE


def bijective_loss(flow: Flow, z: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
    """Huber error both ways, each in units of its own deviation."""
    forth, back = flow(z)[0] - e * SIZE**0.5, flow.inverse(e * SIZE**0.5) - z
    return F.smooth_l1_loss(forth, torch.zeros_like(forth)) + F.smooth_l1_loss(back, torch.zeros_like(back))


def train_flow(options: argparse.Namespace) -> None:
    conditional = options.what == "conditional"
    pairs = torch.load(options.work / "pairs.pt", weights_only=False)
    attributes = Attributes.of(options.data)
    sampler = AttributeSampler(attributes)
    held = min(SETTINGS["held_out"], len(pairs["e"]) // 4)
    train, held_out = torch.arange(len(pairs["e"])).split([len(pairs["e"]) - held, held])
    flow = Flow(conditional, options.seed)
    # Only for training: makes the condition say what the portrait shows before the couplings have learnt to ask.
    reader = nn.Linear(CONDITION, attributes.reading_size)
    if options.condition_alone:
        flow.steps.requires_grad_(False)
    mixing = [p for step in flow.steps for p in step.mix.parameters() if p.requires_grad]
    others = [p for p in [*flow.parameters(), *reader.parameters()] if p.requires_grad and all(p is not m for m in mixing)]
    optimiser = torch.optim.AdamW(
        [{"params": others, "share": 1.0}, {"params": mixing, "share": SETTINGS["mixing_share"]}],
        betas=(0.9, 0.98),
        weight_decay=1e-4,
    )
    ema = Average(flow, SETTINGS["ema_decay"])
    state = {"flow": flow, "ema": ema, "optimiser": optimiser, "reader": reader}
    stage = Stage(options.what, options.work, options.minutes, SETTINGS, state)

    def draw(chosen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return infer_latents(sampler, pairs, chosen), draw_embeddings(pairs, chosen)

    if not flow.steps[0].norm.is_set:
        with torch.no_grad():
            flow(*draw(train[:8192]))
    for _ in stage.steps():
        chosen = torch.randint(len(train), (SETTINGS["batch"],))
        rate = SETTINGS["rate"] * cosine(stage.fraction, warmup=0.03)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["share"]
        z, e = draw(chosen)
        loss = conditional_loss(flow, z, e) if conditional else bijective_loss(flow, z, e)
        figures = {"loss": loss.item()}
        if conditional:
            scores = reader(flow.read_condition(e))
            reading = attributes.reading_loss(scores, pairs["known"][chosen], pairs["named"][chosen])
            loss = loss + SETTINGS["reading_weight"] * reading
            figures["reading"] = reading.item()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(flow.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        ema.update(flow)
        stage.report(**figures)
    flow.load_state_dict(ema.shadow)
    flow.eval()
    with torch.no_grad():
        z, e = draw(held_out)
        final = conditional_loss(flow, z, e) if conditional else bijective_loss(flow, z, e)
    print(f"{options.what}  held-out loss {final.item():.4f}", flush=True)


def train_prior(options: argparse.Namespace) -> None:
    prior = Prior()
    texts = torch.load(options.work / "texts.pt", weights_only=False)
    text, image = texts["text"], texts["image"]
    optimiser = torch.optim.AdamW(prior.parameters(), lr=SETTINGS["prior_rate"], weight_decay=1e-2)
    stage = Stage("prior", options.work, options.minutes, SETTINGS, {"prior": prior, "optimiser": optimiser})
    train = len(text) - min(SETTINGS["held_out"], len(text) // 4)
    for _ in stage.steps():
        chosen = torch.randint(train, (SETTINGS["batch"],))
        for group in optimiser.param_groups:
            group["lr"] = SETTINGS["prior_rate"] * cosine(stage.fraction)
        guess = prior(unit(text[chosen] + 0.2 * unit(torch.randn(SETTINGS["batch"], SIZE))))
        loss = 1 - (guess * image[chosen]).sum(1).mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        stage.report(loss=loss.item())
    with torch.no_grad():
        near = F.cosine_similarity(prior(text[train:]), image[train:]).mean()
        shifted = F.cosine_similarity(text[train:] + texts["shift"], image[train:]).mean()
    print(f"prior  held-out cosine {near:.3f}; raw text {(text * image).sum(1).mean():.3f}, shifted {shifted:.3f}", flush=True)


def main() -> None:
    stages = {
        "embed": embed_pictures,
        "pairs": make_pairs,
        "conditional": train_flow,
        "bijective": train_flow,
        "texts": embed_texts,
        "prior": train_prior,
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=list(stages))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--condition-alone", action="store_true", help="goes on with what reads the embedding; the rest of the flow stays as it is")
    options = parser.parse_args()
    seed_everything(options.seed)
    stages[options.what](options)


if __name__ == "__main__":
    main()
