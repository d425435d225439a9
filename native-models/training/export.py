"""Writes the trained models as a model pack: ONNX graphs, vectors, tokenizer and pack.json.

    python export.py --data DIR --pack ../illustrated-portraits

Weights are *stored* small (float16; int8 for CLIP's towers) and *used* as float32: a Cast or DequantizeLinear
follows each. Each export is run in ONNX Runtime against PyTorch with the same rounded weights, and refused if they
differ by more than TOLERANCE.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from clip import CONTEXT_LENGTH, IMAGE_SIZE, minilm_folder, tokenize, tokenizer
from common import DEFAULT_WORK, read_json
from directions import DIRECTIONS, ENDS, cooccurrence, describe, layers_of, mean_direction
from flow import SIZE, Flow
from generator import LAYERS, PREVIEW_CHANNELS, PREVIEW_RESOLUTION, RESOLUTION, MappingNetwork, SynthesisNetwork, broadcast
from inverse import SOFTNESS, MappingInverse
from onnx_runtime import onnxruntime
from portraits import Attributes, Portraits
from train_readers import load_changes, load_firming
from train_flow import load_clip, load_flow, load_generator, load_prior
from train_inverse import load_inverse

TOLERANCE = 1e-4
OPSET = 18
TEMPLATES = ["{}", "a portrait of {}", "a drawing of {}", "{}, a portrait"]
FOLDERS = ("clip", "flow", "generator", "directions")
LARGE = 2048  # numbers; smaller tensors stay float32

ATTRIBUTIONS = [
    ("Avatar Illustration System (Micah)", "Micah Lanier", "https://www.figma.com/community/file/829741575478342595", "CC-BY-4.0"),
    ("Personas by Draftbit", "Draftbit", "https://personas.draftbit.com/", "CC-BY-4.0"),
    ("ToonHead", "Johan Melin", "https://www.figma.com/community/file/1589627891082866389", "CC-BY-4.0"),
    ("Avataaars", "Pablo Stanley", "https://avataaars.com/", "Free for personal and commercial use"),
    ("Lorelei", "Lisa Wischofsky", "https://www.figma.com/community/file/1198749693280469639", "CC0-1.0"),
    ("Adventurer", "Lisa Wischofsky", "https://www.figma.com/community/file/1184595184137881796", "CC-BY-4.0"),
    ("all-MiniLM-L6-v2", "sentence-transformers", "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2", "Apache-2.0"),
]  # fmt: skip


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


class AffineStep(nn.Module):
    """A flow step with ActNorm and 1×1 convolution made one matrix, in one direction."""

    def __init__(self, step: nn.Module, decode: bool):
        super().__init__()
        step = step.double()
        forth = step.mix.matrix() * step.norm.log_scale.exp()[None]
        # What is stored rounded is inverted as rounded, so that decode undoes what encode does.
        forth = forth.half().double()
        offset = step.mix.matrix() @ (step.norm.log_scale.exp() * step.norm.bias)
        matrix = torch.linalg.inv(forth) if decode else forth
        self.log_det = float(torch.linalg.slogdet(forth)[1])
        step.float()
        self.register_buffer("matrix", matrix.T.float().contiguous())
        self.register_buffer("offset", offset.float())
        self.couple = step.couple


class Decode(nn.Module):
    """base (, e) → z → w."""

    def __init__(self, flow: Flow, mapping: MappingNetwork):
        super().__init__()
        self.flow, self.mapping = flow, mapping
        self.steps = nn.ModuleList(AffineStep(step, decode=True) for step in reversed(flow.steps))

    def forward(self, base: torch.Tensor, e: torch.Tensor | None = None) -> torch.Tensor:
        condition = self.flow._condition(e)
        x = base if self.flow.conditional else base * SIZE**0.5
        for step in self.steps:
            x = (step.couple.inverse(x, condition) - step.offset) @ step.matrix
        return self.mapping(x, SOFTNESS)


class Encode(nn.Module):
    """w (, e) → z → base, log-determinant."""

    def __init__(self, flow: Flow, inverse: MappingInverse):
        super().__init__()
        self.flow, self.inverse = flow, inverse
        self.steps = nn.ModuleList(AffineStep(step, decode=False) for step in flow.steps)

    def forward(self, w: torch.Tensor, e: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        condition, x, log_det = self.flow._condition(e), self.inverse(w), 0
        for step in self.steps:
            x, more = step.couple(x @ step.matrix + step.offset, condition)
            log_det = log_det + more + step.log_det
        if not self.flow.conditional:
            x, log_det = x / SIZE**0.5, log_det - 0.5 * SIZE * float(np.log(SIZE))
        return x, log_det


class Drawn(nn.Module):
    """A synthesis network, as float32."""

    def __init__(self, synthesis: SynthesisNetwork):
        super().__init__()
        self.synthesis = synthesis

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        return self.synthesis(w)


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


def store_reader_int8(model: onnx.ModelProto) -> None:
    """What is read may be coarse; it is mapped as the mapping network maps."""
    store_int8(model, "reader.")
    store_half(model)


def store_changes_int8(model: onnx.ModelProto) -> None:
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
    session = onnxruntime.InferenceSession(str(path), session_options(), providers=["CPUExecutionProvider"])
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
    session = onnxruntime.InferenceSession(str(path), session_options(), providers=["CPUExecutionProvider"])
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


def write_floats(path: Path, numbers: torch.Tensor) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers.detach().numpy().astype("<f4").tofile(path)


def lowest_cosine(exact: nn.Module, small: nn.Module, inputs: dict[str, torch.Tensor]) -> float:
    """Lowest cosine between a float tower's embeddings and those of the tower as it is stored."""
    with torch.no_grad():
        return (exact(**inputs) * small(**inputs)).sum(1).min().item()


