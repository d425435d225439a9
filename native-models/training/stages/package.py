"""Puts the pack together that is to be published: the exported one, what was measured of it, its card, licence and sheets.

python -m stages.package --exported PACK --evaluation DIR --pack DIR
"""

import argparse
import shutil
from pathlib import Path

from common.setup import HERE, read_json
from evaluate.model_card import model_card
from export.manifest import FOLDERS, state_measured, write_manifest

LICENSE = HERE.parent / "illustrated-portraits" / "LICENSE.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exported", type=Path, required=True)
    parser.add_argument("--evaluation", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    options = parser.parse_args()
    figures, licence = read_json(options.evaluation / "figures.json"), LICENSE.read_text()
    shutil.rmtree(options.pack, ignore_errors=True)
    options.pack.mkdir(parents=True)
    for folder in FOLDERS:
        shutil.copytree(options.exported / folder, options.pack / folder)
    shutil.copytree(options.evaluation / "sheets", options.pack / "sheets")
    (options.pack / LICENSE.name).write_text(licence)
    write_manifest(options.pack, state_measured(read_json(options.exported / "pack.json"), figures))
    (options.pack / "MODEL_CARD.md").write_text(model_card(figures))
    print(f"package  {options.pack}", flush=True)


if __name__ == "__main__":
    main()
