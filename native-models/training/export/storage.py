"""Weights are *stored* small (float16; int8 for CLIP's towers) and *used* as float32: a Cast or DequantizeLinear follows each.

`round_*` rounds a module's weights, `store_*` stores those of its graph so.
"""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

LARGE = 2048  # numbers; smaller tensors stay float32


def round_half(module: nn.Module) -> nn.Module:
    """Rounds the module's large tensors to float16, as `store_half` will store them."""
    for tensor in [*module.parameters(), *module.buffers()]:
        if tensor.is_floating_point() and tensor.numel() >= LARGE:
            tensor.data = tensor.data.half().float()
    return module


def round_int8(weight: torch.Tensor) -> torch.Tensor:
    """Symmetric int8 with one scale per row (output), back as float32."""
    rows = weight.flatten(1)
    scale = rows.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
    return ((rows / scale).round().clamp(-127, 127) * scale).view_as(weight)


def round_tower(tower: nn.Module) -> nn.Module:
    """As `store_int8` will store it: embeddings a scale per row, linear layers and convolutions a scale per output."""
    for module in tower.modules():
        if isinstance(module, (nn.Linear, nn.Embedding, nn.Conv2d)) and module.weight.numel() >= LARGE:
            module.weight.data = round_int8(module.weight.data)
    return tower


def store_half(model: onnx.ModelProto) -> None:
    """Large float32 initializers become float16, each with a Cast behind it."""
    casts = []
    for tensor in list(model.graph.initializer):
        array = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or array.size < LARGE:
            continue
        model.graph.initializer.remove(tensor)
        model.graph.initializer.append(numpy_helper.from_array(array.astype(np.float16), f"{tensor.name}.half"))
        casts.append(helper.make_node("Cast", [f"{tensor.name}.half"], [tensor.name], to=TensorProto.FLOAT))
    put_first(model, casts)


def put_first(model: onnx.ModelProto, nodes: list) -> None:
    rest = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*nodes, *rest])


def store_inverse_int8(model: onnx.ModelProto) -> None:
    """The mapping network's inverse reads, so it may be coarse; the flow behind it has to undo what decode does."""
    store_int8(model, "inverse.")
    store_half(model)


def store_classifier_int8(model: onnx.ModelProto) -> None:
    """What is read off w may be coarse; it is mapped as the mapping network maps."""
    store_int8(model, "classifier.")
    store_half(model)


def store_editor_int8(model: onnx.ModelProto) -> None:
    """Unlike a tower it is exported unfolded: what its tables become would be stored."""
    store_int8(model)


def store_int8(model: onnx.ModelProto, prefix: str = "") -> None:
    """Embedding rows are looked up as int8 and then scaled; linear layers and convolutions get a DequantizeLinear."""
    looked_up = {node.input[0]: node for node in model.graph.node if node.op_type == "Gather"}
    by_row = {node.input[1] for node in model.graph.node if node.op_type in ("Gemm", "Conv")} | set(looked_up)
    first = []
    for tensor in list(model.graph.initializer):
        array = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or array.ndim not in (2, 4) or array.size < LARGE:
            continue
        if not tensor.name.startswith(prefix):
            continue
        name, axis = tensor.name, 0 if tensor.name in by_row else 1
        others = tuple(d for d in range(array.ndim) if d != axis)
        scale = np.maximum(np.abs(array).max(others), 1e-12) / np.float32(127)
        small = np.clip(np.round(array / np.expand_dims(scale, others)), -127, 127).astype(np.int8)
        model.graph.initializer.remove(tensor)
        model.graph.initializer.append(numpy_helper.from_array(small, f"{name}.int8"))
        if name in looked_up:
            model.graph.initializer.append(numpy_helper.from_array(scale[:, None].astype(np.float32), f"{name}.scale"))
            replace_lookup(model, looked_up[name], name)
        else:
            model.graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
            first.append(helper.make_node("DequantizeLinear", [f"{name}.int8", f"{name}.scale"], [name], axis=axis))
    put_first(model, first)


def replace_lookup(model: onnx.ModelProto, node: onnx.NodeProto, name: str) -> None:
    """Gather(table) → Gather(int8 table) × Gather(scale of each row)."""
    at = list(model.graph.node).index(node)
    ids, out = node.input[1], node.output[0]
    model.graph.node.remove(node)
    for offset, new in enumerate([
        helper.make_node("Gather", [f"{name}.int8", ids], [f"{out}.int8"]),
        helper.make_node("Cast", [f"{out}.int8"], [f"{out}.float"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}.scale", ids], [f"{out}.scale"]),
        helper.make_node("Mul", [f"{out}.float", f"{out}.scale"], [out]),
    ]):  # fmt: skip
        model.graph.node.insert(at + offset, new)
