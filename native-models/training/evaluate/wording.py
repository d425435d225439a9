"""Whether portraits show what was asked for, in the judge's eyes."""

import re

import numpy as np
import torch

from data.portraits import Portraits
from data.prompts import PLAIN_PROMPTS, PROMPTS, Asked, Wanted
from evaluate.product import Product, pictures
from models.contrastive import embed_texts
from models.judge import JUDGED, LABELS, PLACES, Judge, is_visible, judged_labels
from models.text import tokenize, tokenizer

SEEDS_A_PROMPT = 3
#: The kinds of label (data/phrases.ts) that the judge's attributes are.
KINDS = PLACES | LABELS | {"style": "style"}


def check_unseen(data: Portraits) -> None:
    """Refuses prompts whose words are in training captions: they would measure nothing."""
    seen = "\n".join(caption for record in data.records[:40_000] for caption in record["captions"]).lower()
    known = [p.word for p in PROMPTS if re.search(rf"\b{re.escape(p.word.lower())}\b", seen)]
    if known:
        raise SystemExit(f"These words are in training captions, so they measure nothing: {known}")


#: Of the prompts of a kind in plain-prompts.json, how many captions may say to the letter.
MOST_KNOWN = 0.05


def check_plain(data: Portraits) -> None:
    """Refuses plain prompts where too many of a kind are training captions to the letter: they would measure memory."""
    seen = {caption.lower() for record in data.records for caption in record["captions"]}
    for kind, prompts in PLAIN_PROMPTS.items():
        known = [wanted.prompt for wanted in prompts if wanted.prompt.lower() in seen]
        if len(known) >= MOST_KNOWN * len(prompts):
            raise SystemExit(f"{len(known)} of the {len(prompts)} prompts of {kind} are training captions: {known}")


def heeds(wanted: Wanted, seen: dict[str, str]) -> bool:
    """Whether a portrait shows all that a prompt asks for."""
    return all(seen[attribute] in accepted for attribute, accepted in wanted.accept.items())


def plain_words(product: Product, judge: Judge, prompts: dict[str, list[Wanted]]) -> dict[str, dict[str, float]]:
    """Of each kind of plain prompt the share of portraits, one a prompt, that heed all it asks for, and of the things asked for
    the share that is heeded."""
    figures = {}
    for kind, wanted in prompts.items():
        shown = judge.classify(pictures(product.draw_each([one.prompt for one in wanted], seed=5000)))
        parts = [seen[name] in accepted for one, seen in zip(wanted, shown) for name, accepted in one.accept.items()]
        whole = [heeds(one, seen) for one, seen in zip(wanted, shown)]
        figures[kind] = {"prompts": len(wanted), "whole": float(np.mean(whole)), "parts": float(np.mean(parts))}
    return figures


def mean_of_attributes(right: dict[str, list[bool]]) -> dict[str, float]:
    """Share of hits of each attribute that was met, and their mean."""
    shares = {name: float(np.mean(hits)) for name, hits in right.items() if hits}
    return shares | {"mean": float(np.mean(list(shares.values())))}


def word_accuracy(product: Product, judge: Judge, prompts: list[Asked], gap: str | None = None) -> dict[str, float]:
    """Share of portraits that heed what prompts ask for, of each attribute and on average."""
    right: dict[str, list[bool]] = {name: [] for name in JUDGED}
    for asked in prompts:
        drawn = product.draw(asked.prompt, seed=0, count=SEEDS_A_PROMPT, gap=gap)
        right[asked.attribute] += [seen[asked.attribute] in asked.accept for seen in judge.classify(pictures(drawn))]
    return mean_of_attributes(right)


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
def finds_caption(judge: Judge, shown: torch.Tensor, captions: list[str], among: int = 100) -> float:
    """R-precision: how often the judge finds a picture's own caption among 100."""
    texts = embed_texts(judge.text, *tokenize(tokenizer(), captions))
    return share_found(judge.to_text_space(judge.embed(shown)), texts, among)


def heeds_caption(judge: Judge, test: Portraits, shown: torch.Tensor) -> float:
    """Of portraits [N, 3, 128, 128] drawn from the full captions of the first N records: share of the attributes that these
    speak of in which the judge sees what the caption's portrait has."""
    agree = []
    for record, seen in zip(test.records, judge.classify(shown)):
        known = judged_labels(test.attributes, record["shown"])
        agree += [seen[name] == known[name] for name, kind in KINDS.items() if kind in record["said"][0]]
    return float(np.mean(agree))


def classified_right(judge: Judge, test: Portraits, shown: torch.Tensor) -> dict[str, float]:
    """How often the judge is right about pictures [N, 3, 128, 128] of the first N portraits, of each attribute."""
    right: dict[str, list[bool]] = {name: [] for name in JUDGED}
    for record, seen in zip(test.records, judge.classify(shown)):
        known = judged_labels(test.attributes, record["shown"])
        for name in JUDGED:
            if is_visible(name, known):
                right[name].append(seen[name] == known[name])
    return {name: share for name, share in mean_of_attributes(right).items() if name != "mean"}
