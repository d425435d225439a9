"""Trains CLIP's towers on rendered portraits and their captions, one after the other.

    python -m stages.train_clip --data DIR words    --minutes 12    text tower, against the known attributes of portraits
    python -m stages.train_clip --data DIR pictures --minutes 25    image tower, against captions and attributes
    python -m stages.train_clip --data DIR align    --minutes 45    text tower once more, against pictures
    python -m stages.train_clip --data ALL late     --minutes 20    the same, with captions that hold nothing back

Both losses hold the symmetric contrastive loss of CLIP (Radford et al. 2021, fig. 3). What the words stage contrasts a
caption with is not yet a picture but the list of what the picture shows: thousands of captions a minute instead of
hundreds. The pictures stage then leaves the words where they are (Zhai et al. 2022, "LiT", the other way round).
The align stage leaves the pictures where they are: it brings a caption to the mean of the pictures that it fits
and has what it says read off it, by what reads it off pictures, and drawn by the flow: else a colour's finer name hardly
counts, and what it leaves open leans to one side (train_flow.py must have trained the conditional flow). Noise on the
lower layers' output teaches that a word nobody has said yet means about what its neighbours mean. What it then makes of
words that no caption has had is measured before the late stage teaches it those as well.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from common.fit import Average, Loss, TrainingRun, fit, peak
from common.options import stage_options
from common.setup import autocast, seed_everything, unit
from data.portraits import LabelIndex, Portraits
from models.checkpoints import load_flow, read_checkpoint
from models.clip import EMBEDDING_SIZE, FROZEN_LAYERS, IMAGE_SIZE, Clip
from models.contrastive import Captions, augment, contrastive_loss, embed_texts, nearer_than_own
from models.pairs import infer_latents
from models.sampler import AttributeSampler
from models.text import tokenize

SETTINGS = {
    "batch": {"words": 192, "pictures": 96, "align": 192, "late": 192},
    "rate": 1e-3,
    "text_rate": 1e-4,  # for the sentence encoder's unfrozen layers
    "weight_decay": 0.02,
    "ema_decay": 0.995,
    "label_weight": 0.2,
    "full_captions": 0.3,  # share of full captions; the rest say less
    "fitting": 512,  # pictures that a caption is brought to the mean of, at most
    "classifier_steps": 1500,  # of fitting what tells labels from pictures' embeddings
    "classifier_means": 30_000,  # captions whose pictures' means it is also fitted on
    "classifier_noise": 0.4,  # length of the noise that it is to see through, at most
    "neighbours": 0.3,  # noise on the frozen layers' output, as a share of its deviation
    "max_log_scale": 4.6,  # e^4.6 = 100, as in CLIP
    "held_out": 1000,  # of the last plain portraits, on which retrieval is measured
}


def words_loss(clip: Clip, data: Portraits, captions: Captions, chosen: np.ndarray) -> dict[str, torch.Tensor]:
    texts = embed_texts(clip.text, *captions.draw(chosen))
    portraits = clip.attributes(data.a[chosen], data.named[chosen])
    scale = clip.log_scale.clamp(max=SETTINGS["max_log_scale"]).exp()
    labels = [data.attributes.label_loss(clip.classify(e), data.a[chosen], data.named[chosen]) for e in (texts, portraits)]
    return {"contrast": contrastive_loss(texts, portraits, scale), "labels": labels[0], "own labels": labels[1]}


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
        "labels": data.attributes.label_loss(clip.classify(images), data.a[chosen], data.named[chosen]),
    }


class FittingPictures:
    """Where the pictures that a caption fits lie on average, and what they show."""

    def __init__(self, data: Portraits, work: Path, seed: int):
        saved = read_checkpoint(work, "embeddings")
        self.e, self.records = saved["e"], saved["records"]
        self.row = {record: row for row, record in enumerate(self.records)}
        self.kinds, self.values = data.label_table(self.records)
        self.index = LabelIndex(self.values)
        self.random = np.random.default_rng(seed)
        counts = (self.values.max(0) + 1).tolist()
        self.parts = [slice(end - count, end) for count, end in zip(counts, np.cumsum(counts).tolist())]
        self.shown = torch.cat([F.one_hot(column, count) for column, count in zip(torch.from_numpy(self.values).T, counts)], 1).float()
        self.classifier = self._fit_classifier([record["said"] for record in data.records])

    def chances(self, records: np.ndarray) -> np.ndarray:
        """How often to show each of them so that, of every kind of label, the rare is as frequent as the common."""
        rarity = np.zeros(len(records))
        for column in self.values[[self.row[record] for record in records]].T:
            frequency = np.bincount(column)
            rarity += 1 / (np.count_nonzero(frequency) * frequency[column])
        return rarity / rarity.sum()

    def _fit_classifier(self, said: list[list[list[str]]]) -> torch.nn.Module:
        """Scores [N, labels] of every label of every kind, from unit embeddings times √512: of pictures, and of the means of
        pictures that captions fit, which show a kind that is left open with probabilities."""
        classifier = torch.nn.Sequential(
            torch.nn.Linear(EMBEDDING_SIZE, EMBEDDING_SIZE), torch.nn.GELU(), torch.nn.Linear(EMBEDDING_SIZE, self.shown.shape[1])
        )  # fmt: skip
        fitting = [
            self.fitting(i, said[i][self.random.integers(len(said[i]))])
            for i in self.random.choice(self.records, SETTINGS["classifier_means"])
        ]
        e = torch.cat([self.e, torch.stack([self.mean_of(rows) for rows in fitting])])
        shown = torch.cat([self.shown, self.probabilities(fitting)])
        optimiser = torch.optim.Adam(classifier.parameters(), 1e-3)
        for _ in range(SETTINGS["classifier_steps"]):
            rows = np.concatenate([self.random.integers(0, len(self.e), 128), self.random.integers(len(self.e), len(e), 384)])
            noisy = unit(e[rows] + SETTINGS["classifier_noise"] * torch.rand(len(rows), 1) * unit(torch.randn(len(rows), EMBEDDING_SIZE)))
            optimiser.zero_grad()
            self._cross_entropy(classifier(noisy * EMBEDDING_SIZE**0.5), shown[rows]).backward()
            optimiser.step()
        return classifier.requires_grad_(False)

    def _cross_entropy(self, scores: torch.Tensor, probabilities: torch.Tensor) -> torch.Tensor:
        """Of scores [N, labels] with how probable each label of each kind is, in nats a caption."""
        return sum(F.cross_entropy(scores[:, part], probabilities[:, part]) for part in self.parts)

    def label_loss(self, embeddings: torch.Tensor, fitting: list[np.ndarray]) -> torch.Tensor:
        """How badly embeddings of captions are classified as the pictures that they fit: what is said as surely as it is said,
        what is left open as often as it is so among those pictures. In nats a caption."""
        return self._cross_entropy(self.classifier(embeddings * EMBEDDING_SIZE**0.5), self.probabilities(fitting))

    def fitting(self, record: int, said: list[str]) -> np.ndarray:
        """Rows of pictures that a caption fits which says these kinds of label of a portrait."""
        told = [self.kinds.index(name) for name in said if name in self.kinds]
        rows = self.index.sharing(self.row[record], told) if told else np.arange(len(self.e))
        return self.random.choice(rows, SETTINGS["fitting"]) if len(rows) > SETTINGS["fitting"] else rows

    def mean_of(self, rows: np.ndarray) -> torch.Tensor:
        return unit(self.e[rows].mean(0))

    def probabilities(self, fitting: list[np.ndarray]) -> torch.Tensor:
        """How often each label is to be seen among some pictures, [N, labels]."""
        return torch.stack([self.shown[rows].mean(0) for rows in fitting])


class DrawnByFlow:
    """What the flow draws for captions: it is the flow that they are to tell what to draw, and it is left as it is."""

    def __init__(self, data: Portraits, work: Path):
        self.pairs = read_checkpoint(work, "pairs")
        self.row = {record: row for row, record in enumerate(self.pairs["records"].tolist())}
        self.sampler = AttributeSampler(data.attributes)
        self.flow = load_flow(work, "conditional").requires_grad_(False)

    def unlikelihood(self, embeddings: torch.Tensor, chosen: np.ndarray) -> torch.Tensor:
        """−log p(z | e) of the portraits that captions were written for, in nats a portrait."""
        rows = torch.tensor([self.row[record] for record in chosen])
        return -self.flow.log_likelihood(infer_latents(self.sampler, self.pairs, rows), embeddings).mean()


def align_loss(
    clip: Clip, data: Portraits, captions: Captions, chosen: np.ndarray, pictures: FittingPictures, flow: DrawnByFlow
) -> dict[str, torch.Tensor]:
    which = captions.choose(chosen)
    fitting = [pictures.fitting(i, data.records[i]["said"][k]) for i, k in zip(chosen, which)]
    means = torch.stack([pictures.mean_of(rows) for rows in fitting])
    texts = embed_texts(clip.text, *captions.tokens(chosen, which))
    scale = clip.log_scale.clamp(max=SETTINGS["max_log_scale"]).exp()
    # How like two captions are is told by their pictures: several of a batch may mean the same.
    alike = (scale * means @ means.T).softmax(1)
    return {
        "contrast": F.cross_entropy(scale * texts @ means.T, alike),
        "nearness": 50 * (1 - (texts * means).sum(1).mean()),
        "labels": pictures.label_loss(texts, fitting),
        "drawn": flow.unlikelihood(texts, chosen),
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


LOSSES = {"words": words_loss, "pictures": pictures_loss, "align": align_loss, "late": align_loss}
TAUGHT = {"words": ("text", "attributes", "readout", "log_scale"), "pictures": ("image",), "align": ("text",), "late": ("text",)}
#: The checkpoint that a stage goes on from.
BEFORE = {"words": None, "pictures": "-words", "align": "-pictures", "late": "-align"}


def optimiser_for(clip: Clip, what: str) -> torch.optim.Optimizer:
    for name, parameter in clip.named_parameters():
        if not name.startswith(TAUGHT[what]):
            parameter.requires_grad_(False)
    gentle = {id(p) for p in clip.text.encoder.parameters()}
    taught = [p for p in clip.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [
            peak((p for p in taught if id(p) not in gentle), SETTINGS["rate"]),
            peak((p for p in taught if id(p) in gentle), SETTINGS["text_rate"]),
        ],
        betas=(0.9, 0.98),
        weight_decay=SETTINGS["weight_decay"],
    )


def retrieval(clip: Clip, data: Portraits, indices: np.ndarray, made, what: str = "late") -> tuple[float, float]:
    """R@1 and R@5 from full captions to their pictures (or, before there is an image tower, their attributes)."""
    parts = np.array_split(indices, 10)
    found = torch.cat([clip.attributes(data.a[p], data.named[p]) if what == "words" else clip.image(data.images(p)) for p in parts])
    texts = torch.cat([clip.text(*tokenize(made, [data.records[i]["captions"][0] for i in p])) for p in parts])
    rank = nearer_than_own(texts, found)
    return (rank < 1).float().mean().item(), (rank < 5).float().mean().item()


def show_retrieval(clip: Clip, ema: Average, data: Portraits, held_out: np.ndarray, made, run: TrainingRun, what: str) -> None:
    """Prints retrieval on held-out portraits with the averaged weights."""
    kept = {key: value.clone() for key, value in clip.state_dict().items()}
    clip.load_state_dict(ema.shadow)
    clip.eval()
    r1, r5 = retrieval(clip, data, held_out, made, what)
    clip.load_state_dict(kept)
    clip.train()
    print(f"{run.name}  step {run.step}  held-out R@1 of {len(held_out):,}: {r1:.3f}  R@5: {r5:.3f}", flush=True)


def main() -> None:
    parser = stage_options(__doc__, seed=2, minutes=20, settings=SETTINGS)
    parser.add_argument("what", choices=list(LOSSES))
    options = parser.parse_args()
    seed_everything(options.seed)
    data = Portraits(options.data, IMAGE_SIZE)
    plain = np.flatnonzero(data.kind == "plain")
    train, held_out = np.split(plain, [len(plain) - SETTINGS["held_out"]])
    clip = Clip(data.attributes)
    clip.image.to(memory_format=torch.channels_last)
    if BEFORE[options.what]:
        clip.load_state_dict(read_checkpoint(options.work, f"clip{BEFORE[options.what]}")["ema"]["shadow"])
    extra: tuple = ()
    chances = None
    if options.what in ("align", "late"):
        blur_words(clip)
        extra = (FittingPictures(data, options.work, options.seed), DrawnByFlow(data, options.work))
        train = np.intersect1d(train, extra[0].records)
        chances = extra[0].chances(train)
    optimiser = optimiser_for(clip, options.what)
    ema = Average(clip, SETTINGS["ema_decay"])
    # The last stage's checkpoint is the whole: what is called by the name alone.
    name = "clip" if options.what == "late" else f"clip-{options.what}"
    run = TrainingRun(name, options, SETTINGS, {"clip": clip, "ema": ema, "optimiser": optimiser})
    random = np.random.default_rng(options.seed + run.step)
    captions = Captions(data, options.seed + run.step, SETTINGS["full_captions"])

    def loss_at(_: int) -> Loss:
        chosen = np.sort(random.choice(train, SETTINGS["batch"][options.what], replace=False, p=chances))
        losses = LOSSES[options.what](clip, data, captions, chosen, *extra)
        loss = sum(value if part == "contrast" else SETTINGS["label_weight"] * value for part, value in losses.items())
        return loss, {part: value.item() for part, value in losses.items()}

    fit(run, clip, [optimiser], loss_at, average=ema, clip_norm=1.0, warmup=0.03)
    show_retrieval(clip, ema, data, held_out, captions.made, run, options.what)


if __name__ == "__main__":
    main()
