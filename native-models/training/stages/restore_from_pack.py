"""Makes checkpoints of a pack's graphs, to train on from there (`pipeline.py --from PACK`).

python -m stages.restore_from_pack --data DIR --pack ../illustrated-portraits
"""

from pathlib import Path

from torch import nn

from common.options import stage_options
from common.setup import save_whole
from data.portraits import Attributes
from export import from_pack
from export.manifest import FILES
from models.checkpoints import CLASSIFIERS


def save(work: Path, name: str, key: str, module: nn.Module) -> None:
    weights = module.state_dict()
    averaged = {"updates": 0, "shadow": weights}
    save_whole(work / f"{name}.pt", {key: weights, "ema": averaged, "spent": 0.0, "step": 0, "settings": {}})
    print(f"restore  {name}: {sum(value.numel() for value in weights.values()) / 1e6:.1f} million numbers", flush=True)


def main() -> None:
    parser = stage_options(__doc__)
    parser.add_argument("--pack", type=Path, required=True)
    options = parser.parse_args()
    pack, work = options.pack, options.work
    attributes = Attributes.of(options.data)
    generator, flow = from_pack.generator_of(pack, attributes), from_pack.flow_of(pack)
    save(work, "generator", "generator", generator)
    if (tail := from_pack.tail_of(pack)) is not None:
        save(work, "synthesis-tail", "tail", tail)
    clip = from_pack.clip_of(pack, attributes)
    for stage in ("clip-pictures", "clip-align", "clip"):
        save(work, stage, "clip", clip)
    save(work, "conditional" if flow.conditional else "bijective", "flow", flow)
    save(work, "inverse", "inverse", from_pack.inverse_of(pack))
    graphs = {"portraits": pack / FILES["editor"], "between": pack / FILES["projection"]}
    for trained_on, graph in graphs.items():
        save(work, CLASSIFIERS[trained_on], "classifier", from_pack.classifier_of(graph, generator))


if __name__ == "__main__":
    main()
