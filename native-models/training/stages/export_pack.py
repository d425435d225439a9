"""Writes the trained models as a model pack: ONNX graphs, vectors, tokenizer and pack.json.

python -m stages.export_pack --data DIR --pack DIR                              the pack that is to be shipped
python -m stages.export_pack --data DIR --pack DIR --like PACK --kind bijective     the same with another flow, to compare
python -m stages.export_pack --data DIR --pack DIR --like PACK --gap prior          … with another remedy for the gap
python -m stages.export_pack --data DIR --pack DIR --like PACK --clip clip-align    … with another text tower
"""

import json
import os
import shutil
from pathlib import Path

from common.options import stage_options
from common.setup import read_json, seed_everything
from data.portraits import Attributes, Portraits
from export.manifest import FILES, FOLDERS, SHIPPED, choice_of, manifest_of, write_manifest
from export.pack_graphs import export_clip, export_directions, export_flow, export_generator, export_prior, export_text
from models.clip import IMAGE_SIZE


def link_graphs(source: Path, pack: Path) -> None:
    for folder in FOLDERS:
        shutil.copytree(source / folder, pack / folder, copy_function=os.link)


def replace_flow(work: Path, pack: Path, attributes: Attributes, kind: str) -> dict:
    # A file that is linked would be changed in the other pack as well.
    shutil.rmtree(pack / "flow")
    return export_flow(work, pack, attributes, kind)


def main() -> None:
    parser = stage_options(__doc__)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--like", type=Path, help="a pack whose graphs are taken, but for those that differ")
    parser.add_argument("--kind", choices=["conditional", "bijective"], default=SHIPPED.kind)
    parser.add_argument("--gap", choices=["none", "shift", "ensemble", "prior"], default=SHIPPED.gap)
    parser.add_argument("--clip", default="clip", help="the checkpoint of the text tower")
    parser.add_argument("--version", default="1.0.0")
    options = parser.parse_args()
    seed_everything(options.seed)
    work, pack = options.work, options.pack
    data = Portraits(options.data, IMAGE_SIZE)
    shutil.rmtree(pack, ignore_errors=True)
    pack.mkdir(parents=True)
    exported: dict = {}
    if options.like:
        link_graphs(options.like, pack)
        if choice_of(read_json(options.like / "pack.json")).kind != options.kind:
            exported["flow"] = replace_flow(work, pack, data.attributes, options.kind)
        if options.clip != "clip":
            (pack / FILES["text"]).unlink()
            exported["text"] = export_text(work, pack, data.attributes, options.clip)
    else:
        exported |= {
            "directions": export_directions(work, pack, data.attributes),
            "clip": export_clip(work, pack, data),
            "flow": export_flow(work, pack, data.attributes, options.kind),
            "generator": export_generator(work, pack, data.attributes),
        }
    if options.gap == "prior":
        exported["prior"] = export_prior(work, pack)
    choice = SHIPPED._replace(kind=options.kind, gap=options.gap)
    write_manifest(pack, manifest_of(pack, data.attributes, choice, options.version))
    pack.with_name(f"{pack.name}-export.json").write_text(json.dumps(exported, indent=1))
    total = sum(path.stat().st_size for path in pack.rglob("*") if path.is_file())
    print(f"export  {pack.name}: {total / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
