"""Trains CLIP's two towers on rendered portraits and their captions.

    python train_clip.py --data DIR --minutes 30 [--name judge --seed 9 --narrow]

Loss: the symmetric contrastive loss of CLIP (Radford et al. 2021, fig. 3), plus reading the known attributes off the
picture's embedding. `--name judge` trains the encoder that scores generated portraits and takes no other part.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from clip import CONTEXT_LENGTH, IMAGE_SIZE, Clip, minilm_folder
from common import DEFAULT_WORK, Average, Stage, cosine, seed_everything
from portraits import Portraits

SETTINGS = {
    "batch": 96,
    "rate": 1e-3,
    "text_rate": 5e-5,  # for the sentence encoder's unfrozen layers
    "weight_decay": 0.02,
    "ema_decay": 0.995,
    "attribute_weight": 1.0,
    "full_captions": 0.4,  # share of full captions; the rest are partial
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


def attribute_loss(predicted: torch.Tensor, known: torch.Tensor, colours: slice) -> torch.Tensor:
    """Yes or no for style and options, squared error for colours."""
    choices = F.binary_cross_entropy_with_logits(predicted[:, : colours.start], known[:, : colours.start])
    return 10 * choices + F.mse_loss(predicted[:, colours], known[:, colours])


def contrastive_loss(images: torch.Tensor, texts: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    logits = scale * images @ texts.T
    target = torch.arange(len(logits))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


@torch.no_grad()
def retrieval(clip: Clip, data: Portraits, indices: np.ndarray, made) -> tuple[float, float]:
    """R@1 and R@5 from full captions to their pictures."""
    images = torch.cat([clip.image(data.images(part)) for part in np.array_split(indices, 10)])
    texts = torch.cat([
        clip.text(*tokenize(made, [data.records[i]["captions"][0] for i in part])) for part in np.array_split(indices, 10)
    ])  # fmt: skip
    own = (texts * images).sum(1, keepdim=True)
    rank = (texts @ images.T > own).sum(1)
    return (rank < 1).float().mean().item(), (rank < 5).float().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--name", default="clip")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--narrow", action="store_true", help="an image tower of three quarters the width")
    options = parser.parse_args()
    seed_everything(options.seed)

    data = Portraits(options.data, IMAGE_SIZE)
    plain = np.flatnonzero(data.kind == "plain")
    train, held_out = plain[:-1000], plain[-1000:]
    made = tokenizer()
    mask_token = made.token_to_id("[MASK]")
    clip = Clip(data.attributes.size, *([SETTINGS["narrow_widths"]] if options.narrow else []))
    clip.image.to(memory_format=torch.channels_last)
    gentle = [p for p in clip.text.encoder.parameters() if p.requires_grad]
    known = {id(p) for p in clip.text.encoder.parameters()}
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in clip.parameters() if id(p) not in known], "peak": SETTINGS["rate"]},
            {"params": gentle, "peak": SETTINGS["text_rate"]},
        ],
        betas=(0.9, 0.98),
        weight_decay=SETTINGS["weight_decay"],
    )
    ema = Average(clip, SETTINGS["ema_decay"])
    stage = Stage(options.name, options.work, options.minutes, SETTINGS, {"clip": clip, "ema": ema, "optimiser": optimiser})
    random = np.random.default_rng(options.seed + stage.step)
    next_look = stage.spent + 240

    for _ in stage.steps():
        chosen = np.sort(random.choice(train, SETTINGS["batch"], replace=False))
        which = np.where(random.random(len(chosen)) < SETTINGS["full_captions"], 0, random.integers(1, 6, len(chosen)))
        ids, mask = tokenize(made, [data.records[i]["captions"][k] for i, k in zip(chosen, which)])
        inside = mask.bool() & (torch.arange(ids.shape[1]) > 0) & (ids != made.token_to_id("[SEP]"))
        ids = torch.where(inside & (torch.rand(ids.shape) < SETTINGS["token_dropout"]), mask_token, ids)
        pictures = augment(data.images(chosen)).contiguous(memory_format=torch.channels_last)
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * cosine(stage.fraction, warmup=0.03)
        with torch.autocast("cpu", torch.bfloat16):
            texts, raw = clip.text(ids, mask), clip.image.embed(pictures)
        raw = raw.float()
        scale = clip.log_scale.clamp(max=SETTINGS["max_log_scale"]).exp()
        contrast = contrastive_loss(F.normalize(raw, dim=-1), texts.float(), scale)
        attributes = attribute_loss(clip.read_attributes(raw), data.a[chosen], data.attributes.colours)
        loss = contrast + SETTINGS["attribute_weight"] * attributes
        loss.backward()
        torch.nn.utils.clip_grad_norm_(clip.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        ema.update(clip)
        stage.report(contrast=contrast.item(), attributes=attributes.item(), scale=scale.item())
        if stage.spent > next_look or stage.fraction >= 1:
            next_look += 240
            look(clip, ema, data, held_out, made, stage)
    look(clip, ema, data, held_out, made, stage)


def look(clip: Clip, ema: Average, data: Portraits, held_out: np.ndarray, made, stage: Stage) -> None:
    """Prints retrieval on held-out portraits with the averaged weights."""
    kept = {key: value.clone() for key, value in clip.state_dict().items()}
    clip.load_state_dict(ema.shadow)
    clip.eval()
    r1, r5 = retrieval(clip, data, held_out, made)
    clip.load_state_dict(kept)
    clip.train()
    print(f"{stage.name}  step {stage.step}  held-out R@1 of 1,000: {r1:.3f}  R@5: {r5:.3f}", flush=True)


if __name__ == "__main__":
    main()
