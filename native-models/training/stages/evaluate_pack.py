"""Judges an exported pack through the product, and writes figures.json and contact sheets.

    python -m stages.evaluate_pack --data TRAIN --test TEST --pack PACK --out DIR \\
        --compare bijective=PACK prior=PACK untaught=PACK

Portraits are drawn, edited, led from one to another, searched and explained by `clip-flow` (evaluate/product.py); what no
command shows is computed by the pack's own graphs (evaluate/graphs.py). TEST is a data set of plain portraits that training
never saw. Pictures are judged by a second network, trained apart from CLIP with another seed and another width
(models/judge.py).

The packs that are compared differ from PACK in one thing each: a bijective flow, a learned prior, a text tower that was not
taught the words which captions hold back.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from common.options import stage_options
from common.setup import read_json, seed_everything
from data.portraits import Portraits
from data.prompts import ARTIST_PROMPTS, PLAIN_PROMPTS, PROMPTS
from evaluate.attribute_response import attribute_response
from evaluate.crispness import crispness
from evaluate.features import RandomFeatures, diversity, frechet_from_real, frechet_within
from evaluate.graphs import Graphs, inversion_error, known_latents, likelihood_auc
from evaluate.product import Product, pictures, pictures_of
from evaluate.sliders import NAMED_SLIDERS, PHRASE_SLIDERS, slider_effects
from evaluate.understanding import half_way_confidence, search_rank, told_rightly
from evaluate.wording import check_plain, check_unseen, classified_right, finds_caption, heeds_caption, plain_words, word_accuracy
from export.manifest import choice_of
from models.checkpoints import load_judge, read_checkpoint
from models.clip import IMAGE_SIZE
from models.contrastive import nearer_than_own
from models.judge import Judge
from models.pictures import save_sheet
from models.sampler import W_SIZE

#: The remedies for the gap that are compared, of the pack itself and of those beside it. Of a bijection they differ little.
REMEDIES = {"shipped": ("none", "shift", "ensemble"), "prior": ("prior",), "bijective": ("none", "shift")}
#: Which caption of a record is full, and which says less.
FULL, PARTIAL = 0, 2


@dataclass(frozen=True)
class Counts:
    """How many portraits each figure is measured on."""

    scale: int
    among: int
    prompts: int | None
    sliders: int | None

    @property
    def captions(self) -> int:
        """For R-precision; for that of what is shipped, `many`."""
        return max(self.among, 3 * self.scale)

    @property
    def many(self) -> int:
        return max(self.among, 10 * self.scale)

    def of(self, prompts: list) -> list:
        """Prompts from all over a list, about so many."""
        return prompts if self.prompts is None else prompts[:: max(1, len(prompts) // self.prompts)]


class Evaluation:
    def __init__(self, data: Portraits, test: Portraits, judge: Judge, graphs: Graphs, counts: Counts):
        self.data, self.test, self.judge, self.graphs, self.counts = data, test, judge, graphs, counts
        if test.count < 3 * counts.many:
            raise SystemExit(f"The test set has {test.count} portraits; {3 * counts.many} are needed.")

    def captions(self, which: int, count: int, first: int = 0) -> list[str]:
        return [record["captions"][which] for record in self.test.records[first : first + count]]

    def judge_itself(self) -> dict:
        """What the judge makes of the renderer's own pictures: as much as can be reached."""
        count, known = self.counts.captions, 5 * self.counts.scale
        real = self.test.images(np.arange(max(count, self.counts.many)))
        return {
            "judgeAccuracy": classified_right(self.judge, self.test, real[:known]),
            "judgeRPrecision": {
                name: finds_caption(self.judge, real[:count], self.captions(which, count), self.counts.among)
                for name, which in (("full", FULL), ("partial", PARTIAL))
            },
            "manyJudge": finds_caption(self.judge, real[: self.counts.many], self.captions(FULL, self.counts.many), self.counts.among),
        }

    def remedy(self, product: Product, kind: str, gap: str) -> dict:
        """A row of the table of flows and remedies."""
        count = self.counts.captions
        full, partial = (pictures(product.draw_each(self.captions(which, count), seed=1000, gap=gap)) for which in (FULL, PARTIAL))
        row = {
            "kind": kind,
            "gap": gap,
            "rPrecision": finds_caption(self.judge, full, self.captions(FULL, count), self.counts.among),
            "rPrecisionPartial": finds_caption(self.judge, partial, self.captions(PARTIAL, count), self.counts.among),
            "heedsCaption": heeds_caption(self.judge, self.test, full[: self.counts.scale]),
            "taught": word_accuracy(product, self.judge, self.counts.of(PROMPTS), gap),
            "artists": word_accuracy(product, self.judge, self.counts.of(ARTIST_PROMPTS), gap),
        }
        print(json.dumps({key: value["mean"] if isinstance(value, dict) else value for key, value in row.items()}), flush=True)
        return row

    def portraits_of_captions(self, product: Product) -> dict:
        """What portraits drawn from full captions show, are found by, and become under sliders."""
        counts = self.counts
        captions = self.captions(FULL, counts.many)
        drawn = product.draw_each(captions, seed=2000)
        found = search_rank(product, captions[: 3 * counts.scale], drawn[: 3 * counts.scale])
        return {
            "manyCaptions": {"count": counts.many, "shipped": finds_caption(self.judge, pictures(drawn), captions, counts.among)},
            "search": found | {"count": len(drawn)},
            "explained": told_rightly(product, self.judge, drawn[: counts.scale]),
            "sliders": slider_effects(
                product, self.judge, self.data.attributes, NAMED_SLIDERS[: counts.sliders], drawn[: 6 * counts.scale]
            ),
            "textSliders": slider_effects(
                product, self.judge, self.data.attributes, PHRASE_SLIDERS[: counts.sliders], drawn[: 3 * counts.scale]
            ),
        }

    def spread(self, product: Product) -> dict:
        """How near drawn pictures lie to real ones, and how varied those of one prompt are."""
        features, many = RandomFeatures(), self.counts.many
        real = features.all(self.test.images(np.arange(2 * many)))
        sampled = features.all(self.graphs.draw(torch.randn(many, W_SIZE)))
        # Not of the portraits that they are compared with.
        prompted = features.all(pictures(product.draw_each(self.captions(FULL, many, first=2 * many), seed=3000)))
        prompts = [asked.prompt for asked in self.counts.of(PROMPTS[::4])]
        sets = torch.stack([features.all(pictures(product.draw(prompt, seed=4000, count=4))) for prompt in prompts])
        return {
            "frechetCount": many,
            "frechetSamples": frechet_from_real(sampled, real),
            "frechetPrompted": frechet_from_real(prompted, real),
            "frechetHeldOut": frechet_within(real),
            "diversity": diversity(sets, torch.pdist(real[:500]).mean().item()),
        }

    def half_way(self, product: Product) -> dict:
        """Between portraits of captions: of records that follow one another, and of such of one style."""
        records = self.test.records[: 10 * self.counts.scale]
        of_style = sorted(records, key=lambda record: record["shown"]["style"])
        ends = [(a, b) for order in (records, of_style) for a, b in zip(order[::2], order[1::2])]
        found = half_way_confidence(product, self.judge, [(a["captions"][FULL], b["captions"][FULL]) for a, b in ends])
        return {"halfWayWithinStyle": found["within"], "halfWayAcrossStyles": found["across"]}

    def graphs_alone(self) -> dict:
        """What no command shows."""
        count, known = self.counts.many, 5 * self.counts.scale
        texts = self.graphs.embed_texts(self.captions(FULL, count))
        rank = nearer_than_own(texts, self.graphs.embed_pictures(self.test.images(np.arange(count))))
        z = known_latents(self.test, max(known, 2))
        (w,) = self.graphs.run("mapping", z=z)
        e = self.graphs.over_the_gap(self.captions(FULL, len(w)))
        return {
            "retrievalR1": (rank < 1).float().mean().item(),
            "retrievalR5": (rank < 5).float().mean().item(),
            "retrievalCount": count,
            "drawnAccuracy": classified_right(self.judge, self.test, self.graphs.draw(z[:known])),
            "inversionError": inversion_error(self.graphs, w, e),
            "offPromptAuc": likelihood_auc(self.graphs, w, e),
            "attributeResponse": attribute_response(self.graphs, self.test, 24 * self.counts.scale),
        }


