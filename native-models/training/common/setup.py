"""What holds for every process that computes: numbers, seeds, files."""

import json
import os
from pathlib import Path

# OpenMP threads that spin at barriers collapse as soon as another job shares the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch

#: The folder of training code.
HERE = Path(__file__).resolve().parent.parent

#: bfloat16 where the processor multiplies it in hardware; elsewhere it is a hundred times slower than float32.
FAST = torch.bfloat16 if torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported() else torch.float32


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


def read_json(path: Path) -> dict:
    return json.loads(Path(path).read_text())
