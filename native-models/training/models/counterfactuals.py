"""Counterfactual pairs: portraits that differ in one option, and how the generator responds to that option."""

from collections.abc import Iterator

import numpy as np
import torch

from data.portraits import Portraits

#: Of an option's response, by pairs that show it.
RESPONSE_DECAY = 0.9


class OptionResponse:
    """How much of what an option changes the generator has drawn lately: the less, the more often its pairs are shown."""

    def __init__(self, pairs: Portraits):
        differ = pairs.a[::2] != pairs.a[1::2]
        if not (differ.sum(1) == 2).all():
            raise SystemExit("Counterfactual pairs differ in one option: draw them with data/main.ts --counterfactuals.")
        #: What the two of each pair [count / 2] differ in, by its numbers among the attributes: [count / 2, 2].
        self.options = differ.nonzero()[:, 1].view(-1, 2)
        self.met = self.options.unique()
        self.response = torch.zeros(pairs.attributes.size)

    def mean(self) -> float:
        return self.response[self.met].mean().item()

    def indices(self, batch: int, seed: int) -> Iterator[np.ndarray]:
        """Endless batches of pairs, the two of each beside one another."""
        random = np.random.default_rng(seed)
        pairs = torch.bincount(self.options.ravel(), minlength=len(self.response))
        while True:
            chances = ((1 - self.response) / pairs)[self.options].mean(1).clamp_min(1e-6).double().numpy()
            chosen = np.sort(random.choice(len(chances), batch // 2, p=chances / chances.sum()))
            yield np.stack([2 * chosen, 2 * chosen + 1], 1).ravel()

    def update(self, indices: torch.Tensor, drawn: torch.Tensor, target: torch.Tensor) -> None:
        """Of pictures [2N, 3, H, W] of pairs: 1 where a change is drawn whole, 0 where not at all."""
        seen, real = ((pictures[::2] - pictures[1::2]).flatten(1) for pictures in (drawn, target))
        responses = (seen * real).sum(1) / real.square().sum(1)
        shown = responses.isfinite()  # A mouth that a beard covers says nothing.
        for options, response in zip(self.options[indices[::2] // 2][shown], responses[shown].clamp(0, 1)):
            self.response[options] = torch.lerp(self.response[options], response, 1 - RESPONSE_DECAY)

    def state_dict(self) -> dict:
        return {"response": self.response}

    def load_state_dict(self, saved: dict) -> None:
        self.response = saved["response"]
