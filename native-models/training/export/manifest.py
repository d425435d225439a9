"""pack.json, format 2 (docs/pack-format.md): all that is written into it, and the names of a pack's files."""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from data.portraits import Attributes
from export.words import LAYER_GROUPS, PARTS, PROMPTS, STYLE_WORDS, STYLES, TEMPLATES, phrase_groups
from models.attribute_editor import colour_slice, layers_of, lockable_parts
from models.attribute_tables import goes_with
from models.clip import IMAGE_SIZE
from models.flow import SIZE
from models.generator import LAYERS, PREVIEW_RESOLUTION
from models.named_directions import DIRECTIONS, LOCKABLE, Named
from models.synthesis_tail import PICTURE_RESOLUTION
from models.text import CONTEXT_LENGTH

FILES = {
    "text": "clip/text_model.onnx",
    "image": "clip/vision_model.onnx",
    "tokenizer": "clip/tokenizer.json",
    "shift": "clip/modality_shift.f32",
    "prior": "clip/prior.onnx",
    "encode": "flow/encode.onnx",
    "decode": "flow/decode.onnx",
    "mapping": "generator/mapping.onnx",
    "projection": "generator/firming.onnx",
    "synthesis": "generator/synthesis.onnx",
    "preview": "generator/preview.onnx",
    "meanW": "generator/mean_w.f32",
    "editor": "directions/changes.onnx",
    "cooccurrence": "directions/cooccurrence.f32",
    "vocabulary": "clip/vocabulary.txt",
}
FOLDERS = ("clip", "flow", "generator", "directions", "styles")

ATTRIBUTIONS = [
    ("Avatar Illustration System (Micah)", "Micah Lanier", "https://www.figma.com/community/file/829741575478342595", "CC-BY-4.0"),
    ("Personas by Draftbit", "Draftbit", "https://personas.draftbit.com/", "CC-BY-4.0"),
    ("ToonHead", "Johan Melin", "https://www.figma.com/community/file/1589627891082866389", "CC-BY-4.0"),
    ("Avataaars", "Pablo Stanley", "https://avataaars.com/", "Free for personal and commercial use"),
    ("Lorelei", "Lisa Wischofsky", "https://www.figma.com/community/file/1198749693280469639", "CC0-1.0"),
    ("Adventurer", "Lisa Wischofsky", "https://www.figma.com/community/file/1184595184137881796", "CC-BY-4.0"),
    ("all-MiniLM-L6-v2", "sentence-transformers", "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2", "Apache-2.0"),
]  # fmt: skip


class Choice(NamedTuple):
    """What a pack does unless told otherwise: which flow it has, which remedy for the gap, how much variety."""

    kind: str = "conditional"
    gap: str = "shift"
    temperature: float = 0.4


#: What is shipped; evaluation measures the others beside it.
SHIPPED = Choice()


def vector_of(named: Named) -> str:
    """The file of a named direction."""
    return f"directions/{named.id}.f32"


def sample_of(style: str) -> str:
    """The file of a style's sample picture."""
    return f"styles/{style}.webp"


def describe_attributes(attributes: Attributes) -> dict:
    """The attributes that the editor knows: groups of choices or of a colour's channels, the style first, each from one
    index up to another."""
    groups = [{"kind": "style", "range": [0, len(attributes.styles)]}]
    for key, part in attributes.slices.items():
        fitting = [goes_with(option) for option in attributes.options[key]]
        groups.append({"kind": "choice", "range": [part.start, part.stop], "goesWith": fitting})
    for number in range(len(attributes.places)):
        part = colour_slice(attributes, number)
        groups.append({"kind": "colour", "range": [part.start, part.stop]})
    return {"count": attributes.size, "groups": groups}


def describe_parts(attributes: Attributes) -> list[dict]:
    """What can be locked by a name, and which attributes make it up."""
    ranges = {
        name: [[part.start, part.stop] for part in lockable_parts(attributes, kinds)] for name, kinds in LOCKABLE.items()
    }
    return [
        {"id": name, "title": title, "description": description, "attributes": ranges[name]}
        for name, (title, description) in PARTS.items()
    ]


