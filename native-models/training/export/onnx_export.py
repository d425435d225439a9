"""Writes a module as an ONNX graph, and refuses one that computes otherwise.

Each export is run in ONNX Runtime against PyTorch with the same rounded weights, and refused if they differ by more than
TOLERANCE.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from common.onnx_runtime import onnxruntime
from export.storage import store_half, store_int8

TOLERANCE = 1e-4
OPSET = 18


def export(module: nn.Module, path: Path, inputs: dict[str, torch.Tensor], outputs: list[str], store=store_half) -> float:
    """Writes the graph and returns the largest difference between ONNX Runtime and PyTorch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    module.eval()
    axes = {name: {0: "batch", **({1: "tokens"} if name in ("input_ids", "attention_mask") else {})} for name in inputs}
    axes |= {name: {0: "batch"} for name in outputs}
    with torch.no_grad():
        torch.onnx.export(
            module, tuple(inputs.values()), str(path), input_names=list(inputs), output_names=outputs,
            dynamic_axes=axes, opset_version=OPSET, dynamo=False,
            # ONNX Runtime folds when it loads; folded here, kernels would be stored twice. `store_int8` needs
            # the linear layers' weights the way round in which they are used.
            do_constant_folding=store is store_int8,
        )  # fmt: skip
        expected = module(*inputs.values())
    model = onnx.load(path)
    del model.graph.value_info[:]
    store(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    session = open_graph(path)
    made = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    expected = expected if isinstance(expected, tuple) else (expected,)
    # Log-determinants run to thousands of nats: they are compared in units of their size.
    worst = max(float((np.abs(m - e.numpy()) / max(1, np.abs(e.numpy()).max())).max()) for m, e in zip(made, expected))
    print(f"export  {path.parent.name}/{path.name}  {path.stat().st_size / 1e6:.1f} MB  ONNX Runtime differs by {worst:.1e}", flush=True)
    if not worst <= TOLERANCE:
        raise SystemExit(f"{path.name} differs from PyTorch by {worst}, more than {TOLERANCE}")
    return worst


def require_steady(path: Path, inputs: dict[str, torch.Tensor]) -> None:
    """Refuses a graph that makes other numbers of a portrait alone than among others: replays must give the same bytes."""
    session = open_graph(path)
    together = session.run(None, {name: value.numpy() for name, value in inputs.items()})[0]
    for row in range(len(together)):
        alone = session.run(None, {name: value[row : row + 1].numpy() for name, value in inputs.items()})[0]
        if not np.array_equal(alone[0], together[row]):
            raise SystemExit(f"{path.name} makes other numbers of a portrait alone than among others.")


def session_options() -> onnxruntime.SessionOptions:
    """As the studio runs graphs: int8 weights are computed with as float32 (electron/engine/inference/sessions.ts)."""
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return options


def open_graph(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(path), session_options(), providers=["CPUExecutionProvider"])


def write_floats(path: Path, numbers: torch.Tensor) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers.detach().numpy().astype("<f4").tofile(path)
