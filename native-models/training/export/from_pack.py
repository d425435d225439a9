"""Reads a pack's weights back out of its graphs.

Weights come back as they are stored: rounded to float16, what is stored as int8 to that. What is only for training
(CLIP's attribute tower and readout, every optimiser) is not there.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from data.portraits import Attributes
from export.manifest import FILES
from models.attribute_classifier import AttributeClassifier
from models.clip import Clip, TextTower
from models.flow import Flow
from models.generator import Generator
from models.inverse import MappingInverse
from models.sampler import W_SIZE
from models.synthesis_tail import SynthesisTail


#: What packs call the attribute classifier of a graph; up to edition 3.7 it was a reader.
CLASSIFIER_PREFIXES = ("classifier.", "reader.")
#: The synthesis network without its tail; up to edition 3.7 there was no more to it.
BODY_PREFIXES = ("synthesis.body.", "synthesis.")


def prefix_of(weights: dict[str, torch.Tensor], prefixes: tuple[str, ...]) -> str:
    """The first of these that some weight's name begins with."""
    return next(prefix for prefix in prefixes if any(name.startswith(prefix) for name in weights))


def read_weights(graph: Path) -> dict[str, torch.Tensor]:
    """Every weight of a graph as float32, by its name, in the order of use where it has no name of its own."""
    model = onnx.load(graph).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.initializer}
    axes = {node.output[0]: helper.get_node_attr_value(node, "axis") for node in model.node if node.op_type == "DequantizeLinear"}
    weights = {}
    for name, array in stored.items():
        plain, _, kind = name.rpartition(".")
        if kind == "half":
            weights[plain] = array.astype(np.float32)
        elif kind == "int8":
            weights[plain] = dequantise(array, stored[f"{plain}.scale"], axes.get(plain))
        elif kind != "scale":
            weights[name] = array
    return {name: torch.from_numpy(np.array(array)) for name, array in weights.items()}


def dequantise(array: np.ndarray, scale: np.ndarray, axis: int | None) -> np.ndarray:
    """int8 numbers times their scale, which belongs to a dimension; a table's scales are stored as a column."""
    return array * (scale if axis is None else np.expand_dims(scale, [d for d in range(array.ndim) if d != axis]))


def fill(module: nn.Module, weights: dict[str, torch.Tensor], prefix: str = "") -> nn.Module:
    """Loads the weights that have names; refuses if one of the module's is not there."""
    known = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
    state = module.state_dict()
    missing = [name for name in state if name not in known]
    if missing:
        raise SystemExit(f"The graph lacks {missing}.")
    module.load_state_dict({name: known[name].view_as(value) for name, value in state.items()})
    return module


def name_products(tower: TextTower, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The text tower's matrices, which the exporter transposes and renames, under their own names."""
    names = [
        f"encoder.encoder.layer.{layer}.{part}.weight"
        for layer in range(len(tower.encoder.encoder.layer))
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
                     "intermediate.dense", "output.dense")
    ]  # fmt: skip
    products = [weights.pop(name) for name in list(weights) if name.startswith("onnx::MatMul")]
    return weights | {name: matrix.T for name, matrix in zip([*names, "project.weight"], products, strict=True)}


def name_norms(tower: nn.Module, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The image tower's GroupNorms, which the exporter takes apart, under their own names."""
    names = [name for name in tower.state_dict() if ".norms." in name]
    parts = [weights.pop(name) for name in list(weights) if name.startswith("onnx::")]
    return weights | dict(zip(names, parts, strict=True))


def clip_of(pack: Path, attributes: Attributes) -> Clip:
    clip = Clip(attributes)
    text = name_products(clip.text, read_weights(pack / FILES["text"]))
    fill(clip.text, text)
    fill(clip.image, name_norms(clip.image, read_weights(pack / FILES["image"])))
    return clip


def generator_of(pack: Path, attributes: Attributes) -> Generator:
    generator = Generator(attributes)
    fill(generator.mapping, read_weights(pack / FILES["mapping"]))
    weights = read_weights(pack / FILES["synthesis"])
    fill(generator.synthesis, weights, prefix_of(weights, BODY_PREFIXES))
    generator.mean_w.copy_(torch.from_numpy(np.fromfile(pack / FILES["meanW"], "<f4")))
    return generator


def tail_of(pack: Path) -> SynthesisTail | None:
    """The tail of the synthesis network; packs up to edition 3.7 have none."""
    weights = read_weights(pack / FILES["synthesis"])
    has_tail = any(name.startswith("synthesis.tail.") for name in weights)
    return fill(SynthesisTail(), weights, "synthesis.tail.") if has_tail else None


def flow_of(pack: Path) -> Flow:
    """The flow of either kind. A step is stored as one matrix and offset (export/flow_graphs.py's AffineStep): its 1×1 convolution
    gets the matrix, ActNorm scales by 1 and has the offset as its bias."""
    weights = read_weights(pack / FILES["encode"])
    flow = Flow(any(name.startswith("flow.condition.") for name in weights))
    for number, step in enumerate(flow.steps):
        matrix = weights[f"steps.{number}.matrix"].T.double()
        step.mix.set_matrix(matrix)
        step.norm.bias.data = torch.linalg.solve(matrix, weights[f"steps.{number}.offset"].double())
        step.norm.is_set.fill_(True)
    known = {name.removeprefix("flow."): value for name, value in weights.items() if name.startswith("flow.")}
    return fill(flow.float(), flow.state_dict() | known)


def classifier_of(graph: Path, generator: Generator) -> AttributeClassifier:
    """The attribute classifier within the graph of an editor or a projection."""
    weights = read_weights(graph)
    classifier = AttributeClassifier(generator.mapping.sampler.attributes, generator.mean_w, torch.ones_like(generator.mean_w))
    return fill(classifier, weights, prefix_of(weights, CLASSIFIER_PREFIXES))


def inverse_of(pack: Path) -> MappingInverse:
    return fill(MappingInverse(torch.zeros(W_SIZE), torch.ones(W_SIZE)), read_weights(pack / FILES["encode"]), "inverse.")