def write_sheets(product: Product, graphs: Graphs, counts: Counts, folder: Path) -> None:
    """Contact sheets: random samples, prompts, ways from one portrait to another."""
    z = torch.randn(200 if counts.prompts is None else 20, W_SIZE, generator=torch.Generator().manual_seed(5))
    save_sheet(graphs.draw(z), folder / "samples.jpg", 20)
    prompts = [asked.prompt for asked in counts.of(PROMPTS)[::2]][:50]
    save_sheet(pictures(portrait for prompt in prompts for portrait in product.draw(prompt, seed=6, count=4)), folder / "prompts.jpg", 20)
    strips = [product.strip(a, b, space="w", frames=10, seed=7) for a, b in zip(prompts, prompts[1:])]
    save_sheet(pictures_of(file for strip in strips for file in strip), folder / "between.jpg", 20)


def trained(work: Path) -> dict[str, dict]:
    """Minutes and steps of every checkpoint that was trained here."""
    runs = {path.stem: read_checkpoint(work, path.stem) for path in sorted(work.glob("*.pt"))}
    return {name: {"minutes": run["spent"] / 60, "steps": run["step"]} for name, run in runs.items() if run.get("step", 0) > 0}


def main() -> None:
    parser = stage_options(__doc__, seed=4)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--compare", nargs="*", default=[], metavar="NAME=PACK")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100, help="portraits for what captions are heeded; of other figures in proportion")
    parser.add_argument("--among", type=int, default=100, help="captions among which R-precision looks for a portrait's own")
    parser.add_argument("--prompts", type=int, help="about so many prompts of each list, by default all")
    parser.add_argument("--sliders", type=int, help="so many sliders of each kind, by default all")
    options = parser.parse_args()
    seed_everything(options.seed)
    test, data = Portraits(options.test, IMAGE_SIZE), Portraits(options.data, IMAGE_SIZE)
    check_unseen(data)
    check_plain(data)
    graphs, counts = Graphs(options.pack), Counts(options.count, options.among, options.prompts, options.sliders)
    shown_whole = Portraits(options.test, graphs.manifest["generator"]["resolution"])
    evaluation = Evaluation(data, test, load_judge(options.work, data.attributes), graphs, counts)
    shipped = choice_of(graphs.manifest)._asdict()
    figures = {
        "version": graphs.manifest["version"],
        "shipped": shipped,
        "trained": trained(options.work),
        "among": counts.among,
        "remedies": [],
    }
    figures |= evaluation.judge_itself() | evaluation.graphs_alone()
    figures["crispness"] = crispness(graphs, shown_whole, min(5 * counts.scale, shown_whole.count))
    with Product(options.pack) as product:
        figures["remedies"] += [evaluation.remedy(product, shipped["kind"], gap) for gap in REMEDIES["shipped"]]
        figures["plain"] = plain_words(product, evaluation.judge, {kind: counts.of(rows) for kind, rows in PLAIN_PROMPTS.items()})
        figures |= evaluation.spread(product) | evaluation.half_way(product)
        write_sheets(product, graphs, counts, options.out / "sheets")
    # A library of their own: how well search finds them depends on what else is there.
    with Product(options.pack) as product:
        figures |= evaluation.portraits_of_captions(product)
    for name, pack in (pair.split("=", 1) for pair in options.compare):
        kind = choice_of(read_json(Path(pack) / "pack.json")).kind
        with Product(Path(pack)) as product:
            if name == "untaught":
                figures["unseen"] = word_accuracy(product, evaluation.judge, counts.of(PROMPTS))
            figures["remedies"] += [evaluation.remedy(product, kind, gap) for gap in REMEDIES.get(name, ())]
    own = next(row for row in figures["remedies"] if all(row[key] == shipped[key] for key in ("kind", "gap")))
    figures |= {"taught": own["taught"], "artists": own["artists"]}
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
