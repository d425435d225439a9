"""Makes checkpoints of a pack's graphs, to train on where the checkpoints are lost.

    python revive.py --data DIR --pack ../illustrated-portraits

Weights come back as they are stored: rounded to float16, what is stored as int8 to that. What is only for training
(CLIP's attribute tower and readout, every optimiser) starts anew. The pack may be an earlier one, of fewer styles and
smaller pictures: what it lacks starts anew as well, so that larger ones are trained on from smaller ones. Flow, inverse
and readers belong to one set of styles; of an earlier pack they are left out, and of one without firming its reader is.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from clip import Clip, TextTower
from common import DEFAULT_WORK, read_json, save_whole
from directions import Reader
from flow import Flow
from generator import PREVIEW_CHANNELS, Generator, MappingNetwork, SynthesisNetwork
from inverse import MappingInverse
from portraits import Attributes


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


def revive_clip(pack: Path, attributes: Attributes) -> Clip:
    clip = Clip(attributes)
    text = name_products(clip.text, read_weights(pack / "clip" / "text_model.onnx"))
    fill(clip.text, text)
    fill(clip.image, name_norms(clip.image, read_weights(pack / "clip" / "vision_model.onnx")))
    return clip


def grow_mapping(mapping: MappingNetwork, weights: dict[str, torch.Tensor]) -> None:
    """Puts the columns of a pack's attributes where they belong among more styles; new ones are as strong as they are."""
    attributes, stored = mapping.sampler.attributes, weights["layers.0.weight"]
    known = next(count for count in range(len(attributes.styles), 0, -1) if of_styles(attributes, count).size == stored.shape[1])
    before = of_styles(attributes, known)
    first = mapping.layers[0].weight.detach()
    first *= stored.std() / first.std()
    first[:, :known] = stored[:, :known]
    for key, part in before.slices.items():
        first[:, attributes.slices[key]] = stored[:, part]
    first[:, attributes.colours] = stored[:, before.colours]
    weights["layers.0.weight"] = first


def of_styles(attributes: Attributes, count: int) -> Attributes:
    """The same data with its first styles alone."""
    return Attributes(attributes.distribution | {"styles": attributes.styles[:count]})


def grow_synthesis(synthesis: SynthesisNetwork, weights: dict[str, torch.Tensor]) -> None:
    """Adds the blocks that a pack of smaller pictures lacks; its last toRGB is made an ordinary one."""
    shuffle = synthesis.pixel_shuffle.upscale_factor**2
    for name, fresh in synthesis.state_dict().items():
        stored = weights.get(f"synthesis.{name}")
        if stored is None:
            # Nothing is drawn over what the pack draws, before it is learnt.
            weights[f"synthesis.{name}"] = 0.1 * fresh if name.startswith("to_rgb") and name.endswith(".weight") and "affine" not in name else fresh
        elif stored.numel() == shuffle * fresh.numel():
            weights[f"synthesis.{name}"] = stored.unflatten(0, (-1, shuffle)).mean(1)


def revive_generator(pack: Path, attributes: Attributes) -> Generator:
    generator = Generator(attributes)
    mapping = read_weights(pack / "generator" / "mapping.onnx")
    grow_mapping(generator.mapping, mapping)
    fill(generator.mapping, mapping)
    fill_synthesis(generator.synthesis, pack / "generator" / "synthesis.onnx")
    generator.mean_w.copy_(torch.from_numpy(np.fromfile(pack / "generator" / "mean_w.f32", "<f4")))
    return generator


def fill_synthesis(synthesis: SynthesisNetwork, graph: Path) -> SynthesisNetwork:
    weights = read_weights(graph)
    grow_synthesis(synthesis, weights)
    return fill(synthesis, weights, "synthesis.")


def revive_flow(pack: Path) -> Flow:
    """The flow of either kind. A step is stored as one matrix and offset (export.py's AffineStep): its 1×1 convolution
    gets the matrix, ActNorm scales by 1 and has the offset as its bias."""
    flow = Flow(read_json(pack / "pack.json")["flow"]["kind"] == "conditional")
    weights = read_weights(pack / "flow" / "encode.onnx")
    for number, step in enumerate(flow.steps):
        matrix = weights[f"steps.{number}.matrix"].T.double()
        step.mix.set_matrix(matrix)
        step.norm.bias.data = torch.linalg.solve(matrix, weights[f"steps.{number}.offset"].double())
        step.norm.is_set.fill_(True)
    known = {name.removeprefix("flow."): value for name, value in weights.items() if name.startswith("flow.")}
    return fill(flow.float(), flow.state_dict() | known)


def revive_reader(graph: Path, generator: Generator) -> Reader:
    reader = Reader(generator.mapping.sampler.attributes, generator.mean_w, torch.ones_like(generator.mean_w))
    return fill(reader, read_weights(graph), "reader.")


def revive_inverse(pack: Path, generator: Generator) -> MappingInverse:
    inverse = MappingInverse(generator.mean_w, torch.ones_like(generator.mean_w))
    return fill(inverse, read_weights(pack / "flow" / "encode.onnx"), "inverse.")


def save(work: Path, name: str, key: str, module: nn.Module) -> None:
    weights = module.state_dict()
    averaged = {"updates": 0, "shadow": weights}
    save_whole(work / f"{name}.pt", {key: weights, "ema": averaged, "spent": 0.0, "step": 0, "settings": {}})
    print(f"revive  {name}: {sum(value.numel() for value in weights.values()) / 1e6:.1f} million numbers", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--pack", type=Path, required=True)
    options = parser.parse_args()
    attributes = Attributes.of(options.data)
    generator = revive_generator(options.pack, attributes)
    save(options.work, "generator", "generator", generator)
    preview = fill_synthesis(SynthesisNetwork(PREVIEW_CHANNELS), options.pack / "generator" / "preview.onnx")
    save(options.work, "preview", "preview", preview)
    clip = revive_clip(options.pack, attributes)
    for stage in ("clip-pictures", "clip-meanings", "clip"):
        save(options.work, stage, "clip", clip)
    if read_weights(options.pack / "generator" / "mapping.onnx")["layers.0.weight"].shape[1] == attributes.size:
        save(options.work, "conditional" if (flow := revive_flow(options.pack)).conditional else "bijective", "flow", flow)
        save(options.work, "inverse", "inverse", revive_inverse(options.pack, generator))
        save(options.work, "reader", "reader", revive_reader(options.pack / "directions" / "changes.onnx", generator))
        if (firming := options.pack / "generator" / "firming.onnx").exists():
            save(options.work, "shares", "reader", revive_reader(firming, generator))


if __name__ == "__main__":
    main()