def export_clip(options: argparse.Namespace, attributes: Attributes, gap: str) -> dict:

    prompts = ["a smiling woman with red hair and round glasses", "an old man with a grey beard", "teal background"]
    ids, mask = tokenize(tokenizer(), prompts)
    pictures = Portraits(options.data, IMAGE_SIZE).images(range(16))
    inputs = {"text": {"input_ids": ids, "attention_mask": mask}, "image": {"pixel_values": pictures}}
    exact, clip = load_clip(options.work, attributes), load_clip(options.work, attributes)
    text, image = round_tower(clip.text), round_tower(clip.image)
    folder = options.pack / "clip"
    parity = {
        "text": export(text, folder / "text_model.onnx", inputs["text"], ["text_embeds"], store_int8),
        "image": export(image, folder / "vision_model.onnx", inputs["image"], ["image_embeds"], store_int8),
    }
    cosines = {
        "textCosine": lowest_cosine(exact.text, text, inputs["text"]),
        "imageCosine": lowest_cosine(exact.image, image, inputs["image"]),
    }
    if gap == "prior":
        parity["prior"] = export(round_half(load_prior(options.work)), folder / "prior.onnx", {"text_embeds": nn.functional.normalize(torch.randn(3, SIZE), dim=1)}, ["image_embeds"])
    write_floats(folder / "modality_shift.f32", torch.load(options.work / "texts.pt", weights_only=False)["shift"])
    write_tokenizer(folder / "tokenizer.json")
    return {"parity": parity, **cosines}


def write_tokenizer(path: Path) -> None:
    """The sentence encoder's own tokenizer.json; how long a prompt may be is the manifest's business."""
    described = read_json(minilm_folder() / "tokenizer.json")
    described["truncation"] = described["padding"] = None
    path.write_text(json.dumps(described, ensure_ascii=False))


