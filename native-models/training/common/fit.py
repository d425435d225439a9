"""The training loop: a time budget, checkpoints, progress, learning rates, averages."""

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch

from common.parallel import average_gradients, first_of_all, is_first
from common.setup import save_whole


class TrainingRun:
    """A run of training that lasts until its time budget is used up and goes on from its checkpoint.

    `settings` are everything that bears on the result; they are saved whole in the checkpoint.
    `state` holds whatever has `state_dict()` and must survive a restart. Where several processes train together,
    the first one's clock counts for all, and it alone prints and saves.
    """

    def __init__(self, name: str, options: argparse.Namespace, settings: dict, state: dict):
        self.path = options.work / f"{name}.pt"
        self.name, self.budget, self.settings, self.state = name, options.minutes * 60, settings, state
        self.save_every = options.save_every
        self.spent, self.step = 0.0, 0
        self.last_print = self.last_save = time.monotonic()
        if self.path.exists():
            self._resume(torch.load(self.path, weights_only=False))
        self.started = time.monotonic() - self.spent

    def _resume(self, saved: dict) -> None:
        # What restore_from_pack makes of a pack has weights, but no optimiser's state.
        for key in self.state.keys() & saved.keys():
            self.state[key].load_state_dict(saved[key])
        self.spent, self.step = saved["spent"], saved["step"]
        if is_first():
            print(f"{self.name}: resumed at step {self.step}, {self.spent / 60:.2f} min spent", flush=True)

    @property
    def fraction(self) -> float:
        """Share of the budget that is used up, in [0, 1]."""
        return min(1.0, self.spent / self.budget)

    def steps(self) -> Iterator[int]:
        """Yields step numbers until the budget is used up; saves now and then, and at the end."""
        while self.fraction < 1:
            yield self.step
            self.step += 1
            self.spent = first_of_all(time.monotonic() - self.started)
            if time.monotonic() - self.last_save > self.save_every:
                self.save()
        self.save()

    def report(self, every_seconds: float = 20, **figures: float) -> None:
        """Prints the figures and the time left, at most once every so many seconds."""
        now = time.monotonic()
        if now - self.last_print < every_seconds or not is_first():
            return
        self.last_print = now
        left = (1 - self.fraction) * self.budget / 60
        shown = "  ".join(f"{key} {value:.4g}" for key, value in figures.items())
        print(f"{self.name}  step {self.step}  {shown}  {left:.1f} min left", flush=True)

    def save(self) -> None:
        self.last_save = time.monotonic()
        if not is_first():
            return
        states = {key: value.state_dict() for key, value in self.state.items()}
        save_whole(self.path, {**states, "spent": self.spent, "step": self.step, "settings": self.settings})


def cosine(fraction: float, warmup: float = 0.01) -> float:
    """Learning-rate factor: a short linear warm-up, then a cosine to zero."""
    if fraction < warmup:
        return max(0.02, fraction / warmup)
    return 0.5 * (1 + float(np.cos(np.pi * (fraction - warmup) / (1 - warmup))))


class Average:
    """Exponential moving average of a module's parameters (Karras et al. 2018, "G_s")."""

    def __init__(self, module: torch.nn.Module, decay: float):
        self.decay = decay
        self.updates = 0
        self.shadow = {k: v.detach().clone() for k, v in module.state_dict().items()}

    def update(self, module: torch.nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                self.shadow[key].lerp_(value.detach(), 1 - decay)
            else:
                self.shadow[key].copy_(value)

    def state_dict(self) -> dict:
        return {"updates": self.updates, "shadow": self.shadow}

    def load_state_dict(self, saved: dict) -> None:
        self.updates, self.shadow = saved["updates"], saved["shadow"]


def peak(parameters, rate: float) -> dict:
    """A group of parameters for an optimiser, and the highest learning rate it is to have (see `fit`)."""
    return {"params": list(parameters), "lr": rate, "peak": rate}


#: What a step minimises, and the figures to be reported of it.
Loss = tuple[torch.Tensor, dict[str, float]]


def fit(
    run: TrainingRun,
    module: torch.nn.Module,
    optimisers: list[torch.optim.Optimizer],
    loss_at: Callable[[int], Loss],
    *,
    average: Average | None = None,
    clip_norm: float | None = None,
    warmup: float = 0.01,
    pace: float = 1.0,
    after: Callable[[], None] | None = None,
) -> None:
    """Minimises `loss_at(step)` over `module` until the run's budget is used up.

    Every parameter group's rate is `pace` times a cosine of its "peak" (see `peak`). `clip_norm` bounds the gradient's
    length, `after` is called after each step.
    """
    for step in run.steps():
        rate = pace * cosine(run.fraction, warmup)
        for group in (group for optimiser in optimisers for group in optimiser.param_groups):
            group["lr"] = rate * group["peak"]
        loss, figures = loss_at(step)
        loss.backward()
        average_gradients(module)
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(module.parameters(), clip_norm)
        for optimiser in optimisers:
            optimiser.step()
            optimiser.zero_grad()
        if average is not None:
            average.update(module)
        run.report(**figures)
        if after is not None:
            after()
