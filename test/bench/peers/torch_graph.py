"""An ONNX graph as calls of PyTorch, one a node: what cannot change between two runs is computed once, before the first."""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor
from torch.nn import functional as F

#: Element types of ONNX, by their numbers.
TYPES = {1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16, 11: torch.float64}


@dataclass
class Node:
    operator: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict


def numbers(tensor: Tensor | None) -> list[int] | None:
    return None if tensor is None else tensor.reshape(-1).tolist()


def sides(x: Tensor, pads: list[int], auto_pad: bytes = b"NOTSET") -> Tensor:
    """Padded by what ONNX states as all beginnings, then all ends."""
    if auto_pad not in (b"NOTSET", b"VALID"):
        raise NotImplementedError(f"auto_pad {auto_pad.decode()}")
    ends = [side for axis in reversed(range(len(pads) // 2)) for side in (pads[axis], pads[axis + len(pads) // 2])]
    return F.pad(x, ends) if any(ends) else x


def conv(a: dict, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    pads = a.get("pads", [0] * 4)
    is_even = pads[:2] == pads[2:]
    x = x if is_even else sides(x, pads)
    padding = pads[:2] if is_even else 0
    return F.conv2d(x, weight, bias, a.get("strides", 1), padding, a.get("dilations", 1), a.get("group", 1))


def conv_transpose(a: dict, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    pads = a.get("pads", [0] * 4)
    if pads[:2] != pads[2:]:
        raise NotImplementedError("ConvTranspose with uneven pads")
    return F.conv_transpose2d(x, weight, bias, a.get("strides", 1), pads[:2], a.get("output_padding", 0), a.get("group", 1))


def gemm(a: dict, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    x = x.T if a.get("transA") else x
    weight = weight.T if a.get("transB") else weight
    alpha, beta = a.get("alpha", 1.0), a.get("beta", 1.0)
    return alpha * (x @ weight) if bias is None else torch.addmm(bias, x, weight, alpha=alpha, beta=beta)


def resize(a: dict, x: Tensor, _roi: Tensor | None, scales: Tensor | None = None, sizes: Tensor | None = None) -> Tensor:
    size = numbers(sizes)[2:] if sizes is not None else [int(n * s) for n, s in zip(x.shape[2:], numbers(scales)[2:])]
    mode, at = a.get("mode", b"nearest"), a.get("coordinate_transformation_mode", b"half_pixel")
    if mode == b"nearest" and all(m % n == 0 for n, m in zip(x.shape[2:], size)):
        return F.interpolate(x, size=size)
    if mode != b"linear" or at not in (b"half_pixel", b"pytorch_half_pixel"):
        raise NotImplementedError(f"Resize {mode.decode()} {at.decode()}")
    return F.interpolate(x, size=size, mode="bilinear")


def cut(_a: dict, x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor | None = None, steps: Tensor | None = None) -> Tensor:
    axes = numbers(axes) or range(len(starts))
    steps = numbers(steps) or [1] * len(starts)
    places = [slice(None)] * x.dim()
    for axis, start, end, step in zip(axes, numbers(starts), numbers(ends), steps):
        places[axis] = slice(start, end, step)
    return x[tuple(places)]


def pad(a: dict, x: Tensor, pads: Tensor, value: Tensor | None = None, axes: Tensor | None = None) -> Tensor:
    if a.get("mode", b"constant") != b"constant" or axes is not None:
        raise NotImplementedError(f"Pad {a}")
    pads = numbers(pads)
    ends = [side for axis in reversed(range(x.dim())) for side in (pads[axis], pads[axis + x.dim()])]
    return F.pad(x, ends, value=0 if value is None else value.item())


def reshape(_a: dict, x: Tensor, shape: Tensor) -> Tensor:
    return x.reshape([x.shape[i] if side == 0 else side for i, side in enumerate(numbers(shape))])


def depth_to_space(a: dict, x: Tensor) -> Tensor:
    n, c, h, w = x.shape
    b = a["blocksize"]
    if a.get("mode") == b"CRD":
        return F.pixel_shuffle(x, b)
    return x.reshape(n, b, b, c // b**2, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c // b**2, h * b, w * b)


def unsqueeze(_a: dict, x: Tensor, axes: Tensor) -> Tensor:
    rank = x.dim() + axes.numel()
    for axis in sorted(axis % rank for axis in numbers(axes)):
        x = x.unsqueeze(axis)
    return x


def gather(a: dict, x: Tensor, at: Tensor) -> Tensor:
    axis = a.get("axis", 0) % x.dim()
    rows = x.index_select(axis, (at % x.shape[axis]).reshape(-1))
    return rows.reshape([*x.shape[:axis], *at.shape, *x.shape[axis + 1 :]])


def reduced(reduce):
    def over(a: dict, x: Tensor, axes: Tensor | None = None) -> Tensor:
        axes = tuple(numbers(axes) or a.get("axes") or range(x.dim()))
        return reduce(x, axes, bool(a.get("keepdims", 1)))

    return over


def dequantise(a: dict, x: Tensor, scale: Tensor, zero: Tensor | None = None) -> Tensor:
    if scale.dim() == 1:
        scale = scale.reshape([-1 if axis == a.get("axis", 1) % x.dim() else 1 for axis in range(x.dim())])
    return (x.to(scale.dtype) - (0 if zero is None else zero.to(scale.dtype))) * scale


def instance_norm(a: dict, x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    return F.instance_norm(x, weight=scale, bias=bias, eps=a.get("epsilon", 1e-5))


def layer_norm(a: dict, x: Tensor, scale: Tensor, bias: Tensor | None = None) -> Tensor:
    return F.layer_norm(x, x.shape[a.get("axis", -1) % x.dim() :], scale, bias, a.get("epsilon", 1e-5))


def expand(_a: dict, x: Tensor, shape: Tensor) -> Tensor:
    return x.expand(torch.broadcast_shapes(x.shape, numbers(shape)))


def filled(a: dict, shape: Tensor) -> Tensor:
    value = torch.from_numpy(numpy_helper.to_array(a["value"]).copy()) if "value" in a else torch.zeros(1)
    return value.expand(numbers(shape)).clone()


def plain(call):
    """An operator that has no attributes."""
    return lambda _a, *inputs: call(*inputs)


OPERATORS = {
    "Add": plain(torch.add),
    "Cast": lambda a, x: x.to(TYPES[a["to"]]),
    "Clip": plain(torch.clamp),
    "Concat": lambda a, *parts: torch.cat(parts, a["axis"]),
    "ConstantOfShape": filled,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "DepthToSpace": depth_to_space,
    "DequantizeLinear": dequantise,
    "Div": lambda _a, x, y: torch.div(x, y, rounding_mode=None if x.is_floating_point() else "trunc"),
    "Equal": plain(torch.eq),
    "Expand": expand,
    "Flatten": lambda a, x: x.reshape(prod(x.shape[: a.get("axis", 1)]), -1),
    "Gather": gather,
    "Gemm": gemm,
    "Identity": plain(lambda x: x),
    "InstanceNormalization": instance_norm,
    "LayerNormalization": layer_norm,
    "LeakyRelu": lambda a, x: F.leaky_relu(x, a.get("alpha", 0.01)),
    "MatMul": plain(torch.matmul),
    "Mul": plain(torch.mul),
    "Neg": plain(torch.neg),
    "Pad": pad,
    "ReduceL2": reduced(lambda x, axes, keep: torch.linalg.vector_norm(x, dim=axes, keepdim=keep)),
    "ReduceMean": reduced(lambda x, axes, keep: x.mean(axes, keep)),
    "ReduceSum": reduced(lambda x, axes, keep: x.sum(axes, keep)),
    "ReduceSumSquare": reduced(lambda x, axes, keep: x.square().sum(axes, keep)),
    "Relu": plain(F.relu),
    "Reshape": reshape,
    "Resize": resize,
    "Shape": lambda a, x: torch.tensor(x.shape[a.get("start", 0) : a.get("end")]),
    "Sigmoid": plain(torch.sigmoid),
    "Sin": plain(torch.sin),
    "Slice": cut,
    "Sqrt": plain(torch.sqrt),
    "Sub": plain(torch.sub),
    "Transpose": lambda a, x: x.permute(a.get("perm", tuple(reversed(range(x.dim()))))),
    "Unsqueeze": unsqueeze,
    "Where": plain(torch.where),
}

#: What they give follows from the dimensions of their inputs, which stay the same.
OF_DIMENSIONS = {"Shape"}


def operations(node: Node, inputs: list[Tensor | None], output: Tensor) -> int:
    """Multiplications and additions of products of matrices and of convolutions; all else counts nothing."""
    if node.operator in ("MatMul", "Gemm"):
        rows = inputs[0].T if node.attributes.get("transA") else inputs[0]
        return 2 * output.numel() * rows.shape[-1]
    if node.operator == "Conv":
        return 2 * output.numel() * prod(inputs[1].shape[1:])
    if node.operator == "ConvTranspose":
        return 2 * inputs[0].numel() * prod(inputs[1].shape[1:])
    return 0


class TorchGraph:
    """A graph for inputs of always the same dimensions."""

    #: How many operations a run takes, known after the first.
    operations = 0

    def __init__(self, file: Path, feeds: dict[str, Tensor]):
        graph = onnx.load(file).graph
        self.outputs = [output.name for output in graph.output]
        self.known = {one.name: torch.from_numpy(np.array(numpy_helper.to_array(one))) for one in graph.initializer}
        values, fixed, self.nodes = self.known | feeds, set(self.known), []
        for proto in graph.node:
            attributes = {one.name: helper.get_attribute_value(one) for one in proto.attribute}
            if proto.op_type == "Constant":
                constant = torch.from_numpy(numpy_helper.to_array(attributes["value"]).copy())
                results = {proto.output[0]: constant}
            else:
                node = Node(proto.op_type, list(proto.input), list(proto.output), attributes)
                results = self._first(node, values)
            values |= results
            inputs = {name for name in proto.input if name}
            if inputs <= fixed or proto.op_type in OF_DIMENSIONS:
                fixed |= set(results)
                self.known |= results
            else:
                self.nodes.append(node)

    def _first(self, node: Node, values: dict[str, Tensor]) -> dict[str, Tensor]:
        if node.operator not in OPERATORS:
            raise NotImplementedError(node.operator)
        inputs = [values.get(name) for name in node.inputs]
        output = OPERATORS[node.operator](node.attributes, *inputs)
        self.operations += operations(node, inputs, output)
        return {node.outputs[0]: output}

    def run(self, feeds: dict[str, Tensor]) -> list[Tensor]:
        values = self.known | feeds
        for node in self.nodes:
            inputs = [values.get(name) for name in node.inputs]
            values[node.outputs[0]] = OPERATORS[node.operator](node.attributes, *inputs)
        return [values[name] for name in self.outputs]