def export_flow(options: argparse.Namespace, attributes: Attributes, kind: str) -> dict:
    flow = load_flow(options.work, kind)
    pairs = torch.load(options.work / "pairs.pt", weights_only=False)
    generator = load_generator(options.work, attributes)
    with torch.no_grad():
        e, w = pairs["e"][-4:], generator.mapping.from_attributes(pairs["known"][-4:])
    decode = round_half(Decode(flow, generator.mapping))
    inverse = load_inverse(options.work, generator)
    encode = round_half(Encode(flow, inverse))
    round_tower(inverse)
    folder = options.pack / "flow"
    if kind == "conditional":
        parity = {
            "encode": export(encode, folder / "encode.onnx", {"w": w, "e": e}, ["z", "log_det"], store_inverse_int8),
            "decode": export(decode, folder / "decode.onnx", {"z": 0.7 * torch.randn(4, SIZE), "e": e}, ["w"]),
        }
        many = {"z": 0.7 * torch.randn(16, SIZE), "e": e.repeat(4, 1)}
        with torch.no_grad():
            again = decode(encode(w, e)[0], e)
    else:
        parity = {
            "encode": export(encode, folder / "encode.onnx", {"w": w}, ["e", "log_det"], store_inverse_int8),
            "decode": export(decode, folder / "decode.onnx", {"e": e}, ["w"]),
        }
        many = {"e": e.repeat(4, 1)}
        with torch.no_grad():
            again = decode(encode(w)[0])
    require_steady(folder / "decode.onnx", many)
    deviation = generator.deviation_of_w()
    # How far a portrait moves that goes to the base and back: what the mapping network's inverse is off by.
    return {"parity": parity, "thereAndBack": ((again - w) / deviation).square().mean().sqrt().item()}


def export_generator(options: argparse.Namespace, attributes: Attributes) -> dict:
    generator = load_generator(options.work, attributes)
    preview = SynthesisNetwork(PREVIEW_CHANNELS)
    preview.load_state_dict(torch.load(options.work / "preview.pt", weights_only=False)["ema"]["shadow"])
    folder = options.pack / "generator"
    write_floats(folder / "mean_w.f32", generator.mean_w)
    with torch.no_grad():
        w = broadcast(generator.mapping(torch.randn(3, SIZE))).contiguous()
    mapping = export(round_half(generator.mapping), folder / "mapping.onnx", {"z": torch.randn(5, SIZE)}, ["w"])
    firming = round_half(load_firming(options.work, generator))
    round_tower(firming.reader)
    between = {"w": w[:, 0].lerp(w[:, 0].roll(1, 0), 0.3).contiguous()}
    parity = {
        "mapping": mapping,
        "firming": export(firming, folder / "firming.onnx", between, ["firm"], store_reader_int8),
        "synthesis": export(round_half(Drawn(generator.synthesis)), folder / "synthesis.onnx", {"w": w}, ["image"]),
        "preview": export(round_half(Drawn(preview)), folder / "preview.onnx", {"w": w}, ["image"]),
    }
    with torch.no_grad():
        many = generator.mapping(torch.randn(32, SIZE))
    require_steady(folder / "firming.onnx", {"w": many.lerp(many.roll(1, 0), 0.3).contiguous()})
    return parity


def export_directions(options: argparse.Namespace, attributes: Attributes) -> tuple[dict, float]:
    """Writes the vectors and the graph of directions.py; what the manifest says of them, and the graph's parity."""
    generator = load_generator(options.work, attributes)
    changes = load_changes(options.work, generator)
    described = []
    for number, named in enumerate(DIRECTIONS):
        path = f"directions/{named.id}.f32"
        write_floats(options.pack / path, mean_direction(changes, generator, number))
        layers = layers_of(named, attributes)
        described.append({"id": named.id, "title": named.title, "vector": path, "range": [-1, 1], "layers": layers})
    graph = "directions/changes.onnx"
    with torch.no_grad():
        w, other = generator.mapping(torch.randn(2, len(ENDS), SIZE).flatten(0, 1)).chunk(2)
    take = (torch.rand(len(ENDS), attributes.size) < 0.5).float()
    inputs = {"w": w, "other": other, "change": torch.eye(len(ENDS)), "take": take}
    parity = export(round_tower(changes), options.pack / graph, inputs, ["direction", "shown"], store_changes_int8)
    counted = "directions/cooccurrence.f32"
    write_floats(options.pack / counted, cooccurrence(generator))
    return {"directions": described, "changes": {"graph": graph, "cooccurrence": counted, **describe(attributes)}}, parity


