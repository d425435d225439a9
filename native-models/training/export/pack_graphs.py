"""The graphs and vectors of a pack, made of checkpoints."""

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from common.setup import read_json, unit
from data.portraits import Attributes, Portraits
from export.flow_graphs import Decode, Encode
from export.manifest import FILES, sample_of, vector_of
from export.onnx_export import export, open_graph, require_steady, write_floats
from export.storage import round_half, round_tower, store_classifier_int8, store_editor_int8, store_int8, store_inverse_int8
from export.words import VOCABULARY
from models.attribute_editor import cooccurrence, mean_direction
from models.checkpoints import (
    load_clip,
    load_editor,
    load_flow,
    load_generator,
    load_inverse,
    load_preview,
    load_prior,
    load_projection,
    load_synthesis,
    read_checkpoint,
)
from models.flow import SIZE
from models.generator import LAYERS, to_w_plus
from models.named_directions import DIRECTIONS, ENDS
from models.text import minilm_folder, tokenize, tokenizer


class AsFloat32(nn.Module):
    """A synthesis network, as float32."""

    def __init__(self, synthesis: nn.Module):
        super().__init__()
        self.synthesis = synthesis

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        return self.synthesis(w)


def lowest_cosine(exact: nn.Module, small: nn.Module, inputs: dict[str, torch.Tensor]) -> float:
    """Lowest cosine between a float tower's embeddings and those of the tower as it is stored."""
    with torch.no_grad():
        return (exact(**inputs) * small(**inputs)).sum(1).min().item()


#: What the towers are compared on.
PROMPTS = ["a smiling woman with red hair and round glasses", "an old man with a grey beard", "teal background"]


def export_tower(exact: nn.Module, small: nn.Module, path: Path, inputs: dict[str, torch.Tensor], output: str) -> dict:
    """A tower of CLIP, as int8; `small` is `exact` once more, to be rounded."""
    parity = export(round_tower(small), path, inputs, [output], store_int8)
    return {"parity": parity, "cosine": lowest_cosine(exact, small, inputs)}


def export_text(work: Path, pack: Path, attributes: Attributes, checkpoint: str = "clip") -> dict:
    ids, mask = tokenize(tokenizer(), PROMPTS)
    exact, small = (load_clip(work, attributes, checkpoint).text for _ in range(2))
    return export_tower(exact, small, pack / FILES["text"], {"input_ids": ids, "attention_mask": mask}, "text_embeds")


def export_clip(work: Path, pack: Path, data: Portraits) -> dict:
    exact, small = (load_clip(work, data.attributes).image for _ in range(2))
    image = export_tower(exact, small, pack / FILES["image"], {"pixel_values": data.images(range(16))}, "image_embeds")
    text = export_text(work, pack, data.attributes)
    write_floats(pack / FILES["shift"], read_checkpoint(work, "texts")["shift"])
    write_tokenizer(pack / FILES["tokenizer"])
    shutil.copyfile(VOCABULARY, pack / FILES["vocabulary"])
    return {"text": text, "image": image}


def export_prior(work: Path, pack: Path) -> float:
    """The learned bridge from text to pictures."""
    return export(round_half(load_prior(work)), pack / FILES["prior"], {"text_embeds": unit(torch.randn(3, SIZE))}, ["image_embeds"])


def write_tokenizer(path: Path) -> None:
    """The sentence encoder's own tokenizer.json; how long a prompt may be is the manifest's business."""
    described = read_json(minilm_folder() / "tokenizer.json")
    described["truncation"] = described["padding"] = None
    path.write_text(json.dumps(described, ensure_ascii=False))