def describe_files(pack: Path) -> dict:
    files = sorted(p for folder in FOLDERS for p in (pack / folder).rglob("*") if p.is_file())
    return {
        str(path.relative_to(pack)): {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in files
    }


def manifest_of(pack: Path, attributes: Attributes, choice: Choice, version: str) -> dict:
    """What pack.json says of the graphs that lie in `pack`."""
    # A learned prior is shipped only where it is the best remedy.
    prior = {"prior": FILES["prior"]} if choice.gap == "prior" else {}
    return {
        "formatVersion": 2,
        "id": "illustrated-portraits",
        "version": version,
        "title": "Illustrated portraits",
        "description": "Portraits in six drawn styles, trained from nothing on pictures that the project renders itself.",
        "license": "CC-BY-4.0",
        "attributions": [dict(zip(("title", "author", "source", "license"), row)) for row in ATTRIBUTIONS],
        "widths": {"clip": SIZE, "z": SIZE, "w": SIZE},
        "clip": {
            "text": {
                "graph": FILES["text"], "tokenizer": FILES["tokenizer"], "contextLength": CONTEXT_LENGTH,
                "padding": {"kind": "none"},
            },
            "image": {"graph": FILES["image"], "size": IMAGE_SIZE, "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic"},
            "promptTemplates": TEMPLATES,
            "gap": {"default": choice.gap, "shift": FILES["shift"]} | prior,
        },
        "flow": {"kind": choice.kind, "decode": FILES["decode"], "encode": FILES["encode"]},
        "generator": {
            "mapping": FILES["mapping"], "projection": FILES["projection"], "synthesis": FILES["synthesis"],
            "preview": {"graph": FILES["preview"], "resolution": PREVIEW_RESOLUTION},
            "resolution": PICTURE_RESOLUTION, "layers": LAYERS, "layerGroups": LAYER_GROUPS, "meanW": FILES["meanW"],
            "pixelRange": [-1, 1], "noise": "const",
        },
        "defaults": {"truncation": 1.0, "temperature": choice.temperature},
        "directions": [
            {"id": named.id, "title": named.title, "vector": vector_of(named), "range": [-1, 1], "layers": layers_of(named, attributes)}
            for named in DIRECTIONS
        ],
        "attributes": {"graph": FILES["editor"], "cooccurrence": FILES["cooccurrence"], **describe_attributes(attributes)},
        "parts": describe_parts(attributes),
        "prompts": PROMPTS | {"phrases": phrase_groups()},
        "vocabulary": FILES["vocabulary"],
        "styles": [
            {"id": style, "title": STYLES[style], "sample": sample_of(style), "words": STYLE_WORDS[style]}
            for style in attributes.style_names
        ],
        "files": describe_files(pack),
        "measured": {},
    }  # fmt: skip


def graphs_of(manifest: dict) -> dict[str, str]:
    """Where a pack has what evaluation computes with, by the names in FILES."""
    clip, generator = manifest["clip"], manifest["generator"]
    return {
        "text": clip["text"]["graph"], "image": clip["image"]["graph"], "tokenizer": clip["text"]["tokenizer"], "shift": clip["gap"]["shift"],
        "encode": manifest["flow"]["encode"],
        "mapping": generator["mapping"], "projection": generator["projection"], "synthesis": generator["synthesis"],
    }  # fmt: skip


def layers_of_pack(manifest: dict) -> int:
    """How many layers w⁺ has."""
    return manifest["generator"]["layers"]


def choice_of(manifest: dict) -> Choice:
    return Choice(manifest["flow"]["kind"], manifest["clip"]["gap"]["default"], manifest["defaults"]["temperature"])


def write_manifest(pack: Path, manifest: dict) -> None:
    (pack / "pack.json").write_text(json.dumps(manifest, indent=2) + "\n")


#: The figures that a pack states of itself.
MEASURED = ("retrievalR1", "retrievalR5", "frechetSamples", "frechetPrompted", "diversity", "inversionError", "offPromptAuc")


def state_measured(manifest: dict, figures: dict) -> dict:
    """The manifest with the figures of an evaluation."""
    return manifest | {"measured": {key: round(figures[key], 4) for key in MEASURED if key in figures}}