def describe_files(pack: Path) -> dict:
    files = sorted(p for folder in FOLDERS for p in (pack / folder).rglob("*") if p.is_file())
    return {
        str(path.relative_to(pack)): {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in files
    }


def write_manifest(options: argparse.Namespace, shipped: dict, directions: dict, measured: dict) -> None:
    manifest = {
        "formatVersion": 1,
        "id": "illustrated-portraits",
        "version": options.version,
        "title": "Illustrated portraits",
        "description": "Portraits in six drawn styles, trained from nothing on pictures that the project renders itself.",
        "license": "CC-BY-4.0",
        "attributions": [dict(zip(("title", "author", "source", "license"), row)) for row in ATTRIBUTIONS],
        "clip": {
            "embeddingDim": SIZE,
            "text": {"graph": "clip/text_model.onnx", "tokenizer": "clip/tokenizer.json", "contextLength": CONTEXT_LENGTH},
            "image": {
                "graph": "clip/vision_model.onnx", "size": IMAGE_SIZE,
                "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic",
            },
            "promptTemplates": TEMPLATES,
            # A learned prior is shipped only where it is the best remedy.
            "gap": {"default": shipped["gap"], "shift": "clip/modality_shift.f32"} | ({"prior": "clip/prior.onnx"} if shipped["gap"] == "prior" else {}),
        },
        "flow": {
            "kind": shipped["kind"], "decode": "flow/decode.onnx", "encode": "flow/encode.onnx",
            "embeddingDim": SIZE, "latentDim": SIZE,
        },
        "generator": {
            "mapping": "generator/mapping.onnx", "firming": "generator/firming.onnx", "synthesis": "generator/synthesis.onnx",
            "preview": {"graph": "generator/preview.onnx", "resolution": PREVIEW_RESOLUTION},
            "resolution": RESOLUTION, "latentDim": SIZE, "layers": LAYERS, "meanW": "generator/mean_w.f32",
            "pixelRange": [-1, 1], "noise": "const",
        },
        "defaults": {"truncation": 1.0, "temperature": shipped["temperature"]},
        **directions,
        "files": describe_files(options.pack),
        "measured": measured,
    }  # fmt: skip
    (options.pack / "pack.json").write_text(json.dumps(manifest, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--version", default="1.0.0")
    options = parser.parse_args()
    figures_file = options.work / "figures.json"
    figures = read_json(figures_file) if figures_file.exists() else {}
    shipped = figures.get("shipped", {"kind": "conditional", "gap": "shift", "temperature": 0.7})
    attributes = Attributes.of(options.data)
    for part in FOLDERS:
        shutil.rmtree(options.pack / part, ignore_errors=True)
    torch.manual_seed(0)
    directions, parity = export_directions(options, attributes)
    exported = {
        "clip": export_clip(options, attributes, shipped["gap"]),
        "flow": export_flow(options, attributes, shipped["kind"]),
        "generator": export_generator(options, attributes),
        "directions": parity,
    }
    figures["export"] = exported
    figures_file.write_text(json.dumps(figures, indent=1))
    keys = ("retrievalR1", "retrievalR5", "frechetSamples", "frechetPrompted", "diversity", "inversionError", "offPromptAuc")
    measured = {key: round(figures[key], 4) for key in keys if key in figures}
    write_manifest(options, shipped, directions, measured)
    total = sum(path.stat().st_size for path in options.pack.rglob("*") if path.is_file())
    print(f"export  {options.pack.name}: {total / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
