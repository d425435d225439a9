"""What tests share: the quick pipeline's data sets, checkpoints and pack, brought up to date once."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from common.options import DEFAULT_WORK
from common.setup import HERE
from data.portraits import Attributes
from orchestrate.pipeline import Pipeline
from recipe import NODE, QUICK, Recipe


@dataclass(frozen=True)
class Quick:
    """What `pipeline.py --quick` has made."""

    recipe: Recipe

    @property
    def work(self) -> Path:
        return self.recipe.work

    @property
    def train(self) -> Path:
        return self.recipe.data["train"]

    @property
    def checkpoints(self) -> Path:
        return self.recipe.checkpoints

    @property
    def pack(self) -> Path:
        return self.recipe.pack

    @property
    def attributes(self) -> Attributes:
        return Attributes.of(self.train)


def quick_recipe() -> Recipe:
    work = Path(os.environ.get("QUICK_WORK", DEFAULT_WORK / "quick")).resolve()
    return Recipe(work, work / "pack", QUICK, "4.0.0")


def draw_data(folder: Path, count: int, seed: int, *flags: str) -> Path:
    script = HERE / "data" / "main.ts"
    subprocess.run([NODE, script, "--out", folder, "--count", str(count), "--seed", str(seed), *flags], check=True)
    return folder


def personas_beard(attributes: Attributes, name: str | None) -> int:
    return next(i for i, option in enumerate(attributes.options["personas", "facialHair"]) if option["id"] == name)


@pytest.fixture(autouse=True)
def same_chances():
    torch.manual_seed(0)
    np.random.seed(0)


@pytest.fixture(scope="session")
def data() -> Path:
    """The quick pipeline's training set."""
    recipe = quick_recipe()
    Pipeline(recipe.stages(), recipe.work, HERE).run(until="data-train")
    return recipe.data["train"]


@pytest.fixture(scope="session")
def counterfactuals() -> Path:
    recipe = quick_recipe()
    Pipeline(recipe.stages(), recipe.work, HERE).run(until="data-counterfactuals")
    return recipe.data["counterfactuals"]


@pytest.fixture(scope="session")
def quick() -> Quick:
    recipe = quick_recipe()
    Pipeline(recipe.stages(), recipe.work, HERE).run()
    return Quick(recipe)
