"""What every training stage shares: a time budget, checkpoints, progress and the random seed."""

import json
import os
import time
from pathlib import Path

# OpenMP threads that spin at barriers collapse as soon as another job shares the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch

from parallel import first_of_all, is_first

#: bfloat16 where the processor multiplies it in hardware; elsewhere it is a hundred times slower than float32.
FAST = torch.bfloat16 if torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported() else torch.float32

DEFAULT_WORK = Path(__file__).parent / "runs"


def seed_everything(seed: int) -> torch.Generator:
    torch.manual_seed(seed)
    np.random.seed(seed)
    return torch.Generator().manual_seed(seed)


def autocast(enabled: bool = True) -> torch.autocast:
    """Lets matrix products run in FAST."""
    return torch.autocast("cpu", torch.bfloat16, enabled=enabled and FAST is torch.bfloat16)


def unit(x: torch.Tensor) -> torch.Tensor:
    """Scales the last dimension to length one."""
    return torch.nn.functional.normalize(x, dim=-1)


def save_whole(path: Path, checkpoint: dict) -> None:
    """Writes a checkpoint in the place of the one before; never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(checkpoint, partial)
    partial.replace(path)


class Stage:
    """A training stage: runs until its time budget is used up and can be resumed from its checkpoint.

    `settings` are everything that bears on the result; they are saved whole in the checkpoint.
    `state` holds whatever has `state_dict()` and must survive a restart. Where several processes train together,
    the first one's clock counts for all, and it alone prints and saves.
    """

    def __init__(self, name: str, work: Path, minutes: float, settings: dict, state: dict):
        self.path = work / f"{name}.pt"
        self.name, self.budget, self.settings, self.state = name, minutes * 60, settings, state
        self.spent, self.step = 0.0, 0
        self.last_print = self.last_save = time.monotonic()
        if self.path.exists():
            saved = torch.load(self.path, weights_only=False)
            # What revive.py makes of a pack has weights, but no optimiser's state.
            for key in state.keys() & saved.keys():
                state[key].load_state_dict(saved[key])
            self.spent, self.step = saved["spent"], saved["step"]
            print(f"{name}: resumed at step {self.step}, {self.spent / 60:.1f} min spent", flush=True)
        self.started = time.monotonic() - self.spent

    @property
    def fraction(self) -> float:
        """Share of the budget that is used up, in [0, 1]."""
        return min(1.0, self.spent / self.budget)

    def steps(self):
        """Yields step numbers until the budget is used up; saves every two minutes and at the end."""
        while self.fraction < 1:
            yield self.step
            self.step += 1
            self.spent = first_of_all(time.monotonic() - self.started)
            if time.monotonic() - self.last_save > 120:
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


def read_json(path: Path) -> dict:
    return json.loads(Path(path).read_text())
