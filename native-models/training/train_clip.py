"""Trains CLIP's towers on rendered portraits and their captions, one after the other.

    python train_clip.py --data DIR words    --minutes 12    text tower, against the known attributes of portraits
    python train_clip.py --data DIR pictures --minutes 25    image tower, against captions and attributes

with `--name judge --seed 9 --narrow` for the encoder that scores generated portraits and takes no other part.

Both losses hold the symmetric contrastive loss of CLIP (Radford et al. 2021, fig. 3). What the words stage contrasts a
caption with is not yet a picture but the list of what the picture shows: thousands of captions a minute instead of
hundreds. The pictures stage then leaves the words where they are (Zhai et al. 2022, "LiT", the other way round).
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from clip import CONTEXT_LENGTH, IMAGE_SIZE, Clip, minilm_folder
from common import DEFAULT_WORK, Average, Stage, cosine, seed_everything, unit
from portraits import Portraits

SETTINGS = {
    "batch": {"words": 192, "pictures": 96},
    "rate": 1e-3,
    "text_rate": 1e-4,  # for the sentence encoder's unfrozen layers
    "weight_decay": 0.02,
    "ema_decay": 0.995,
    "reading_weight": 0.2,
    "full_captions": 0.15,  # share of full captions; the rest are partial
    "max_log_scale": 4.6,  # e^4.6 = 100, as in CLIP
    "picture_noise": 0.03,
    "token_dropout": 0.05,  # share of tokens hidden, so that no single word is everything
    "narrow_widths": (40, 96, 192, 320),
}


def tokenizer():
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json"))
    made.enable_truncation(CONTEXT_LENGTH)
    made.enable_padding()
    return made


def tokenize(made, captions: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask, both int64 [N, T]."""
    encoded = made.encode_batch(captions)
    return torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded])


def augment(pictures: torch.Tensor) -> torch.Tensor:
    """Noise, small shifts and brightness: a reference picture from elsewhere is never quite like the data."""
    n = pictures.shape[0]
    dy, dx = (int(v) for v in torch.randint(-4, 5, (2,)))
    moved = F.pad(pictures, (4, 4, 4, 4), mode="replicate")[..., 4 + dy : 4 + dy + IMAGE_SIZE, 4 + dx : 4 + dx + IMAGE_SIZE]
    light = 1 + 0.05 * torch.randn(n, 1, 1, 1)
    return moved * light + SETTINGS["picture_noise"] * torch.rand(n, 1, 1, 1) * torch.randn_like(moved)


