"""Trains CLIP's towers on rendered portraits and their captions, one after the other.

    python train_clip.py --data DIR words    --minutes 12    text tower, against the known attributes of portraits
    python train_clip.py --data DIR pictures --minutes 25    image tower, against captions and attributes
    python train_clip.py --data DIR meanings --minutes 45    text tower once more, against pictures
    python train_clip.py --data ALL late     --minutes 20    the same, with captions that hold nothing back

Both losses hold the symmetric contrastive loss of CLIP (Radford et al. 2021, fig. 3). What the words stage contrasts a
caption with is not yet a picture but the list of what the picture shows: thousands of captions a minute instead of
hundreds. The pictures stage then leaves the words where they are (Zhai et al. 2022, "LiT", the other way round).
The meanings stage leaves the pictures where they are: it brings a caption to the mean of the pictures that it fits
and has what it says read off it, by what reads it off pictures, and drawn by the flow: else a colour's finer name hardly
counts, and what it leaves open leans to one side (train_flow.py must have trained the conditional flow). Noise on the
lower layers' output teaches that a word nobody has said yet means about what its neighbours mean. What it then makes of
words that no caption has had is measured (evaluate.py) before the late stage teaches it those as well.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from clip import EMBEDDING_SIZE, FROZEN_LAYERS, IMAGE_SIZE, Clip, TextTower, tokenize, tokenizer
from common import DEFAULT_WORK, Average, Stage, autocast, cosine, seed_everything, unit
from generator import AttributeSampler
from portraits import Portraits, Sharing
from train_flow import infer_latents, load_flow

SETTINGS = {
    "batch": {"words": 192, "pictures": 96, "meanings": 192, "late": 192},
    "rate": 1e-3,
    "text_rate": 1e-4,  # for the sentence encoder's unfrozen layers
    "weight_decay": 0.02,
    "ema_decay": 0.995,
    "reading_weight": 0.2,
    "full_captions": 0.3,  # share of full captions; the rest say less
    "fitting": 512,  # pictures that a caption is brought to the mean of, at most
    "reader_steps": 1500,  # of fitting what reads meanings off pictures' embeddings
    "reader_means": 30_000,  # captions whose pictures' means it is also fitted on
    "reader_noise": 0.4,  # length of the noise that it is to see through, at most
    "neighbours": 0.3,  # noise on the frozen layers' output, as a share of its deviation
    "max_log_scale": 4.6,  # e^4.6 = 100, as in CLIP
    "picture_noise": 0.03,
    "token_dropout": 0.05,  # share of tokens hidden, so that no single word is everything
}


def augment(pictures: torch.Tensor) -> torch.Tensor:
    """Noise, small shifts and brightness: a reference picture from elsewhere is never quite like the data."""
    n = pictures.shape[0]
    dy, dx = (int(v) for v in torch.randint(-4, 5, (2,)))
    moved = F.pad(pictures, (4, 4, 4, 4), mode="replicate")[..., 4 + dy : 4 + dy + IMAGE_SIZE, 4 + dx : 4 + dx + IMAGE_SIZE]
    light = 1 + 0.05 * torch.randn(n, 1, 1, 1)
    return moved * light + SETTINGS["picture_noise"] * torch.rand(n, 1, 1, 1) * torch.randn_like(moved)


def embed_texts(tower: TextTower, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Unit embeddings [N, 512], captions of like length together: most of a batch is else padding."""
    order = mask.sum(1).argsort()
    parts = []
    for part in order.chunk(6):
        longest = int(mask[part].sum(1).max())
        with autocast():
            parts.append(tower(ids[part, :longest], mask[part, :longest]).float())
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

    def choose(self, chosen: np.ndarray) -> np.ndarray:
        """Which caption of each portrait."""
        partial = self.random.integers(1, len(self.records[chosen[0]]["captions"]), len(chosen))
        return np.where(self.random.random(len(chosen)) < SETTINGS["full_captions"], 0, partial)

    def draw(self, chosen: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        return self.tokens(chosen, self.choose(chosen))

    def tokens(self, chosen: np.ndarray, which: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        ids, mask = tokenize(self.made, [self.records[i]["captions"][k] for i, k in zip(chosen, which)])
        inside = mask.bool() & (torch.arange(ids.shape[1]) > 0) & (ids != self.made.token_to_id("[SEP]"))
        hidden = inside & (torch.rand(ids.shape) < SETTINGS["token_dropout"])
        return torch.where(hidden, self.made.token_to_id("[MASK]"), ids), mask


def words_loss(clip: Clip, data: Portraits, captions: Captions, chosen: np.ndarray) -> dict[str, torch.Tensor]:
    texts = embed_texts(clip.text, *captions.draw(chosen))
    portraits = clip.attributes(data.a[chosen], data.named[chosen])
    scale = clip.log_scale.clamp(max=SETTINGS["max_log_scale"]).exp()
    reading = [data.attributes.reading_loss(clip.read(e), data.a[chosen], data.named[chosen]) for e in (texts, portraits)]
    return {"contrast": contrastive_loss(texts, portraits, scale), "reading": reading[0], "own reading": reading[1]}


def pictures_loss(clip: Clip, data: Portraits, captions: Captions, chosen: np.ndarray) -> dict[str, torch.Tensor]:
    pictures = augment(data.images(chosen)).contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        texts = embed_texts(clip.text, *captions.draw(chosen))
    with autocast():
        images = clip.image.embed(pictures)
    images, portraits = unit(images.float()), clip.attributes(data.a[chosen], data.named[chosen])
    scale = clip.log_scale.clamp(max=SETTINGS["max_log_scale"]).exp()
    return {
        "contrast": contrastive_loss(images, texts, scale),
        "nearness": 10 * (1 - (images * portraits).sum(1).mean()),
        "reading": data.attributes.reading_loss(clip.read(images), data.a[chosen], data.named[chosen]),
    }


class Meanings:
    """Where the pictures that a caption fits lie on average, and what they show."""

    def __init__(self, data: Portraits, embeddings: Path, seed: int):
        saved = torch.load(embeddings, weights_only=False)
        self.e, self.records = saved["e"], saved["records"]
        self.row = {record: row for row, record in enumerate(self.records)}
        self.kinds, self.values = data.meanings(self.records)
        self.sharing = Sharing(self.values)
        self.random = np.random.default_rng(seed)
        counts = (self.values.max(0) + 1).tolist()
        self.parts = [slice(end - count, end) for count, end in zip(counts, np.cumsum(counts).tolist())]
        self.shown = torch.cat([F.one_hot(column, count) for column, count in zip(torch.from_numpy(self.values).T, counts)], 1).float()
        self.reader = self._fit_reader([record["said"] for record in data.records])

    def chances(self, records: np.ndarray) -> np.ndarray:
        """How often to show each of them so that, of every kind of meaning, the rare is as frequent as the common."""
        rarity = np.zeros(len(records))
        for column in self.values[[self.row[record] for record in records]].T:
            frequency = np.bincount(column)
            rarity += 1 / (np.count_nonzero(frequency) * frequency[column])
        return rarity / rarity.sum()

    def _fit_reader(self, said: list[list[list[str]]]) -> torch.nn.Module:
        """Scores [N, meanings] of every meaning of every kind, from unit embeddings times √512: of pictures, and of the
        means of pictures that captions fit, which show a kind that is left open in shares."""
        reader = torch.nn.Sequential(
            torch.nn.Linear(EMBEDDING_SIZE, EMBEDDING_SIZE), torch.nn.GELU(), torch.nn.Linear(EMBEDDING_SIZE, self.shown.shape[1])
        )  # fmt: skip
        fitting = [self.fitting(i, said[i][self.random.integers(len(said[i]))]) for i in self.random.choice(self.records, SETTINGS["reader_means"])]
        e = torch.cat([self.e, torch.stack([self.mean_of(rows) for rows in fitting])])
        shown = torch.cat([self.shown, self.shares(fitting)])
        optimiser = torch.optim.Adam(reader.parameters(), 1e-3)
        for _ in range(SETTINGS["reader_steps"]):
            rows = np.concatenate([self.random.integers(0, len(self.e), 128), self.random.integers(len(self.e), len(e), 384)])
            noisy = unit(e[rows] + SETTINGS["reader_noise"] * torch.rand(len(rows), 1) * unit(torch.randn(len(rows), EMBEDDING_SIZE)))
            optimiser.zero_grad()
            self._unread(reader(noisy * EMBEDDING_SIZE**0.5), shown[rows]).backward()
            optimiser.step()
        return reader.requires_grad_(False)

    def _unread(self, scores: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Cross-entropy of scores [N, meanings] with how often each meaning of each kind is to be read, in nats a caption."""
        return sum(F.cross_entropy(scores[:, part], shares[:, part]) for part in self.parts)

    def unread(self, embeddings: torch.Tensor, fitting: list[np.ndarray]) -> torch.Tensor:
        """How badly embeddings of captions read as the pictures that they fit: what is said as surely as it is said, what
        is left open as often as it is so among those pictures. In nats a caption."""
        return self._unread(self.reader(embeddings * EMBEDDING_SIZE**0.5), self.shares(fitting))

    def fitting(self, record: int, said: list[str]) -> np.ndarray:
        """Rows of pictures that a caption fits which says these kinds of meaning of a portrait."""
        told = [self.kinds.index(name) for name in said if name in self.kinds]
        rows = self.sharing.with_row(self.row[record], told) if told else np.arange(len(self.e))
        return self.random.choice(rows, SETTINGS["fitting"]) if len(rows) > SETTINGS["fitting"] else rows

    def mean_of(self, rows: np.ndarray) -> torch.Tensor:
        return unit(self.e[rows].mean(0))

    def shares(self, fitting: list[np.ndarray]) -> torch.Tensor:
        """How often each meaning is to be seen among some pictures, [N, meanings]."""
        return torch.stack([self.shown[rows].mean(0) for rows in fitting])


class Drawing:
    """What the flow draws for captions: it is the flow that they are to tell what to draw, and it is left as it is."""

    def __init__(self, data: Portraits, work: Path):
        self.pairs = torch.load(work / "pairs.pt", weights_only=False)
        self.row = {record: row for row, record in enumerate(self.pairs["records"].tolist())}
        self.sampler = AttributeSampler(data.attributes)
        self.flow = load_flow(work, "conditional").requires_grad_(False)

    def unlikelihood(self, embeddings: torch.Tensor, chosen: np.ndarray) -> torch.Tensor:
        """−log p(z | e) of the portraits that captions were written for, in nats a portrait."""
        rows = torch.tensor([self.row[record] for record in chosen])
        return -self.flow.log_likelihood(infer_latents(self.sampler, self.pairs, rows), embeddings).mean()


def meanings_loss(
    clip: Clip, data: Portraits, captions: Captions, chosen: np.ndarray, meanings: Meanings, drawing: Drawing
) -> dict[str, torch.Tensor]:
    which = captions.choose(chosen)
    fitting = [meanings.fitting(i, data.records[i]["said"][k]) for i, k in zip(chosen, which)]
    means = torch.stack([meanings.mean_of(rows) for rows in fitting])
    texts = embed_texts(clip.text, *captions.tokens(chosen, which))
    scale = clip.log_scale.clamp(max=SETTINGS["max_log_scale"]).exp()
    # How like two captions are is told by their pictures: several of a batch may mean the same.
    alike = (scale * means @ means.T).softmax(1)
    return {
        "contrast": F.cross_entropy(scale * texts @ means.T, alike),
        "nearness": 50 * (1 - (texts * means).sum(1).mean()),
        "reading": meanings.unread(texts, fitting),
        "drawing": drawing.unlikelihood(texts, chosen),
    }


def blur_words(clip: Clip) -> None:
    """Noise on what the frozen layers make of the words, while training."""

    def blur(module: torch.nn.Module, inputs: tuple, output: torch.Tensor | tuple) -> torch.Tensor | tuple:
        states = output[0] if isinstance(output, tuple) else output
        if not clip.text.training:
            return output
        states = states + SETTINGS["neighbours"] * states.detach().std() * torch.randn_like(states)
        return (states, *output[1:]) if isinstance(output, tuple) else states

    clip.text.encoder.encoder.layer[FROZEN_LAYERS - 1].register_forward_hook(blur)


LOSSES = {"words": words_loss, "pictures": pictures_loss, "meanings": meanings_loss, "late": meanings_loss}
TAUGHT = {"words": ("text", "attributes", "readout", "log_scale"), "pictures": ("image",), "meanings": ("text",), "late": ("text",)}
#: The checkpoint that a stage goes on from.
BEFORE = {"words": None, "pictures": "-words", "meanings": "-pictures", "late": "-meanings"}


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
def nearer_than_own(texts: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
    """How many of the other pictures are nearer to each text than its own; unit embeddings [N, 512] of both. Its own is taken
    from the same product: else rounding sets a picture above itself."""
    scores = texts @ found.T
    return (scores > scores.diagonal()[:, None]).sum(1)


def retrieval(clip: Clip, data: Portraits, indices: np.ndarray, made, what: str = "late") -> tuple[float, float]:
    """R@1 and R@5 from full captions to their pictures (or, before there is an image tower, their attributes)."""
    parts = np.array_split(indices, 10)
    found = torch.cat([clip.attributes(data.a[p], data.named[p]) if what == "words" else clip.image(data.images(p)) for p in parts])
    texts = torch.cat([clip.text(*tokenize(made, [data.records[i]["captions"][0] for i in p])) for p in parts])
    rank = nearer_than_own(texts, found)
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
    parser.add_argument("what", choices=list(LOSSES))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    seed_everything(options.seed)

    data = Portraits(options.data, IMAGE_SIZE)
    plain = np.flatnonzero(data.kind == "plain")
    train, held_out = plain[:-1000], plain[-1000:]
    clip = Clip(data.attributes)
    clip.image.to(memory_format=torch.channels_last)
    if BEFORE[options.what]:
        before = torch.load(options.work / f"clip{BEFORE[options.what]}.pt", weights_only=False)
        clip.load_state_dict(before["ema"]["shadow"])
    extra: tuple = ()
    chances = None
    if options.what in ("meanings", "late"):
        blur_words(clip)
        extra = (Meanings(data, options.work / "embeddings.pt", options.seed), Drawing(data, options.work))
        train = np.intersect1d(train, extra[0].records)
        chances = extra[0].chances(train)
    optimiser = optimiser_for(clip, options.what)
    ema = Average(clip, SETTINGS["ema_decay"])
    # The last stage's checkpoint is the whole: what is called by the name alone.
    name = "clip" if options.what == "late" else f"clip-{options.what}"
    stage = Stage(name, options.work, options.minutes, SETTINGS, {"clip": clip, "ema": ema, "optimiser": optimiser})
    random = np.random.default_rng(options.seed + stage.step)
    captions = Captions(data, options.seed + stage.step)
    next_look = stage.spent + 240

    for _ in stage.steps():
        chosen = np.sort(random.choice(train, SETTINGS["batch"][options.what], replace=False, p=chances))
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * cosine(stage.fraction, warmup=0.03)
        losses = LOSSES[options.what](clip, data, captions, chosen, *extra)
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
