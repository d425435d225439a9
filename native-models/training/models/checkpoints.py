"""Where trained models are loaded: the names of checkpoints, and what stands in them."""

from pathlib import Path

import torch
from torch import nn

from data.portraits import Attributes
from models.attribute_classifier import AttributeClassifier
from models.attribute_editor import AttributeEditor
from models.clip import Clip
from models.flow import Flow, Prior
from models.generator import PREVIEW_CHANNELS, Generator, SynthesisNetwork
from models.inverse import MappingInverse
from models.judge import Judge
from models.projection import ManifoldProjection
from models.sampler import W_SIZE
from models.synthesis_tail import SynthesisTail, TailedSynthesis

#: The checkpoints of attribute classifiers, by what they were trained on (stages/train_attribute_classifier.py).
CLASSIFIERS = {"portraits": "attribute-classifier", "between": "projection-classifier"}


def read_checkpoint(work: Path, name: str) -> dict:
    """What a stage has saved; tensors are read from the file as they are used."""
    return torch.load(work / f"{name}.pt", weights_only=False, mmap=True)


def averaged(module: nn.Module, work: Path, name: str) -> nn.Module:
    """The module with the averaged weights of a checkpoint, for use."""
    module.load_state_dict(read_checkpoint(work, name)["ema"]["shadow"])
    return module.eval()


def load_generator(work: Path, attributes: Attributes) -> Generator:
    return averaged(Generator(attributes), work, "generator")


def load_synthesis(work: Path, generator: Generator) -> TailedSynthesis:
    """What draws: the generator's own network, and its tail."""
    return TailedSynthesis(generator.synthesis, averaged(SynthesisTail(), work, "synthesis-tail")).eval()


def load_preview(work: Path) -> SynthesisNetwork:
    return averaged(SynthesisNetwork(PREVIEW_CHANNELS), work, "preview")


def load_clip(work: Path, attributes: Attributes, stage: str = "clip") -> Clip:
    """CLIP after a stage of train_clip.py; by default after the last."""
    return averaged(Clip(attributes), work, stage)


def load_flow(work: Path, kind: str) -> Flow:
    """The flow of a kind, "conditional" or "bijective"."""
    return averaged(Flow(kind == "conditional"), work, kind)


def load_prior(work: Path) -> Prior:
    prior = Prior()
    prior.load_state_dict(read_checkpoint(work, "prior")["prior"])
    return prior.eval()


def load_inverse(work: Path, generator: Generator) -> MappingInverse:
    return averaged(MappingInverse(generator.mean_w, torch.ones(W_SIZE)), work, "inverse")


def load_classifier(work: Path, generator: Generator, trained_on: str) -> AttributeClassifier:
    """The attribute classifier of `CLASSIFIERS`."""
    classifier = AttributeClassifier(generator.mapping.sampler.attributes, generator.mean_w, torch.ones(W_SIZE))
    return averaged(classifier, work, CLASSIFIERS[trained_on])


def load_editor(work: Path, generator: Generator) -> AttributeEditor:
    return AttributeEditor(
        generator.mapping.sampler.attributes, load_classifier(work, generator, "portraits"), generator.mapping.layers
    ).eval()


def load_projection(work: Path, generator: Generator) -> ManifoldProjection:
    return ManifoldProjection(
        generator.mapping.sampler.attributes, load_classifier(work, generator, "between"), generator.mapping.layers
    ).eval()


def load_judge(work: Path, attributes: Attributes) -> Judge:
    return averaged(Judge(attributes), work, "judge")