def embed_texts(clip: Clip, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Unit embeddings [N, 512], captions of like length together: most of a batch is else padding."""
    order = mask.sum(1).argsort()
    parts = []
    for part in order.chunk(6):
        longest = int(mask[part].sum(1).max())
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(clip.text(ids[part, :longest], mask[part, :longest]).float())
    return torch.cat(parts)[order.argsort()]


def contrastive_loss(one: torch.Tensor, other: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    logits = scale * one @ other.T
    target = torch.arange(len(logits))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


class Captions:
    """Draws a caption for each of some portraits, as token ids, now and then with a token hidden."""

    def __init__(self, data: Portraits, seed: int):
        self.records, self.made = data.records, tokenizer()
        self.random = np.random.default_rng(seed)

    def draw(self, chosen: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        partial = self.random.integers(1, len(self.records[chosen[0]]["captions"]), len(chosen))
        which = np.where(self.random.random(len(chosen)) < SETTINGS["full_captions"], 0, partial)
        ids, mask = tokenize(self.made, [self.records[i]["captions"][k] for i, k in zip(chosen, which)])
        inside = mask.bool() & (torch.arange(ids.shape[1]) > 0) & (ids != self.made.token_to_id("[SEP]"))
        hidden = inside & (torch.rand(ids.shape) < SETTINGS["token_dropout"])
        return torch.where(hidden, self.made.token_to_id("[MASK]"), ids), mask


def words_loss(clip: Clip, data: Portraits, captions: Captions, chosen: np.ndarray) -> dict[str, torch.Tensor]:
    texts = embed_texts(clip, *captions.draw(chosen))
    portraits = clip.attributes(data.a[chosen], data.named[chosen])
    scale = clip.log_scale.clamp(max=SETTINGS["max_log_scale"]).exp()
    reading = [data.attributes.reading_loss(clip.read(e), data.a[chosen], data.named[chosen]) for e in (texts, portraits)]
    return {"contrast": contrastive_loss(texts, portraits, scale), "reading": reading[0], "own reading": reading[1]}


def pictures_loss(clip: Clip, data: Portraits, captions: Captions, chosen: np.ndarray) -> dict[str, torch.Tensor]:
    pictures = augment(data.images(chosen)).contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        texts = embed_texts(clip, *captions.draw(chosen))
    with torch.autocast("cpu", torch.bfloat16):
        images = clip.image.embed(pictures)
    images, portraits = unit(images.float()), clip.attributes(data.a[chosen], data.named[chosen])
    scale = clip.log_scale.clamp(max=SETTINGS["max_log_scale"]).exp()
    return {
        "contrast": contrastive_loss(images, texts, scale),
        "nearness": 10 * (1 - (images * portraits).sum(1).mean()),
        "reading": data.attributes.reading_loss(clip.read(images), data.a[chosen], data.named[chosen]),
    }


LOSSES = {"words": words_loss, "pictures": pictures_loss}
TAUGHT = {"words": ("text", "attributes", "readout", "log_scale"), "pictures": ("image",)}


def optimiser_for(clip: Clip, what: str) -> torch.optim.Optimizer:
    for name, parameter in clip.named_parameters():
        if not name.startswith(TAUGHT[what]):
            parameter.requires_grad_(False)
    gentle = {id(p) for p in clip.text.encoder.parameters()}
    taught = [p for p in clip.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": [p for p in taught if id(p) not in gentle], "peak": SETTINGS["rate"]},
            {"params": [p for p in taught if id(p) in gentle], "peak": SETTINGS["text_rate"]},
        ],
        betas=(0.9, 0.98),
        weight_decay=SETTINGS["weight_decay"],
    )


@torch.no_grad()
def retrieval(clip: Clip, data: Portraits, indices: np.ndarray, made, what: str = "pictures") -> tuple[float, float]:
    """R@1 and R@5 from full captions to their pictures (or, before there is an image tower, their attributes)."""
    parts = np.array_split(indices, 10)
    found = torch.cat([clip.image(data.images(p)) if what == "pictures" else clip.attributes(data.a[p], data.named[p]) for p in parts])
    texts = torch.cat([clip.text(*tokenize(made, [data.records[i]["captions"][0] for i in p])) for p in parts])
    own = (texts * found).sum(1, keepdim=True)
    rank = (texts @ found.T > own).sum(1)
    return (rank < 1).float().mean().item(), (rank < 5).float().mean().item()


def look(clip: Clip, ema: Average, data: Portraits, held_out: np.ndarray, made, stage: Stage, what: str) -> None:
    """Prints retrieval on held-out portraits with the averaged weights."""
    kept = {key: value.clone() for key, value in clip.state_dict().items()}
    clip.load_state_dict(ema.shadow)
    clip.eval()
    r1, r5 = retrieval(clip, data, held_out, made, what)
    clip.load_state_dict(kept)
    clip.train()
    print(f"{stage.name}  step {stage.step}  held-out R@1 of 1,000: {r1:.3f}  R@5: {r5:.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["words", "pictures"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--name", default="clip")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--narrow", action="store_true", help="an image tower of three quarters the width")
    options = parser.parse_args()
    seed_everything(options.seed)

    data = Portraits(options.data, IMAGE_SIZE)
    plain = np.flatnonzero(data.kind == "plain")
    train, held_out = plain[:-1000], plain[-1000:]
    clip = Clip(data.attributes, *([SETTINGS["narrow_widths"]] if options.narrow else []))
    clip.image.to(memory_format=torch.channels_last)
    if options.what == "pictures":
        words = torch.load(options.work / f"{options.name}-words.pt", weights_only=False)
        clip.load_state_dict(words["ema"]["shadow"])
    optimiser = optimiser_for(clip, options.what)
    ema = Average(clip, SETTINGS["ema_decay"])
    name = f"{options.name}-words" if options.what == "words" else options.name
    stage = Stage(name, options.work, options.minutes, SETTINGS, {"clip": clip, "ema": ema, "optimiser": optimiser})
    random = np.random.default_rng(options.seed + stage.step)
    captions = Captions(data, options.seed + stage.step)
    next_look = stage.spent + 240

    for _ in stage.steps():
        chosen = np.sort(random.choice(train, SETTINGS["batch"][options.what], replace=False))
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * cosine(stage.fraction, warmup=0.03)
        losses = LOSSES[options.what](clip, data, captions, chosen)
        sum(loss if part == "contrast" else SETTINGS["reading_weight"] * loss for part, loss in losses.items()).backward()
        torch.nn.utils.clip_grad_norm_(clip.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        ema.update(clip)
        stage.report(**{part: loss.item() for part, loss in losses.items()})
        if stage.spent > next_look and stage.fraction < 1:
            next_look += 240
            look(clip, ema, data, held_out, captions.made, stage, options.what)
    look(clip, ema, data, held_out, captions.made, stage, options.what)


if __name__ == "__main__":
    main()