def export_flow(work: Path, pack: Path, attributes: Attributes, kind: str) -> dict:
    flow, pairs, generator = load_flow(work, kind), read_checkpoint(work, "pairs"), load_generator(work, attributes)
    with torch.no_grad():
        e, w = pairs["e"][-4:], generator.mapping.from_attributes(pairs["known"][-4:])
    decode = round_half(Decode(flow, generator.mapping))
    inverse = load_inverse(work, generator)
    encode = round_half(Encode(flow, inverse))
    round_tower(inverse)
    given = {"e": e} if flow.conditional else {}
    base = {"z": 0.7 * torch.randn(4, SIZE)} if flow.conditional else {"e": e}
    parity = {
        "encode": export(
            encode, pack / FILES["encode"], {"w": w} | given, ["z" if flow.conditional else "e", "log_det"], store_inverse_int8
        ),
        "decode": export(decode, pack / FILES["decode"], base | given, ["w"]),
    }
    require_steady(
        pack / FILES["decode"],
        {name: torch.cat([rows, rows.roll(1, 0), rows.roll(2, 0), rows.roll(3, 0)]) for name, rows in (base | given).items()},
    )
    with torch.no_grad():
        again = decode(encode(w, *given.values())[0], *given.values())
    deviation = generator.deviation_of_w()
    # How far a portrait moves that goes to the base and back: what the mapping network's inverse is off by.
    return {"parity": parity, "thereAndBack": ((again - w) / deviation).square().mean().sqrt().item()}


def export_generator(work: Path, pack: Path, attributes: Attributes) -> dict:
    generator, preview = load_generator(work, attributes), load_preview(work)
    write_floats(pack / FILES["meanW"], generator.mean_w)
    with torch.no_grad():
        w = to_w_plus(generator.mapping(torch.randn(3, SIZE))).contiguous()
        many = generator.mapping(torch.randn(32, SIZE))
    mapping = export(round_half(generator.mapping), pack / FILES["mapping"], {"z": torch.randn(5, SIZE)}, ["w"])
    projection = round_half(load_projection(work, generator))
    round_tower(projection.classifier)
    between = {"w": w[:, 0].lerp(w[:, 0].roll(1, 0), 0.3).contiguous()}
    parity = {
        "mapping": mapping,
        "projection": export(projection, pack / FILES["projection"], between, ["firm"], store_classifier_int8),
        "synthesis": export(round_half(AsFloat32(load_synthesis(work, generator))), pack / FILES["synthesis"], {"w": w}, ["image"]),
        "preview": export(round_half(AsFloat32(preview)), pack / FILES["preview"], {"w": w}, ["image"]),
    }
    require_steady(pack / FILES["projection"], {"w": many.lerp(many.roll(1, 0), 0.3).contiguous()})
    return parity


def export_directions(work: Path, pack: Path, attributes: Attributes) -> float:
    """The attribute editor, the mean directions, and which choices go together; the editor's parity."""
    generator = load_generator(work, attributes)
    editor = load_editor(work, generator)
    for number, named in enumerate(DIRECTIONS):
        write_floats(pack / vector_of(named), mean_direction(editor, generator, number))
    with torch.no_grad():
        w, other = generator.mapping(torch.randn(2, len(ENDS), SIZE).flatten(0, 1)).chunk(2)
    take = (torch.rand(len(ENDS), attributes.size) < 0.5).float()
    inputs = {"w": w, "other": other, "change": torch.eye(len(ENDS)), "take": take}
    parity = export(round_tower(editor), pack / FILES["editor"], inputs, ["direction", "shown"], store_editor_int8)
    write_floats(pack / FILES["cooccurrence"], cooccurrence(generator))
    return parity


#: Portraits that samples of the styles are chosen from, and the side of those.
CANDIDATES, SAMPLE_SIDE = 256, 192


def export_styles(pack: Path, attributes: Attributes) -> None:
    """A small picture in each style, drawn with the graphs that lie in `pack`: of random portraits the surest in it."""
    z = np.random.default_rng(0).normal(size=(CANDIDATES, SIZE)).astype(np.float32)
    (w,) = open_graph(pack / FILES["mapping"]).run(["w"], {"z": z})
    asked = {"change": np.zeros((CANDIDATES, len(ENDS)), np.float32), "take": np.zeros((CANDIDATES, attributes.size), np.float32)}
    (shown,) = open_graph(pack / FILES["editor"]).run(["shown"], {"w": w, "other": w} | asked)
    surest = w[shown[:, : len(attributes.styles)].argmax(0)]
    (images,) = open_graph(pack / FILES["synthesis"]).run(["image"], {"w": surest[:, None].repeat(LAYERS, 1)})
    pixels = ((images.transpose(0, 2, 3, 1) + 1) * 127.5).round().clip(0, 255).astype(np.uint8)
    for style, picture in zip(attributes.style_names, pixels):
        path = pack / sample_of(style)
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(picture).resize((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.LANCZOS).save(path, quality=82, method=6)
